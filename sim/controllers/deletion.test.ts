/** What outlives what: default policies of deletion, dependents that are freed, and pods that wait to be counted. */
import { expect, it } from "vitest";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Namespace } from "../api/kinds/namespace.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { ApiRequest, JsonObject, KubeObject } from "../api/types.ts";
import { Cluster } from "../index.ts";

const core = { group: "", version: "v1", namespace: "default" } as const;
const batch = { ...core, group: "batch" } as const;

function send(cluster: Cluster, request: Omit<ApiRequest, "user" | "userAgent">): KubeObject {
  const answer = cluster.request(request);
  if (answer.kind !== "response" || answer.response.code >= 400) throw new Error(JSON.stringify(answer));
  return answer.response.body as KubeObject;
}

function podsOf(cluster: Cluster): readonly Pod[] {
  return cluster.list("pods", "default") as readonly Pod[];
}

function createJob(cluster: Cluster, spec: JsonObject): void {
  const container = { name: "c", image: "busybox", command: ["sleep", "40"] };
  const template = { spec: { containers: [container], restartPolicy: "Never", terminationGracePeriodSeconds: 0 } };
  const body = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { ...spec, template } };
  send(cluster, { ...batch, resource: "jobs", verb: "create", body });
  cluster.advance("20s");
}

it("deletes a Job without a word on its pods, and they stay as nobody's", () => {
  const cluster = Cluster.create({ seed: 4 });
  createJob(cluster, { completions: 2, parallelism: 2 });
  send(cluster, { ...batch, resource: "jobs", verb: "delete", name: "j" });
  cluster.settle();
  expect(cluster.list("jobs", "default")).toHaveLength(0);
  expect(podsOf(cluster).map(({ metadata }) => [metadata.ownerReferences, metadata.finalizers])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

it("deletes a Job in the background where that is asked for, and its pods with it", () => {
  const cluster = Cluster.create({ seed: 4 });
  createJob(cluster, { completions: 2, parallelism: 2 });
  send(cluster, { ...batch, resource: "jobs", verb: "delete", name: "j", propagationPolicy: "Background" });
  cluster.settle();
  expect(podsOf(cluster)).toHaveLength(0);
});

it("frees the dependents of an owner that is deleted with the policy Orphan, and then lets it go", () => {
  const cluster = Cluster.create({ seed: 4 });
  const create = (name: string, metadata: JsonObject) => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata } };
    return send(cluster, { ...core, resource: "configmaps", verb: "create", body });
  };
  const { uid = "" } = create("owner", {}).metadata;
  for (const name of ["kid-1", "kid-2"])
    create(name, { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }] });
  cluster.settle();
  send(cluster, { ...core, resource: "configmaps", verb: "delete", name: "owner", propagationPolicy: "Orphan" });
  cluster.settle();
  const left = cluster.list("configmaps", "default").filter(({ metadata }) => metadata.name !== "kube-root-ca.crt");
  expect(left.map(({ metadata }) => [metadata.name, metadata.ownerReferences])).toEqual([
    ["kid-1", undefined],
    ["kid-2", undefined],
  ]);
});

it("counts and frees pods of an indexed Job that end in the same instant", () => {
  const cluster = Cluster.create({ seed: 4, latency: "instant" });
  createJob(cluster, { completions: 4, parallelism: 4, completionMode: "Indexed" });
  cluster.advance("2m");
  expect(podsOf(cluster).map(({ status, metadata }) => [status?.phase, metadata.finalizers])).toEqual(
    new Array(4).fill(["Succeeded", undefined]),
  );
});

it("says which nodes are registered, under names that end in the time, and which are removed", () => {
  const cluster = Cluster.create({ seed: 4 });
  cluster.advance("10s");
  send(cluster, { group: "", version: "v1", resource: "nodes", verb: "delete", name: "worker-1" });
  cluster.kill("kubelet/worker-1");
  cluster.advance("10s");
  const events = (cluster.list("events", "default") as readonly KubeEvent[]).filter(({ reason }) =>
    /^(RegisteredNode|RemovingNode)$/.test(reason ?? ""),
  );
  expect(events.map(({ message }) => message)).toContain("Node worker-1 event: Removing Node worker-1 from Controller");
  for (const { metadata, involvedObject, firstTimestamp } of events) {
    const [, name, hex] = /^(.+)\.([0-9a-f]{16})$/.exec(metadata.name) ?? [];
    expect(name).toBe(involvedObject.name);
    const seconds = Number(BigInt(`0x${hex}`) / 1_000_000_000n);
    expect(new Date(seconds * 1000).toISOString().replace(".000", "")).toBe(firstTimestamp);
  }
});

it("says of a namespace that only its own finalizer holds that nothing is left in it", () => {
  const cluster = Cluster.create({ seed: 4 });
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: "held", finalizers: ["example.com/hold"] } };
  const namespaces = { group: "", version: "v1", resource: "namespaces" } as const;
  send(cluster, { ...namespaces, verb: "create", body });
  const kept = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", finalizers: ["example.com/keep"] } };
  send(cluster, { ...core, resource: "configmaps", namespace: "held", verb: "create", body: kept });
  cluster.settle();
  send(cluster, { ...namespaces, verb: "delete", name: "held" });
  cluster.advance("20s");
  const remaining = () =>
    (cluster.get("namespaces", "held") as Namespace).status?.conditions?.find(
      ({ type }) => type === "NamespaceContentRemaining",
    );
  expect(remaining()).toMatchObject({ status: "True", reason: "SomeResourcesRemain" });
  const freed = { metadata: { finalizers: null } };
  send(cluster, {
    ...core,
    resource: "configmaps",
    namespace: "held",
    verb: "patch",
    patchType: "merge",
    name: "kept",
    body: freed,
  });
  cluster.advance("60s");
  expect(remaining()).toMatchObject({ status: "False", reason: "ContentRemoved" });
  expect((cluster.get("namespaces", "held") as Namespace).spec?.finalizers).toBeUndefined();
  send(cluster, { ...namespaces, verb: "patch", patchType: "merge", name: "held", body: freed });
  cluster.settle();
  expect(cluster.get("namespaces", "held")).toBeUndefined();
});
