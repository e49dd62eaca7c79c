/** A lesson as its grading needs it: words, cells and code together. */
import { compileLesson } from "../lessons/engine/compile.ts";
import { type LessonSource, readLesson } from "../lessons/engine/lesson-source.ts";
import type { Notebook } from "../lessons/engine/notebook.ts";
import { exercisesOf } from "../lessons/engine/registry.ts";
import type { Exercise } from "../lessons/engine/variant.ts";

/** A lesson that can be graded. */
export interface GradedLesson {
  readonly slug: string;
  readonly version: string;
  readonly source: LessonSource;
  /** The plain release; a student's differs in its first cell. */
  readonly release: Notebook;
  readonly exercises: ReadonlyMap<string, Exercise>;
  /** Choices of each question. */
  readonly predictions: ReadonlyMap<string, readonly string[]>;
  readonly hintsMax: number;
}

/** Text of a lesson.md with the name of its folder; plain data, for workers. */
export interface LessonFile {
  readonly slug: string;
  readonly text: string;
}

/** Opens a lesson. Throws a LessonError or a BrokenExerciseError, which say what is wrong with it. */
export function openLesson({ slug, text }: LessonFile): GradedLesson {
  const source = readLesson(slug, text);
  return {
    slug,
    version: source.version,
    source,
    release: compileLesson(slug, text),
    exercises: exercisesOf(slug),
    predictions: new Map(source.predictions.map(({ id, choices }) => [id, choices])),
    hintsMax: Math.max(0, ...source.exercises.map(({ hints }) => hints.length)),
  };
}
