import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Interner } from "./interner.ts";
import { Log } from "./log.ts";
import { PersistentVector } from "./persistent-vector.ts";
import { SortedMap } from "./sorted-map.ts";
import { Table } from "./table.ts";

/** What every container under test must allow. */
interface Forkable<C> {
  fork(): C;
}

/** One step of a random history: some branch either forks or does an operation. */
type Step<Op> = { readonly branch: number; readonly op: Op | "fork" };

interface Subject<C extends Forkable<C>, M, Op> {
  readonly start: () => [container: C, model: M];
  readonly copyModel: (model: M) => M;
  readonly ops: fc.Arbitrary<Op>;
  readonly apply: (container: C, model: M, op: Op) => void;
  readonly compare: (container: C, model: M) => void;
}

/** Grows a random tree of forks and holds every branch against its own plain model, at each step and at the end. */
function holdsInForkTrees<C extends Forkable<C>, M, Op>(subject: Subject<C, M, Op>): void {
  const step: fc.Arbitrary<Step<Op>> = fc.record({
    branch: fc.nat(20),
    op: fc.oneof(
      { weight: 12, arbitrary: subject.ops as fc.Arbitrary<Op | "fork"> },
      { weight: 1, arbitrary: fc.constant("fork" as const) },
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const branches = [subject.start()];
      for (const { branch, op } of steps) {
        const [container, model] = branches[branch % branches.length]!;
        if (op === "fork") branches.push([container.fork(), subject.copyModel(model)]);
        else subject.apply(container, model, op as Op);
      }
      for (const [container, model] of branches) subject.compare(container, model);
    }),
    { numRuns: 60 },
  );
}

const key = fc.oneof(
  fc.constantFrom("", "a", "b", "a/", "a/b", "é", "\u{1f600}", "\uffff"),
  fc.nat(400).map((n) => `k${n}`),
);
type MapOp = { set: string; value: number } | { delete: string };
const mapOp: fc.Arbitrary<MapOp> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ set: key, value: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ delete: key }) },
);
const byKey = (a: readonly [string, number], b: readonly [string, number]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
const sortedEntries = (model: ReadonlyMap<string, number>) => [...model].sort(byKey);

function applyToMap(map: Table<number> | SortedMap<number>, model: Map<string, number>, op: MapOp): void {
  if ("set" in op) {
    map.set(op.set, op.value);
    model.set(op.set, op.value);
    return;
  }
  expect(map.delete(op.delete)).toBe(model.delete(op.delete));
}

describe("persistent vector", () => {
  test("equals an array on every branch of a fork tree", () => {
    holdsInForkTrees<PersistentVector<number>, (number | undefined)[], { index: number; value: number | undefined }>({
      start: () => [new PersistentVector<number>(), []],
      copyModel: (model) => model.slice(),
      ops: fc.record({
        index: fc.oneof(fc.nat(40), fc.nat(5000), fc.constantFrom(31, 32, 1023, 1024, 32767, 32768)),
        value: fc.option(fc.nat(), { nil: undefined, freq: 5 }),
      }),
      apply: (vector, model, { index, value }) => {
        vector.set(index, value);
        if (value !== undefined || index < model.length) model[index] = value;
        expect(vector.get(index)).toBe(model[index]);
      },
      compare: (vector, model) => {
        expect(vector.length).toBe(model.length);
        for (let i = 0; i <= model.length; i++)
          if (vector.get(i) !== model[i]) expect([i, vector.get(i)]).toEqual([i, model[i]]);
      },
    });
  });

  test("refuses what is not an index", () => {
    const vector = new PersistentVector<number>();
    for (const index of [-1, 0.5, 2 ** 31, Number.NaN]) expect(() => vector.set(index, 1)).toThrow(RangeError);
    expect(vector.get(-1)).toBeUndefined();
  });
});

describe("interner", () => {
  test("gives dense ids that never change", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        const interner = new Interner();
        const ids = names.map((name) => interner.intern(name));
        expect(ids.map((id) => interner.nameOf(id))).toEqual(names);
        expect(names.map((name) => interner.idOf(name))).toEqual(ids);
        expect(interner.size).toBe(new Set(names).size);
        expect(Math.max(-1, ...ids)).toBe(interner.size - 1);
      }),
    );
    expect(new Interner().idOf("never")).toBeUndefined();
    expect(() => new Interner().nameOf(0)).toThrow(RangeError);
  });
});

