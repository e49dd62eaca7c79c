import { type Pattern, readPattern } from "../pattern.ts";
import { absolutePath } from "./path.ts";
import { inputText, linesOf, options, tool } from "./tool.ts";

/** Whether a command of sed is for a line: all, one by number, the last, or those where a pattern is found. */
type Address = (line: string, number: number, isLast: boolean) => boolean;

interface Command {
  readonly address: Address;
  readonly kind: "s" | "p" | "d" | "q";
  readonly pattern?: Pattern;
  readonly replacement?: string;
  readonly flags?: string;
}

/** `sed`: `s`, `p`, `d` and `q`, each for all lines, for one, for some, or for those where a pattern is found; `-i` writes files. */
export const sed = tool("sed", (argv, terminal) => {
  const { flags, words } = options(argv, "e");
  const script = flags.get("e") ?? words[0];
  const files = flags.has("e") ? words : words.slice(1);
  const commands = readScript(script ?? "", flags.has("E") || flags.has("r"));
  if (script === undefined || typeof commands === "string") {
    terminal.err(script === undefined ? "Usage: sed [OPTION]... SCRIPT [FILE]...\n" : `sed: ${commands}\n`);
    return 1;
  }
  const isQuiet = flags.has("n");
  if (!flags.has("i")) {
    const text = inputText("sed", files, terminal);
    if (text === undefined) return 2;
    terminal.out(edited(text, commands, isQuiet));
    return 0;
  }
  if (files.length === 0) {
    terminal.err("sed: no input files\n");
    return 1;
  }
  for (const path of files) {
    const text = inputText("sed", [path], terminal);
    if (text === undefined) return 4;
    terminal.environment.files.set(absolutePath(path, terminal), edited(text, commands, isQuiet));
  }
  return 0;
});

/** A text after the commands have seen each of its lines. */
function edited(text: string, commands: readonly Command[], isQuiet: boolean): string {
  const lines = linesOf(text);
  let written = "";
  for (const [i, first] of lines.entries()) {
    let line = first;
    const fits = ({ address }: Command) => address(line, i + 1, i === lines.length - 1);
    let isGone = false;
    let isLast = false;
    for (const command of commands) {
      if (isGone || isLast || !fits(command)) continue;
      if (command.kind === "d") isGone = true;
      else if (command.kind === "q") isLast = true;
      else {
        const changed = command.kind === "s" ? substituted(line, command) : line;
        const prints = command.kind === "p" || (changed !== undefined && command.flags?.includes("p"));
        line = changed ?? line;
        if (prints) written += `${line}\n`;
      }
    }
    if (!isGone && !isQuiet) written += `${line}\n`;
    if (isLast) break;
  }
  return written;
}

/** A script's commands, or why it has none. */
function readScript(script: string, isExtended: boolean): readonly Command[] | string {
  const commands: Command[] = [];
  let rest = script.replace(/^[\s;]+/, "");
  while (rest !== "") {
    const head = /^(\d+,(?:\d+|\$)|\d+|\$|\/((?:\\.|[^/\\])*)\/)?\s*(!?)\s*([spdq])/.exec(rest);
    if (head === null)
      return `-e expression #1, char ${script.length - rest.length + 1}: unknown command: \`${rest[0]}'`;
    const [all, where, found, not, kind] = head;
    const pattern = found === undefined ? undefined : readPattern(found.replaceAll("\\/", "/"), { isExtended });
    if (found !== undefined && pattern === undefined) return `-e expression #1, char ${all.length}: bad regex`;
    const fits = addressOf(where, pattern);
    const address: Address = not === "" ? fits : (...line) => !fits(...line);
    rest = rest.slice(all.length);
    if (kind !== "s") commands.push({ address, kind: kind as "p" });
    else {
      const parts = substitution(rest);
      if (parts === undefined) return `-e expression #1, char ${script.length}: unterminated \`s' command`;
      const { from, to, flags, length } = parts;
      const what = readPattern(from, { isExtended, ignoresCase: /i/i.test(flags) });
      if (what === undefined) return `-e expression #1, char ${script.length}: bad regex`;
      commands.push({ address, kind: "s", pattern: what, replacement: to, flags });
      rest = rest.slice(length);
    }
    if (!/^\s*(?:[;\n}]|$)/.test(rest))
      return `-e expression #1, char ${script.length}: extra characters after command`;
    rest = rest.replace(/^[\s;]+/, "");
  }
  return commands;
}

function addressOf(where: string | undefined, pattern: Pattern | undefined): Address {
  if (where === undefined) return () => true;
  if (pattern !== undefined) return (line) => pattern.test(line);
  if (where === "$") return (_line, _number, isLast) => isLast;
  const [from = "", to = from] = where.split(",");
  return (_line, number) => number >= Number(from) && (to === "$" || number <= Number(to));
}

/** What follows the `s`: two texts between three of the same character, and flags. */
function substitution(text: string) {
  const divider = text[0];
  if (divider === undefined || divider === "\\" || divider === "\n") return undefined;
  const parts = ["", ""];
  let at = 1;
  for (let part = 0; part < 2; at++) {
    const c = text[at];
    if (c === undefined) return undefined;
    if (c === divider) part++;
    else if (c !== "\\") parts[part] += c;
    else parts[part] += text[++at] === divider ? divider : `\\${text[at] ?? ""}`;
  }
  const flags = /^[gpiI\d]*/.exec(text.slice(at))![0];
  return { from: parts[0]!, to: parts[1]!, flags, length: at + flags.length };
}

/** The line with what was found replaced; undefined where nothing was. */
function substituted(line: string, { pattern, replacement = "", flags = "" }: Command): string | undefined {
  const first = Number(/\d+/.exec(flags)?.[0] ?? 1);
  const found = pattern!.all(line).slice(first - 1, flags.includes("g") ? undefined : first);
  if (found.length === 0) return undefined;
  let text = "";
  let at = 0;
  for (const { start, end, groups } of found) {
    const whole = line.slice(start, end);
    const put = replacement.replace(/\\([\s\S])|&/g, (mark, escaped: string | undefined) => {
      if (mark === "&") return whole;
      if (/\d/.test(escaped!)) return escaped === "0" ? whole : (groups[Number(escaped) - 1] ?? "");
      return escaped === "n" ? "\n" : escaped === "t" ? "\t" : escaped!;
    });
    text += line.slice(at, start) + put;
    at = end;
  }
  return text + line.slice(at);
}
