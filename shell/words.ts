/** What one line of shell text is, once split: words, or the reason why it has none. */
type WordSplit =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "unclosed"; readonly quote: "'" | '"' };

const BLANK = " \t\r\n";
const ESCAPABLE_IN_DOUBLE = '"\\$`';

/**
 * Splits a line into words as a POSIX shell does (IEEE 1003.1, 2.2 Quoting): blanks separate, quotes and backslashes
 * join, `#` at the start of a word begins a comment. Left out: variables, globs, pipes and redirections.
 */
export function splitWords(line: string): WordSplit {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (BLANK.includes(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === "#" && word === undefined) {
      while (i + 1 < line.length && line[i + 1] !== "\n") i++;
    } else if (c === "'" || c === '"') {
      const quoted = readQuoted(line, i, c);
      if (quoted === undefined) return { kind: "unclosed", quote: c };
      word = (word ?? "") + quoted.text;
      i = quoted.end;
    } else if (c === "\\") {
      i++;
      if (line[i] !== "\n") word = (word ?? "") + (line[i] ?? "");
    } else {
      word = (word ?? "") + c;
    }
  }
  if (word !== undefined) words.push(word);
  return { kind: "words", words };
}

function readQuoted(line: string, start: number, quote: "'" | '"'): { text: string; end: number } | undefined {
  let text = "";
  for (let i = start + 1; i < line.length; i++) {
    const c = line[i]!;
    if (c === quote) return { text, end: i };
    const next = line[i + 1];
    if (quote === '"' && c === "\\" && next === "\n") i++;
    else if (quote === '"' && c === "\\" && next !== undefined && ESCAPABLE_IN_DOUBLE.includes(next)) {
      text += next;
      i++;
    } else text += c;
  }
  return undefined;
}

/** Writes a value as exactly one word of a shell line, so that whatever is interpolated cannot become a flag or two words by its blanks. */
export function quoteWord(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * Splits a text of several commands at the line ends that no quote and no trailing backslash hides; blank lines and
 * comment lines are dropped.
 */
export function splitLines(text: string): readonly string[] {
  const lines: string[] = [];
  let current = "";
  for (const raw of text.split("\n")) {
    current = current === "" ? raw : `${current}\n${raw}`;
    const open = splitWords(current).kind === "unclosed" || /(^|[^\\])(\\\\)*\\$/.test(current);
    if (open) continue;
    if (splitWords(current).kind === "words" && !/^\s*(#|$)/.test(current)) lines.push(current);
    current = "";
  }
  if (current.trim() !== "") lines.push(current);
  return lines;
}
