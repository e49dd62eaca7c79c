import { readFrontMatter } from "./front-matter.ts";
import { LessonText } from "./lesson-text.ts";
import { type Notebook, notebookOf } from "./notebook.ts";
import { type Passage, passagesOf } from "./passages.ts";

/**
 * Compiles a lesson's Markdown to its notebook. `slug` is the name of the lesson's folder, e.g. "00-tour".
 * The same text gives the same bytes. Throws a LessonError that names file and line of what is wrong.
 */
export function compileLesson(slug: string, markdown: string): Notebook {
  const text = new LessonText(slug, markdown);
  const { front, body } = readFrontMatter(text);
  const passages = passagesOf(text, body);
  requireOneUse(text, passages);
  return notebookOf(slug, front, passages);
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
