/**
 * Every lesson that ships with this package and has exercises: a line each. It stands apart from `api.ts`, which the lessons
 * themselves import; hosts that teach call `registerLessons` once.
 */
import { checks as wholeClusterChecks } from "./01-whole-cluster/checks.ts";
import { scenarios as wholeClusterScenarios } from "./01-whole-cluster/scenario.ts";
import { type LessonCode, registerLesson } from "./engine/registry.ts";

const catalogue: Readonly<Record<string, LessonCode>> = {
  "01-whole-cluster": { scenarios: wholeClusterScenarios, checks: wholeClusterChecks },
};

/** Makes the exercises of all these lessons known to `orrery.lesson` and to the grader. */
export function registerLessons(): void {
  for (const [slug, code] of Object.entries(catalogue)) registerLesson(slug, code);
}
