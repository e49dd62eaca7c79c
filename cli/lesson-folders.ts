import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LessonError } from "../lessons/engine/lesson-error.ts";
import { Failure, WrongUse } from "./command.ts";

/** A lesson as it lies on disk. */
export interface LessonFolder {
  /** Name of the folder, e.g. "07-rolling-updates". */
  readonly slug: string;
  readonly folder: string;
  /** The text of lesson.md. */
  readonly markdown: string;
}

/** The lessons of a folder, in order. Throws a Failure if there is none. */
export function lessonsIn(folder: string): readonly LessonFolder[] {
  if (!existsSync(folder)) throw new Failure(`There is no folder ${folder}: name one with --lessons.`);
  const slugs = readdirSync(folder).filter((name) => existsSync(join(folder, name, "lesson.md")));
  if (slugs.length === 0) throw new Failure(`${folder} holds no lesson: a lesson is a file NN-slug/lesson.md in it.`);
  return slugs.sort().map((slug) => {
    const path = join(folder, slug);
    return { slug, folder: path, markdown: readFileSync(join(path, "lesson.md"), "utf8") };
  });
}

/** Those of the lessons that are named; all if none is. Throws WrongUse for a name that there is not. */
export function lessonsNamed(lessons: readonly LessonFolder[], names: readonly string[]): readonly LessonFolder[] {
  for (const name of names)
    if (!lessons.some(({ slug }) => slug === name))
      throw new WrongUse(`There is no lesson "${name}"; there are ${lessons.map(({ slug }) => slug).join(", ")}.`);
  return names.length === 0 ? lessons : lessons.filter(({ slug }) => names.includes(slug));
}

/** Does something for each lesson, and reports every broken one at once. Throws a Failure. */
export function forEachLesson<T>(
  lessons: readonly LessonFolder[],
  act: (lesson: LessonFolder, index: number) => T,
): readonly T[] {
  const complaints: string[] = [];
  const results = lessons.flatMap((lesson, index) => {
    try {
      return [act(lesson, index)];
    } catch (error) {
      if (!(error instanceof LessonError)) throw error;
      complaints.push(error.message);
      return [];
    }
  });
  if (complaints.length > 0) throw new Failure(complaints.join("\n"));
  return results;
}
