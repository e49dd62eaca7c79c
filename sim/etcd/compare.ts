/**
 * The conditions of a transaction.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/txn/txn.go (applyCompares).
 * Left out: nothing. Invariant: a missing key counts as one with all fields zero, except that no condition on a missing
 * value holds, not even NOT_EQUAL; a span's condition must hold for each of its keys.
 */
import { keysIn } from "./key-span.ts";
import type { MvccStore } from "./mvcc-store.ts";
import type { Version } from "./version.ts";
import type { Compare } from "./wire.ts";

/** Whether all conditions hold now. */
export function holds<V>(store: MvccStore<V>, compares: readonly Compare<V>[]): boolean {
  return compares.every((compare) => {
    const versions = keysIn(store, compare);
    if (versions.length > 0) return versions.every((version) => accepts(compare, difference(store, compare, version)));
    return compare.target !== "VALUE" && accepts(compare, difference(store, compare, undefined));
  });
}

/** Negative, zero or positive as the key's field is below, at or above what the condition names. */
function difference<V>(store: MvccStore<V>, compare: Compare<V>, version: Version<V> | undefined): number {
  const empty = store.rules.empty;
  switch (compare.target ?? "VERSION") {
    case "VERSION":
      return (version?.version ?? 0) - (compare.version ?? 0);
    case "CREATE":
      return (version?.createRevision ?? 0) - (compare.create_revision ?? 0);
    case "MOD":
      return (version?.modRevision ?? 0) - (compare.mod_revision ?? 0);
    case "LEASE":
      return (version?.lease ?? 0) - (compare.lease ?? 0);
    case "VALUE":
      return store.rules.order(version?.value ?? empty, compare.value ?? empty);
  }
}

function accepts<V>(compare: Compare<V>, difference: number): boolean {
  switch (compare.result ?? "EQUAL") {
    case "EQUAL":
      return difference === 0;
    case "NOT_EQUAL":
      return difference !== 0;
    case "GREATER":
      return difference > 0;
    case "LESS":
      return difference < 0;
  }
}
