import type { ShellCommand } from "../command.ts";
import { readFile } from "../place-files.ts";
import { readAll } from "../stdin.ts";
import { awk } from "./awk.ts";
import { grep } from "./grep.ts";
import { absolutePath } from "./path.ts";
import { sed } from "./sed.ts";
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
  const shown = groups.filter(({ count }) => (count > 1 ? !flags.has("u") : !flags.has("d")));
  return shown.map(({ line, count }) => (flags.has("c") ? `${String(count).padStart(7)} ${line}` : line));
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
  const text = [...readAll(files)].map((c) => {
    const at = from.indexOf(c);
    if (at < 0) return c;
    return flags.has("d") ? "" : (to[Math.min(at, to.length - 1)] ?? c);
  });
  out(text.join(""));
  return 0;
});

const tee = tool("tee", (argv, terminal) => {
  const { flags, words } = options(argv);
  const text = readAll(terminal.files);
  terminal.out(text);
  for (const word of words) {
    const path = absolutePath(word, terminal);
    const before = flags.has("a") ? (readFile(path, terminal) ?? "") : "";
    terminal.environment.files.set(path, before + text);
  }
  return 0;
});

/** The filters that pipes are made of. */
export const TEXT_TOOLS: readonly ShellCommand[] = [cat, head, tail, sort, uniq, cut, wc, grep, tr, sed, awk, tee];
