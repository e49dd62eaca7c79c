/** Orders for things that are shown: stable, locale-free, and with numbers in names compared as numbers. */

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** First place at or after `from` that holds no digit. */
function digitsEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** "worker-2" before "worker-10". Gives 0 for equal texts only: where numbers are equal, their digits decide. */
export function compareNatural(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(j);
    if (isDigit(x) && isDigit(y)) {
      const [iEnd, jEnd] = [digitsEnd(a, i), digitsEnd(b, j)];
      const difference = Number(a.slice(i, iEnd)) - Number(b.slice(j, jEnd));
      if (difference !== 0) return difference;
      i = iEnd;
      j = jEnd;
    } else if (x !== y) return x - y;
    else {
      i++;
      j++;
    }
  }
  return a.length - i - (b.length - j) || (a < b ? -1 : a > b ? 1 : 0);
}

/** A table's own entry, never what all objects inherit: names such as "constructor" come from outside. */
export function ownOf<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Groups values by a key, groups in order of first appearance. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** 150000 → "150,000", whatever the host's language. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 pod", "1,200 pods", "2 entries". */
export function plural(count: number, noun: string): string {
  return `${thousands(count)} ${count === 1 ? noun : `${noun}s`.replace(/ys$/, "ies")}`;
}
