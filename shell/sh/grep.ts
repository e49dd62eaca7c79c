import type { Terminal } from "../command.ts";
import { type Pattern, readPattern } from "../pattern.ts";
import { inputText, linesOf, options, tool } from "./tool.ts";

type Flags = ReadonlyMap<string, string>;

/** `grep`: patterns of POSIX, `-F`, and the options that people use. */
export const grep = tool("grep", (argv, terminal) => {
  const { flags, words } = options(argv, "eABCm");
  const [first, ...rest] = words;
  const pattern = flags.get("e") ?? first;
  if (pattern === undefined) {
    terminal.err("Usage: grep [OPTION]... PATTERNS [FILE]...\n");
    return 2;
  }
  const matches = matcher(pattern, flags);
  if (matches === undefined) {
    terminal.err(`grep: bad regex '${pattern}'\n`);
    return 2;
  }
  const text = inputText("grep", flags.has("e") ? words : rest, terminal);
  const lines = linesOf(text ?? "");
  const hits = lines.flatMap((line, i) => (matches.test(line) !== flags.has("v") ? [i] : []));
  show(lines, hits.slice(0, Number(flags.get("m") ?? hits.length)), flags, matches, terminal);
  return hits.length === 0 ? (text === undefined ? 2 : 1) : 0;
});

function show(lines: readonly string[], hits: readonly number[], flags: Flags, pattern: Pattern, terminal: Terminal) {
  if (flags.has("q")) return;
  if (flags.has("c")) return terminal.out(`${hits.length}\n`);
  const around = (flag: string) => Number(flags.get(flag) ?? flags.get("C") ?? 0);
  const shown = new Set<number>();
  for (const hit of hits) {
    for (let j = Math.max(0, hit - around("B")); j <= Math.min(lines.length - 1, hit + around("A")); j++) shown.add(j);
  }
  for (const i of [...shown].sort((a, b) => a - b)) {
    const line = lines[i]!;
    const texts = flags.has("o") ? pattern.all(line).map(({ start, end }) => line.slice(start, end)) : [line];
    const found = flags.has("o") ? texts.filter((text) => text !== "") : texts;
    for (const text of found) terminal.out(`${flags.has("n") ? `${i + 1}:` : ""}${text}\n`);
  }
}

/** Several lines are several patterns, each of which will do. */
function matcher(text: string, flags: Flags): Pattern | undefined {
  const parts = text.split("\n").map((one) =>
    readPattern(flags.has("F") ? one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : one, {
      isExtended: flags.has("E") || flags.has("F"),
      isPerl: flags.has("P"),
      ignoresCase: flags.has("i"),
      ...(flags.has("x") ? { whole: "line" } : flags.has("w") ? { whole: "word" } : {}),
    }),
  );
  if (!parts.every((part) => part !== undefined)) return undefined;
  return {
    test: (line) => parts.some((part) => part.test(line)),
    all: (line) => parts.flatMap((part) => part.all(line)).sort((a, b) => a.start - b.start),
  };
}
