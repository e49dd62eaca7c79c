/** Nodes that fall silent, come back, or vanish, seen from the outside; and the rules of zones by themselves. */
import { describe, expect, it } from "vitest";
import type { KubeEvent } from "../../api/kinds/event.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { JsonObject } from "../../api/types.ts";
import { Cluster } from "../../index.ts";
import { second } from "../../time/instant.ts";
import { toleratedFor } from "../taint-eviction.ts";
import { disruptionOf } from "./disruption.ts";
import { wantedTaints } from "./taints.ts";
import { newZone, takeNode, type ZoneRow, zoneState } from "./zones.ts";

function deploy(cluster: Cluster, replicas: number, spec: JsonObject = {}): void {
  const template = {
    metadata: { labels: { app: "web" } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image: "web:1" }], ...spec },
  };
  const body = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web" },
    spec: { replicas, selector: { matchLabels: { app: "web" } }, template },
  };
  cluster.request({
    group: "apps",
    version: "v1",
    resource: "replicasets",
    namespace: "default",
    verb: "create",
    body,
  });
  cluster.settle();
}

const nodeOf = (cluster: Cluster, name: string) => cluster.get("nodes", name, "") as Node;
const taintsOf = (cluster: Cluster, name: string) =>
  (nodeOf(cluster, name).spec.taints ?? [])
    .map((taint) => `${taint.key.replace("node.kubernetes.io/", "")}:${taint.effect}`)
    .sort();
const ready = (cluster: Cluster, name: string) =>
  nodeOf(cluster, name).status?.conditions?.find((one) => one.type === "Ready");
const podsOn = (cluster: Cluster, node: string) =>
  (cluster.list("pods", "default") as readonly Pod[]).filter((pod) => pod.spec.nodeName === node);
const messages = (cluster: Cluster, reason: string) =>
  (cluster.list("events") as readonly KubeEvent[])
    .filter((event) => event.reason === reason)
    .map((event) => event.message);

describe("a node that loses power", () => {
  const cluster = Cluster.create({ seed: 4, zones: 1, workersPerZone: 3 });
  deploy(cluster, 6);
  const stoppedAt = cluster.now;
  const doomed = podsOn(cluster, "worker-1").map((pod) => pod.metadata.name);
  cluster.stopMachine("worker-1");

  it("is Unknown after 50 to 55 seconds, and its pods are not ready", () => {
    cluster.advance("40s");
    expect(ready(cluster, "worker-1")?.status).toBe("True");
    cluster.until(() => ready(cluster, "worker-1")?.status !== "True");
    expect(cluster.now - stoppedAt).toBeGreaterThan(40 * second);
    expect(cluster.now - stoppedAt).toBeLessThan(56 * second);
    expect(ready(cluster, "worker-1")).toMatchObject({
      status: "Unknown",
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
    });
    cluster.advance("1s");
    for (const pod of podsOn(cluster, "worker-1"))
      expect(pod.status?.conditions?.find((one) => one.type === "Ready")?.status).toBe("False");
    expect(messages(cluster, "NodeNotReady")).toContain("Node worker-1 status is now: NodeNotReady");
    expect(taintsOf(cluster, "worker-1")).toEqual(["unreachable:NoSchedule"]);
  });

  it("is tainted for eviction at the next look, and loses its pods 300 s later", () => {
    cluster.advance("5s");
    expect(taintsOf(cluster, "worker-1")).toEqual(["unreachable:NoExecute", "unreachable:NoSchedule"]);
    expect(nodeOf(cluster, "worker-1").spec.taints?.every((taint) => taint.timeAdded !== undefined)).toBe(true);
    cluster.advance("290s");
    expect(cluster.list("pods", "default")).toHaveLength(6);
    cluster.advance("15s");
    const left = podsOn(cluster, "worker-1");
    expect(left.map((pod) => pod.metadata.name)).toEqual(doomed);
    for (const pod of left) expect(pod.metadata.deletionTimestamp).toBeDefined();
    expect(messages(cluster, "TaintManagerEviction").sort()).toEqual(
      doomed.map((name) => `Marking for deletion Pod default/${name}`).sort(),
    );
    expect(podsOn(cluster, "worker-2").length + podsOn(cluster, "worker-3").length).toBe(6);
  });

  it("loses its taints when it is back", () => {
    cluster.startMachine("worker-1");
    cluster.settle();
    expect(ready(cluster, "worker-1")?.status).toBe("True");
    expect(taintsOf(cluster, "worker-1")).toEqual([]);
    expect(podsOn(cluster, "worker-1")).toEqual([]);
  });
});

