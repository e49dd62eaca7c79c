/** Which lessons' code this process knows. A host registers what it teaches; the words come from `Host.readLesson`. */
import type { Checks, Scenarios } from "../exercise.ts";
import { BrokenExerciseError, type Exercise } from "./variant.ts";

/** What a lesson's `scenario.ts` and `checks.ts` export. */
export interface LessonCode {
  readonly scenarios: Scenarios;
  readonly checks: Checks;
}

const lessons = new Map<string, LessonCode>();
const exercises = new Map<string, ReadonlyMap<string, Exercise>>();

/** Adds a lesson, or puts another one in its place: lessons that do not ship with this package come in this way, too. */
export function registerLesson(slug: string, code: LessonCode): void {
  lessons.set(slug, code);
  exercises.delete(slug);
}

/**
 * The exercises of a lesson by id; empty for a lesson without code. The same objects each time, so that variants can be kept
 * by exercise. Throws a BrokenExerciseError for a scenario without a check, and the reverse.
 */
export function exercisesOf(slug: string): ReadonlyMap<string, Exercise> {
  const known = exercises.get(slug) ?? exercisesIn(lessons.get(slug));
  exercises.set(slug, known);
  return known;
}

/** The exercises of a lesson's code. Throws a BrokenExerciseError for a scenario without a check, and the reverse. */
export function exercisesIn(code: LessonCode | undefined): ReadonlyMap<string, Exercise> {
  const { scenarios = {}, checks = {} } = code ?? {};
  for (const id of Object.keys(checks))
    if (!Object.hasOwn(scenarios, id)) throw new BrokenExerciseError(id, "it has a check and no scenario");
  const complete = Object.entries(scenarios).map(([id, scenario]) => {
    const check = Object.hasOwn(checks, id) ? checks[id] : undefined;
    if (check === undefined) throw new BrokenExerciseError(id, "it has a scenario and no check");
    return [id, { id, scenario, check }] as const;
  });
  return new Map(complete);
}
