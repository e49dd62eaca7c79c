/**
 * A persistent B-tree from strings, in UTF-16 code unit order: key indexes that are read by range.
 * Ours (Bayer and McCreight, 1972, for the tree); separators are lower bounds, and nodes know how many keys lie below
 * them, so that counting a range does not walk it. Left out: bulk loading.
 * Invariant: a node is written in place only by the map whose owner token it carries; `range` reads the map as it was
 * when it was called, whatever is written while it runs.
 */

const WIDTH = 32;
const SPARSE = WIDTH / 4;

interface Owner {
  readonly map?: never;
}

interface Leaf<V> {
  readonly kind: "leaf";
  readonly owner: Owner;
  readonly keys: string[];
  readonly values: V[];
}

/** `keys[i]` is not above any key below `children[i]`, and above every key below `children[i - 1]`; `keys[0]` is unused. */
interface Inner<V> {
  readonly kind: "inner";
  readonly owner: Owner;
  readonly keys: string[];
  readonly children: Vertex<V>[];
  size: number;
}

type Vertex<V> = Leaf<V> | Inner<V>;

/** An ordered map with constant-time fork. A value of undefined means that the key is absent. */
export class SortedMap<V> {
  private owner: Owner = {};
  private root: Vertex<V> = { kind: "leaf", owner: this.owner, keys: [], values: [] };

  /** How many keys there are. */
  get size(): number {
    return sizeOf(this.root);
  }

  /** The value of a key, or undefined. */
  get(key: string): V | undefined {
    let at = this.root;
    while (at.kind === "inner") at = at.children[childFor(at.keys, key)]!;
    const place = lowerBound(at.keys, key);
    return at.keys[place] === key ? at.values[place] : undefined;
  }

  /** Whether the key has a value. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Sets one key; undefined deletes it. */
  set(key: string, value: V): void {
    if (value === undefined) {
      this.delete(key);
      return;
    }
    const old = this.own(this.root);
    this.root = old;
    this.insert(old, key, value);
    if (width(old) <= WIDTH) return;
    const [separator, right] = this.split(old);
    const size = sizeOf(old) + sizeOf(right);
    this.root = { kind: "inner", owner: this.owner, keys: ["", separator], children: [old, right], size };
  }

  /** Deletes one key and says whether it was there. */
  delete(key: string): boolean {
    if (!this.has(key)) return false;
    const root = this.own(this.root);
    this.remove(root, key);
    this.root = root.kind === "inner" && root.children.length === 1 ? root.children[0]! : root;
    return true;
  }

  /** Entries with from <= key < to (to the end without `to`), ascending. */
  range(from: string, to?: string): IterableIterator<[string, V]> {
    return ascend(this.snapshot(), from, to);
  }

  /** The same entries, descending. */
  rangeDescending(from: string, to?: string): IterableIterator<[string, V]> {
    return descend(this.snapshot(), from, to);
  }

  /** The first entry whose key is not below `from`. */
  first(from = ""): [string, V] | undefined {
    for (const entry of ascend(this.root, from, undefined)) return entry;
    return undefined;
  }

  /** How many keys lie in from <= key < to, without walking them. */
  count(from: string, to?: string): number {
    const end = to === undefined ? this.size : rank(this.root, to);
    return Math.max(0, end - rank(this.root, from));
  }

  /** An independent map with the same contents. */
  fork(): SortedMap<V> {
    const copy = new SortedMap<V>();
    copy.root = this.snapshot();
    return copy;
  }

  /** Giving up the token makes every present node read-only for this map too. */
  private snapshot(): Vertex<V> {
    this.owner = {};
    return this.root;
  }

  private own(at: Vertex<V>): Vertex<V> {
    if (at.owner === this.owner) return at;
    if (at.kind === "leaf")
      return { kind: "leaf", owner: this.owner, keys: at.keys.slice(), values: at.values.slice() };
    return { kind: "inner", owner: this.owner, keys: at.keys.slice(), children: at.children.slice(), size: at.size };
  }

  /** Inserts below a vertex that is ours and may leave it one too wide; says whether the key is new. */
  private insert(at: Vertex<V>, key: string, value: V): boolean {
    if (at.kind === "leaf") {
      const place = lowerBound(at.keys, key);
      const isNew = at.keys[place] !== key;
      at.keys.splice(place, isNew ? 0 : 1, key);
      at.values.splice(place, isNew ? 0 : 1, value);
      return isNew;
    }
    const place = childFor(at.keys, key);
    const child = this.own(at.children[place]!);
    at.children[place] = child;
    const isNew = this.insert(child, key, value);
    if (isNew) at.size++;
    if (width(child) > WIDTH) {
      const [separator, right] = this.split(child);
      at.keys.splice(place + 1, 0, separator);
      at.children.splice(place + 1, 0, right);
    }
    return isNew;
  }

