/**
 * A forkable map from strings: the rows in which components keep all that they remember.
 * An interner shared by all forks gives the index, a persistent vector holds the value, and the sorted list of keys
 * is kept lazily: made on demand, patched while few keys came or went.
 * Invariant: order is by UTF-16 code unit and never depends on insertion or on what other forks did.
 */
import { Interner } from "./interner.ts";
import { PersistentVector } from "./persistent-vector.ts";

/** More new keys than this and the sorted list is made anew instead of patched; it also bounds the cost of a fork. */
const PATCH_MAX = 512;

/** A string-keyed map with constant-time fork and defined order. A value of undefined means that the key is absent. */
export class Table<V> {
  private rows = new PersistentVector<V>();
  private count = 0;
  private sorted: readonly string[] | undefined = [];
  private added: string[] = [];
  private removed = false;
  private readonly interner: Interner;

  /** Tables that hold the same keys may share one interner, to keep each name in memory once. */
  constructor(interner: Interner = new Interner()) {
    this.interner = interner;
  }

  /** How many keys have a value. */
  get size(): number {
    return this.count;
  }

  /** The value of a key, or undefined. */
  get(key: string): V | undefined {
    const id = this.interner.idOf(key);
    return id === undefined ? undefined : this.rows.get(id);
  }

  /** Whether the key has a value. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Sets one key; undefined deletes it. */
  set(key: string, value: V): void {
    if (value === undefined) return void this.delete(key);
    const id = this.interner.intern(key);
    if (this.rows.get(id) === undefined) {
      this.count++;
      if (this.sorted !== undefined) this.noteAdded(key);
    }
    this.rows.set(id, value);
  }

  /** Deletes one key and says whether it was there. */
  delete(key: string): boolean {
    const id = this.interner.idOf(key);
    if (id === undefined || this.rows.get(id) === undefined) return false;
    this.rows.set(id, undefined);
    this.count--;
    this.removed = true;
    return true;
  }

  /** The keys, sorted, as they are now: later writes do not change the list. */
  keys(): readonly string[] {
    if (this.sorted === undefined) this.sorted = this.present().sort();
    else if (this.added.length > 0 || this.removed) this.sorted = this.patched(this.sorted);
    this.added = [];
    this.removed = false;
    return this.sorted;
  }

  /** Keys with their values in key order; a key deleted while this runs is left out, a new one is not added. */
  *entries(): IterableIterator<[string, V]> {
    for (const key of this.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  /** Deletes every key. */
  clear(): void {
    this.rows = new PersistentVector<V>();
    this.count = 0;
    this.sorted = [];
    this.added = [];
    this.removed = false;
  }

  /** An independent table with the same contents. */
  fork(): Table<V> {
    const copy = new Table<V>(this.interner);
    copy.rows = this.rows.fork();
    copy.count = this.count;
    copy.sorted = this.sorted;
    copy.added = this.added.slice();
    copy.removed = this.removed;
    return copy;
  }

  private noteAdded(key: string): void {
    this.added.push(key);
    if (this.added.length <= PATCH_MAX) return;
    this.sorted = undefined;
    this.added = [];
  }

  private present(): string[] {
    const names: string[] = [];
    for (let id = 0; id < this.rows.length; id++) {
      if (this.rows.get(id) !== undefined) names.push(this.interner.nameOf(id));
    }
    return names;
  }

  private patched(old: readonly string[]): readonly string[] {
    const fresh = this.added.sort();
    const names: string[] = [];
    let at = 0;
    const take = (key: string) => {
      if (key !== names[names.length - 1] && (!this.removed || this.has(key))) names.push(key);
    };
    for (const key of fresh) {
      while (at < old.length && old[at]! < key) take(old[at++]!);
      take(key);
    }
    while (at < old.length) take(old[at++]!);
    return names;
  }
}
