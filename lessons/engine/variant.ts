/** One variant of an exercise: the cluster that a seed makes, limited to what the exercise allows. */
import { Cluster, type Operation, type RecordedOperation, type Snapshot } from "../../sim/index.ts";
import type { Check, Scenario } from "../exercise.ts";
import { type DrawSource, drawOf, drawSource } from "./draw.ts";
import { DrawTree } from "./draw-tree.ts";

/** An exercise without words: how its clusters are made, and how they are judged. */
export interface Exercise {
  readonly id: string;
  readonly scenario: Scenario;
  readonly check: Check;
}

/** The code of a lesson is wrong, not the learner's answer. The message names the exercise and what must be mended. */
export class BrokenExerciseError extends Error {
  override readonly name = "BrokenExerciseError";
  readonly exercise: string;

  constructor(exercise: string, message: string) {
    super(`the exercise ${exercise} is broken: ${message}`);
    this.exercise = exercise;
  }
}

/** A variant as it is handed out. */
export interface Variant {
  /** Nobody may change this one: take a fork. */
  readonly cluster: Cluster;
  readonly before: Snapshot;
  /** What made it. */
  readonly operations: readonly RecordedOperation<Operation>[];
  readonly step: number;
}

/** Makes a variant. Throws a BrokenExerciseError when the scenario throws or makes no cluster. */
export function makeVariant({ id, scenario }: Exercise, seed: string, source: DrawSource = drawSource(seed)): Variant {
  let cluster: unknown;
  try {
    cluster = scenario.make(drawOf(source));
  } catch (error) {
    rethrowInterrupt(error);
    throw new BrokenExerciseError(id, `make() threw on the seed ${seed}: ${wordsOfError(error)}`);
  }
  if (!(cluster instanceof Cluster)) throw new BrokenExerciseError(id, "make() must return the cluster that it made");
  cluster.limit(scenario.allows);
  return new MadeVariant(cluster);
}

class MadeVariant implements Variant {
  readonly cluster: Cluster;
  readonly operations: Variant["operations"];
  readonly step: number;
  #before: Snapshot | undefined;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.operations = cluster.operations;
    this.step = cluster.steps;
  }

  /** Taken when a check first looks at it: most never do. */
  get before(): Snapshot {
    this.#before ??= this.cluster.snapshot(0);
    return this.#before;
  }
}

/** Variants that were made lately, by exercise and draws: making one takes far longer than forking it. */
export class Variants {
  readonly #made = new Map<Exercise, DrawTree<Variant>>();
  readonly #most: number;

  /** Keeps at most `most` variants of an exercise. */
  constructor(most = 32) {
    this.#most = most;
  }

  /** The variant of a seed. Throws a BrokenExerciseError. */
  of(exercise: Exercise, seed: string): Variant {
    const tree = this.#made.get(exercise) ?? new DrawTree<Variant>(this.#most);
    this.#made.set(exercise, tree);
    return tree.of(
      () => drawSource(seed),
      (source) => makeVariant(exercise, seed, source),
    );
  }
}

/** An interrupt is nobody's mistake: it ends what runs. */
export function rethrowInterrupt(error: unknown): void {
  const name = fieldOf(error, "name");
  if (name === "Interrupted" || name === "InterruptedError") throw error;
}

/** What an error says, whatever was thrown. Errors of cells may come from another realm, so they are told by their fields. */
export function wordsOfError(error: unknown): string {
  const message = fieldOf(error, "message");
  return typeof message === "string" ? message : `${typeof error} instead of an error`;
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
