import MarkdownIt, { type Token } from "markdown-it";
import { cellOfFence } from "./fence.ts";
import type { LessonText } from "./lesson-text.ts";

/** One cell to be: its text, and the index of the line on which it begins, for messages. */
export interface Passage {
  readonly kind: "prose" | "code";
  readonly source: string;
  readonly line: number;
  /** The author's own name for the cell. */
  readonly id: string | undefined;
}

/** About what a screen of 900 pixels shows beside JupyterLab's own bars. */
const rowsMax = { prose: 34, code: 34 } as const;
const charactersInRow = 100;

/** Cuts the body of a lesson into cells: at each code block that is to run, and before each heading. Throws a LessonError. */
export function passagesOf(text: LessonText, body: number): readonly Passage[] {
  const markdown = new MarkdownIt({ html: false });
  // The front matter's lines stay, blank, so that markdown-it's line numbers are the file's own.
  const whole = text.lines.map((line, index) => (index < body ? "" : line)).join("\n");
  const passages: Passage[] = [];
  let from = body;
  const endProse = (to: number) => {
    const source = text.slice(from, to);
    if (source !== "") passages.push({ kind: "prose", source, line: firstWritten(text, from), id: undefined });
  };
  for (const token of markdown.parse(whole, {})) {
    if (token.map === null) continue;
    const [start, end] = token.map;
    if (token.type === "heading_open" && token.level === 0) {
      requireLowHeading(text, token, start);
      endProse(start);
      from = start;
    } else if (token.type === "fence") {
      const cell = cellOfFence(text, token, start);
      if (cell === undefined) continue;
      endProse(start);
      passages.push({ kind: "code", line: start, ...cell });
      from = end;
    }
  }
  endProse(text.lines.length);
  for (const passage of passages) requireScreen(text, passage);
  return passages;
}

function firstWritten(text: LessonText, from: number): number {
  let line = from;
  while (text.lines[line]?.trim() === "") line += 1;
  return line;
}

function requireLowHeading(text: LessonText, token: Token, line: number): void {
  if (token.tag === "h1")
    throw text.error(line, "the title stands in the front matter: headings of the body begin with ##");
}

/** No cell is longer than a screen, so that code, picture and the words about them are seen together. */
function requireScreen(text: LessonText, { kind, source, line }: Passage): void {
  const rows = source.split("\n").reduce((sum, each) => sum + Math.max(1, Math.ceil(each.length / charactersInRow)), 0);
  if (rows <= rowsMax[kind]) return;
  const wish = kind === "prose" ? "put a heading or a cell into it" : "make two cells of it";
  throw text.error(
    line,
    `this ${kind === "prose" ? "passage" : "cell"} takes ${rows} rows, more than a screen (${rowsMax[kind]}): ${wish}`,
  );
}
