import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../sim/api/types.ts";
import type { Snapshot } from "../sim/snapshot.ts";
import { type PodSketch, pod, snapshot } from "../test/scenes/fixtures.ts";
import { overflows, textCollisions } from "../test/scenes/inspect.ts";
import { openMaster } from "../test/scenes/placements.ts";
import { brokenHa, busy, large, partition, rollout } from "../test/scenes/stories.ts";
import { clusterModel } from "./cluster-model.ts";
import { componentScenes } from "./component-map.ts";
import { assignSlots } from "./map/slots.ts";
import { podState } from "./pod-state.ts";
import type { Scene } from "./scene.ts";
import { sceneToText } from "./text.ts";

const keys = (scene: Scene): readonly string[] => scene.groups.map((group) => group.key);
const labels = (scene: Scene): string => scene.groups.map((group) => group.label ?? "").join("\n");

describe("componentMap", () => {
  it("keeps everything but pods and arrows where it was", () => {
    const [first, ...rest] = componentScenes(rollout());
    const place = (scene: Scene, key: string): unknown => {
      const group = scene.groups.find((candidate) => candidate.key === key)!;
      return [group.x, group.y];
    };
    for (const key of keys(first!).filter((name) => /^(process|machine|node|zone|tray|messages|legend)/.test(name))) {
      for (const scene of rest) expect(place(scene, key), key).toEqual(place(first!, key));
    }
  });

  it("is the same picture for the same moments", () => {
    expect(componentScenes(brokenHa())).toEqual(componentScenes(brokenHa()));
  });

  it("names pods by kind, namespace, name and uid", () => {
    const scene = componentScenes(rollout())[3]!;
    expect(keys(scene)).toContain("pod/default/web-7c5d8b9f6-x2x7q#uid-web-7c5d8b9f6-x2x7q");
  });

  it("says in words what is broken", () => {
    const words = labels(componentScenes(brokenHa())[1]!);
    expect(words).toContain("node worker-5, machine down");
    expect(words).toContain("kube-scheduler on master-2: not running");
    expect(words).toContain("link cut between etcd/master-1 and etcd/master-3");
    expect(words).toContain("append term 3 index 812 (lost)");
    expect(words).toContain("pod default/late-0, Pending, waiting for a node");
  });

  it("draws an arrow for each message that has two ends", () => {
    const scene = componentScenes(rollout())[3]!;
    const arrows = scene.groups.filter((group) => group.key.startsWith("message/"));
    expect(arrows).toHaveLength(5);
    expect(arrows.every((group) => group.shapes.some((shape) => shape.kind === "line" && shape.head))).toBe(true);
  });

  it("goes from pods to tiles in time, and names what is wrong at any size", () => {
    const scene = componentScenes([large(5000, 30)])[0]!;
    const tiles = scene.groups.filter((group) => group.key.startsWith("tile/"));
    expect(tiles.length).toBeLessThanOrEqual(120);
    expect(scene.groups.flatMap((group) => group.shapes).length).toBeLessThan(1200);
    expect(sceneToText(scene)).toContain("node worker-2500  machine down");
    expect(sceneToText(scene)).toContain("CrashLoopBackOff on worker-");
    expect(scene.desc).toContain("5,000 nodes, 150,001 pods");
  });

  it("shows each pod of a middling cluster by its glyph", () => {
    const scene = componentScenes(busy())[0]!;
    expect(scene.groups.filter((group) => group.key.startsWith("pod/"))).toHaveLength(120);
  });

  it("draws a cut link and a lost message on it", () => {
    const scene = componentScenes(partition())[0]!;
    const lost = scene.groups.find((group) => group.key.startsWith("message/") && group.label?.includes("(lost)"))!;
    expect(lost.shapes.some((shape) => shape.kind === "icon" && shape.icon === "cross")).toBe(true);
    expect(lost.shapes.some((shape) => shape.kind === "line" && shape.head)).toBe(false);
  });

  it("survives objects that lack every field", () => {
    const bare = [{ metadata: { name: "x" } }, { kind: "Pod", metadata: { name: "y" }, status: null, spec: 3 }];
    const whole = snapshot({ workers: 2, step: 1 });
    const poor: Snapshot = { ...whole, objects: () => bare as unknown as readonly KubeObject[] };
    expect(componentScenes([poor])).toHaveLength(1);
    expect(componentScenes([{ ...whole, machines: [], processes: [], objects: () => [] }])).toHaveLength(1);
  });

  it("never lets text leave its box, whatever the cluster", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcMW-w19iml日"), minLength: 1, maxLength: 60 });
    const state = fc.constantFrom(
      "ready",
      "unready",
      "pending",
      "creating",
      "going",
      "failed",
      "done",
      "CrashLoopBackOff",
    );
    const sketch = fc.record({ name: word, state, at: fc.nat(7) });
    const shape = fc.record({
      masters: fc.integer({ min: 1, max: 3 }),
      zones: fc.integer({ min: 1, max: 4 }),
      workers: fc.integer({ min: 0, max: 14 }),
      pods: fc.uniqueArray(sketch, { maxLength: 40, selector: (entry) => entry.name }),
      label: word,
    });
    fc.assert(
      fc.property(shape, ({ masters, zones, workers, pods, label }) => {
        const placed = pods.map(
          ({ name, state: podState, at }): PodSketch => ({ name, state: podState, node: `worker-${at}` }),
        );
        const messages = [
          { from: "kubelet/worker-1", to: "kube-apiserver/master-1", label },
          { from: "user", to: "kube-apiserver/master-1", label },
          { from: "etcd/master-1", to: "etcd/master-2", label },
          { from: "kube-scheduler/master-1", to: "kube-apiserver/master-1", label, dropped: true },
        ];
        const doing = { "kubelet/worker-1": label, "etcd/master-1": label };
        const scene = componentScenes([
          snapshot({ masters, zones, workers, step: 5, pods: placed, messages, doing }),
        ])[0]!;
        expect(overflows(scene)).toEqual([]);
        expect(textCollisions(scene)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("assignSlots", () => {
  it("leaves every pod that stays in its slot, and never two pods in one", () => {
    const names = fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), (moments) => {
        const models = moments.map((list, step) =>
          clusterModel(snapshot({ workers: 1, step, pods: list.map((name) => ({ name, node: "worker-1" })) })),
        );
        const { frames, capacity } = assignSlots(models);
        frames.forEach((slots, at) => {
          expect(new Set(slots.values()).size).toBe(slots.size);
          for (const [key, slot] of slots) {
            const before = frames[at - 1]?.get(key);
            if (before !== undefined) expect(slot).toBe(before);
            expect(slot).toBeLessThan(capacity.get("worker-1")!);
          }
        });
      }),
    );
  });
});

describe("podState", () => {
  it.each([
    ["ready", "Running 1/1"],
    ["unready", "Not ready 0/1"],
    ["unschedulable", "Unschedulable"],
    ["creating", "ContainerCreating"],
    ["going", "Terminating"],
    ["failed", "Evicted"],
    ["done", "Completed"],
    ["ErrImagePull", "ErrImagePull"],
  ])("sums up %s as %s", (state, word) => {
    expect(podState(pod({ name: "p", state })).word).toBe(word);
  });
});

it("draws a machine that is no member as a machine, and does not count it as a node", () => {
  const scene = componentScenes(openMaster())[0]!;
  expect(scene.groups.find(({ key }) => key === "node//worker-1")?.label).toBe("machine worker-1, off, not a member");
  expect(scene.desc).toContain("2 control-plane machines, 3 nodes, 12 pods. Nothing needs attention.");
  expect(scene.table.rows.find(({ key }) => key === "node//worker-1")?.cells[0]).toBe("machine worker-1");
});
