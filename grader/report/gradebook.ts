/** gradebook.csv: one line a notebook, one column an exercise; what every platform's import can be made to read. */
import type { Result } from "../result.ts";
import { csvField } from "./escape.ts";

/** The whole file. Columns of exercises are those of all lessons that occur, in the order of the results. */
export function gradebookCsv(results: readonly Result[]): string {
  const lessons = new Set(results.map(({ lesson }) => lesson).filter((lesson) => lesson !== ""));
  const nameOf = (lesson: string, exercise: string): string => (lessons.size > 1 ? `${lesson}/${exercise}` : exercise);
  const exercises = [
    ...new Set(results.flatMap(({ lesson, exercises }) => exercises.map(({ id }) => nameOf(lesson, id)))),
  ];
  const heads = ["student", "lesson", "status", "points", "of", ...exercises, "hints", "flags", "file"];
  const rows = results.map((result) => {
    const points = new Map(result.exercises.map(({ id, points }) => [nameOf(result.lesson, id), points]));
    const hints = result.exercises.reduce((sum, { hints }) => sum + hints, 0);
    const isMarked = result.status !== "failed";
    return [
      result.student,
      result.lesson,
      result.status,
      isMarked ? result.points : "",
      result.of,
      ...exercises.map((id) => (isMarked ? (points.get(id) ?? "") : "")),
      hints,
      result.flags.join("; "),
      result.file,
    ];
  });
  return [heads, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}
