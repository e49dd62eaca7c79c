/**
 * The multi-version store: every key at every revision since the last compaction, and one log of all changes.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, storage/mvcc/{kvstore,kvstore_txn,index}.go. Left out: bbolt, the disk and
 * its quota. Key order is by UTF-16 code unit, which for ASCII is etcd's order by byte.
 * Invariant: one revision a batch, however many keys; `put` and `remove` belong to the open batch until `seal`.
 * A fork and its origin share all versions and never see each other's later writes.
 */
import { hashJson, mixNumber, mixString, scramble } from "../time/hash.ts";
import { Interner } from "../time/interner.ts";
import { Log } from "../time/log.ts";
import { PersistentVector } from "../time/persistent-vector.ts";
import { SortedMap } from "../time/sorted-map.ts";
import { compacted, type EtcdError, futureRevision } from "./errors.ts";
import { Lessor } from "./lease.ts";
import { cutBelow, isLive, type LiveVersion, type Version, visibleAt } from "./version.ts";

/** What the store must know about its values: the one that stands for no bytes, and their order (for VALUE compares). */
export interface ValueRules<V> {
  readonly empty: V;
  order(a: V, b: V): number;
}

/** Values as etcd has them: text. */
export const textValues: ValueRules<string> = { empty: "", order: (a, b) => (a < b ? -1 : a > b ? 1 : 0) };

/** One write of a commit; value undefined deletes. */
export interface Write<V> {
  readonly key: string;
  readonly value: V | undefined;
  readonly lease?: number;
}

/** The store of one etcd member; all members that applied the same requests are equal. */
export class MvccStore<V> {
  readonly rules: ValueRules<V>;
  /** Which keys hang on which lease. The store keeps it up to date; only lease requests may change the leases. */
  leases = new Lessor();
  private readonly ids: Interner;
  private readonly hashes: WeakMap<object, number>;
  private newest = new PersistentVector<Version<V>>();
  /** Every key with a version left, deleted ones too, with its id. */
  private index = new SortedMap<number>();
  /** Those keys of the index that are deleted now: what a count must leave out. */
  private deleted = new SortedMap<true>();
  private log = new Log<Version<V>>();
  private sealed = 1;
  private batchStart = 0;
  /** -1 until the first compaction, so that one to revision 0 is refused only the second time, as by etcd. */
  private compactedTo = -1;
  private liveHash = 0;
  private hashedTo = 0;

  /** An empty store stands at revision 1, as etcd does. Forks share interner and hashes, which hold no state. */
  constructor(rules: ValueRules<V>, shared?: { readonly ids: Interner; readonly hashes: WeakMap<object, number> }) {
    this.rules = rules;
    this.ids = shared?.ids ?? new Interner();
    this.hashes = shared?.hashes ?? new WeakMap();
  }

  /** The newest revision a reader sees: in an open batch, its own once it has changed anything. */
  get revision(): number {
    return this.log.end > this.batchStart ? this.sealed + 1 : this.sealed;
  }

  /** The lowest revision that can be read; 0 before any compaction. */
  get compactedRevision(): number {
    return Math.max(0, this.compactedTo);
  }

  /** Why a revision cannot be read, or undefined if it can. 0 means now. */
  refuses(revision: number): EtcdError | undefined {
    if (revision > this.revision) return futureRevision;
    return revision > 0 && revision < this.compactedTo ? compacted : undefined;
  }

  /** A key now (`at` absent or 0), or at a revision that `refuses` allows; undefined where it does not exist. */
  version(key: string, at?: number): LiveVersion<V> | undefined {
    const id = this.ids.idOf(key);
    if (id === undefined) return undefined;
    return visibleAt(this.newest.get(id), at || Number.MAX_SAFE_INTEGER);
  }

  /** The keys with from <= key < to, ascending, now or at a revision that `refuses` allows; at most `limit` of them. */
  list(from: string, to?: string, at?: number, limit = Number.MAX_SAFE_INTEGER): LiveVersion<V>[] {
    const found: LiveVersion<V>[] = [];
    if (limit <= 0) return found;
    const revision = at || Number.MAX_SAFE_INTEGER;
    for (const [, id] of this.index.range(from, to)) {
      const version = visibleAt(this.newest.get(id), revision);
      if (version !== undefined && found.push(version) === limit) break;
    }
    return found;
  }

  /** How many keys `list` would find without a limit; for now, without walking them. */
  count(from: string, to?: string, at?: number): number {
    if (at && at < this.revision) return this.list(from, to, at).length;
    return this.index.count(from, to) - this.deleted.count(from, to);
  }

  /** Writes all given keys as one revision and returns it; with nothing to change, the revision stays. */
  commit(writes: readonly Write<V>[]): number {
    for (const { key, value, lease } of writes) {
      if (value === undefined) this.remove(key);
      else this.put(key, value, lease ?? 0);
    }
    return this.seal();
  }

