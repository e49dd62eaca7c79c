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

/** How many checkpoints are kept at each distance before the distance doubles. */
const perDistance = 16;

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

/** Keeps all of the newest few, then every second, every fourth …; `every` is the distance at which they are taken. */
export function thinned(checkpoints: readonly Checkpoint[], every: number): readonly Checkpoint[] {
  const newest = (checkpoints[checkpoints.length - 1] as Checkpoint).position.step;
  return checkpoints.filter(({ position: { step } }, index) => {
    if (index === 0 || index === checkpoints.length - 1) return true;
    let distance = every;
    while (newest - step > distance * perDistance) distance *= 2;
    return step % distance === 0;
  });
}
