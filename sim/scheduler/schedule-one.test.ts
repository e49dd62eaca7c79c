import { describe, expect, it } from "vitest";
import { explain } from "./explain.ts";
import type { SchedulingContext } from "./framework.ts";
import { listOfNodes, type NodeList, rowNamed, withRow } from "./node-list.ts";
import { addPod } from "./node-row.ts";
import type { NodeLike, PodLike } from "./objects.ts";
import { podInfo } from "./pod-row.ts";
import { feasibleNodesToFind, scheduleOne, selectHost } from "./schedule-one.ts";

function node(name: string, cpu = "4", spec: NodeLike["spec"] = {}): NodeLike {
  const allocatable = { cpu, memory: "8Gi", pods: "10" };
  return { metadata: { name, labels: { "kubernetes.io/hostname": name } }, spec, status: { allocatable } };
}

function pod(name: string, cpu = "100m", rest: PodLike["spec"] = { containers: [] }): PodLike {
  const containers = [{ name: "c", image: "web", resources: { requests: { cpu } } }];
  return { metadata: { name, namespace: "default", labels: { app: "web" } }, spec: { ...rest, containers } };
}

function context(nodes: NodeList, changes: Partial<SchedulingContext> = {}): SchedulingContext {
  return {
    nodes,
    namespaces: () => [],
    servicesIn: () => [],
    controller: () => undefined,
    disruptionBudgets: () => [],
    nominatedPods: () => [],
    below: () => 0,
    ...changes,
  };
}

const place = (nodes: NodeList, name: string, bound: PodLike): NodeList =>
  withRow(nodes, addPod(rowNamed(nodes, name)!, bound));

describe("scheduleOne", () => {
  it("prefers the emptier node", () => {
    const nodes = place(listOfNodes([node("a"), node("b")]), "a", pod("old", "2"));
    expect(scheduleOne(pod("p"), context(nodes))).toEqual({
      kind: "scheduled",
      node: "b",
      evaluated: 2,
      feasible: 2,
      nextStart: 0,
    });
  });

  it("tells why nothing fits in upstream's words, preemption included", () => {
    const taints = [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }];
    const nodes = listOfNodes([node("a", "1"), node("b", "4", { taints }), node("c", "4", { taints })]);
    const result = scheduleOne(pod("p", "2"), context(nodes));
    expect(result).toMatchObject({
      kind: "unschedulable",
      message:
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}. " +
        "preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, " +
        "2 Preemption is not helpful for scheduling.",
      plugins: ["NodeResourcesFit", "TaintToleration"],
    });
  });

  it("says so when there is no node", () => {
    expect(scheduleOne(pod("p"), context(listOfNodes([])))).toMatchObject({
      message: "no nodes available to schedule pods",
    });
  });

  it("names a node that the pod could have after evicting the least important pods", () => {
    const low = pod("low", "3");
    const nodes = place(listOfNodes([node("a"), node("b", "1")]), "a", low);
    const result = scheduleOne(pod("p", "2", { containers: [], priority: 10 }), context(nodes));
    expect(result).toMatchObject({ nominatedNode: "a", victims: [{ key: "default/low" }] });
    const never = pod("q", "2", { containers: [], priority: 10, preemptionPolicy: "Never" });
    expect(scheduleOne(never, context(nodes))).toMatchObject({
      nominatedNode: undefined,
      message: "0/2 nodes are available: 2 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.",
    });
  });

  it("leaves room for a pod that is nominated to the node", () => {
    const nodes = listOfNodes([node("a", "1")]);
    const ahead = podInfo(pod("ahead", "800m", { containers: [], priority: 5 }));
    const crowded = context(nodes, { nominatedPods: () => [ahead] });
    expect(scheduleOne(pod("p", "500m"), crowded).kind).toBe("unschedulable");
    expect(scheduleOne(pod("p", "500m", { containers: [], priority: 9 }), crowded).kind).toBe("scheduled");
  });

  it("looks only at the nodes that the affinity names", () => {
    const nodes = listOfNodes([node("a"), node("b"), node("c")]);
    const named = (values: string[]) =>
      pod("p", "100m", {
        containers: [],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values }] }],
            },
          },
        },
      });
    expect(scheduleOne(named(["b"]), context(nodes))).toMatchObject({ node: "b", evaluated: 1 });
    expect(scheduleOne(named(["gone"]), context(nodes))).toMatchObject({
      message:
        "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. " +
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    });
  });

  it("walks on from where the last cycle ended and stops when enough nodes are feasible", () => {
    const nodes = listOfNodes(Array.from({ length: 1000 }, (_, i) => node(`n${i}`)));
    const first = scheduleOne(pod("p"), context(nodes), { start: 900, percentageOfNodesToScore: 0 });
    expect(first).toMatchObject({ evaluated: 420, feasible: 420, nextStart: 320 });
    expect([99, 100, 1000, 5000, 6000, 20000].map((n) => feasibleNodesToFind(n, 0))).toEqual([
      99, 100, 420, 500, 300, 1000,
    ]);
    expect(feasibleNodesToFind(1000, 100)).toBe(1000);
  });

  it("decides as explain says", () => {
    let nodes = listOfNodes(Array.from({ length: 12 }, (_, i) => node(`n${i}`)));
    for (let i = 0; i < 40; i++) {
      const next = pod(`p${i}`, `${(i % 7) * 50 + 50}m`);
      const seen = context(nodes, { below: (n) => i % n });
      const result = scheduleOne(next, seen);
      const { best } = explain(next, seen);
      if (result.kind !== "scheduled") throw new Error(result.message);
      expect(best).toContain(result.node);
      nodes = place(nodes, result.node, next);
    }
  });
});

describe("selectHost", () => {
  it("draws once for each further candidate that ties", () => {
    const draws: number[] = [];
    const below = (n: number): number => {
      draws.push(n);
      return n === 3 ? 0 : 1;
    };
    expect(selectHost([5, 7, 7, 6, 7], below)).toBe(4);
    expect(draws).toEqual([2, 3]);
  });
});

describe("image locality", () => {
  it("prefers a node that has the image, less so the more nodes have it", () => {
    const images = [{ names: ["web:latest"], sizeBytes: 1000 * 1024 * 1024 }];
    const having = (name: string): NodeLike => ({ ...node(name), status: { ...node(name).status, images } });
    const scoreOf = (nodes: NodeList): readonly (number | undefined)[] =>
      explain(pod("p"), context(nodes)).nodes.map(({ scores }) => scores.get("ImageLocality")?.raw);
    expect(scoreOf(listOfNodes([having("a"), node("b")]))).toEqual([48, 0]);
    expect(scoreOf(listOfNodes([having("a"), having("b")]))).toEqual([100, 100]);
  });
});
