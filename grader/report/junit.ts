/** junit.xml: one suite a notebook, one case an exercise, for whatever shows test results. */
import type { ExerciseResult, Result } from "../result.ts";
import { escaped } from "./escape.ts";

/** The whole file. No times: the same results give the same bytes. */
export function junitXml(results: readonly Result[]): string {
  const suites = results.map(suite);
  const count = (of: (result: Result) => number): number => results.reduce((sum, result) => sum + of(result), 0);
  const head = `<testsuites name="orrery grade" tests="${count(testsOf)}" failures="${count(failuresOf)}" errors="${count(errorsOf)}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.join("")}</testsuites>\n`;
}

const isFull = ({ points, of }: ExerciseResult): boolean => points >= of;
const isGraded = ({ status }: Result): boolean => status === "graded";
const testsOf = (result: Result): number => (isGraded(result) ? result.exercises.length : 1);
const failuresOf = (result: Result): number =>
  isGraded(result) ? result.exercises.filter((each) => !isFull(each)).length : 0;
const errorsOf = (result: Result): number => (isGraded(result) ? 0 : 1);

function suite(result: Result): string {
  const name = escaped(`${result.lesson}.${result.student}`);
  const counts = `tests="${testsOf(result)}" failures="${failuresOf(result)}" errors="${errorsOf(result)}"`;
  const property = (key: string, value: string | number): string =>
    `      <property name="${key}" value="${escaped(String(value))}"/>\n`;
  const properties = [
    property("file", result.file),
    property("points", result.points),
    property("of", result.of),
    ...result.flags.map((flag) => property("flag", flag)),
  ].join("");
  const cases = isGraded(result)
    ? result.exercises.map((exercise) => caseOf(name, exercise)).join("")
    : `    <testcase classname="${name}" name="notebook"><error message="${escaped(result.flags.join("; "))}"/></testcase>\n`;
  return `  <testsuite name="${name}" ${counts}>\n    <properties>\n${properties}    </properties>\n${cases}  </testsuite>\n`;
}

function caseOf(suiteName: string, exercise: ExerciseResult): string {
  const head = `    <testcase classname="${suiteName}" name="${escaped(exercise.id)}"`;
  if (isFull(exercise)) return `${head}/>\n`;
  const wrong = exercise.lines.filter(({ passed }) => !passed).map(({ message }) => message);
  const message = escaped(`${exercise.points} of ${exercise.of} points`);
  return `${head}>\n      <failure message="${message}">${escaped(wrong.join("\n"))}</failure>\n    </testcase>\n`;
}
