/** Draws of the swarm test: a small generator of its own, so that a change in the simulation never changes a plan. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
    for (let warm = 0; warm < 8; warm++) this.below(2);
  }

  /** A whole number from 0 to n - 1 (mulberry32). */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((((word ^ (word >>> 14)) >>> 0) * n) / 4294967296) | 0;
  }

  /** True n times of a hundred. */
  percent(n: number): boolean {
    return this.below(100) < n;
  }

  /** One of them. */
  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }
}
