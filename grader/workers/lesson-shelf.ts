import { registerLessons } from "../../lessons/catalogue.ts";
import { type GradedLesson, type LessonFile, openLesson } from "../graded-lesson.ts";

/** Variants of an exercise that a worker keeps: a scenario has about so many different ones. */
export const variantsKept = 200;

/** What a worker is started with. */
export interface LaneStart {
  readonly lessons: readonly LessonFile[];
  readonly simVersion: string;
  /** Two Int32 for whoever watches from outside: which turn runs, and a count that grows as it gets on. */
  readonly turn: SharedArrayBuffer;
}

/** The lessons of a worker, each opened once. */
export class LessonShelf {
  readonly #files: ReadonlyMap<string, LessonFile>;
  readonly #open = new Map<string, GradedLesson>();

  constructor({ lessons }: LaneStart) {
    registerLessons();
    this.#files = new Map(lessons.map((file) => [file.slug, file]));
  }

  /** The lesson of that name. Throws an Error if the worker was not given it. */
  lesson(slug: string): GradedLesson {
    const file = this.#files.get(slug);
    if (file === undefined) throw new Error(`the lesson ${slug} was not handed to this worker`);
    const lesson = this.#open.get(slug) ?? openLesson(file);
    this.#open.set(slug, lesson);
    return lesson;
  }
}
