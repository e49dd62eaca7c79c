import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compacted, futureRevision } from "./errors.ts";
import { MvccStore, textValues, type Write } from "./mvcc-store.ts";
import type { Version } from "./version.ts";

type Row = Pick<Version<string>, "key" | "value" | "createRevision" | "modRevision" | "version" | "lease">;

/** The plainest model of MVCC: a whole copy of the contents for every revision, and never any compaction. */
class Snapshots {
  readonly at: ReadonlyMap<string, Row>[];
  compactedTo: number;

  constructor(at: readonly ReadonlyMap<string, Row>[] = [new Map(), new Map()], compactedTo = 0) {
    this.at = [...at];
    this.compactedTo = compactedTo;
  }

  get revision(): number {
    return this.at.length - 1;
  }

  commit(writes: readonly Write<string>[]): void {
    const rows = new Map(this.at[this.revision]);
    const modRevision = this.revision + 1;
    let changed = false;
    for (const { key, value, lease = 0 } of writes) {
      const old = rows.get(key);
      if (value === undefined) changed = rows.delete(key) || changed;
      else {
        changed = true;
        const { createRevision, version } = old ?? { createRevision: modRevision, version: 0 };
        rows.set(key, { key, value, createRevision, modRevision, version: version + 1, lease });
      }
    }
    if (changed) this.at.push(rows);
  }

  rows(revision: number, from: string, to?: string): Row[] {
    const inside = [...this.at[revision]!.values()].filter(({ key }) => key >= from && (to === undefined || key < to));
    return inside.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

const key = fc.constantFrom("a", "b", "b/1", "b/2", "c", "d");
const write: fc.Arbitrary<Write<string>> = fc.record({
  key,
  value: fc.option(fc.constantFrom("", "x", "y", "z"), { nil: undefined, freq: 2 }),
  lease: fc.constantFrom(0, 0, 7, 8),
});
type Op =
  | { writes: Write<string>[] }
  | { compact: number }
  | { read: number; from: string; to?: string }
  | "fork"
  | "hash";
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ writes: fc.array(write, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ compact: fc.nat(60) }) },
  { weight: 4, arbitrary: fc.record({ read: fc.nat(60), from: key, to: key }, { requiredKeys: ["read", "from"] }) },
  { weight: 1, arbitrary: fc.constantFrom("fork" as const, "hash" as const) },
);

const plain = ({ key, value, createRevision, modRevision, version, lease }: Version<string>): Row => ({
  key,
  value,
  createRevision,
  modRevision,
  version,
  lease,
});

function compareAt(store: MvccStore<string>, model: Snapshots, revision: number, from = "", to?: string): void {
  const expected = model.rows(revision, from, to);
  const at = revision === model.revision ? 0 : revision;
  expect(store.list(from, to, at).map(plain)).toEqual(expected);
  expect(store.list(from, to, at, 2).map(plain)).toEqual(expected.slice(0, 2));
  expect(store.count(from, to, at)).toBe(expected.length);
  expect(store.count(from, to, revision)).toBe(expected.length);
  for (const row of expected) expect(plain(store.version(row.key, at)!)).toEqual(row);
}

function run(store: MvccStore<string>, model: Snapshots, op: Exclude<Op, "fork">): void {
  if (op === "hash") store.hash();
  else if ("writes" in op) {
    model.commit(op.writes);
    expect(store.commit(op.writes)).toBe(model.revision);
  } else if ("compact" in op) {
    const expected =
      op.compact > model.revision ? futureRevision : op.compact <= model.compactedTo ? compacted : undefined;
    if (op.compact === 0) return;
    expect(store.compact(op.compact)).toBe(expected);
    if (expected === undefined) model.compactedTo = op.compact;
  } else if (op.read > model.revision) expect(store.refuses(op.read)).toBe(futureRevision);
  else if (op.read > 0 && op.read < model.compactedTo) expect(store.refuses(op.read)).toBe(compacted);
  else {
    expect(store.refuses(op.read)).toBeUndefined();
    compareAt(store, model, op.read || model.revision, op.from, op.to);
  }
}

describe("the multi-version store", () => {
  test("equals a copy of everything for every revision, on every branch of a fork tree", () => {
    const step = fc.record({ branch: fc.nat(5), op });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const branches: [MvccStore<string>, Snapshots][] = [[new MvccStore(textValues), new Snapshots()]];
        for (const { branch, op } of steps) {
          const [store, model] = branches[branch % branches.length]!;
          if (op === "fork") branches.push([store.fork(), new Snapshots(model.at, model.compactedTo)]);
          else run(store, model, op);
        }
        for (const [store, model] of branches) {
          for (let at = Math.max(1, model.compactedTo); at <= model.revision; at++) compareAt(store, model, at);
          for (const lease of [7, 8]) {
            const held = model.rows(model.revision, "").filter((row) => row.lease === lease);
            expect(store.leases.keysOf(lease).toSorted()).toEqual(held.map((row) => row.key));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the log of changes, replayed, gives the contents of any later revision", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(write, { maxLength: 4 }), { maxLength: 30 }),
        fc.nat(),
        fc.nat(),
        (commits, cut, start) => {
          const store = new MvccStore(textValues);
          const model = new Snapshots();
          for (const writes of commits) run(store, model, { writes });
          run(store, model, { compact: cut % (model.revision + 1) });
          const from = Math.max(model.compactedTo, start % (model.revision + 1));
          const rows = new Map(model.at[from]);
          for (const change of store.changesSince(from)!) {
            expect(change.modRevision).toBeGreaterThan(from);
            if (change.value === undefined) rows.delete(change.key);
            else rows.set(change.key, plain(change));
          }
          expect(rows).toEqual(model.at[model.revision]);
        },
      ),
    );
  });

  test("changes before the compacted revision are gone, those of it that still count are not", () => {
    const store = new MvccStore(textValues);
    store.commit([{ key: "a", value: "1" }]);
    store.commit([
      { key: "b", value: "1" },
      { key: "b", value: undefined },
      { key: "a", value: "2" },
    ]);
    store.compact(3);
    expect(store.changesSince(1)).toBeUndefined();
    expect(store.changesSince(2)!.map(({ key, value }) => [key, value])).toEqual([
      ["b", undefined],
      ["a", "2"],
    ]);
    expect(store.changesSince(3)).toEqual([]);
  });

  test("the hash depends on what a reader can see, not on how it came there", () => {
    fc.assert(
      fc.property(fc.array(fc.array(write, { maxLength: 3 }), { maxLength: 20 }), fc.nat(), (commits, cut) => {
        const [steady, lazy] = [new MvccStore(textValues), new MvccStore(textValues)];
        for (const [i, writes] of commits.entries()) {
          steady.commit(writes);
          steady.hash();
          const next = i % 3 === 0 ? lazy.fork() : lazy;
          expect(next.commit(writes)).toBe(steady.revision);
          if (next !== lazy) lazy.commit(writes);
        }
        const at = 1 + (cut % steady.revision);
        for (const store of [steady, lazy]) store.compact(at);
        expect(lazy.hash()).toBe(steady.hash());
        const before = steady.hash();
        steady.commit([{ key: "a", value: "new" }]);
        expect(steady.hash()).not.toBe(before);
        expect(lazy.hash()).toBe(before);
      }),
    );
  });

  test("holds objects as well as text, and gives back the same object", () => {
    const pod = Object.freeze({ kind: "Pod" });
    const store = new MvccStore<object>({ empty: {}, order: () => 0 });
    store.commit([{ key: "/registry/pods/default/web", value: pod }]);
    expect(store.version("/registry/pods/default/web")!.value).toBe(pod);
  });
});
