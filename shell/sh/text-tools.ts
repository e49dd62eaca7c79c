import type { ShellCommand, Terminal } from "../command.ts";
import { inputText, linesOf, options, tool } from "./tool.ts";

type LineFilter = (lines: readonly string[], flags: ReadonlyMap<string, string>) => readonly string[];

/** A program that reads lines and writes some of them. */
function filter(name: string, withValue: string, change: LineFilter): ShellCommand {
  return tool(name, (argv, terminal) => {
    const { flags, words } = options(argv, withValue);
    const text = inputText(name, words, terminal);
    if (text === undefined) return 1;
    for (const line of change(linesOf(text), flags)) terminal.out(`${line}\n`);
    return 0;
  });
}

const cat = tool("cat", (argv, terminal) => {
  const text = inputText("cat", options(argv).words, terminal);
  if (text === undefined) return 1;
  terminal.out(text);
  return 0;
});

const head = filter("head", "nc", (lines, flags) => {
  const count = Number(flags.get("n") ?? 10);
  return count < 0 ? lines.slice(0, count) : lines.slice(0, count);
});

const tail = filter("tail", "nc", (lines, flags) => {
  const count = flags.get("n") ?? "10";
  if (count.startsWith("+")) return lines.slice(Number(count) - 1);
  return Number(count) === 0 ? [] : lines.slice(-Number(count));
});

const sort = filter("sort", "kt", (lines, flags) => {
  const column = Number.parseInt(flags.get("k") ?? "0", 10) - 1;
  const key = (line: string) => (column < 0 ? line : (line.trim().split(flags.get("t") || /\s+/)[column] ?? ""));
  const isNumeric = flags.has("n") || (flags.get("k") ?? "").includes("n");
  const compare = (a: string, b: string) => {
    const [x, y] = [key(a), key(b)];
    if (isNumeric) return Number.parseFloat(x) - Number.parseFloat(y) || (x < y ? -1 : 1);
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const sorted = [...lines].sort(compare);
  if (flags.has("r")) sorted.reverse();
  return flags.has("u") ? [...new Set(sorted)] : sorted;
});

const uniq = filter("uniq", "", (lines, flags) => {
  const groups: { line: string; count: number }[] = [];
  for (const line of lines) {
    const last = groups[groups.length - 1];
    if (last?.line === line) last.count++;
    else groups.push({ line, count: 1 });
  }
  return groups.map(({ line, count }) => (flags.has("c") ? `${String(count).padStart(7)} ${line}` : line));
});

const cut = filter("cut", "dfc", (lines, flags) => {
  const divider = flags.get("d") ?? "\t";
  const wanted = (flags.get("f") ?? flags.get("c") ?? "1").split(",").map((part) => part.split("-"));
  const isWanted = (index: number) =>
    wanted.some(
      ([from = "", to]) => index >= Number(from || 1) && index <= Number(to === undefined ? from : to || 1e6),
    );
  const join = flags.has("f") ? divider : "";
  return lines.map((line) => {
    const parts = flags.has("f") ? line.split(divider) : [...line];
    return parts.filter((_part, i) => isWanted(i + 1)).join(join);
  });
});

const wc = tool("wc", (argv, terminal) => {
  const { flags, words } = options(argv);
  const text = inputText("wc", words, terminal);
  if (text === undefined) return 1;
  const counts: readonly (readonly [string, number])[] = [
    ["l", text.split("\n").length - 1],
    ["w", text.split(/\s+/).filter((word) => word !== "").length],
    ["c", text.length],
  ];
  const shown = counts.filter(([flag]) => flags.size === 0 || flags.has(flag)).map(([, count]) => String(count));
  const file = words[0] === undefined ? "" : ` ${words[0]}`;
  terminal.out(`${shown.length === 1 ? shown[0] : shown.map((count) => count.padStart(9)).join("")}${file}\n`);
  return 0;
});

const grep = tool("grep", (argv, terminal) => {
  const { flags, words } = options(argv, "eABCm");
  const [first = "", ...rest] = words;
  const files = flags.has("e") ? words : rest;
  const pattern = flags.get("e") ?? first;
  const text = inputText("grep", files, terminal);
  const matches = matcher(pattern, flags);
  if (matches === undefined) {
    terminal.err(`grep: bad regex '${pattern}'\n`);
    return 2;
  }
  const lines = linesOf(text ?? "");
  const hits = lines.map((line, i) => ({ line, i })).filter(({ line }) => matches(line) !== flags.has("v"));
  show(lines, hits.slice(0, Number(flags.get("m") ?? hits.length)), flags, pattern, terminal);
  return hits.length === 0 ? (text === undefined ? 2 : 1) : 0;
});

function show(
  lines: readonly string[],
  hits: readonly { readonly line: string; readonly i: number }[],
  flags: ReadonlyMap<string, string>,
  pattern: string,
  terminal: Terminal,
): void {
  if (flags.has("q")) return;
  if (flags.has("c")) return terminal.out(`${hits.length}\n`);
  const around = (flag: string) => Number(flags.get(flag) ?? flags.get("C") ?? 0);
  const shown = new Set<number>();
  for (const { i } of hits) {
    for (let j = Math.max(0, i - around("B")); j <= Math.min(lines.length - 1, i + around("A")); j++) shown.add(j);
  }
  for (const i of [...shown].sort((a, b) => a - b)) {
    const number = flags.has("n") ? `${i + 1}:` : "";
    const found = flags.has("o") ? (new RegExp(basicToExtended(pattern, flags)).exec(lines[i]!)?.[0] ?? "") : lines[i]!;
    terminal.out(`${number}${found}\n`);
  }
}

const PATTERN_MAX = 200;

function matcher(pattern: string, flags: ReadonlyMap<string, string>): ((line: string) => boolean) | undefined {
  const fold = (text: string) => (flags.has("i") ? text.toLowerCase() : text);
  if (flags.has("F") || pattern.length > PATTERN_MAX) return (line) => fold(line).includes(fold(pattern));
  try {
    const body = basicToExtended(pattern, flags);
    const expression = new RegExp(flags.has("w") ? `\\b(?:${body})\\b` : body, flags.has("i") ? "i" : "");
    return (line) => expression.test(line);
  } catch {
    return undefined;
  }
}

/** In a basic expression `+ ? | ( ) { }` are plain and their escaped forms are not; `-E` has it the other way round. */
function basicToExtended(pattern: string, flags: ReadonlyMap<string, string>): string {
  if (flags.has("E") || flags.has("P")) return pattern;
  return pattern.replace(/\\?[+?|(){}]/g, (mark) => (mark.length === 2 ? mark[1]! : `\\${mark}`));
}

const tr = tool("tr", (argv, { files, out }) => {
  const { flags, words } = options(argv);
  const spell = (set: string) =>
    [
      ...set
        .replace(/\\n/g, "\n")
        .replace(/\\t/g, "\t")
        .replace(/(.)-(.)/g, (_all, from: string, to: string) => {
          let range = "";
          for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) range += String.fromCharCode(code);
          return range;
        }),
    ] as const;
  const [from, to] = [spell(words[0] ?? ""), spell(words[1] ?? "")];
  const text = [...(files.stdin ?? "")].map((c) => {
    const at = from.indexOf(c);
    if (at < 0) return c;
    return flags.has("d") ? "" : (to[Math.min(at, to.length - 1)] ?? c);
  });
  out(text.join(""));
  return 0;
});

/** The filters that pipes are made of. */
export const TEXT_TOOLS: readonly ShellCommand[] = [cat, head, tail, sort, uniq, cut, wc, grep, tr];
