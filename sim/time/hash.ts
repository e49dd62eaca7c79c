/**
 * Rolling 32-bit hashes of numbers, strings and JSON values: how two runs are compared step by step.
 * The rounds are those of MurmurHash3 (Appleby, public domain). Not for security.
 * Invariant: equal values hash equally on every engine; the order of an object's keys does not count, as it does
 * not in JSON, and neither do keys whose value is undefined.
 */

const NUMBER = 0x6e;
const STRING = 0x73;
const ARRAY = 0x61;
const OBJECT = 0x6f;
const TWO_32 = 4294967296;

/** Spreads the bits of one word over all of it (MurmurHash3's finaliser), so that near inputs give far outputs. */
export function scramble(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Adds a number to a rolling hash: any integer of up to 2^53 either way; other doubles count by their decimal form. */
export function mixNumber(hash: number, value: number): number {
  if (value === (value | 0)) return mixWord(hash, value | 0);
  if (!Number.isSafeInteger(value)) return mixString(mixWord(hash, NUMBER), String(value));
  return mixWord(mixWord(hash, value | 0), Math.floor(value / TWO_32) ^ NUMBER);
}

/** Adds a string, with its length, to a rolling hash. */
export function mixString(hash: number, text: string): number {
  const end = text.length;
  let h = mixWord(hash, end ^ STRING);
  let i = 0;
  for (; i + 1 < end; i += 2) h = mixWord(h, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
  return i < end ? mixWord(h, text.charCodeAt(i)) : h;
}

/**
 * The hash of a whole JSON value. With a memo, an object that was hashed before is not walked again: API objects are
 * immutable and share parts, so only what is new costs anything. Functions and undefined hash as JSON's null.
 */
export function hashJson(value: unknown, memo?: WeakMap<object, number>): number {
  switch (typeof value) {
    case "string":
      return scramble(mixString(STRING, value));
    case "number":
      return scramble(mixNumber(NUMBER, value));
    case "boolean":
      return value ? 0x74727565 : 0x66616c73;
    case "bigint":
      return scramble(mixString(NUMBER, String(value)));
    case "object": {
      if (value === null) return 0x6e756c6c;
      const known = memo?.get(value);
      if (known !== undefined) return known;
      const hash = Array.isArray(value) ? hashList(value, memo) : hashObject(value as Record<string, unknown>, memo);
      memo?.set(value, hash);
      return hash;
    }
    default:
      return 0x6e756c6c;
  }
}

function hashList(list: readonly unknown[], memo: WeakMap<object, number> | undefined): number {
  let h = mixNumber(ARRAY, list.length);
  for (const item of list) h = mixWord(h, hashJson(item, memo));
  return scramble(h);
}

/** Fields are added, not chained, so that no sorting is needed and key order cannot matter. */
function hashObject(object: Record<string, unknown>, memo: WeakMap<object, number> | undefined): number {
  let sum = 0;
  let fields = 0;
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    fields++;
    sum = (sum + scramble(mixWord(mixString(OBJECT, key), hashJson(value, memo)))) | 0;
  }
  return scramble(mixWord(mixWord(OBJECT, fields), sum));
}
