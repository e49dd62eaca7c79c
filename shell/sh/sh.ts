import type { ShellCommand, Terminal } from "../command.ts";
import { flavourAt } from "../images.ts";
import { type Place, placeText } from "../place.ts";
import { readFile } from "../place-files.ts";
import { runScript } from "./interpret.ts";
import { absolutePath } from "./path.ts";

/** What stands before the cursor in a place; `$PWD` is put in by who shows it. */
export function promptOf(place: Place, program = "sh"): string {
  if (place.kind === "outside") return "orrery:~$ ";
  if (place.kind === "node") return `root@${place.name}:~# `;
  if (place.node !== undefined) return "/ # ";
  if (flavourAt(place) === "busybox") return "/ # ";
  return program === "bash" ? `root@${place.pod}:/# ` : "# ";
}

/** `sh`: `-c SCRIPT`, a file, standard input, or the keyboard. */
function shell(name: string): ShellCommand {
  return {
    name,
    run(argv, terminal) {
      const rest = argv.filter((word) => !/^-[eilux]+$/.test(word));
      const c = rest.findIndex((word) => /^-[eux]*c$/.test(word));
      if (c >= 0) {
        const script = rest[c + 1];
        if (script !== undefined) return runScript(script, withArguments(rest.slice(c + 2), terminal));
        terminal.err(`${name}: -c requires an argument\n`);
        return 2;
      }
      if (rest[0] !== undefined) return runFile(name, rest, terminal);
      if (terminal.files.stdin !== undefined) return runScript(terminal.files.stdin, terminal);
      terminal.enter?.({
        place: terminal.place,
        prompt: promptOf(terminal.place, name),
        environment: terminal.environment,
        left: terminal.left ?? ((exit) => exit),
      });
      return 0;
    },
  };
}

function runFile(name: string, words: readonly string[], terminal: Terminal): number {
  const [path = "", ...rest] = words;
  const text = readFile(absolutePath(path, terminal), terminal);
  if (text !== undefined) return runScript(text, withArguments([path, ...rest], terminal));
  terminal.err(`${name}: can't open '${path}': No such file or directory\n`);
  return 2;
}

function withArguments(words: readonly string[], terminal: Terminal): Terminal {
  words.forEach((word, i) => {
    terminal.environment.variables.set(String(i), word);
  });
  terminal.environment.variables.set("#", String(Math.max(0, words.length - 1)));
  return terminal;
}

/** The small shell under its three names. */
export const [sh, bash, ash] = [shell("sh"), shell("bash"), shell("ash")] as const;

/** The name that a place gives itself. */
export function hostnameAt({ place, environment }: Terminal): string {
  if (place.kind === "outside") return "orrery";
  if (place.kind === "node") return place.name;
  return environment.variables.get("HOSTNAME") ?? placeText(place).split("/").pop()!;
}
