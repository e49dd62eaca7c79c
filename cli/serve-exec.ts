import type { ExecHost, ExecPlace } from "../gateway/exec.ts";
import { clusterClient, createShell, createTerminalSession } from "../shell/index.ts";
import type { Cluster } from "../sim/index.ts";

/** What kubectl says itself about a command that failed: the real one, at the other end, says it too. */
const ownComplaint = /command terminated with exit code \d+\n$/;

/** Commands in containers of a served cluster: what our own kubectl's exec runs in its simulated containers. */
export function execHost(cluster: Cluster): ExecHost {
  const shell = createShell(clusterClient(cluster));
  return {
    run(place, words, stdin) {
      const input = stdin === "" ? [] : ["-i"];
      const line = ["kubectl", "exec", ...input, ...placeWords(place), "--", ...words];
      const { exit, stdout, stderr } = shell.run(line, { read: () => undefined, stdin });
      return { exit, stdout, stderr: stderr.replace(ownComplaint, "") };
    },
    open(place, words, write, ended) {
      if (!["sh", "bash", "ash"].includes((words[0] ?? "").replace(/^.*\//, "")) || words.length > 1) return undefined;
      let shown = "";
      const session = createTerminalSession(shell, (text) => {
        shown += text;
      });
      const outside = session.prompt;
      session.input(`kubectl exec -it ${placeWords(place).join(" ")} -- ${words.join(" ")}\r`);
      if (session.prompt === outside) return undefined;
      write(session.prompt);
      return {
        input(text) {
          // A key at a time, so that nothing is typed into the shell outside once the one in the container has ended.
          for (const key of text) {
            shown = "";
            session.input(key);
            if (session.prompt !== outside) write(shown);
            else {
              // The last line is the prompt outside.
              write(shown.slice(0, shown.lastIndexOf("\n") + 1));
              return ended(0);
            }
          }
        },
        resize: (columns, rows) => session.resize(columns, rows),
      };
    },
  };
}

function placeWords({ namespace, pod, container }: ExecPlace): readonly string[] {
  return ["-n", namespace, pod, "-c", container];
}
