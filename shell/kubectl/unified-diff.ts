const CONTEXT = 3;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** The hunks of `diff -u` between two texts, "" where they are equal; three lines of context, as GNU diff writes them. */
export function unifiedDiff(before: string, after: string): string {
  const lines = changes(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ mark }, i) => (mark === " " ? [] : [i]));
  const hunks: { from: number; to: number }[] = [];
  for (const i of changed) {
    const last = hunks.at(-1);
    const from = Math.max(0, i - CONTEXT);
    const to = Math.min(lines.length, i + CONTEXT + 1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks.map((hunk) => hunkText(lines, hunk)).join("");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function hunkText(lines: readonly Line[], { from, to }: { readonly from: number; readonly to: number }): string {
  const count = (part: readonly Line[], other: "-" | "+") => part.filter(({ mark }) => mark !== other).length;
  const [before, inside] = [lines.slice(0, from), lines.slice(from, to)];
  const range = (other: "-" | "+") => {
    const [start, length] = [count(before, other), count(inside, other)];
    if (length === 0) return `${start},0`;
    return length === 1 ? `${start + 1}` : `${start + 1},${length}`;
  };
  const body = inside.map(({ mark, text }) => `${mark}${text}\n`).join("");
  return `@@ -${range("+")} +${range("-")} @@\n${body}`;
}

/** A shortest way from one list of lines to another, removals first where both are possible. */
function changes(a: readonly string[], b: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let same = 0;
  while (same < a.length - start && same < b.length - start && a[a.length - 1 - same] === b[b.length - 1 - same])
    same++;
  const [left, right] = [a.slice(start, a.length - same), b.slice(start, b.length - same)];
  const keep = (text: string): Line => ({ mark: " ", text });
  return [...a.slice(0, start).map(keep), ...middle(left, right), ...a.slice(a.length - same).map(keep)];
}

function middle(a: readonly string[], b: readonly string[]): readonly Line[] {
  const width = b.length + 1;
  const common = new Array<number>((a.length + 1) * width).fill(0);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [down, right] = [common[(i + 1) * width + j]!, common[i * width + j + 1]!];
      common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(down, right);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: " ", text: a[i]! });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push({ mark: "-", text: a[i++]! });
    } else lines.push({ mark: "+", text: b[j++]! });
  }
  return lines;
}
