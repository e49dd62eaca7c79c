import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MvccStore, textValues, type Write } from "./mvcc-store.ts";
import { cancelWatch, createWatch, pollWatch, progress, type Watch } from "./watch.ts";
import type { WatchCreateRequest, WatchEvent, WatchResponse } from "./wire.ts";

const key = fc.constantFrom("a", "b", "b/1", "c");
const write = fc.record({ key, value: fc.option(fc.constantFrom("x", "y"), { nil: undefined }) });
const request: fc.Arbitrary<WatchCreateRequest> = fc.record(
  {
    key,
    range_end: fc.constantFrom("b0", "c", "\0"),
    start_revision: fc.nat(30),
    prev_kv: fc.boolean(),
    filters: fc.subarray(["NOPUT" as const, "NODELETE" as const], { maxLength: 1 }),
  },
  { requiredKeys: ["key"] },
);

function storeWith(...commits: Write<string>[][]): MvccStore<string> {
  const store = new MvccStore(textValues);
  for (const writes of commits) store.commit(writes);
  return store;
}

function opened(store: MvccStore<string>, request: WatchCreateRequest): Watch {
  const { watch } = createWatch(store, 3, request);
  if (watch === undefined) throw new Error("the watch was refused");
  return watch;
}

/** What a watch must have been told in all, read off the whole log. */
function expected(store: MvccStore<string>, request: WatchCreateRequest, first: number): (readonly unknown[])[] {
  const { key = "", range_end, filters = [] } = request;
  const isInside = (name: string) =>
    range_end === undefined ? name === key : name >= key && (range_end === "\0" || name < range_end);
  const changes = store.changesSince(0)!.filter((change) => change.modRevision >= first && isInside(change.key));
  return changes
    .map((change) => [change.value === undefined ? "DELETE" : "PUT", change.key, change.modRevision] as const)
    .filter(([type]) => !filters.some((filter) => filter === `NO${type}`));
}

function checkPrevious(store: MvccStore<string>, event: WatchEvent<string>): void {
  const { key, mod_revision } = event.kv;
  const isCreated = "create_revision" in event.kv && event.kv.create_revision === mod_revision;
  const before = isCreated ? undefined : store.version(key, mod_revision - 1);
  expect(event.prev_kv?.mod_revision).toBe(before?.modRevision);
  expect(event.prev_kv?.value).toBe(before?.value);
}

describe("watches", () => {
  test("tell each change of the log that was asked for exactly once, in order, whenever they are polled", () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.array(write, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constant("poll" as const) },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 15 }),
        request,
        fc.array(step, { maxLength: 25 }),
        (before, request, after) => {
          const store = storeWith(...before.filter((step) => step !== "poll"));
          const turn = createWatch(store, 3, request);
          expect(turn.responses).toHaveLength(1);
          if (turn.watch === undefined) return;
          const first = request.start_revision || store.revision + 1;
          let watch = turn.watch;
          const told: WatchResponse<string>[] = [];
          for (const step of [...after, "poll" as const]) {
            if (step !== "poll") {
              store.commit(step);
              continue;
            }
            const polled = pollWatch(store, watch);
            watch = polled.watch!;
            told.push(...polled.responses);
          }
          const events = told.flatMap((response) => response.events!);
          expect(events.map(({ type, kv }) => [type, kv.key, kv.mod_revision])).toEqual(
            expected(store, request, first),
          );
          if (request.prev_kv) for (const event of events) checkPrevious(store, event);
          for (const { events, header_revision } of told) {
            expect(events!.length).toBeGreaterThan(0);
            expect(events!.at(-1)!.kv.mod_revision).toBeLessThanOrEqual(header_revision);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a watch is a value: polling twice from one gives the same", () => {
    const store = storeWith([{ key: "a", value: "1" }]);
    const watch = opened(store, { key: "a" });
    store.commit([{ key: "a", value: "2" }]);
    expect(pollWatch(store, watch)).toEqual(pollWatch(store, watch));
    expect(pollWatch(store.fork(), watch)).toEqual(pollWatch(store, watch));
  });

  test("one that begins before the compacted revision ends with it; one at it still gets what remained", () => {
    const store = storeWith([{ key: "a", value: "1" }], [{ key: "a", value: "2" }], [{ key: "a", value: "3" }]);
    store.compact(3);
    const late = pollWatch(store, opened(store, { key: "a", start_revision: 2 }));
    expect(late).toEqual({
      watch: undefined,
      responses: [{ header_revision: 0, watch_id: 3, canceled: true, compact_revision: 3 }],
    });
    const exact = pollWatch(store, opened(store, { key: "a", start_revision: 3, prev_kv: true }));
    expect(exact.responses).toHaveLength(1);
    expect(exact.responses[0]!.events!.map(({ kv, prev_kv }) => [kv.mod_revision, prev_kv?.mod_revision])).toEqual([
      [3, undefined],
      [4, 3],
    ]);
  });

  test("catching up comes in one response, living changes in one a revision", () => {
    const store = storeWith([{ key: "a", value: "1" }], [{ key: "a", value: "2" }]);
    const caughtUp = pollWatch(store, opened(store, { key: "a", start_revision: 1 }));
    expect(caughtUp.responses.map((response) => [response.header_revision, response.events!.length])).toEqual([[3, 2]]);
    for (const value of ["3", "4"]) store.commit([{ key: "a", value }]);
    const live = pollWatch(store, caughtUp.watch!);
    expect(live.responses.map((response) => [response.header_revision, response.events!.length])).toEqual([
      [4, 1],
      [5, 1],
    ]);
  });

  test("more than a thousand revisions of history come in several responses", () => {
    const store = new MvccStore(textValues);
    for (let i = 0; i < 2500; i++) store.commit([{ key: "a", value: `${i}` }]);
    const { responses } = pollWatch(store, opened(store, { key: "a", start_revision: 1 }));
    expect(responses.map((response) => response.events!.length)).toEqual([1000, 1000, 500]);
  });

  test("an empty span is refused, a cancel is confirmed, progress waits for a future start", () => {
    const store = storeWith([{ key: "a", value: "1" }]);
    const refused = createWatch(store, 1, { key: "b", range_end: "a" });
    expect(refused.watch).toBeUndefined();
    expect(refused.responses[0]!.cancel_reason).toBe("mvcc: watcher range is empty");
    const watch = opened(store, { key: "a", start_revision: 4 });
    expect(progress(store, [watch])).toBeUndefined();
    for (const value of ["2", "3"]) store.commit([{ key: "a", value }]);
    expect(progress(store, [pollWatch(store, watch).watch!])).toEqual({ header_revision: 4, watch_id: -1 });
    expect(progress(store, [])).toBeUndefined();
    expect(cancelWatch(store, watch)).toEqual({
      watch: undefined,
      responses: [{ header_revision: 4, watch_id: 3, canceled: true }],
    });
  });
});
