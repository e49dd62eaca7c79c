/** A scene as plain text: heading, then its table as a tree. For a terminal, a screen reader and `text/plain`. */
import type { Scene, TwinRow } from "./scene.ts";

const ROWS_MAX = 200;

/** Lines that lead to a row: "├─ " and "└─ " below its parent. */
function branches(rows: readonly TwinRow[]): readonly string[] {
  const open: boolean[] = [];
  const result: string[] = [];
  for (let at = rows.length - 1; at >= 0; at--) {
    const { depth } = rows[at]!;
    let lead = "";
    for (let level = 1; level < depth; level++) lead += open[level] ? "│  " : "   ";
    if (depth > 0) lead += open[depth] ? "├─ " : "└─ ";
    open.length = depth + 1;
    open[depth] = true;
    result.unshift(lead);
  }
  return result;
}

function line(row: TwinRow, lead: string): string {
  const [what = "", ...rest] = row.cells;
  const words = rest.filter((cell) => cell !== "");
  return `${lead}${what}${words.length > 0 ? `  ${words.join(" · ")}` : ""}`;
}

/** The scene as lines joined by newlines; at most 200 rows, the rest counted. */
export function sceneToText(scene: Scene): string {
  const rows = scene.table.rows.slice(0, ROWS_MAX);
  const leads = branches(rows);
  const lines = [scene.title, scene.caption, "", ...rows.map((row, at) => line(row, leads[at]!))];
  const hidden = scene.table.rows.length - rows.length;
  if (hidden > 0) lines.push(`… and ${hidden} more rows`);
  return `${lines.join("\n")}\n`;
}
