/**
 * History: every operation at its step, checkpoints, and the tree of branches that grows when somebody goes back and
 * does something else. Rewind, fork, replay and grading are this one mechanism: fork a checkpoint, run forward.
 * Models no upstream code. Left out: a byte budget for checkpoints; they are thinned by distance.
 * Invariant: a position (step, operations applied, instant) of a branch always gives the same world, hash for hash.
 */
import { type Checkpoint, isBefore, nearestCheckpoint, thinned } from "./checkpoints.ts";
import type { Instant } from "./instant.ts";
import { stopIfInterrupted } from "./interrupt.ts";
import type { World } from "./world.ts";

/** Something that came from outside, at its place: before step `beforeStep`, at instant `at`. */
export interface RecordedOperation<Op> {
  readonly beforeStep: number;
  readonly at: Instant;
  readonly operation: Op;
}

/** A place in a branch. */
export interface Position {
  readonly step: number;
  /** How many of the branch's operations have been applied. */
  readonly operations: number;
  readonly now: Instant;
}

/** One line of history from the root; ancestors' operations are part of it. */
export interface Branch<Op> {
  readonly id: number;
  /** Branch that this one left, and where; undefined for the first. */
  readonly parent: { readonly id: number; readonly step: number } | undefined;
  readonly operations: RecordedOperation<Op>[];
  /** Farthest place that was reached on this branch. */
  tip: Position;
  checkpoints: readonly Checkpoint[];
}

/** Distance of checkpoints while running forward: a fork makes the next writes copy, so it is not taken more often. */
const checkpointEvery = 1_024;
/** Distance of those that are left behind when somebody goes back: who goes back once will do so again. */
const replayCheckpointEvery = 128;
const marksMax = 32;

/** Applies an operation to a world; what it returns goes back to whoever did it. */
export type Apply<Op> = (world: World, operation: Op) => unknown;

/** The whole past of a world: operations, checkpoints, branches, and the head. */
export class History<Op> {
  readonly #apply: Apply<Op>;
  readonly #branches: Branch<Op>[] = [];
  #branch: Branch<Op>;
  #world: World;
  #applied = 0;
  #marks: { readonly branch: number; readonly position: Position; readonly world: World }[] = [];
  /** Set while a step runs or an operation is applied; still set afterwards only if that was cut or threw. */
  #insideStep = false;
  #whole: { readonly position: Position; readonly hash: number };

  /** `root` is the world at step 0 of this history; it must not be used by anyone else afterwards. */
  constructor(root: World, apply: Apply<Op>) {
    this.#apply = apply;
    this.#world = root;
    this.#branch = { id: 0, parent: undefined, operations: [], tip: positionOf(root, 0), checkpoints: [] };
    this.#branches.push(this.#branch);
    this.#whole = { position: positionOf(root, 0), hash: root.rollingHash };
    this.#checkpoint();
  }

