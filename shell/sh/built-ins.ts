import type { Terminal } from "../command.ts";
import { programNamesAt } from "../images.ts";
import { isDirectory } from "../place-files.ts";
import { absolutePath } from "./path.ts";
import { printf, unescaped } from "./printf.ts";
import { read } from "./read.ts";
import { testHolds } from "./test-expression.ts";

/** A command that the shell has in itself: it may change the shell's own variables. */
export type BuiltIn = (argv: readonly string[], terminal: Terminal) => number;

/** The commands that the small shell has in itself. */
export const BUILT_INS: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  [":", () => 0],
  ["true", () => 0],
  ["false", () => 1],
  ["echo", echo],
  ["printf", printf],
  ["cd", cd],
  ["pwd", pwd],
  ["export", exported],
  ["local", assign],
  ["readonly", assign],
  ["set", set],
  ["shift", shift],
  ["unset", unset],
  ["test", (argv, terminal) => test("test", argv, terminal)],
  ["[", bracket],
  ["read", read],
  ["type", type],
  ["command", command],
  ["history", history],
]);

function pwd(_argv: readonly string[], { environment, out }: Terminal): number {
  out(`${environment.variables.get("PWD") ?? "/"}\n`);
  return 0;
}

function echo(argv: readonly string[], { out }: Terminal): number {
  const options = argv.findIndex((word) => !/^-[neE]+$/.test(word));
  const flags = argv.slice(0, options < 0 ? argv.length : options).join("");
  const words = argv.slice(options < 0 ? argv.length : options).join(" ");
  const text = flags.includes("e") ? unescaped(words) : words;
  out(flags.includes("n") ? text : `${text}\n`);
  return 0;
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
    const name = equals > 0 ? word.slice(0, equals) : word;
    if (!environment.variables.has(name)) environment.unexported.add(name);
    if (equals > 0) environment.variables.set(name, word.slice(equals + 1));
  }
  return 0;
}

function exported(argv: readonly string[], terminal: Terminal): number {
  const { variables, unexported } = terminal.environment;
  const names = argv.filter((word) => !word.startsWith("-"));
  assign(names, terminal);
  for (const word of names) unexported.delete(word.replace(/=.*$/s, ""));
  if (names.length > 0) return 0;
  for (const name of [...variables.keys()].sort()) {
    if (/^[A-Za-z_]/.test(name) && !unexported.has(name)) terminal.out(`export ${name}='${variables.get(name)}'\n`);
  }
  return 0;
}

/** `set -e`, `set +e`, `set -- WORD…`; alone it lists the variables. */
function set(argv: readonly string[], { environment, out }: Terminal): number {
  const { variables } = environment;
  if (argv.length === 0) {
    const names = [...variables.keys()].filter((name) => /^[A-Za-z_]/.test(name)).sort();
    for (const name of names) out(`${name}='${variables.get(name)}'\n`);
  }
  let at = 0;
  for (; /^[-+][a-z]+$/.test(argv[at] ?? ""); at++) {
    const flags = argv[at]!.slice(1);
    const others = [...(variables.get("-") ?? "")].filter((flag) => !flags.includes(flag)).join("");
    variables.set("-", argv[at]!.startsWith("-") ? others + flags : others);
    if (flags.endsWith("o")) at++;
  }
  if (argv[at] === "--") setParameters(argv.slice(at + 1), variables);
  else if (at < argv.length) setParameters(argv.slice(at), variables);
  return 0;
}

/** Makes words the `$1`, `$2`, … of a shell. */
export function setParameters(words: readonly string[], variables: Map<string, string>): void {
  for (let i = Number(variables.get("#") ?? 0); i > words.length; i--) variables.delete(String(i));
  words.forEach((word, i) => {
    variables.set(String(i + 1), word);
  });
  variables.set("#", String(words.length));
}

function shift(argv: readonly string[], { environment: { variables }, err }: Terminal): number {
  const words = Array.from({ length: Number(variables.get("#") ?? 0) }, (_none, i) => variables.get(`${i + 1}`) ?? "");
  const count = Number(argv[0] ?? 1);
  if (!(count >= 0 && count <= words.length)) {
    err("sh: shift: can't shift that many\n");
    return 1;
  }
  setParameters(words.slice(count), variables);
  return 0;
}

function unset(argv: readonly string[], { environment }: Terminal): number {
  for (const name of argv) environment.variables.delete(name);
  return 0;
}

function test(name: string, argv: readonly string[], terminal: Terminal): number {
  const verdict = testHolds(argv, terminal);
  if (typeof verdict === "boolean") return verdict ? 0 : 1;
  terminal.err(`sh: ${name}: ${verdict.complaint}\n`);
  return 2;
}

function bracket(argv: readonly string[], terminal: Terminal): number {
  if (argv.at(-1) === "]") return test("[", argv.slice(0, -1), terminal);
  terminal.err("sh: [: missing ]\n");
  return 2;
}

function type(argv: readonly string[], { place, out, err }: Terminal): number {
  let exit = 0;
  for (const name of argv) {
    if (BUILT_INS.has(name)) out(`${name} is a shell builtin\n`);
    else if (programNamesAt(place).includes(name)) out(`${name} is /usr/bin/${name}\n`);
    else {
      err(`sh: type: ${name}: not found\n`);
      exit = 127;
    }
  }
  return exit;
}

/** `command -v NAME`, and `command NAME…`, which is the same as without. */
function command(argv: readonly string[], terminal: Terminal): number {
  const [first = "", ...rest] = argv;
  if (first === "-v") {
    const name = rest[0] ?? "";
    const isProgram = programNamesAt(terminal.place).includes(name);
    if (BUILT_INS.has(name) || isProgram) terminal.out(`${BUILT_INS.has(name) ? name : `/usr/bin/${name}`}\n`);
    return BUILT_INS.has(name) || isProgram ? 0 : 127;
  }
  const builtIn = BUILT_INS.get(first);
  if (builtIn !== undefined) return builtIn(rest, terminal);
  const { out, err, files } = terminal;
  const exit = terminal.spawn(argv, { out, err, files, environment: terminal.environment });
  if (exit === undefined) terminal.err(`sh: ${first}: not found\n`);
  return exit ?? 127;
}

function history(_argv: readonly string[], { history: lines = [], out }: Terminal): number {
  lines.forEach((line, i) => {
    out(`${String(i + 1).padStart(5)}  ${line}\n`);
  });
  return 0;
}