  /** Moves the upper half of a vertex that is ours into a new one. */
  private split(at: Vertex<V>): [separator: string, right: Vertex<V>] {
    const half = width(at) >>> 1;
    const keys = at.keys.splice(half);
    if (at.kind === "leaf")
      return [keys[0]!, { kind: "leaf", owner: this.owner, keys, values: at.values.splice(half) }];
    const children = at.children.splice(half);
    const size = children.reduce((sum, child) => sum + sizeOf(child), 0);
    at.size -= size;
    return [keys[0]!, { kind: "inner", owner: this.owner, keys, children, size }];
  }

  /** Removes a key that is there, below a vertex that is ours. */
  private remove(at: Vertex<V>, key: string): void {
    if (at.kind === "leaf") {
      const place = lowerBound(at.keys, key);
      at.keys.splice(place, 1);
      at.values.splice(place, 1);
      return;
    }
    const place = childFor(at.keys, key);
    const child = this.own(at.children[place]!);
    at.children[place] = child;
    at.size--;
    this.remove(child, key);
    if (width(child) < SPARSE && at.children.length > 1) this.merge(at, place === 0 ? 1 : place);
  }

  /** Joins child `place` into the one before it, if the two fit with room to spare; an empty one always fits. */
  private merge(at: Inner<V>, place: number): void {
    const right = at.children[place]!;
    const [less, more] = [width(at.children[place - 1]!), width(right)];
    if (less > 0 && more > 0 && less + more > WIDTH - SPARSE) return;
    const left = this.own(at.children[place - 1]!);
    at.children[place - 1] = left;
    if (left.kind === "leaf" && right.kind === "leaf") {
      left.keys.push(...right.keys);
      left.values.push(...right.values);
    } else if (left.kind === "inner" && right.kind === "inner") {
      left.keys.push(at.keys[place]!, ...right.keys.slice(1));
      left.children.push(...right.children);
      left.size += right.size;
    }
    at.keys.splice(place, 1);
    at.children.splice(place, 1);
  }
}

function width<V>(at: Vertex<V>): number {
  return at.keys.length;
}

function sizeOf<V>(at: Vertex<V>): number {
  return at.kind === "leaf" ? at.keys.length : at.size;
}

/** The place of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last child whose separator is not above `key`. */
function childFor(separators: readonly string[], key: string): number {
  const place = lowerBound(separators, key);
  return separators[place] === key ? place : Math.max(0, place - 1);
}

/** How many keys are below `key`. */
function rank<V>(root: Vertex<V>, key: string): number {
  let at = root;
  let before = 0;
  while (at.kind === "inner") {
    const place = childFor(at.keys, key);
    for (let i = 0; i < place; i++) before += sizeOf(at.children[i]!);
    at = at.children[place]!;
  }
  return before + lowerBound(at.keys, key);
}

/** Leaf by leaf: each descent also learns the separator at which the next leaf begins. */
function* ascend<V>(root: Vertex<V>, from: string, to: string | undefined): Generator<[string, V], void> {
  let next: string | undefined = from;
  while (next !== undefined) {
    const start: string = next;
    let at = root;
    next = undefined;
    while (at.kind === "inner") {
      const place = childFor(at.keys, start);
      next = at.keys[place + 1] ?? next;
      at = at.children[place]!;
    }
    for (let i = lowerBound(at.keys, start); i < at.keys.length; i++) {
      if (to !== undefined && at.keys[i]! >= to) return;
      yield [at.keys[i]!, at.values[i]!];
    }
  }
}

/** The mirror image: `below` is exclusive, and each descent learns the separator at which its leaf begins. */
function* descend<V>(root: Vertex<V>, from: string, to: string | undefined): Generator<[string, V], void> {
  let below = to;
  for (;;) {
    let at = root;
    let start: string | undefined;
    while (at.kind === "inner") {
      const place: number = below === undefined ? at.keys.length - 1 : childBelow(at.keys, below);
      if (place > 0) start = at.keys[place]!;
      at = at.children[place]!;
    }
    const end = below === undefined ? at.keys.length : lowerBound(at.keys, below);
    for (let i = end - 1; i >= 0; i--) {
      if (at.keys[i]! < from) return;
      yield [at.keys[i]!, at.values[i]!];
    }
    if (start === undefined) return;
    below = start;
  }
}

/** The last child that can hold a key below `key`. */
function childBelow(separators: readonly string[], key: string): number {
  return Math.max(0, lowerBound(separators, key) - 1);
}
