/**
 * Looking up a word that somebody typed in a record.
 * Models no upstream code. Left out: records whose keys nobody outside chooses, which are read as they are.
 * Invariant: only what a record has itself is found, never what every object inherits ("constructor").
 */

/** The value that a record has of its own under a name. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
