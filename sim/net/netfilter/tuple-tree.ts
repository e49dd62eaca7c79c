/**
 * A persistent map from tuples to values: what is written into it gives a new tree that shares all but one path with the old
 * one, so that a long table costs a packet no more than a short one. It stands for the Linux kernel's hash table of tuples
 * (Linux 6.18, net/netfilter/nf_conntrack_core.c), as a hash array mapped trie (Bagwell, "Ideal Hash Trees", 2001).
 * Left out: joining branches that became thin.
 * Invariant: plain immutable data; a tuple has at most one entry, in the leaf to which the digits of its hash lead.
 */
import { hashOfTuple, isSameTuple, type Tuple } from "./tuple.ts";

/** One tuple with its value. */
export interface Entry<Value> {
  readonly tuple: Tuple;
  readonly value: Value;
}

interface Leaf<Value> {
  readonly entries: readonly Entry<Value>[];
}

interface Branch<Value> {
  readonly below: readonly TupleTree<Value>[];
}

/** A tree; an object without anything in it is the empty one. */
export type TupleTree<Value> = Leaf<Value> | Branch<Value>;

/** The tree without entries. */
export const emptyTree: TupleTree<never> = { entries: [] };

const DIGIT_BITS = 4;
const WIDTH = 1 << DIGIT_BITS;
const HASH_BITS = 32;
/** More entries than that make a leaf a branch, unless the hash has no digit left. */
const LEAF_MAX = 8;

const digitAt = (hash: number, depth: number) => (hash >>> (depth * DIGIT_BITS)) & (WIDTH - 1);
const hasDigit = (depth: number) => depth * DIGIT_BITS < HASH_BITS;

/** The value of a tuple. */
export function valueAt<Value>(tree: TupleTree<Value>, tuple: Tuple): Value | undefined {
  const hash = hashOfTuple(tuple);
  let at = tree;
  for (let depth = 0; "below" in at; depth++) at = at.below[digitAt(hash, depth)]!;
  return at.entries.find((entry) => isSameTuple(entry.tuple, tuple))?.value;
}

function grown<Value>(entries: readonly Entry<Value>[], depth: number): TupleTree<Value> {
  if (entries.length <= LEAF_MAX || !hasDigit(depth)) return { entries };
  const heaps = Array.from({ length: WIDTH }, (): Entry<Value>[] => []);
  for (const entry of entries) heaps[digitAt(hashOfTuple(entry.tuple), depth)]!.push(entry);
  return { below: heaps.map((heap) => (heap.length === 0 ? emptyTree : grown(heap, depth + 1))) };
}

type Change<Value> = (entries: readonly Entry<Value>[]) => readonly Entry<Value>[];

function changed<Value>(tree: TupleTree<Value>, hash: number, depth: number, change: Change<Value>): TupleTree<Value> {
  if ("below" in tree) {
    const digit = digitAt(hash, depth);
    return { below: tree.below.with(digit, changed(tree.below[digit]!, hash, depth + 1, change)) };
  }
  return grown(change(tree.entries), depth);
}

/** The tree with a value at a tuple, in place of any that was there. */
export function withValue<Value>(tree: TupleTree<Value>, tuple: Tuple, value: Value): TupleTree<Value> {
  const isOther = (entry: Entry<Value>) => !isSameTuple(entry.tuple, tuple);
  return changed(tree, hashOfTuple(tuple), 0, (entries) => [...entries.filter(isOther), { tuple, value }]);
}

/** The tree without a tuple. */
export function withoutTuple<Value>(tree: TupleTree<Value>, tuple: Tuple): TupleTree<Value> {
  const isOther = (entry: Entry<Value>) => !isSameTuple(entry.tuple, tuple);
  return changed(tree, hashOfTuple(tuple), 0, (entries) => entries.filter(isOther));
}

/** All entries, in no order that means anything. */
export function entriesOf<Value>(tree: TupleTree<Value>): readonly Entry<Value>[] {
  return "below" in tree ? tree.below.flatMap(entriesOf) : tree.entries;
}

/** The smallest number of any entry, infinity without one; `known` keeps it by subtree, which most writes leave as they were. */
export function smallest<Value>(
  tree: TupleTree<Value>,
  numberOf: (value: Value) => number,
  known: WeakMap<object, number>,
): number {
  let least = known.get(tree);
  if (least !== undefined) return least;
  least = Number.POSITIVE_INFINITY;
  if ("below" in tree) for (const each of tree.below) least = Math.min(least, smallest(each, numberOf, known));
  else for (const { value } of tree.entries) least = Math.min(least, numberOf(value));
  known.set(tree, least);
  return least;
}
