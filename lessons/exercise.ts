/**
 * What the code of a lesson's exercises consists of, apart from every word that a learner reads: those stand in lesson.md.
 * `scenario.ts` makes the clusters, `checks.ts` judges them, `solution.ts` proves both and never leaves the repository.
 */
import type { Cluster, JournalEntry, Limit, Operation, Snapshot } from "../sim/index.ts";

/** Seeded choices of one variant: the same seed draws the same. */
export interface Draw {
  /** For `orrery.create({ seed })`. */
  readonly seed: number;
  /** A whole number from `least` to `most`, each equally likely. */
  integer(least: number, most: number): number;
  /** One of some values. Throws a RangeError if there is none. */
  one<T>(values: readonly T[]): T;
  /** The values in another order. */
  shuffled<T>(values: readonly T[]): readonly T[];
}

/** Something that is repaired: the learner's own cluster, judged as it is left behind and by all that happened to it. */
export interface RepairScenario {
  readonly kind: "repair";
  /** What may be done to the cluster; reading is always allowed. */
  readonly allows: readonly Limit[];
  /** Makes the broken cluster, settled or not. */
  make(draw: Draw): Cluster;
}

/**
 * A procedure: the answer is tried on clusters that nobody has seen. A "manifest" is applied and the cluster settled; a
 * "function" is called with the cluster, then the cluster settles; a "table" is compared with what the cluster shows.
 */
export interface ProcedureScenario {
  readonly kind: "procedure";
  readonly answer: "manifest" | "table" | "function";
  readonly allows: readonly Limit[];
  make(draw: Draw): Cluster;
}

/** An exercise without words and without its check. */
export type Scenario = RepairScenario | ProcedureScenario;

/** Plain data: what an answer is when it is a table, and what a function returns. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

/** What a check may look at. */
export interface Judged {
  /** The cluster after the answer, at rest if it came to rest within the budget. A fork: looking harms nothing. */
  readonly cluster: Cluster;
  /** The variant as it was handed out. */
  readonly before: Snapshot;
  /** Everything that has happened since then, oldest first. */
  readonly journal: readonly JournalEntry[];
  /** What was done since then, oldest first. */
  readonly operations: readonly Operation[];
  /** The text of a manifest, the table, or what the function returned; undefined for a repair. */
  readonly answer: Plain | undefined;
}

/** One thing that a check has found. The words for it stand in lesson.md under `messages`, by `code`. */
export interface Finding {
  readonly code: string;
  readonly passed: boolean;
  /** Share of the exercise's points, against the other findings; 1 unless given. */
  readonly weight?: number;
  /** Where it fails the exercise is worth nothing; for what holds before anything is done, with weight 0. */
  readonly required?: boolean;
  /** Put into the words where they say {name}. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** Judges one variant. Pure; the same codes in the same order whatever it finds. */
export type Check = (judged: Judged) => readonly Finding[];

/** What `scenario.ts` exports as `scenarios`, by exercise. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** What `checks.ts` exports as `checks`, by exercise. */
export type Checks = Readonly<Record<string, Check>>;

/** A way to answer an exercise: the text of the answer cell for a variant, and the share of the points that it is worth. */
export interface Attempt {
  /** Source of the answer cell, as a learner would write it; `variant` is the cluster as it is handed out. */
  source(variant: Cluster): string;
  /** From 0 to 1. */
  readonly worth: number;
}

/** What `solution.ts` exports as `solutions`, by exercise: one way that is right, and at least five that are not. */
export type Solutions = Readonly<
  Record<string, { readonly right: Attempt; readonly wrong: Readonly<Record<string, Attempt>> }>
>;
