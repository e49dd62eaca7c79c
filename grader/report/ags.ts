/** Scores as LTI's Assignment and Grade Services take them (1EdTech, AGS 2.0, "Score"), one JSON line a notebook. */
import type { Result } from "../result.ts";

/**
 * The whole file. A platform wants a timestamp with each score, and grading must not depend on the clock: whoever sends the
 * lines adds it.
 */
export function agsLines(results: readonly Result[]): string {
  const lines = results.map((result) => {
    const isFinal = result.status === "graded";
    return JSON.stringify({
      userId: result.student,
      ...(isFinal ? { scoreGiven: result.points, scoreMaximum: result.of } : {}),
      comment: isFinal ? `${result.points} of ${result.of} points` : result.flags.join("; "),
      activityProgress: "Submitted",
      gradingProgress: isFinal ? "FullyGraded" : result.status === "refused" ? "Failed" : "PendingManual",
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}
