import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { SortedMap } from "../../time/sorted-map.ts";
import { Table } from "../../time/table.ts";
import type { PodLike } from "../objects.ts";
import { PrioritySort } from "../plugins/queue-plugins.ts";
import { activeKey, backoffEndUs, type QueuedPod, type QueueTables } from "./queued-pod.ts";
import {
  addToQueue,
  flushBackoff,
  flushUnschedulable,
  forget,
  moveOnEvent,
  nextBackoff,
  popFromQueue,
  queuedPod,
  returnToQueue,
  unschedulableMaxUs,
  updateInQueue,
} from "./scheduling-queue.ts";

const second = 1_000_000;

function pod(name: string, spec: PodLike["spec"] = { containers: [] }): PodLike {
  return { metadata: { name, namespace: "default" }, spec };
}

function node(taints: { key: string; effect: string }[]) {
  return { metadata: { name: "n" }, spec: { taints }, status: { allocatable: { cpu: "4", pods: "10" } } };
}

describe("scheduling queue", () => {
  let tables: QueueTables;
  beforeEach(() => {
    tables = {
      pods: new Table<QueuedPod>(),
      waiting: new Table<QueuedPod>(),
      active: new SortedMap<string>(),
      backoff: new SortedMap<string>(),
    };
  });

  /** Pops the pod at a time and lets its cycle fail. */
  function fail(plugins: readonly string[], atUs: number): void {
    returnToQueue(tables, popFromQueue(tables)!.key, plugins, atUs);
  }

  it("gives out the most important pod first, then the oldest", () => {
    addToQueue(tables, pod("old"), 1);
    addToQueue(tables, pod("new"), 2);
    addToQueue(tables, pod("vip", { containers: [], priority: 5 }), 3);
    expect([1, 2, 3, 4].map(() => popFromQueue(tables)?.key)).toEqual([
      "default/vip",
      "default/old",
      "default/new",
      undefined,
    ]);
  });

  it("keeps a gated pod out until its gates are gone", () => {
    addToQueue(tables, pod("p", { containers: [], schedulingGates: [{ name: "wait" }] }), 1);
    expect(queuedPod(tables, "default/p")?.place).toBe("gated");
    updateInQueue(tables, pod("p"), 2);
    expect(popFromQueue(tables)?.key).toBe("default/p");
  });

  it("tries a pod again only on an event that the refusing plugin knows of", () => {
    addToQueue(tables, pod("p"), 0);
    fail(["TaintToleration"], 0);
    moveOnEvent(tables, { name: "AssignedPodDelete", before: pod("other") }, [], 20 * second);
    moveOnEvent(tables, { name: "NodeAdd", after: node([{ key: "spot", effect: "NoSchedule" }]) }, [], 20 * second);
    expect(queuedPod(tables, "default/p")?.place).toBe("unschedulable");
    moveOnEvent(tables, { name: "NodeAdd", after: node([]) }, [], 20 * second);
    expect(queuedPod(tables, "default/p")?.place).toBe("active");
  });

  it("backs off for 1, 2, 4, 8 and then 10 seconds", () => {
    addToQueue(tables, pod("p"), 0);
    let nowUs = 0;
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      fail(["NodeResourcesFit"], nowUs);
      moveOnEvent(tables, { name: "NodeAdd", after: node([]) }, [], nowUs);
      const endUs = backoffEndUs(nextBackoff(tables)!);
      waits.push((endUs - nowUs) / second);
      flushBackoff(tables, endUs - 1);
      expect(queuedPod(tables, "default/p")?.place).toBe("backoff");
      flushBackoff(tables, endUs);
      nowUs = endUs;
    }
    expect(waits).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it("remembers events that came while the pod was in its cycle", () => {
    addToQueue(tables, pod("p"), 0);
    const taken = popFromQueue(tables)!;
    moveOnEvent(tables, { name: "NodeAdd", after: node([]) }, [taken.key], 1);
    returnToQueue(tables, taken.key, ["NodeResourcesFit"], 2);
    expect(queuedPod(tables, taken.key)).toMatchObject({ place: "backoff", missed: [] });
    expect(backoffEndUs(queuedPod(tables, taken.key)!)).toBe(2 + second);
  });

  it("tries a pod anyway after five minutes", () => {
    addToQueue(tables, pod("p"), 0);
    fail(["NodeAffinity"], 0);
    flushUnschedulable(tables, unschedulableMaxUs);
    expect(queuedPod(tables, "default/p")?.place).toBe("unschedulable");
    flushUnschedulable(tables, unschedulableMaxUs + 1);
    expect(queuedPod(tables, "default/p")?.place).toBe("active");
  });

  it("forgets a pod wherever it is", () => {
    addToQueue(tables, pod("p"), 0);
    forget(tables, "default/p");
    expect(popFromQueue(tables)).toBeUndefined();
    expect(queuedPod(tables, "default/p")).toBeUndefined();
  });

  it("sorts keys as PrioritySort does", () => {
    const order = fc.record({
      priority: fc.integer({ min: -2147483648, max: 2147483647 }),
      timestampUs: fc.nat({ max: 2 ** 50 }),
    });
    fc.assert(
      fc.property(order, order, (left, right) => {
        const queued = { key: "k", pod: pod("k"), place: "active", attempts: 0, plugins: [], missed: [] } as const;
        const isLess = activeKey({ ...queued, ...left }) < activeKey({ ...queued, ...right });
        expect(isLess).toBe(PrioritySort.less(left, right));
      }),
    );
  });
});
