import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Draw } from "../exercise.ts";

const WORDS = 4294967296;

/** Where draws come from: two sources that give the same numbers make the same variant. */
export interface DrawSource {
  /** For the cluster's own seed. */
  readonly seed: number;
  /** The next whole number from 0 to below `count`. */
  below(count: number): number;
}

/** The numbers that a seed makes: the n-th is a hash of seed and n, so it is the same on every engine. */
export function drawSource(seed: string): DrawSource {
  let drawn = 0;
  const word = (): number => wordOf(`${seed}\n${drawn++}`);
  return {
    get seed() {
      return wordOf(`${seed}\ncluster`);
    },
    below(count) {
      // Words above the largest multiple are drawn again; a remainder alone would favour small numbers.
      const fair = WORDS - (WORDS % count);
      for (;;) {
        const bits = word();
        if (bits < fair) return bits % count;
      }
    },
  };
}

/**
 * The choices that a source makes. `integer` throws a RangeError unless both ends are whole numbers in order, less than 2^32
 * apart.
 */
export function drawOf(source: DrawSource): Draw {
  return {
    get seed() {
      return source.seed;
    },
    integer(least, most) {
      const count = most - least + 1;
      if (!(Number.isSafeInteger(least) && Number.isSafeInteger(most) && count >= 1 && count <= WORDS))
        throw new RangeError(`draw.integer() takes two whole numbers in order, not ${least} and ${most}`);
      return least + source.below(count);
    },
    one(values) {
      if (values.length === 0) throw new RangeError("draw.one() takes at least one value");
      return values[source.below(values.length)]!;
    },
    shuffled(values) {
      const order = [...values];
      for (let last = order.length - 1; last > 0; last--) {
        const other = source.below(last + 1);
        [order[last], order[other]] = [order[other]!, order[last]!];
      }
      return order;
    },
  };
}

function wordOf(text: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha256(utf8ToBytes(text));
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
