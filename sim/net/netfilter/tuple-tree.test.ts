import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Tuple } from "./tuple.ts";
import { emptyTree, entriesOf, type TupleTree, valueAt, withoutTuple, withValue } from "./tuple-tree.ts";

const few = (max: number) => fc.integer({ min: 0, max });
const tuples: fc.Arbitrary<Tuple> = fc.record({
  proto: fc.constantFrom("tcp", "udp", "icmp", "ipip"),
  src: fc.oneof(few(3), few(0xffffffff)),
  dst: few(3),
  sport: few(65535),
  dport: few(2),
});
const writes = fc.array(fc.tuple(tuples, fc.option(few(1000))), { maxLength: 200 });

const flow = (at: number): Tuple => ({ proto: "tcp", src: 0x0a000001, dst: 0x0a000002, sport: at, dport: 80 });

function partsOf(tree: TupleTree<number>): readonly object[] {
  return "below" in tree ? [tree, ...tree.below.flatMap(partsOf)] : [tree];
}

describe("a tree of tuples", () => {
  it("holds what a map would hold, and every former tree stays what it was", () => {
    fc.assert(
      fc.property(writes, (all) => {
        const model = new Map<string, number>();
        let tree: TupleTree<number> = emptyTree;
        for (const [tuple, value] of all) {
          const before = JSON.stringify(tree);
          const next: TupleTree<number> = value === null ? withoutTuple(tree, tuple) : withValue(tree, tuple, value);
          expect(JSON.stringify(tree)).toBe(before);
          tree = next;
          if (value === null) model.delete(JSON.stringify(tuple));
          else model.set(JSON.stringify(tuple), value);
          expect(valueAt(tree, tuple)).toBe(value ?? undefined);
        }
        const found = entriesOf(tree).map(({ tuple, value }) => [JSON.stringify(tuple), value] as const);
        expect(new Map(found)).toEqual(model);
        expect(found).toHaveLength(model.size);
      }),
    );
  });

  it("shares with the tree before all but the path that a write took, however much it holds", () => {
    let tree: TupleTree<number> = emptyTree;
    for (let at = 0; at < 20_000; at++) tree = withValue(tree, flow(at), at);
    const known = new Set(partsOf(tree));
    const next = withValue(tree, flow(30_000), 1);
    expect(partsOf(next).filter((part) => !known.has(part)).length).toBeLessThan(40);
    expect([valueAt(next, flow(30_000)), valueAt(next, flow(19_999)), valueAt(tree, flow(30_000))]).toEqual([
      1,
      19_999,
      undefined,
    ]);
  });
});
