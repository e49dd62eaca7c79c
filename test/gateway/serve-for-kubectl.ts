/** A served cluster with a real kubectl pointed at it, for tests. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecHost } from "../../gateway/exec.ts";
import { writeKubeconfig } from "../../gateway/kubeconfig.ts";
import { serveCluster } from "../../gateway/serve.ts";
import type { Cluster } from "../../sim/index.ts";

/** What a command line came to. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** The program that `npm test` has found; undefined where there is none. */
export const kubectlProgram: string | undefined = process.env.ORRERY_TEST_KUBECTL;

/** Serves a cluster; `kubectl` runs the real program with what may be its standard input. */
export async function serveForKubectl(cluster: Cluster, execOf: (cluster: Cluster) => ExecHost) {
  const served = await serveCluster(cluster, { port: 0, exec: execOf(cluster) });
  const home = mkdtempSync(join(tmpdir(), "orrery-kubectl-"));
  const config = join(home, "config");
  writeKubeconfig(config, served.kubeconfig);
  const env = { ...process.env, HOME: home, KUBECONFIG: config };
  const program = kubectlProgram ?? "kubectl";
  const started = (words: readonly string[]) => spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  return {
    served,
    cluster,
    home,
    /** A file in kubectl's home. */
    file(name: string, text: string): string {
      const path = join(home, name);
      writeFileSync(path, text);
      return path;
    },
    run(words: readonly string[], input = ""): Promise<Ran> {
      return new Promise((resolve) => {
        const child = execFile(program, words, { env, timeout: 50_000 }, (error, out, err) => {
          resolve({ exit: error === null ? 0 : Number(error.code ?? -1), out, err });
        });
        child.stdin?.end(input);
      });
    },
    /** Starts a command that goes on until it is ended; `line` waits for the next line that fits. */
    start(words: readonly string[]) {
      const child = started(words);
      let text = "";
      let wake: () => void = () => {};
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        wake();
      });
      child.once("close", () => wake());
      return {
        async until(wanted: RegExp): Promise<string> {
          while (!wanted.test(text)) {
            if (child.exitCode !== null) throw new Error(`it ended without ${wanted}, after: ${text}`);
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          return text;
        },
        end: () => child.kill("SIGINT"),
      };
    },
    async close(): Promise<void> {
      await served.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
