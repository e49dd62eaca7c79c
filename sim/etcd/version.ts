/**
 * One change of one key: what the store keeps, what its log lists and what a watcher is told are the same object.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, storage/mvcc/key_index.go (generations) and mvccpb.KeyValue; there a
 * version is a file position, here it is a link of a list, newest first.
 * Invariant: immutable; along `older`, modRevision never grows; a tombstone has no value, version 0 and no lease.
 */
import type { KeyValue } from "./wire.ts";

/** A key after one write. `value` is undefined for a deletion. `older` may be cut off by compaction. */
export interface Version<V> {
  readonly key: string;
  readonly value: V | undefined;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly lease: number;
  readonly older: Version<V> | undefined;
}

/** A version that is not a deletion. */
export type LiveVersion<V> = Version<V> & { readonly value: V };

/** Whether the key exists after this change. */
export function isLive<V>(version: Version<V> | undefined): version is LiveVersion<V> {
  return version !== undefined && version.value !== undefined;
}

/** What a reader at a revision sees of a key, given its newest change; undefined where it did not exist. */
export function visibleAt<V>(newest: Version<V> | undefined, revision: number): LiveVersion<V> | undefined {
  let version = newest;
  while (version !== undefined && version.modRevision > revision) version = version.older;
  return isLive(version) ? version : undefined;
}

/** The version as etcd's message. */
export function toKeyValue<V>(version: LiveVersion<V>): KeyValue<V> {
  return {
    key: version.key,
    create_revision: version.createRevision,
    mod_revision: version.modRevision,
    version: version.version,
    value: version.value,
    lease: version.lease,
  };
}

/**
 * The list with all that a reader at `revision` or later cannot see cut off; undefined if nothing is left.
 * Versions after the cut are made anew, because other forks may still hold the uncut list.
 */
export function cutBelow<V>(newest: Version<V>, revision: number): Version<V> | undefined {
  const kept: Version<V>[] = [];
  let version: Version<V> | undefined = newest;
  while (version !== undefined && version.modRevision > revision) {
    kept.push(version);
    version = version.older;
  }
  if (version === undefined || (isLive(version) && version.older === undefined)) return newest;
  let list: Version<V> | undefined = isLive(version) ? { ...version, older: undefined } : undefined;
  for (let i = kept.length - 1; i >= 0; i--) list = { ...kept[i]!, older: list };
  return list;
}
