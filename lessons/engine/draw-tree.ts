/**
 * What was made from draws, found again by the draws themselves: two seeds that draw the same make the same, and a scenario
 * with a handful of choices makes a handful of variants for a whole class.
 * Invariant: what is found is what making it anew would give, as long as it follows from the draws alone.
 */
import type { DrawSource } from "./draw.ts";

/** The cluster's own seed is a draw, too; every count of another draw is at least 1. */
const SEED = 0;
const FORKS_MAX = 50_000;

interface Fork<T> {
  /** What is drawn here: below so many, or SEED; undefined where making ends, or where nobody has been yet. */
  asks: number | undefined;
  readonly next: Map<number, Fork<T>>;
  made: T | undefined;
}

const newFork = <T>(): Fork<T> => ({ asks: undefined, next: new Map(), made: undefined });

/** See above. */
export class DrawTree<T> {
  readonly #most: number;
  #root: Fork<T> = newFork();
  #forks = 1;
  #ends: Fork<T>[] = [];

  /** Keeps at most `most` of what was made; the oldest goes first. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What `make` made of these draws before, or makes now. `open` gives the same draws each time. */
  of(open: () => DrawSource, make: (source: DrawSource) => T): T {
    return this.#found(open()) ?? this.#made(open(), make);
  }

  #found(source: DrawSource): T | undefined {
    let at: Fork<T> | undefined = this.#root;
    while (at !== undefined && at.made === undefined && at.asks !== undefined)
      at = at.next.get(at.asks === SEED ? source.seed : source.below(at.asks));
    return at?.made;
  }

  #made(source: DrawSource, make: (source: DrawSource) => T): T {
    if (this.#forks > FORKS_MAX) this.#forget();
    let at: Fork<T> | undefined = this.#root;
    const told = (asks: number, value: number): number => {
      // A scenario that asks otherwise after the same answers does not follow from its draws: nothing of it is kept.
      if (at !== undefined) at = (at.asks ?? asks) === asks ? this.#after(at, asks, value) : undefined;
      return value;
    };
    const made = make({
      get seed() {
        return told(SEED, source.seed);
      },
      below: (count) => told(count, source.below(count)),
    });
    const end = at as Fork<T> | undefined;
    if (end !== undefined && end.asks === undefined) this.#keep(end, made);
    at = undefined;
    return made;
  }

  #after(at: Fork<T>, asks: number, value: number): Fork<T> {
    at.asks = asks;
    const known = at.next.get(value);
    if (known !== undefined) return known;
    const fresh = newFork<T>();
    at.next.set(value, fresh);
    this.#forks += 1;
    return fresh;
  }

  #keep(at: Fork<T>, made: T): void {
    at.made = made;
    this.#ends.push(at);
    const oldest = this.#ends.length > this.#most ? this.#ends.shift() : undefined;
    if (oldest !== undefined) oldest.made = undefined;
  }

  #forget(): void {
    this.#root = newFork();
    this.#forks = 1;
    this.#ends = [];
  }
}
