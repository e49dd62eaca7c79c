/**
 * How much simulating one submission may ask for, counted in steps and calls, so that a submission that asks for too
 * much is refused at the same place on every machine.
 */
import { type Cluster, type JournalEntry, StepReport } from "../../sim/index.ts";

/** Steps, and calls at their price, that one cell and one submission may take; a lesson takes some thousands. */
const effortOfCell = 100_000;
const effortOfAll = 1_000_000;
/** Time is let pass in pieces of this length, so that the count is looked at between them. */
const sliceUs = 10_000_000;
const advanceUsMax = 7 * 24 * 3_600 * 1_000_000;

/** What is left of a submission's allowance. */
export class Effort {
  #left = effortOfCell;
  #leftOfAll = effortOfAll;
  #isFree = false;

  /** Steps that may still be taken. */
  get left(): number {
    return this.#isFree ? Number.MAX_SAFE_INTEGER : Math.max(0, Math.min(this.#left, this.#leftOfAll));
  }

  /** What has been paid so far. */
  get spent(): number {
    return effortOfAll - this.#leftOfAll;
  }

  /** Does again what was paid for already. */
  free(act: () => void): void {
    this.#isFree = true;
    try {
      act();
    } finally {
      this.#isFree = false;
    }
  }

  /** A cell begins, or another call of an answer: it has its own allowance. */
  begin(): void {
    this.#left = effortOfCell;
  }

  /** Pays for something. Throws a RangeError when nothing is left. */
  pay(price: number): void {
    if (this.#isFree) return;
    this.#left -= price;
    this.#leftOfAll -= price;
    if (this.#left < 0 || this.#leftOfAll < 0)
      throw new RangeError("this asks for too many steps and calls: make its loops shorter");
  }

  /** Does something with a cluster and pays for the steps that it took, forth or back. */
  stepping<T>(cluster: Cluster, action: () => T): T {
    this.pay(1);
    const before = cluster.steps;
    try {
      return action();
    } finally {
      this.pay(Math.abs(cluster.steps - before));
    }
  }

  /** Lets time pass on a cluster as `advance` does, piece by piece. Throws a RangeError for more than a week. */
  advance(cluster: Cluster, us: number): StepReport {
    if (!(us >= 0 && us <= advanceUsMax))
      throw new RangeError("while a notebook is graded, advance takes at most a week");
    const first = cluster.steps;
    const end = cluster.now + us;
    const journal: JournalEntry[] = [];
    do {
      const piece = this.stepping(cluster, () => cluster.advance(`${Math.min(sliceUs, end - cluster.now)}us`));
      journal.push(...piece.journal);
    } while (cluster.now < end);
    return new StepReport(first, cluster.steps, cluster.now, journal);
  }
}
