/**
 * What a learner hands in, as plain data: enough to replay it, and nothing that has to be believed. Collected from a
 * notebook by running its cells where they can do no harm; judged by replaying it on clusters that the grader makes itself.
 */
import type { Operation, RecordedOperation } from "../sim/index.ts";
import type { Plain } from "./exercise.ts";

/** Version of this form. */
export const SUBMISSION_FORMAT = "orrery-submission/1";

/** What was done to one variant: from the moment it was handed out to where its learner left it. */
export interface Deeds {
  readonly operations: readonly RecordedOperation<Operation>[];
  /** Where the cluster stood at the end. */
  readonly end: { readonly step: number; readonly now: number };
}

/** The answer to one exercise. */
export type Answer =
  | ({ readonly kind: "repair" } & Deeds)
  | { readonly kind: "manifest"; readonly text: string }
  | { readonly kind: "table"; readonly table: Plain }
  /** A function has been called once for each unseen seed, in the order of `verdictSeeds`. */
  | { readonly kind: "function"; readonly runs: readonly (Deeds & { readonly returned: Plain })[] };

/** A submission. */
export interface Submission {
  readonly format: typeof SUBMISSION_FORMAT;
  readonly lesson: string;
  readonly lessonVersion: string;
  readonly simVersion: string;
  /** The release's seed in hexadecimal; the grader derives it anew and says so where it differs. */
  readonly seed: string;
  readonly answers: Readonly<Record<string, Answer>>;
  /** What was predicted, by prediction. */
  readonly predictions: Readonly<Record<string, string>>;
  /** How many hints were taken, by exercise. */
  readonly hints: Readonly<Record<string, number>>;
  /** What went wrong while collecting, in one sentence each, by cell. */
  readonly complaints: readonly { readonly cell: string; readonly message: string }[];
}
