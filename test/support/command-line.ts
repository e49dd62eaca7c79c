import { clusterClient, createShell } from "../../shell/index.ts";
import type { Cluster } from "../../sim/index.ts";

/** A kubectl for tests: a command line and perhaps standard input in, both streams out. */
export function commandLine(cluster: Cluster): (line: string, stdin?: string) => string {
  const shell = createShell(clusterClient(cluster));
  return (line, stdin) => {
    const files = stdin === undefined ? undefined : { read: () => undefined, stdin };
    const { stdout, stderr } = shell.run(`kubectl ${line}`, files);
    return stdout + stderr;
  };
}
