/** What grading one notebook comes to: plain data without times or paths of a machine, so the same notebook gives the same bytes. */
import type { CheckLine } from "../lessons/live/lesson-protocol.ts";
import type { Complaint } from "./release.ts";

/** Version of this form. */
export const RESULT_FORMAT = "orrery-result/1";

/** One exercise as it was judged. */
export interface ExerciseResult {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly of: number;
  /** How many hints were paid for. */
  readonly hints: number;
  readonly lines: readonly CheckLine[];
}

/** A question: reported, never marked. */
export interface PredictionResult {
  readonly id: string;
  readonly question: string;
  /** The choice; undefined where none was made. */
  readonly predicted: string | undefined;
  readonly right: boolean;
}

/** The result of one notebook. */
export interface Result {
  readonly format: typeof RESULT_FORMAT;
  /**
   * "graded": the points hold. "refused": what was handed in can't be graded, and `flags` says why; it is worth nothing.
   * "failed": we could not grade it; its points mean nothing.
   */
  readonly status: "graded" | "refused" | "failed";
  readonly student: string;
  /** The file, relative to what was named on the command line, with slashes. */
  readonly file: string;
  readonly lesson: string;
  readonly lessonVersion: string;
  readonly simVersion: string;
  readonly points: number;
  readonly of: number;
  readonly exercises: readonly ExerciseResult[];
  readonly predictions: readonly PredictionResult[];
  /** What a teacher should look at, in one sentence each: whose release it is, why it was refused. */
  readonly flags: readonly string[];
  /** What was wrong with cells, in the order in which they were met. */
  readonly complaints: readonly Complaint[];
}

/** Sums points without the dust of binary fractions. */
export function sumOf(points: readonly number[]): number {
  return Math.round(points.reduce((sum, each) => sum + each, 0) * 100) / 100;
}
