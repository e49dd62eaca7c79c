/**
 * Doing again what was done to an equal cluster: each operation at its place, with a budget of steps.
 * Models no upstream code.
 * Invariant: an operation that is not allowed, or whose place lies behind, stops the replay before it has an effect.
 */
import { deepFreeze } from "../time/freeze.ts";
import type { History, RecordedOperation } from "../time/history.ts";
import type { Instant } from "../time/instant.ts";
import { type Limit, refusalOf } from "./limits.ts";
import type { Operation } from "./operations.ts";

/** Where a replay ends. */
export interface ReplayEnd {
  readonly step: number;
  readonly now: Instant;
}

/** Does the operations and goes on to `end`; throws a RangeError as `Cluster.replay` says. */
export function replayOperations(
  history: History<Operation>,
  operations: readonly RecordedOperation<Operation>[],
  end: ReplayEnd,
  limits: readonly Limit[] | undefined,
  budget: number,
): void {
  const last = history.world.steps + budget;
  for (const { beforeStep, at, operation } of operations) {
    runTo(history, beforeStep, at, last);
    const refusal = refusalOf(operation, limits);
    if (refusal !== undefined) throw new RangeError(refusal);
    history.operate(deepFreeze(operation));
  }
  runTo(history, end.step, end.now, last);
}

function runTo(history: History<Operation>, step: number, at: Instant, last: number): void {
  const { steps, now } = history.world;
  if (!(step >= steps && at >= now))
    throw new RangeError(`can't do something at step ${step}, ${at} us: the cluster is at step ${steps}, ${now} us`);
  if (step > last) throw new RangeError(`the budget of steps ends at step ${last}, before step ${step}`);
  while (history.world.steps < step)
    if (!history.step()) throw new RangeError(`there is no step ${step}: nothing is left to happen`);
  history.moveTo(at);
}
