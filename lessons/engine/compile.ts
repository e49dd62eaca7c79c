import { cellsOfBlock, setupCell } from "./lesson-cells.ts";
import { type LessonSource, readLesson } from "./lesson-source.ts";
import type { LessonText } from "./lesson-text.ts";
import { type Edition, type Notebook, notebookOf } from "./notebook.ts";
import { type Passage, passagesOf, requireScreen } from "./passages.ts";

/**
 * Compiles a lesson's Markdown to its notebook. `slug` is the name of the lesson's folder, e.g. "00-tour".
 * The same text gives the same bytes. Throws a LessonError that names file and line of what is wrong.
 */
export function compileLesson(slug: string, markdown: string, edition: Edition = {}): Notebook {
  const source = readLesson(slug, markdown);
  const { text, body } = source;
  const setup = setupCell(source, edition);
  const cut = passagesOf(text, body);
  requireAllBlocks(source, new Set(cut.filter(({ kind }) => kind === "block").map(({ line }) => line)));
  const passages = cut.flatMap((each) => (each.kind === "block" ? cellsOfBlock(source, each.line, edition) : [each]));
  const all = setup === undefined ? passages : [setup, ...passages];
  for (const passage of all) if (passage.id !== "setup") requireScreen(text, passage);
  requireOneUse(text, all);
  return notebookOf(source, all, edition);
}

/** What the fast reader took for a block must be one for Markdown, too. */
function requireAllBlocks({ text, predictions, reveals, exercises }: LessonSource, found: ReadonlySet<number>): void {
  for (const { line } of [...predictions, ...reveals, ...exercises])
    if (!found.has(line)) throw text.error(line, "this block is inside something else: begin its fence at the margin");
}

function requireOneUse(text: LessonText, passages: readonly Passage[]): void {
  const lines = new Map<string, number>([["title", 0]]);
  for (const { id, line } of passages) {
    if (id === undefined) continue;
    const first = lines.get(id);
    if (first !== undefined) throw text.error(line, `the id ${id} is taken already, on line ${first + 1}`);
    lines.set(id, line);
  }
  if (passages.every(({ kind }) => kind !== "code")) {
    throw text.error(text.lines.length - 1, "a lesson needs a cell: a block that begins with ```ts");
  }
}
