/** Gradescope's results.json (Gradescope autograder documentation, "Autograder specifications"): one file a notebook. */
import type { Result } from "../result.ts";

/** The whole file; of a notebook that could not be graded, too, for without one the platform shows nothing at all. */
export function gradescopeJson(result: Result): string {
  const tests = result.exercises.map((exercise, index) => ({
    name: exercise.title,
    number: String(index + 1),
    score: exercise.points,
    max_score: exercise.of,
    status: exercise.points >= exercise.of ? "passed" : "failed",
    output: [
      ...exercise.lines.map(({ passed, message }) => `${passed ? "✓" : "✗"} ${message}`),
      ...(exercise.hints > 0 ? [`Hints used: ${exercise.hints}`] : []),
    ].join("\n"),
    visibility: "visible",
  }));
  const output = [...result.flags, ...result.complaints.map(({ cell, message }) => `${cell}: ${message}`)].join("\n");
  const whole = {
    score: result.points,
    output: output === "" ? `${result.points} of ${result.of} points` : output,
    output_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    tests,
    extra_data: { status: result.status, lesson: result.lesson, lesson_version: result.lessonVersion },
  };
  return `${JSON.stringify(whole, undefined, 1)}\n`;
}
