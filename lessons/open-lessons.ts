/** The lessons that cells have opened in this process, and what is kept of each. */
import { readLesson } from "./engine/lesson-source.ts";
import { exercisesOf } from "./engine/registry.ts";
import { Lesson, type LessonParts } from "./lesson.ts";
import { LessonState } from "./lesson-state.ts";
import { LessonPanels } from "./live/lesson-panels.ts";

/** What the host gives to a lesson; `text` is that of its lesson.md. */
type Given = Pick<LessonParts, "courseKey" | "use" | "apart" | "show"> & { readonly text: string | undefined };

/** All lessons of a process. */
export class OpenLessons {
  readonly #opened = new Map<string, Lesson>();
  readonly #states = new Map<string, LessonState>();

  /** Opens a lesson; one that is opened again keeps its predictions and hints, and starts anew otherwise. */
  open(slug: string, token: string | undefined, { text, ...given }: Given): Lesson {
    const exercises = exercisesOf(slug);
    if (text === undefined && exercises.size === 0)
      throw new RangeError(`there is no lesson "${slug}": take its name from the file name of its notebook`);
    const source = text === undefined ? undefined : readLesson(slug, text);
    const lesson = new Lesson(slug, { ...given, exercises, source, state: this.#stateOf(slug) }, token);
    this.#opened.set(slug, lesson);
    return lesson;
  }

  /** The other end of lesson panels. */
  panels(): LessonPanels {
    return new LessonPanels({ lessonOf: (slug) => this.#opened.get(slug), stateOf: (slug) => this.#stateOf(slug) });
  }

  #stateOf(slug: string): LessonState {
    const state = this.#states.get(slug) ?? new LessonState();
    this.#states.set(slug, state);
    return state;
  }
}