  /** Writes one key into the open batch. */
  put(key: string, value: V, lease: number): void {
    const id = this.ids.intern(key);
    const older = this.newest.get(id);
    const modRevision = this.sealed + 1;
    if (older === undefined) this.index.set(key, id);
    else if (!isLive(older)) this.deleted.delete(key);
    const createRevision = isLive(older) ? older.createRevision : modRevision;
    const version = isLive(older) ? older.version + 1 : 1;
    this.write(id, { key, value, createRevision, modRevision, version, lease, older });
  }

  /** Deletes one key in the open batch and says whether it was there. */
  remove(key: string): boolean {
    const id = this.ids.idOf(key);
    const older = id === undefined ? undefined : this.newest.get(id);
    if (id === undefined || !isLive(older)) return false;
    this.deleted.set(key, true);
    const modRevision = this.sealed + 1;
    this.write(id, { key, value: undefined, createRevision: 0, modRevision, version: 0, lease: 0, older });
    return true;
  }

  /** Ends the batch and returns the revision reached. */
  seal(): number {
    this.sealed = this.revision;
    this.batchStart = this.log.end;
    return this.sealed;
  }

  /**
   * All changes after a revision, oldest first, a key more than once if a batch wrote it more than once; undefined if
   * compaction took some of them away. Watches and caches are cursors on this one list.
   */
  changesSince(revision: number): readonly Version<V>[] | undefined {
    if (revision < this.compactedTo - 1) return undefined;
    const changes: Version<V>[] = [];
    for (let i = this.firstAfter(revision); i < this.log.end; i++) {
      const change = this.log.at(i)!;
      if (change.modRevision > this.compactedTo || !this.isOverwritten(i)) changes.push(change);
    }
    return changes;
  }

  /** Forgets what only readers below a revision could see. Refuses one already compacted or not yet reached. */
  compact(revision: number): EtcdError | undefined {
    if (revision <= this.compactedTo) return compacted;
    if (revision > this.sealed) return futureRevision;
    this.compactedTo = revision;
    const end = this.firstAfter(revision);
    for (let i = this.log.start; i < end; i++) this.trim(this.log.at(i)!.key, revision);
    this.log.dropBefore(this.firstAfter(revision - 1));
    return undefined;
  }

  /** A hash of revision, leases and live keys with all that a reader sees of them; costs only what changed since the last. */
  hash(): number {
    if (this.hashedTo < this.log.start) this.rehash();
    for (; this.hashedTo < this.log.end; this.hashedTo++) {
      const change = this.log.at(this.hashedTo)!;
      this.liveHash = (this.liveHash + this.hashOf(change) - this.hashOf(change.older)) | 0;
    }
    return scramble(mixNumber(mixNumber(this.liveHash ^ this.leases.hash(), this.revision), this.compactedTo));
  }

  /** An independent store with the same contents. Call it between batches. */
  fork(): MvccStore<V> {
    const copy = new MvccStore<V>(this.rules, { ids: this.ids, hashes: this.hashes });
    copy.leases = this.leases.fork();
    copy.newest = this.newest.fork();
    copy.index = this.index.fork();
    copy.deleted = this.deleted.fork();
    copy.log = this.log.fork();
    copy.sealed = this.sealed;
    copy.batchStart = this.batchStart;
    copy.compactedTo = this.compactedTo;
    copy.liveHash = this.liveHash;
    copy.hashedTo = this.hashedTo;
    return copy;
  }

  private write(id: number, change: Version<V>): void {
    this.leases.move(change.key, change.older?.lease ?? 0, change.lease);
    this.newest.set(id, change);
    this.log.push(change);
  }

  /** The log index of the first change after a revision: watchers ask near the end, so the search starts there. */
  private firstAfter(revision: number): number {
    let high = this.log.end;
    let low = high;
    for (let step = 1; low > this.log.start && this.log.at(low - 1)!.modRevision > revision; step *= 2) {
      high = low - 1;
      low = Math.max(this.log.start, low - step);
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.log.at(middle)!.modRevision > revision) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Whether a later change of the same batch wrote the same key: compaction to that batch keeps only the last. */
  private isOverwritten(index: number): boolean {
    const { key, modRevision } = this.log.at(index)!;
    for (let i = index + 1; this.log.at(i)?.modRevision === modRevision; i++)
      if (this.log.at(i)!.key === key) return true;
    return false;
  }

  private trim(key: string, revision: number): void {
    const id = this.ids.idOf(key)!;
    const newest = this.newest.get(id);
    const kept = newest && cutBelow(newest, revision);
    if (kept === newest) return;
    this.newest.set(id, kept);
    if (kept !== undefined) return;
    this.index.delete(key);
    this.deleted.delete(key);
  }

  private rehash(): void {
    this.liveHash = 0;
    for (const version of this.list("")) this.liveHash = (this.liveHash + this.hashOf(version)) | 0;
    this.hashedTo = this.log.end;
  }

  private hashOf(version: Version<V> | undefined): number {
    if (!isLive(version)) return 0;
    let h = mixString(hashJson(version.value, this.hashes), version.key);
    h = mixNumber(mixNumber(h, version.createRevision), version.modRevision);
    return scramble(mixNumber(mixNumber(h, version.version), version.lease));
  }
}
