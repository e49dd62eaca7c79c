import type { Terminal } from "../command.ts";
import { readLine } from "../stdin.ts";
import { options } from "./tool.ts";

/** `read [-r] [-p PROMPT] NAME…`: one line of standard input, by fields; fails at its end. */
export function read(argv: readonly string[], { environment, files, err }: Terminal): number {
  const { flags, words } = options(argv, "pntd");
  if (flags.has("p")) err(flags.get("p")!);
  const names = words.length === 0 ? ["REPLY"] : words;
  const { line, isWhole } = logicalLine(() => readLine(files), flags.has("r"));
  const blanks = environment.variables.get("IFS") ?? " \t\n";
  let rest = trimmed(line, blanks);
  for (const name of names.slice(0, -1)) {
    const end = [...rest].findIndex((c) => blanks.includes(c));
    const at = end < 0 ? rest.length : [...rest].slice(0, end).join("").length;
    environment.variables.set(name, rest.slice(0, at));
    const isSeparator = rest[at] !== undefined && !/\s/.test(rest[at]);
    rest = trimmed(rest.slice(isSeparator ? at + 1 : at), blanks);
  }
  environment.variables.set(names.at(-1)!, rest);
  return isWhole ? 0 : 1;
}

function logicalLine(next: () => string | undefined, isRaw: boolean) {
  let line = "";
  for (;;) {
    const more = next();
    if (more === undefined || !more.endsWith("\n")) return { line: line + (more ?? ""), isWhole: false };
    line += more.slice(0, -1);
    if (isRaw) return { line, isWhole: true };
    const continues = /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
    if (!continues) return { line: line.replace(/\\(.)/g, "$1"), isWhole: true };
    line = line.slice(0, -1);
  }
}

/** Without the blanks at both ends that separate fields. */
function trimmed(text: string, blanks: string): string {
  const isBlank = (c: string | undefined) => c !== undefined && blanks.includes(c) && /\s/.test(c);
  let [start, end] = [0, text.length];
  while (isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}
