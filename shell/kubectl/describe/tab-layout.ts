const PADDING = 2;

/**
 * Lays out text whose cells end in tabs as Go's text/tabwriter does with padding 2: a column is as wide as its widest cell
 * among the lines that follow each other and have that column. The last cell of a line belongs to no column.
 */
export function layOutTabs(text: string): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths: number[] = [];
  const written: string[] = [];
  const writeLines = (from: number, to: number) => {
    for (const cells of lines.slice(from, to)) {
      written.push(cells.map((cell, i) => (i < cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell)).join(""));
    }
  };
  const format = (from: number, to: number) => {
    const column = widths.length;
    let start = from;
    for (let at = from; at < to; at++) {
      if (column >= lines[at]!.length - 1) continue;
      writeLines(start, at);
      start = at;
      let width = 0;
      for (; at < to && column < lines[at]!.length - 1; at++) {
        width = Math.max(width, [...lines[at]![column]!].length + PADDING);
      }
      widths.push(width);
      format(start, at);
      widths.pop();
      start = at;
    }
    writeLines(start, to);
  };
  format(0, lines.length);
  return written.join("\n");
}