it("spares the pods of a node that comes back in time", () => {
  const cluster = Cluster.create({ seed: 4, workersPerZone: 3 });
  deploy(cluster, 3);
  const [pod] = podsOn(cluster, "worker-1") as [Pod];
  cluster.cut("worker-1", "master-1");
  cluster.advance("120s");
  expect(taintsOf(cluster, "worker-1")).toContain("unreachable:NoExecute");
  cluster.heal("worker-1", "master-1");
  cluster.settle();
  cluster.advance("10m");
  expect(podsOn(cluster, "worker-1").map((one) => one.metadata.uid)).toEqual([pod.metadata.uid]);
  expect(messages(cluster, "TaintManagerEviction")).toEqual([
    `Cancelling deletion of Pod default/${pod.metadata.name}`,
  ]);
});

it("evicts nobody while all nodes are silent", () => {
  const cluster = Cluster.create({ seed: 4, workersPerZone: 2 });
  deploy(cluster, 2);
  for (const worker of ["worker-1", "worker-2"]) cluster.stopMachine(worker);
  cluster.advance("20m");
  for (const worker of ["worker-1", "worker-2"]) expect(taintsOf(cluster, worker)).toEqual(["unreachable:NoSchedule"]);
  expect(cluster.list("pods", "default")).toHaveLength(2);
});

it("taints the nodes of a zone one every ten seconds", () => {
  const cluster = Cluster.create({ seed: 4, workersPerZone: 8 });
  for (const worker of ["worker-1", "worker-2", "worker-3"]) cluster.stopMachine(worker);
  const times: number[] = [];
  let tainted = 0;
  while (cluster.hasWork) {
    cluster.step();
    const count = ["worker-1", "worker-2", "worker-3"].filter((name) =>
      taintsOf(cluster, name).includes("unreachable:NoExecute"),
    ).length;
    if (count > tainted) times.push(Math.round(cluster.now / second));
    tainted = count;
  }
  expect(times.map((time) => time - (times[0] as number))).toEqual([0, 10, 20]);
});

it("marks a cordoned node, and an untolerated NoExecute taint empties a node at once", () => {
  const cluster = Cluster.create({ seed: 4, workersPerZone: 2 });
  deploy(cluster, 4);
  const node = {
    group: "",
    version: "v1",
    resource: "nodes",
    verb: "patch",
    patchType: "merge",
    name: "worker-1",
  } as const;
  cluster.request({ ...node, body: { spec: { unschedulable: true } } });
  cluster.settle();
  expect(taintsOf(cluster, "worker-1")).toEqual(["unschedulable:NoSchedule"]);
  cluster.request({
    ...node,
    body: { spec: { unschedulable: null, taints: [{ key: "broken", effect: "NoExecute" }] } },
  });
  cluster.settle();
  expect(taintsOf(cluster, "worker-1")).toEqual(["broken:NoExecute"]);
  expect(podsOn(cluster, "worker-1")).toEqual([]);
  expect(podsOn(cluster, "worker-2")).toHaveLength(4);
});

it("collects the pods of a node that was deleted, 40 to 60 seconds after", () => {
  const cluster = Cluster.create({ seed: 4, workersPerZone: 2 });
  deploy(cluster, 4);
  cluster.stopMachine("worker-1");
  cluster.request({ group: "", version: "v1", resource: "nodes", verb: "delete", name: "worker-1" });
  const from = cluster.now;
  cluster.until(() => podsOn(cluster, "worker-1").length === 0);
  expect(cluster.now - from).toBeGreaterThan(40 * second);
  expect(cluster.now - from).toBeLessThan(61 * second);
  cluster.settle();
  expect(podsOn(cluster, "worker-2")).toHaveLength(4);
});