describe("table", () => {
  type Op = MapOp | "list" | "clear";
  test("equals a Map on every branch of a fork tree, in key order", () => {
    holdsInForkTrees<Table<number>, Map<string, number>, Op>({
      start: () => [new Table<number>(), new Map()],
      copyModel: (model) => new Map(model),
      ops: fc.oneof(
        { weight: 40, arbitrary: mapOp as fc.Arbitrary<Op> },
        { weight: 4, arbitrary: fc.constant<Op>("list") },
        { weight: 1, arbitrary: fc.constant<Op>("clear") },
      ),
      apply: (table, model, op) => {
        if (op === "list") expect(table.keys()).toEqual([...model.keys()].sort());
        else if (op !== "clear") applyToMap(table, model, op);
        else {
          table.clear();
          model.clear();
        }
      },
      compare: (table, model) => {
        expect(table.size).toBe(model.size);
        expect([...table.entries()]).toEqual(sortedEntries(model));
        expect([...table.keys()]).toEqual([...model.keys()].sort());
      },
    });
  });

  test("keeps a list that was handed out, and lists thousands of new keys", () => {
    const table = new Table<number>();
    table.set("b", 1);
    const before = table.keys();
    for (let i = 0; i < 3000; i++) table.set(`k${i}`, i);
    table.delete("b");
    expect(before).toEqual(["b"]);
    expect(table.keys()).toHaveLength(3000);
    expect(table.keys()).toEqual([...table.keys()].sort());
    expect(table.has("b")).toBe(false);
  });
});

describe("sorted map", () => {
  test("equals a Map on every branch of a fork tree, by range in both directions", () => {
    holdsInForkTrees<SortedMap<number>, Map<string, number>, MapOp | { from: string; to: string }>({
      start: () => [new SortedMap<number>(), new Map()],
      copyModel: (model) => new Map(model),
      ops: fc.oneof({ weight: 9, arbitrary: mapOp }, { weight: 1, arbitrary: fc.record({ from: key, to: key }) }),
      apply: (map, model, op) => {
        if (!("from" in op)) return applyToMap(map, model, op);
        const expected = sortedEntries(model).filter(([name]) => name >= op.from && name < op.to);
        expect([...map.range(op.from, op.to)]).toEqual(expected);
        expect([...map.rangeDescending(op.from, op.to)]).toEqual(expected.reverse());
        expect(map.count(op.from, op.to)).toBe(expected.length);
        expect(map.first(op.from)).toEqual(sortedEntries(model).find(([name]) => name >= op.from));
        expect(map.get(op.to)).toBe(model.get(op.to));
      },
      compare: (map, model) => {
        expect(map.size).toBe(model.size);
        expect([...map.range("")]).toEqual(sortedEntries(model));
        expect([...map.rangeDescending("")]).toEqual(sortedEntries(model).reverse());
      },
    });
  });

  test("stays right while ten thousand keys come and go", () => {
    const map = new SortedMap<number>();
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${(i * 7919) % 10_000}`);
    for (const [i, name] of keys.entries()) map.set(name, i);
    const fork = map.fork();
    for (const [i, name] of keys.slice(0, 9_990).entries()) {
      map.delete(name);
      if (i % 500 === 0) expect(map.count("k3", "k7")).toBe([...map.range("k3", "k7")].length);
    }
    expect([...map.range("")].map(([name]) => name)).toEqual(keys.slice(9_990).sort());
    for (const name of keys.slice(9_990)) map.delete(name);
    expect([map.size, map.first()]).toEqual([0, undefined]);
    expect([fork.size, fork.count("k5", "k6"), [...fork.range("k5", "k6")].length]).toEqual([10_000, 1111, 1111]);
  });

  test("a range that is being read does not see later writes", () => {
    const map = new SortedMap<number>();
    for (const name of "abcdef") map.set(name, 1);
    const seen: string[] = [];
    for (const [name] of map.range("b")) {
      seen.push(name);
      map.delete(name);
      map.set(`${name}z`, 2);
    }
    expect(seen.join("")).toBe("bcdef");
    expect([...map.range("")].map(([name]) => name)).toEqual(["a", "bz", "cz", "dz", "ez", "fz"]);
  });
});

describe("log", () => {
  type Model = { entries: number[]; start: number };
  test("equals an array on every branch of a fork tree", () => {
    holdsInForkTrees<Log<number>, Model, { push: number; times: number } | { drop: number }>({
      start: () => [new Log<number>(), { entries: [], start: 0 }],
      copyModel: ({ entries, start }) => ({ entries: entries.slice(), start }),
      ops: fc.oneof(
        { weight: 9, arbitrary: fc.record({ push: fc.nat(), times: fc.oneof(fc.nat(3), fc.nat(400)) }) },
        { weight: 1, arbitrary: fc.record({ drop: fc.nat(3000) }) },
      ),
      apply: (log, model, op) => {
        if ("drop" in op) {
          log.dropBefore(op.drop);
          model.start = Math.max(model.start, Math.min(op.drop, model.entries.length));
          return;
        }
        for (let i = 0; i < op.times; i++) {
          const index = log.push(op.push + i);
          if (index !== model.entries.length) expect(index).toBe(model.entries.length);
          model.entries.push(op.push + i);
        }
      },
      compare: (log, { entries, start }) => {
        expect([log.start, log.end]).toEqual([start, entries.length]);
        const held = entries.map((value, i) => (i < start ? undefined : value));
        expect(entries.map((_, i) => log.at(i))).toEqual(held);
        expect([log.at(-1), log.at(entries.length)]).toEqual([undefined, undefined]);
      },
    });
  });
});
