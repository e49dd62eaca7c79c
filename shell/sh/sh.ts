import { exportedEnvironment, type ShellCommand, type Terminal } from "../command.ts";
import { flavourAt } from "../images.ts";
import { type Place, placeText } from "../place.ts";
import { readFile } from "../place-files.ts";
import { readAll } from "../stdin.ts";
import { setParameters } from "./built-ins.ts";
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
    run(argv, outer) {
      const environment = exportedEnvironment(outer.environment);
      const terminal = { ...outer, environment };
      const first = argv.findIndex((word) => !/^-[a-z]+$/.test(word));
      const rest = first < 0 ? [] : argv.slice(first);
      const flags = argv.slice(0, first < 0 ? argv.length : first).join("");
      if (flags.includes("e")) environment.variables.set("-", "e");
      if (flags.includes("c")) {
        const [script, ...words] = rest;
        if (script !== undefined) return runScript(script, withArguments(words, terminal));
        terminal.err(`${name}: -c requires an argument\n`);
        return 2;
      }
      if (rest[0] !== undefined) return runFile(name, rest, terminal);
      if (terminal.files.stdin !== undefined) return runScript(readAll(terminal.files), terminal);
      terminal.enter?.({
        place: terminal.place,
        prompt: promptOf(terminal.place, name),
        environment,
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

function withArguments([name, ...words]: readonly string[], terminal: Terminal): Terminal {
  const { variables } = terminal.environment;
  if (name !== undefined) variables.set("0", name);
  setParameters(words, variables);
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
