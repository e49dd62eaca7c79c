/**
 * Seeded random numbers by counting: the n-th draw of a stream is a hash of (seed, stream name, n) and of nothing else.
 * So a component that draws more, or is added, changes no other component's draws, and the whole state is one counter a
 * stream (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011, for the idea; the rounds are MurmurHash3's).
 * Left out: floating-point distributions: what is not uniform is drawn from a table of integer weights.
 * Invariant: a draw advances its own stream only; the same seed, name and counter give the same word on every engine.
 */
import { mixNumber, mixString, scramble } from "./hash.ts";
import { Table } from "./table.ts";

const TWO_32 = 4294967296;

/** Values with whole, positive weights: a distribution that is the same on every engine. */
export type WeightedTable<T> = readonly (readonly [value: T, weight: number])[];

/** One named sequence of draws. It holds no state of its own: ask for it by name whenever it is needed. */
export interface RandomStream {
  /** The next 32 random bits, as 0 to 2^32 - 1. */
  bits(): number;
  /** A whole number from 0 to n - 1, each equally likely. Throws RangeError unless n is a whole number from 1 to 2^32. */
  below(n: number): number;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
  /** One value of a table, by weight. Throws RangeError for a table without weight. */
  pick<T>(table: WeightedTable<T>): T;
}

/** The 32 bits at one place of one stream: a pure function, so that any draw can be looked at again. */
export function randomBits(seed: number | string, stream: string, counter: number): number {
  return wordAt(mixString(keyOf(seed), stream), counter);
}

function keyOf(seed: number | string): number {
  return typeof seed === "string" ? mixString(0, seed) : mixNumber(1, seed);
}

function wordAt(key: number, counter: number): number {
  const low = counter | 0;
  const high = Math.floor(counter / TWO_32) | 0;
  const left = scramble(Math.imul(low, 0x9e3779b1) + scramble(key ^ high));
  const right = scramble((low ^ 0x7f4a7c15) + scramble(Math.imul(key, 0x2c1b3c6d) + 0x297a2d39));
  return (left + right) >>> 0;
}

/** All streams of one cluster: a seed and a counter a stream. */
export class RandomStreams {
  private key: number;
  private counters = new Table<number>();

  /** The seed may be any whole number or string. */
  constructor(seed: number | string) {
    this.key = keyOf(seed);
  }

  /** The stream of that name, where it now stands. */
  stream(name: string): RandomStream {
    const key = mixString(this.key, name);
    const bits = () => {
      const counter = this.counters.get(name) ?? 0;
      this.counters.set(name, counter + 1);
      return wordAt(key, counter);
    };
    const below = (n: number) => drawBelow(bits, n);
    return {
      bits,
      below,
      chance: (numerator, denominator) => below(denominator) < numerator,
      pick: (table) => pickFrom(table, below),
    };
  }

  /** How many words each stream has given, by name: what a hash of the state must hold. */
  drawn(): IterableIterator<[string, number]> {
    return this.counters.entries();
  }

  /** Independent streams that continue where these stand. */
  fork(): RandomStreams {
    const copy = new RandomStreams(0);
    copy.key = this.key;
    copy.counters = this.counters.fork();
    return copy;
  }
}

/** Words above the largest multiple of n are drawn again; a remainder alone would favour small numbers. */
function drawBelow(bits: () => number, n: number): number {
  if (!Number.isInteger(n) || n < 1 || n > TWO_32)
    throw new RangeError(`cannot draw below ${n}: use a whole number from 1 to 2^32`);
  const fair = TWO_32 - (TWO_32 % n);
  let word = bits();
  while (word >= fair) word = bits();
  return word % n;
}

function pickFrom<T>(table: WeightedTable<T>, below: (n: number) => number): T {
  let total = 0;
  for (const [, weight] of table) total += weight;
  if (total === 0) throw new RangeError("cannot pick from a table without weight");
  let left = below(total);
  for (const [value, weight] of table) {
    if (left < weight) return value;
    left -= weight;
  }
  throw new RangeError("weights must be whole and not negative");
}

/** Eight hexadecimal digits a word, each drawn: ids and suffixes. Joined at once, so that the text is flat in memory. */
export function randomHex(stream: RandomStream, words: number): string {
  const parts: string[] = [];
  for (let word = 0; word < words; word++) parts.push(stream.bits().toString(16).padStart(8, "0"));
  return parts.join("");
}