  /** The world at the head. Read it; change it only through `operate` and `step`. */
  get world(): World {
    if (this.#insideStep) this.#recover();
    return this.#world;
  }

  get position(): Position {
    return positionOf(this.world, this.#applied);
  }

  get branch(): Branch<Op> {
    return this.#branch;
  }

  get branches(): readonly Branch<Op>[] {
    return this.#branches;
  }

  /** Whether the head stands at the farthest place of its branch. */
  get atTip(): boolean {
    return !isBefore(this.position, this.#branch.tip);
  }

  /** The operations from the root to the head: with the seed, all that a replay needs. */
  get operations(): readonly RecordedOperation<Op>[] {
    return this.#branch.operations.slice(0, this.#applied);
  }

  /**
   * Does something from outside, now. After going back this starts a new branch; the old one stays reachable. What can't be
   * done throws, and has not happened.
   */
  operate(operation: Op): unknown {
    const world = this.world;
    const stood = this.#branch;
    if (!this.atTip) this.#leave();
    const recorded = { beforeStep: world.steps, at: world.now, operation };
    try {
      return this.#applyOne(operation, () => this.#branch.operations.push(recorded));
    } catch (error) {
      this.#recover();
      if (this.#branch !== stood) this.#branches.pop();
      this.#branch = stood;
      throw error;
    }
  }

  /**
   * Goes one event forward. Where the branch has a recorded operation here, that is done first, as it was then.
   * Events later than `until` are left alone. False when nothing was done.
   */
  step(until: Instant = Number.POSITIVE_INFINITY): boolean {
    const world = this.world;
    stopIfInterrupted(world.steps);
    while (this.#nextOperation()?.beforeStep === world.steps) {
      const next = this.#nextOperation() as RecordedOperation<Op>;
      if (next.at > until) return false;
      world.moveTo(next.at);
      this.#applyOne(next.operation);
    }
    const next = world.next();
    if (next === undefined || next.at > until) return false;
    this.#insideStep = true;
    const done = world.step() !== undefined;
    this.#insideStep = false;
    this.#rememberWhole();
    if (world.steps % checkpointEvery === 0) this.#checkpoint();
    this.#extendTip();
    return done;
  }

  /** Moves the clock to an instant before which nothing is due any more. */
  moveTo(instant: Instant): void {
    this.world.moveTo(instant);
    this.#rememberWhole();
    this.#extendTip();
  }

  /** Remembers this place as the start of a cell, for `undo`. */
  mark(): void {
    const position = this.position;
    const last = this.#marks[this.#marks.length - 1];
    if (last !== undefined && last.branch === this.#branch.id && samePosition(last.position, position)) return;
    this.#marks.push({ branch: this.#branch.id, position, world: this.world.fork() });
    if (this.#marks.length > marksMax) this.#marks.shift();
  }

  /**
   * Goes back to the start of the last cell that did something, and leaves the branch there, so that going on does
   * not do it again. False when no such cell is remembered.
   */
  undo(): boolean {
    for (;;) {
      const mark = this.#marks.pop();
      if (mark === undefined) return false;
      if (mark.branch === this.#branch.id && samePosition(mark.position, this.position)) continue;
      const branch = this.#branches[mark.branch] as Branch<Op>;
      this.#stand(branch, mark.position, mark.world);
      if (!this.atTip) this.#leave();
      return true;
    }
  }

  /** Goes to the moment right after a step of the current branch, or of another one. Throws a RangeError outside it. */
  goto(step: number, branchId: number = this.#branch.id): void {
    const branch = this.#branches[branchId];
    if (branch === undefined)
      throw new RangeError(`there is no branch ${branchId}; there are 0 to ${this.#branches.length - 1}`);
    const tip = branch.tip;
    if (!Number.isInteger(step) || step < 0 || step > tip.step) {
      throw new RangeError(`there is no step ${step} on branch ${branchId}; it has 0 to ${tip.step}`);
    }
    if (step === tip.step) {
      this.#stand(branch, tip, this.#replay(branch, tip));
      return;
    }
    const operations = operationsBefore(branch, step);
    const world = this.#replay(branch, { step, operations, now: 0 });
    this.#stand(branch, positionOf(world, operations), world);
  }

  /** An independent world at a step of the current branch, for looking. */
  at(step: number): World {
    const operations = operationsBefore(this.#branch, step);
    return this.#replay(this.#branch, { step, operations, now: 0 });
  }

  /** Shows the world after each step from `first` up to, not including, the head. */
  walk(first: number, visit: (world: World) => void): void {
    const branch = this.#branch;
    const head = this.position;
    let operations = operationsBefore(branch, first);
    const world = this.#replay(branch, { step: first, operations, now: 0 });
    for (let step = first; step < head.step; step++) {
      visit(world);
      const applied = operations;
      operations = operationsBefore(branch, step + 1);
      this.#forward(world, branch, applied, { step: step + 1, operations, now: 0 });
    }
  }

  /** An independent history that shares the past and goes on from the head. */
  fork(): History<Op> {
    const copy = new History<Op>(this.world.fork(), this.#apply);
    const here = this.position;
    const { operations, checkpoints } = this.#branch;
    copy.#branch.operations.push(...operations.slice(0, this.#applied));
    copy.#applied = this.#applied;
    copy.#branch.tip = here;
    const past = checkpoints.filter((checkpoint) => isBefore(checkpoint.position, here));
    copy.#branch.checkpoints = [...past, { position: here, world: this.world.fork() }];
    return copy;
  }

  #nextOperation(): RecordedOperation<Op> | undefined {
    return this.#branch.operations[this.#applied];
  }

  /** Applies the operation that comes next; `done` is called only if it was applied whole. */
  #applyOne(operation: Op, done?: () => void): unknown {
    const world = this.#world;
    let result: unknown;
    this.#insideStep = true;
    world.asOperation(this.#applied, () => {
      result = this.#apply(world, operation);
    });
    this.#insideStep = false;
    done?.();
    this.#applied += 1;
    this.#rememberWhole();
    this.#extendTip();
    return result;
  }

  #rememberWhole(): void {
    this.#whole = { position: positionOf(this.#world, this.#applied), hash: this.#world.rollingHash };
  }

  #checkpoint(): void {
    keepCheckpoint(this.#branch, { position: positionOf(this.#world, this.#applied), world: sleeping(this.#world) });
  }

  #extendTip(): void {
    const here = positionOf(this.#world, this.#applied);
    if (isBefore(this.#branch.tip, here)) this.#branch.tip = here;
  }

  /** Starts a branch at the head, with the past and without what the left branch did later. */
  #leave(): void {
    const here = this.position;
    const left = this.#branch;
    this.#branch = {
      id: this.#branches.length,
      parent: { id: left.id, step: here.step },
      operations: left.operations.slice(0, this.#applied),
      tip: here,
      checkpoints: left.checkpoints.filter((c) => !isBefore(here, c.position)),
    };
    this.#branches.push(this.#branch);
  }

  #stand(branch: Branch<Op>, position: Position, world: World): void {
    this.#branch = branch;
    this.#world = world;
    this.#applied = position.operations;
    this.#insideStep = false;
    this.#rememberWhole();
  }

  /** Forks the nearest checkpoint before a position and runs forward to it. */
  #replay(branch: Branch<Op>, target: Position): World {
    const start = nearestCheckpoint(branch.checkpoints, target);
    const world = start.world.fork();
    this.#forward(world, branch, start.position.operations, target);
    return world;
  }

  /** Runs a world, on which `applied` operations have been applied, forward to a position. */
  #forward(world: World, branch: Branch<Op>, from: number, target: Position): void {
    let applied = from;
    while (world.steps < target.step || applied < target.operations) {
      const next = branch.operations[applied];
      if (next !== undefined && next.beforeStep === world.steps && applied < target.operations) {
        world.moveTo(next.at);
        world.asOperation(applied, () => this.#apply(world, next.operation));
        applied += 1;
      } else if (world.step() === undefined) break;
      else if (world.steps % replayCheckpointEvery === 0 && target.step - world.steps < checkpointEvery) {
        keepCheckpoint(branch, { position: positionOf(world, applied), world: sleeping(world) });
      }
    }
    if (target.now > world.now) world.moveTo(target.now);
  }

  /** A handler was cut by the engine: goes back to the last whole event and checks that it is the same one. */
  #recover(): void {
    this.#insideStep = false;
    const { position, hash } = this.#whole;
    const world = this.#replay(this.#branch, position);
    this.#world = world;
    this.#applied = position.operations;
    if (world.rollingHash !== hash) {
      throw new Error(
        `the replay after an interrupt diverged at step ${position.step}: ${world.rollingHash} instead of ${hash}`,
      );
    }
  }
}

function positionOf(world: World, operations: number): Position {
  return { step: world.steps, operations, now: world.now };
}

function samePosition(a: Position, b: Position): boolean {
  return a.step === b.step && a.operations === b.operations && a.now === b.now;
}

/** How many operations of a branch lie before a step; what was done right at it is not yet done there. */
function operationsBefore({ operations }: Branch<unknown>, step: number): number {
  let low = 0;
  let high = operations.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((operations[middle] as RecordedOperation<unknown>).beforeStep < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a checkpoint in its place among those of a branch, and thins them out. */
function keepCheckpoint(branch: Branch<unknown>, checkpoint: Checkpoint): void {
  const known = branch.checkpoints;
  if (known.some(({ position }) => samePosition(position, checkpoint.position))) return;
  const after = known.findIndex(({ position }) => isBefore(checkpoint.position, position));
  const all = after < 0 ? [...known, checkpoint] : known.toSpliced(after, 0, checkpoint);
  branch.checkpoints = thinned(all, branch.tip.step);
}

/** How much of the journal a checkpoint remembers: many checkpoints with all of it would keep every event for ever. */
const sleepingJournalSteps = 2_048;

/** A fork to be kept as a checkpoint. */
function sleeping(world: World): World {
  const copy = world.fork();
  copy.journal.keepLast(sleepingJournalSteps);
  return copy;
}
