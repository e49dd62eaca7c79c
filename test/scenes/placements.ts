/** Pods on machines made by hand: owners, requests, taints, and a pod that waits and then is placed. */
import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { Snapshot } from "../../sim/snapshot.ts";
import { type PodSketch, snapshot } from "./fixtures.ts";

/** What a pod has besides its sketch. */
interface Placed extends PodSketch {
  readonly owner?: string;
  readonly cpu?: string;
  readonly waitsFor?: string;
}

const short = "0/3 nodes are available: 1 node(s) had untolerated taint {disk: ssd}, 2 Insufficient cpu.";

function dressed(object: KubeObject, { owner, cpu, waitsFor }: Placed): KubeObject {
  const plain = object as KubeObject & { readonly spec: JsonObject; readonly status: JsonObject };
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: waitsFor ?? "" }];
  const container = { name: "main", resources: { requests: { cpu: cpu ?? "250m", memory: "128Mi" } } };
  const owners =
    owner === undefined
      ? []
      : [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: `uid-${owner}`, controller: true }];
  return {
    ...plain,
    metadata: { ...plain.metadata, ownerReferences: owners },
    spec: { ...plain.spec, containers: [container] },
    status: { ...plain.status, ...(waitsFor === undefined ? {} : { conditions }) },
  } as KubeObject;
}

const replicaSet = (name: string): KubeObject => {
  const deployment = name.slice(0, name.lastIndexOf("-"));
  const owner = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: deployment,
    uid: `uid-${deployment}`,
    controller: true,
  };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace: "default", uid: `uid-${name}`, ownerReferences: [owner] },
  };
};

const taints: Readonly<Record<string, readonly JsonObject[]>> = {
  "master-1": [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
  "worker-2": [{ key: "disk", value: "ssd", effect: "NoSchedule" }],
  "worker-3": [
    { key: "node.kubernetes.io/unreachable", effect: "NoSchedule" },
    { key: "node.kubernetes.io/unreachable", effect: "NoExecute" },
    { key: "maintenance", effect: "PreferNoSchedule" },
    { key: "gpu", value: "a100", effect: "NoSchedule" },
  ],
};

function node(object: KubeObject): KubeObject {
  const plain = object as KubeObject & { readonly spec: JsonObject; readonly status: JsonObject };
  const allocatable = { cpu: "1900m", memory: "4Gi", pods: "110" };
  const found = taints[object.metadata.name];
  return {
    ...plain,
    spec: { ...plain.spec, ...(found ? { taints: found } : {}) },
    status: { ...plain.status, allocatable },
  } as KubeObject;
}

/** A snapshot whose pods have owners and requests, and whose machines have taints. */
function placed(step: number, pods: readonly Placed[], more: Partial<Parameters<typeof snapshot>[0]> = {}): Snapshot {
  const whole = snapshot({ workers: 3, zones: 2, step, pods, ...more });
  const lists = new Map<string, readonly KubeObject[]>([
    ["pods", whole.objects("pods").map((object, at) => dressed(object, pods[at]!))],
    ["nodes", whole.objects("nodes").map(node)],
    ["replicasets", ["web-5d4", "db-77c"].map(replicaSet)],
  ]);
  return { ...whole, objects: (resource) => lists.get(resource) ?? [] };
}

const web = (name: string, more: Partial<Placed>): Placed => ({ name: `web-5d4-${name}`, owner: "web-5d4", ...more });
const still: readonly Placed[] = [
  web("x2x7q", { node: "worker-1" }),
  web("b8kfm", { node: "worker-2", state: "creating" }),
  { name: "db-77c-abcde", owner: "db-77c", node: "worker-1", cpu: "1500m" },
  { name: "once", node: "worker-3", state: "going" },
];

/** A pod waits for room, another one goes, and the first one is placed. */
export function roomIsMade(): readonly Snapshot[] {
  const late: Placed = { name: "db-77c-zt9cv", owner: "db-77c", cpu: "1500m" };
  const waiting = { ...late, state: "unschedulable", waitsFor: short };
  const journal = [
    {
      actor: "kube-scheduler/master-1",
      verb: "schedule",
      object: "pod/default/db-77c-zt9cv",
      reason: "FailedScheduling",
      message: short,
    },
  ];
  return [
    placed(70, [...still, waiting, web("new", { state: "pending" })], {
      journal,
      down: ["worker-3"],
      notReady: ["worker-3"],
    }),
    placed(
      71,
      [...still.slice(1), { ...late, node: "worker-1" }, web("new", { node: "worker-2", state: "creating" })],
      {
        down: ["worker-3"],
        notReady: ["worker-3"],
      },
    ),
  ];
}

/** One control-plane node that takes pods like any other, one that does not, and a machine that was taken out. */
export function openMaster(): readonly Snapshot[] {
  const system = (at: number, node: string): Placed => ({
    name: `system-77c-${at}`,
    owner: "db-77c",
    node,
    cpu: "100m",
  });
  const pods = [
    ...Array.from({ length: 9 }, (_, at) => system(at, "master-1")),
    system(9, "master-2"),
    web("x2x7q", { node: "master-2" }),
    web("b8kfm", { node: "worker-2" }),
  ];
  const more = { masters: 2, masterNodes: ["master-1", "master-2"], down: ["worker-1"], withoutNode: ["worker-1"] };
  return [placed(60, pods, { workers: 2, ...more })];
}

/** Some twenty pods on three machines: squares in place of lines. */
export function manySquares(): readonly Snapshot[] {
  const pods = Array.from(
    { length: 34 },
    (_, at): Placed => ({
      name: `web-5d4-${at}`,
      owner: at % 3 === 0 ? "db-77c" : "web-5d4",
      node: `worker-${1 + (at % 3)}`,
      cpu: "20m",
    }),
  );
  return [placed(80, pods)];
}

/** Machines beyond count: tiles. */
export function manyMachines(nodes: number, podsEach: number): readonly Snapshot[] {
  const pods = Array.from(
    { length: nodes * podsEach },
    (_, at): Placed => ({
      name: `web-5d4-${at}`,
      owner: at % 3 === 0 ? "db-77c" : "web-5d4",
      node: `worker-${1 + (at % nodes)}`,
      cpu: "30m",
    }),
  );
  return [
    placed(
      90,
      [
        ...pods,
        {
          name: "late",
          state: "unschedulable",
          waitsFor: `0/${nodes} nodes are available: ${nodes} Insufficient cpu.`,
        },
      ],
      { workers: nodes, zones: 3 },
    ),
  ];
}
