import type { Terminal } from "../command.ts";
import { isDirectory, readFile } from "../place-files.ts";
import { absolutePath } from "./path.ts";

type BuiltIn = (argv: readonly string[], terminal: Terminal) => number;

/** The commands that the small shell has in itself. */
export const BUILT_INS: Readonly<Record<string, BuiltIn>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  echo,
  printf,
  cd,
  pwd(_argv, { environment, out }) {
    out(`${environment.variables.get("PWD") ?? "/"}\n`);
    return 0;
  },
  export: assign,
  local: assign,
  readonly: assign,
  set: () => 0,
  unset(argv, { environment }) {
    for (const name of argv) environment.variables.delete(name);
    return 0;
  },
  test: (argv, terminal) => (holds(argv, terminal) ? 0 : 1),
  "[": (argv, terminal) => (holds(argv.slice(0, -1), terminal) ? 0 : 1),
  read(argv, { environment, files }) {
    environment.variables.set(argv[argv.length - 1] ?? "REPLY", (files.stdin ?? "").split("\n")[0] ?? "");
    return files.stdin === undefined || files.stdin === "" ? 1 : 0;
  },
};

function echo(argv: readonly string[], { out }: Terminal): number {
  const options = argv.findIndex((word) => !/^-[neE]+$/.test(word));
  const flags = argv.slice(0, options < 0 ? argv.length : options).join("");
  const words = argv.slice(options < 0 ? argv.length : options).join(" ");
  const text = flags.includes("e") ? unescaped(words) : words;
  out(flags.includes("n") ? text : `${text}\n`);
  return 0;
}

function printf(argv: readonly string[], { out }: Terminal): number {
  const [format = "", ...values] = argv;
  let next = 0;
  do {
    out(
      unescaped(format).replace(/%(-?\d*)[sdi]|%%/g, (spec, width: string) => {
        if (spec === "%%") return "%";
        const value = values[next++] ?? "";
        return width.startsWith("-") ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
      }),
    );
  } while (next > 0 && next < values.length);
  return 0;
}

function unescaped(text: string): string {
  const marks: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", e: "\u001b" };
  return text.replace(/\\([ntre\\])/g, (_all, mark: string) => marks[mark]!);
}

function cd(argv: readonly string[], terminal: Terminal): number {
  const { variables } = terminal.environment;
  const target = argv[0] === "-" ? (variables.get("OLDPWD") ?? "/") : (argv[0] ?? variables.get("HOME") ?? "/");
  const path = absolutePath(target, terminal);
  if (!isDirectory(path, terminal)) {
    terminal.err(`sh: cd: can't cd to ${target}: No such file or directory\n`);
    return 2;
  }
  variables.set("OLDPWD", variables.get("PWD") ?? "/");
  variables.set("PWD", path);
  return 0;
}

function assign(argv: readonly string[], { environment }: Terminal): number {
  for (const word of argv) {
    const equals = word.indexOf("=");
    if (equals > 0) environment.variables.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return 0;
}

/** `test`: texts, numbers, files, and `!`. */
function holds(words: readonly string[], terminal: Terminal): boolean {
  if (words[0] === "!") return !holds(words.slice(1), terminal);
  const [a = "", operator = "", b = ""] = words;
  if (words.length === 1) return a !== "";
  if (words.length === 2) {
    const path = absolutePath(operator, terminal);
    if (a === "-z") return operator === "";
    if (a === "-n") return operator !== "";
    if (a === "-d") return isDirectory(path, terminal);
    return readFile(path, terminal) !== undefined || (a === "-e" && isDirectory(path, terminal));
  }
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case "=":
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "-eq":
      return x === y;
    case "-ne":
      return x !== y;
    case "-lt":
      return x < y;
    case "-le":
      return x <= y;
    case "-gt":
      return x > y;
    default:
      return operator === "-ge" && x >= y;
  }
}
