/**
 * Remembering what follows from an object, by its identity: objects of the API are immutable, so what was worked out once
 * for one holds as long as it lives, for every node that sees it.
 * Left out: nothing.
 * Invariant: `make` depends on the key and on nothing else that changes.
 */

/** The value of a key, made when it is first asked for. */
export function madeOnce<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
