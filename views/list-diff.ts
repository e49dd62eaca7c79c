/**
 * Differences between two lists of keyed values, small enough to keep many moments in one notebook output.
 * Invariant: patchList(before, diffList(before, after)) equals after.
 */

/** Copies n values (n > 0), skips n values (n < 0), or inserts the value given. */
export type ListChange<T> = number | T;

interface Keyed {
  readonly key: string;
}

/** JSON of values that were compared before: frames share most of their values, and values do not change. */
const knownJson = new WeakMap<Keyed, string>();

function jsonOf(value: Keyed): string {
  const known = knownJson.get(value);
  if (known !== undefined) return known;
  const json = JSON.stringify(value);
  knownJson.set(value, json);
  return json;
}

/** Changes that turn `before` into `after`; values are compared as JSON. */
export function diffList<T extends Keyed>(before: readonly T[], after: readonly T[]): readonly ListChange<T>[] {
  if (before === after) return before.length === 0 ? [] : [before.length];
  const written = before.map(jsonOf);
  const wanted = new Set(after.map(jsonOf));
  const changes: ListChange<T>[] = [];
  const count = (by: 1 | -1): void => {
    const last = changes[changes.length - 1];
    if (typeof last === "number" && last * by > 0) changes[changes.length - 1] = last + by;
    else changes.push(by);
  };
  const places = new Map(written.map((json, at) => [json, at]));
  let at = 0;
  for (const value of after) {
    const json = jsonOf(value);
    const place = places.get(json);
    if (place === undefined || place < at) {
      changes.push(value);
      continue;
    }
    while (at < place && !wanted.has(written[at]!)) {
      count(-1);
      at++;
    }
    if (at < place) changes.push(value);
    else {
      count(1);
      at++;
    }
  }
  return changes;
}

/** Applies changes to the list that they were made for. */
export function patchList<T extends Keyed>(before: readonly T[], changes: readonly ListChange<T>[]): readonly T[] {
  const after: T[] = [];
  let at = 0;
  for (const change of changes) {
    if (typeof change !== "number") after.push(change);
    else if (change < 0) at -= change;
    else {
      after.push(...before.slice(at, at + change));
      at += change;
    }
  }
  return after;
}
