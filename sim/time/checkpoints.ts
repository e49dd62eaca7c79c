/**
 * Checkpoints: forks of a world along a branch, dense near its end and ever sparser before.
 * Models no upstream code.
 * Invariant: the first checkpoint (step 0) is always kept, so every position can be reached.
 */
import type { Position } from "./history.ts";
import type { World } from "./world.ts";

/** A world as it was at a position. */
export interface Checkpoint {
  readonly position: Position;
  /** Never stepped itself; fork it. */
  readonly world: World;
}

/** How many checkpoints are kept between a distance and its double, about. */
const perDistance = 8;
/** Checkpoints this close to each other are thinned only by distance. */
const densest = 64;

/** Whether a position comes before another of the same branch. */
export function isBefore(a: Position, b: Position): boolean {
  return (
    a.step < b.step ||
    (a.step === b.step && (a.operations < b.operations || (a.operations === b.operations && a.now < b.now)))
  );
}

/** The last checkpoint that is not after a position. */
export function nearestCheckpoint(checkpoints: readonly Checkpoint[], target: Position): Checkpoint {
  let found = checkpoints[0] as Checkpoint;
  for (const checkpoint of checkpoints) {
    const { step, operations } = checkpoint.position;
    if (step <= target.step && operations <= target.operations && !isBefore(checkpoint.position, found.position))
      found = checkpoint;
  }
  return found;
}

/**
 * Keeps what is dense near the end of a branch and ever sparser before: at a distance d from `newest`, about one
 * checkpoint in d / 8 steps.
 */
export function thinned(checkpoints: readonly Checkpoint[], newest: number): readonly Checkpoint[] {
  const kept: Checkpoint[] = [];
  for (let index = 0; index < checkpoints.length; index++) {
    const checkpoint = checkpoints[index] as Checkpoint;
    const next = checkpoints[index + 1];
    const before = kept[kept.length - 1];
    if (before === undefined || next === undefined) kept.push(checkpoint);
    else {
      const gap = next.position.step - before.position.step;
      const distance = newest - next.position.step;
      if (gap > Math.max(densest, Math.floor(distance / perDistance))) kept.push(checkpoint);
    }
  }
  return kept;
}
