/** Owners made by hand: a rolling update with a Service, a DaemonSet, a pod that is going, and as many workloads as needed. */
import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { Snapshot } from "../../sim/snapshot.ts";
import { type PodSketch, pod, snapshot } from "./fixtures.ts";

/** An object of any kind; `owner` is the uid of its controller. */
function made(kind: string, name: string, rest: JsonObject = {}, owner = "", namespace = "default"): KubeObject {
  const metadata = {
    name,
    namespace,
    uid: `uid-${kind}-${name}`,
    ...(owner === ""
      ? {}
      : { ownerReferences: [{ apiVersion: "apps/v1", kind: "", name: "", uid: owner, controller: true }] }),
    ...((rest.metadata as JsonObject) ?? {}),
  };
  return { apiVersion: "v1", kind, ...rest, metadata } as unknown as KubeObject;
}

/** A pod with an owner and labels. */
function ownedPod(sketch: PodSketch, owner: string, labels: Readonly<Record<string, string>>): KubeObject {
  const bare = pod(sketch);
  const references =
    owner === ""
      ? {}
      : { ownerReferences: [{ apiVersion: "apps/v1", kind: "", name: "", uid: owner, controller: true }] };
  return { ...bare, metadata: { ...bare.metadata, ...references, labels } } as KubeObject;
}

/** A ReplicaSet's counts. */
const counts = (ready: number, wanted: number): JsonObject => ({
  spec: { replicas: wanted },
  status: { readyReplicas: ready },
});

/** A snapshot of objects by resource. */
export function objectsSnapshot(step: number, objects: Readonly<Record<string, readonly KubeObject[]>>): Snapshot {
  const base = snapshot({ workers: 2, step });
  return { ...base, objects: (resource) => objects[resource] ?? base.objects(resource) };
}

const labels = { app: "web" };

function update(step: number, fresh: readonly PodSketch[], old: readonly PodSketch[]): Snapshot {
  const ready = (list: readonly PodSketch[]): number =>
    list.filter(({ state }) => (state ?? "ready") === "ready").length;
  const service = { spec: { type: "ClusterIP", clusterIP: "172.21.3.4", selector: labels } };
  const slice = {
    metadata: { labels: { "kubernetes.io/service-name": "web" } },
    endpoints: [...fresh, ...old].map((one) => ({ conditions: { ready: (one.state ?? "ready") === "ready" } })),
  };
  return objectsSnapshot(step, {
    deployments: [
      made("Deployment", "web", counts(ready(fresh) + ready(old), 3)),
      made("Deployment", "api", counts(12, 12), "", "shop"),
    ],
    replicasets: [
      made("ReplicaSet", "web-7c5d8b9f6", counts(ready(fresh), fresh.length), "uid-Deployment-web"),
      made("ReplicaSet", "web-5b4c3a2d1", counts(ready(old), old.length), "uid-Deployment-web"),
      made("ReplicaSet", "api-66d9f", counts(12, 12), "uid-Deployment-api", "shop"),
    ],
    daemonsets: [
      made("DaemonSet", "node-agent", { status: { desiredNumberScheduled: 2, numberReady: 2 } }, "", "kube-system"),
    ],
    services: [made("Service", "web", service), made("Service", "kubernetes", { spec: { clusterIP: "172.21.0.1" } })],
    endpointslices: [made("EndpointSlice", "web-x4j94", slice)],
    pods: [
      ...fresh.map((one) => ownedPod(one, "uid-ReplicaSet-web-7c5d8b9f6", labels)),
      ...old.map((one) => ownedPod(one, "uid-ReplicaSet-web-5b4c3a2d1", labels)),
      ...Array.from({ length: 12 }, (_, at) =>
        ownedPod({ name: `api-66d9f-${at}`, namespace: "shop" }, "uid-ReplicaSet-api-66d9f", {}),
      ),
      ...[1, 2].map((at) =>
        ownedPod({ name: `node-agent-${at}`, namespace: "kube-system" }, "uid-DaemonSet-node-agent", {}),
      ),
      ownedPod({ name: "debug" }, "", {}),
    ],
  });
}

const one = (name: string, state = "ready"): PodSketch => ({ name, state });

/** A rolling update: the new ReplicaSet grows while the old one shrinks. */
export function rollingUpdate(): readonly Snapshot[] {
  const [a, b, c] = ["web-5b4c3a2d1-aaaaa", "web-5b4c3a2d1-bbbbb", "web-5b4c3a2d1-ccccc"] as const;
  return [
    update(70, [], [one(a), one(b), one(c)]),
    update(71, [one("web-7c5d8b9f6-x2x7q", "creating")], [one(a), one(b), one(c)]),
    update(72, [one("web-7c5d8b9f6-x2x7q"), one("web-7c5d8b9f6-zt9cv", "CrashLoopBackOff")], [one(a), one(b, "going")]),
  ];
}

/** `workloads` Deployments of `pods` pods each; every tenth has one pod that cannot run. */
export function manyOwners(workloads: number, pods: number): Snapshot {
  const names = Array.from({ length: workloads }, (_, at) => `app-${at}`);
  const wrong = (at: number): boolean => at % 10 === 3;
  return objectsSnapshot(500, {
    deployments: names.map((name, at) => made("Deployment", name, counts(pods - Number(wrong(at)), pods))),
    replicasets: names.map((name, at) =>
      made("ReplicaSet", `${name}-5b4c3`, counts(pods - Number(wrong(at)), pods), `uid-Deployment-${name}`),
    ),
    services: names.map((name) =>
      made("Service", name, { spec: { clusterIP: "172.21.7.7", selector: { app: name } } }),
    ),
    pods: names.flatMap((name, at) =>
      Array.from({ length: pods }, (_, index) => {
        const state = wrong(at) && index === 0 ? "ImagePullBackOff" : "ready";
        return ownedPod(one(`${name}-5b4c3-${index}`, state), `uid-ReplicaSet-${name}-5b4c3`, { app: name });
      }),
    ),
  });
}
