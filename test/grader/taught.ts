/** The lessons that a synthetic class is taught, with their solutions, and the notebooks that its students are handed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GradedLesson, openLesson } from "../../grader/index.ts";
import { registerLessons } from "../../lessons/catalogue.ts";
import { compileLesson } from "../../lessons/engine/compile.ts";
import { notebookText } from "../../lessons/engine/notebook.ts";
import { releaseToken } from "../../lessons/engine/release-token.ts";
import { seedOf } from "../../lessons/engine/seeds.ts";
import type { Solutions } from "../../lessons/exercise.ts";

/** The key of the synthetic course. */
export const courseKey = "a key for a course that never was";

/** A cell as it stands in the file. */
export interface JsonCell {
  id: string;
  cell_type: string;
  source: string[] | string;
  metadata: Record<string, unknown>;
  outputs?: unknown[];
}

/** A notebook as it stands in the file. */
export interface JsonNotebook {
  cells: JsonCell[];
  metadata: Record<string, unknown>;
}

/** A lesson with its solutions. */
export interface Taught {
  readonly lesson: GradedLesson;
  readonly solutions: Solutions;
  readonly text: string;
}

/** The lesson that the grader's tests bring along. Its code must have been registered. */
export async function taughtShop(): Promise<Taught> {
  const { solutions } = await import("./fixtures/lesson-code.ts");
  const text = readFileSync(join(import.meta.dirname, "fixtures/lesson.md"), "utf8");
  return { lesson: openLesson({ slug: "90-shop", text }), solutions, text };
}

/** Lesson 1, as it ships. */
export async function taughtFirst(): Promise<Taught> {
  registerLessons();
  const slug = "01-whole-cluster";
  const { solutions } = await import("../../lessons/01-whole-cluster/solution.ts");
  const text = readFileSync(join(import.meta.dirname, "../../lessons", slug, "lesson.md"), "utf8");
  return { lesson: openLesson({ slug, text }), solutions, text };
}

/** A student's release with nothing filled in. */
export function releaseOf({ lesson, text }: Taught, student: string): JsonNotebook {
  const { slug, version } = lesson;
  const token = releaseToken({ lesson: slug, version, student, seed: seedOf(slug, student, courseKey) }, courseKey);
  return JSON.parse(notebookText(compileLesson(slug, text, { token }))) as JsonNotebook;
}

/** The answer cell of an exercise. */
export function answerCell(notebook: JsonNotebook, { lesson }: Taught, exercise: string): JsonCell {
  return notebook.cells.find(({ id }) => id === `${lesson.slug}-${exercise}`) as JsonCell;
}
