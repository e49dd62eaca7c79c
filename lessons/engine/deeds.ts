/** From a live cluster to what is handed in about it, and back to a cluster by doing it again. */
import type { Cluster, Operation, RecordedOperation } from "../../sim/index.ts";
import type { Plain } from "../exercise.ts";
import type { Answer, Deeds } from "../submission.ts";
import { rethrowInterrupt, type Variant, wordsOfError } from "./variant.ts";

/** How many steps after its start an exercise's cluster can be judged: so long its journal is kept whole. */
export const STEPS_MAX = 40_000;

/** An answer that can't be judged; the message says why, and how to get one that can. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
}

/** What was done to a variant since it was handed out. Throws an AnswerError where the cluster went back before that. */
export function deedsOf(cluster: Cluster, { operations, step }: Variant): Deeds {
  const done = cluster.operations;
  const sharesStart = operations.every((operation, index) => done[index] === operation);
  const [first] = done.slice(operations.length);
  if (cluster.steps < step || !sharesStart || (first !== undefined && first.beforeStep < step))
    throw new AnswerError(
      `the cluster went back behind step ${step}, at which it was handed out: go forward again, or start the exercise again`,
    );
  return { operations: done.slice(operations.length), end: { step: cluster.steps, now: cluster.now } };
}

/** Does the deeds again on an equal cluster. Throws an AnswerError for what is not allowed, or too long. */
export function redo(variant: Variant, { operations, end }: Deeds): Cluster {
  const steps = end.step - variant.step;
  if (steps > STEPS_MAX)
    throw new AnswerError(
      `the cluster took ${steps} steps since its start, and at most ${STEPS_MAX} can be judged: start the exercise again`,
    );
  const cluster = variant.cluster.fork();
  try {
    cluster.replay(operations, end, STEPS_MAX);
  } catch (error) {
    rethrowInterrupt(error);
    throw new AnswerError(`what was done can't be done again: ${wordsOfError(error)}`);
  }
  return cluster;
}

const reading: readonly string[] = ["get", "list", "watch"];

/** Whether an operation can have changed something; looking around is no answer. */
export function changesSomething({ operation }: RecordedOperation<Operation>): boolean {
  if (operation.kind === "trace") return false;
  return operation.kind !== "request" || !reading.includes(operation.request.verb);
}

/**
 * Calls a learner's function with a fork of each variant: the answer that a procedure with a function hands in. What the
 * function throws is thrown as an AnswerError, since then there is no answer.
 */
export function callOnEach(variants: readonly Variant[], call: (cluster: Cluster) => unknown): Answer {
  const runs = variants.map((variant) => {
    const cluster = variant.cluster.fork();
    let returned: unknown;
    try {
      returned = call(cluster);
    } catch (error) {
      rethrowInterrupt(error);
      throw new AnswerError(`the function threw: ${wordsOfError(error)}`);
    }
    return { ...deedsOf(cluster, variant), returned: plainOf(returned ?? null, "what the function returns") };
  });
  return { kind: "function", runs };
}

const DEPTH_MAX = 20;
const VALUES_MAX = 20_000;

/** A copy that is plain data and nothing else, however the value was made. Throws an AnswerError that names `what`. */
export function plainOf(value: unknown, what: string): Plain {
  let values = 0;
  const copy = (each: unknown, depth: number): Plain => {
    values += 1;
    if (values > VALUES_MAX || depth > DEPTH_MAX)
      throw new AnswerError(`${what} must be at most ${VALUES_MAX} values, ${DEPTH_MAX} deep`);
    if (each === null || typeof each === "boolean" || typeof each === "string") return each;
    if (typeof each === "number" && Number.isFinite(each)) return each;
    if (Array.isArray(each)) return Array.from(each, (item) => copy(item, depth + 1));
    if (typeof each === "object" && isPlainObject(each)) {
      const fields = Object.entries(each).filter(([, field]) => field !== undefined);
      return Object.fromEntries(fields.map(([name, field]) => [name, copy(field, depth + 1)]));
    }
    throw new AnswerError(
      `${what} must be plain data (texts, numbers, true, false, null, lists, objects), not a ${typeof each}`,
    );
  };
  return copy(value, 0);
}

/** Objects of a notebook's cells may come from another realm, so the prototype is told by what it lacks. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