it("decides the same at the same instants whether idle ticks are events or not", () => {
  const story = (eager: boolean) => {
    const cluster = Cluster.create({ seed: 9, workersPerZone: 4, eager });
    deploy(cluster, 8);
    const first = cluster.steps;
    cluster.advance(`${30 * second - cluster.now}us`);
    cluster.stopMachine("worker-1");
    cluster.cut("worker-2", "master-1");
    cluster.advance("200s");
    cluster.heal("worker-2", "master-1");
    cluster.advance("400s");
    const journal = cluster
      .snapshot(cluster.steps - first)
      .journal.filter((one) => one.actor.startsWith("kube-controller-manager"));
    const decisions = journal.map((one) => `${one.at} ${one.verb} ${one.object} ${one.message}`);
    return { decisions, steps: cluster.steps };
  };
  const [lazy, eager] = [story(false), story(true)];
  expect(eager.decisions).toEqual(lazy.decisions);
  expect(eager.steps).toBeGreaterThan(lazy.steps);
  expect(lazy.decisions.join("\n")).toContain("unreachable:NoExecute");
});

it("does nothing in an idle hour", () => {
  const cluster = Cluster.create({ seed: 4, workersPerZone: 5, addons: false });
  deploy(cluster, 5);
  cluster.advance("1m");
  const before = cluster.steps;
  cluster.advance("3600s");
  const { messages: sent } = cluster.snapshot(cluster.steps - before);
  expect(sent.filter((one) => one.to.startsWith("kube-controller-manager"))).toEqual([]);
});

describe("zones", () => {
  it.each([
    [3, 0, "Normal"],
    [0, 1, "FullDisruption"],
    [1, 2, "Normal"],
    [2, 3, "PartialDisruption"],
    [3, 3, "Normal"],
  ] as const)("with %i ready and %i other nodes are in state %s", (up, down, state) => {
    expect(zoneState(up, down)).toBe(state);
  });

  it("give no token in a small zone that is partly disrupted, and one at last when it is well again", () => {
    const nodes = (up: number, down: number) =>
      Array.from({ length: up + down }, (_, index) => {
        const node: Node = { apiVersion: "v1", kind: "Node", metadata: { name: `n${index}` }, spec: {} };
        return { node, ready: index < up };
      });
    const queued: ZoneRow = { ...newZone(0), queue: ["n9"] };
    const bad = disruptionOf(nodes(2, 4), new Map([["", queued]]), 0).zones.get("") as ZoneRow;
    expect(takeNode(bad, 1000 * second)[0]).toBeUndefined();
    const well = disruptionOf(nodes(4, 2), new Map([["", bad]]), 100 * second).zones.get("") as ZoneRow;
    expect(takeNode(well, 109 * second)[0]).toBeUndefined();
    expect(takeNode(well, 110 * second)[0]).toBe("n9");
  });
});

describe("taints", () => {
  it("follow conditions, and leave those of others alone", () => {
    const before = [
      { key: "mine", effect: "NoSchedule" },
      { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
    ] as const;
    const conditions = [
      { type: "Ready", status: "True" },
      { type: "DiskPressure", status: "True" },
    ] as const;
    const node: Node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n" },
      spec: { taints: before },
      status: { conditions },
    };
    const keys = wantedTaints(node, before, undefined, "t").map((taint) => taint.key);
    expect(keys).toEqual(["mine", "node.kubernetes.io/disk-pressure"]);
  });

  it("are borne as long as the shortest toleration that is used", () => {
    const taints = [
      { key: "a", effect: "NoExecute" },
      { key: "b", effect: "NoExecute" },
    ] as const;
    const a = { key: "a", operator: "Exists", tolerationSeconds: 300 } as const;
    expect(toleratedFor([a], taints)).toBe(0);
    expect(toleratedFor([a, { key: "b", operator: "Exists" }], taints)).toBe(300 * second);
    expect(toleratedFor([{ operator: "Exists" }], taints)).toBe("for ever");
    expect(toleratedFor([a, { key: "b", operator: "Exists", tolerationSeconds: -5 }], taints)).toBe(0);
  });
});
