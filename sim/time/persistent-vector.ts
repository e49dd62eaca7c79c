/**
 * A persistent 32-way vector: the one mutable memory under every table of the simulation.
 * Modelled on the bit-partitioned tries of Clojure's vectors (Bagwell, "Ideal Hash Trees", 2001) with transient
 * owners. Left out: removal from the end, concatenation.
 * Invariant: a branch is written in place only by the vector whose owner token it carries; a fork gives both
 * sides a new token, so that neither can ever see the other's later writes.
 */

const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

interface Owner {
  readonly vector?: never;
}

interface Branch {
  readonly owner: Owner;
  readonly slots: unknown[];
}

/** Values by dense index, forkable in constant time, because checkpoints and branches of history must cost nothing. */
export class PersistentVector<T> {
  private owner: Owner = {};
  private root: Branch | undefined;
  private shift = 0;
  private end = 0;

  /** One more than the highest index ever set: indexes below it may still be empty. */
  get length(): number {
    return this.end;
  }

  /** The value at an index, or undefined where nothing was set. */
  get(index: number): T | undefined {
    if (index >= this.end || index < 0) return undefined;
    let branch = this.root;
    for (let shift = this.shift; shift > 0 && branch !== undefined; shift -= BITS) {
      branch = branch.slots[(index >>> shift) & MASK] as Branch | undefined;
    }
    return branch === undefined ? undefined : (branch.slots[index & MASK] as T | undefined);
  }

  /** Writes one index and grows to hold it; undefined empties it. Throws RangeError for anything but 0 to 2^31 - 1. */
  set(index: number, value: T | undefined): void {
    if (index !== index >>> 0 || index > 0x7fffffff)
      throw new RangeError(`vector index ${index} is not in 0..2147483647`);
    if (index >= this.end) {
      if (value === undefined) return;
      this.grow(index);
    }
    let branch = this.own(this.root);
    this.root = branch;
    for (let shift = this.shift; shift > 0; shift -= BITS) {
      const slot = (index >>> shift) & MASK;
      const child = this.own(branch.slots[slot] as Branch | undefined);
      branch.slots[slot] = child;
      branch = child;
    }
    branch.slots[index & MASK] = value;
  }

  /** An independent vector with the same contents; later writes on either side stay on that side. */
  fork(): PersistentVector<T> {
    const copy = new PersistentVector<T>();
    copy.root = this.root;
    copy.shift = this.shift;
    copy.end = this.end;
    this.owner = {};
    return copy;
  }

  private grow(index: number): void {
    this.end = index + 1;
    while (index >>> this.shift >= WIDTH) {
      if (this.root !== undefined) {
        const above = emptyBranch(this.owner);
        above.slots[0] = this.root;
        this.root = above;
      }
      this.shift += BITS;
    }
  }

  private own(branch: Branch | undefined): Branch {
    if (branch === undefined) return emptyBranch(this.owner);
    return branch.owner === this.owner ? branch : { owner: this.owner, slots: branch.slots.slice() };
  }
}

function emptyBranch(owner: Owner): Branch {
  return { owner, slots: new Array<unknown>(WIDTH).fill(undefined) };
}
