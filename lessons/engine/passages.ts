import MarkdownIt, { type Token } from "markdown-it";
import { isBlockKind } from "./blocks.ts";
import { cellOfFence, requireBlockFence } from "./fence.ts";
import type { LessonText } from "./lesson-text.ts";
import type { CellRole } from "./nbgrader-metadata.ts";

/** One cell to be: its text, and the index of the line on which it begins, for messages. */
export interface Passage {
  readonly kind: "prose" | "code";
  readonly source: string;
  readonly line: number;
  /** The author's own name for the cell. */
  readonly id: string | undefined;
  /** What the cell is for, where that is more than reading and running. */
  readonly role?: CellRole;
}

/** A block that becomes several cells, which `lesson-cells.ts` makes. */
export interface BlockPassage {
  readonly kind: "block";
  readonly line: number;
}

/** About what a screen of 900 pixels shows beside JupyterLab's own bars. */
const rowsMax = { prose: 34, code: 34 } as const;
const charactersInRow = 100;

/**
 * Cuts the body of a lesson into cells: at each code block that is to run, at each block that becomes cells, and before each
 * heading. Throws a LessonError.
 */
export function passagesOf(text: LessonText, body: number): readonly (Passage | BlockPassage)[] {
  const markdown = new MarkdownIt({ html: false });
  // The front matter's lines stay, blank, so that markdown-it's line numbers are the file's own.
  const whole = text.lines.map((line, index) => (index < body ? "" : line)).join("\n");
  const passages: (Passage | BlockPassage)[] = [];
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
      const passage = passageOfFence(text, token, start);
      if (passage === undefined) continue;
      endProse(start);
      passages.push(passage);
      from = end;
    }
  }
  endProse(text.lines.length);
  return passages;
}

function passageOfFence(text: LessonText, token: Token, line: number): Passage | BlockPassage | undefined {
  const [language = ""] = token.info.trim().split(/\s+/);
  if (isBlockKind(language)) {
    requireBlockFence(text, token, line);
    return { kind: "block", line };
  }
  const cell = cellOfFence(text, token, line);
  return cell && { kind: "code", line, ...cell };
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

/**
 * Throws a LessonError for a cell that is longer than a screen, so that code, picture and the words about them are seen together.
 */
export function requireScreen(text: LessonText, { kind, source, line }: Passage): void {
  const rows = source.split("\n").reduce((sum, each) => sum + Math.max(1, Math.ceil(each.length / charactersInRow)), 0);
  if (rows <= rowsMax[kind]) return;
  const wish = kind === "prose" ? "put a heading or a cell into it" : "make two cells of it";
  throw text.error(
    line,
    `this ${kind === "prose" ? "passage" : "cell"} takes ${rows} rows, more than a screen (${rowsMax[kind]}): ${wish}`,
  );
}
