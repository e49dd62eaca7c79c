/** Clusters made by hand for the tests of views: small builders of objects, and series of moments that tell a story. */
import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { JournalEntry, MachineSnapshot, MessageSnapshot, ProcessSnapshot, Snapshot } from "../../sim/snapshot.ts";

/** What a fixture says about a pod; everything else follows from it. */
export interface PodSketch {
  readonly name: string;
  readonly node?: string;
  /** "ready", "unready", "pending", "unschedulable", "creating", "going", "failed", "done", or a waiting reason. */
  readonly state?: string;
  readonly namespace?: string;
}

const container = (state: JsonObject, ready: boolean): JsonObject => ({ name: "main", ready, state });

function podStatus(state: string): JsonObject {
  const running: JsonObject = { running: {} };
  const readyCondition = (status: string): JsonObject => ({ type: "Ready", status });
  switch (state) {
    case "ready":
    case "going":
      return { phase: "Running", conditions: [readyCondition("True")], containerStatuses: [container(running, true)] };
    case "unready":
      return {
        phase: "Running",
        conditions: [readyCondition("False")],
        containerStatuses: [container(running, false)],
      };
    case "pending":
      return { phase: "Pending" };
    case "unschedulable":
      return { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }] };
    case "creating":
      return { phase: "Pending", containerStatuses: [container({ waiting: { reason: "ContainerCreating" } }, false)] };
    case "failed":
      return { phase: "Failed", reason: "Evicted" };
    case "done":
      return { phase: "Succeeded" };
    default:
      return { phase: "Running", containerStatuses: [container({ waiting: { reason: state } }, false)] };
  }
}

/** A Pod object from a sketch. */
export function pod(sketch: PodSketch): KubeObject {
  const state = sketch.state ?? "ready";
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: sketch.name,
      namespace: sketch.namespace ?? "default",
      uid: `uid-${sketch.name}`,
      ...(state === "going" ? { deletionTimestamp: "2024-01-01T00:00:30Z" } : {}),
    },
    spec: sketch.node === undefined ? {} : { nodeName: sketch.node },
    status: podStatus(state),
  };
  return object;
}

/** A Node object; ready unless told otherwise. */
function node(name: string, zone: string, ready = "True", unschedulable = false): KubeObject {
  const object = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: `uid-${name}`, labels: { "topology.kubernetes.io/zone": zone } },
    spec: unschedulable ? { unschedulable } : {},
    status: { conditions: [{ type: "Ready", status: ready }] },
  };
  return object;
}

/** What a fixture says about a whole cluster. */
export interface ClusterSketch {
  readonly masters?: number;
  readonly zones?: number;
  readonly workers: number;
  readonly step: number;
  readonly pods?: readonly PodSketch[];
  /** Machines that are down. */
  readonly down?: readonly string[];
  /** Processes that do not run. */
  readonly killed?: readonly string[];
  readonly notReady?: readonly string[];
  readonly cordoned?: readonly string[];
  /** Workers without a Node object. */
  readonly withoutNode?: readonly string[];
  /** Control-plane machines with one, and with a kubelet. */
  readonly masterNodes?: readonly string[];
  readonly cut?: readonly (readonly [string, string])[];
  /** Process id → what it did, in this step. */
  readonly doing?: Readonly<Record<string, string>>;
  /** Process id → what it did, some steps ago. */
  readonly did?: Readonly<Record<string, string>>;
  readonly messages?: readonly Partial<MessageSnapshot>[];
  readonly journal?: readonly Partial<JournalEntry>[];
}

const CONTROLLERS = [
  "deployment",
  "replicaset",
  "node-lifecycle",
  "endpointslice",
  "namespace",
  "garbage-collector",
  "job",
  "serviceaccount",
];

const zoneName = (at: number, zones: number): string =>
  zones === 1 ? "zone-a" : `zone-${String.fromCharCode(97 + (at % zones))}`;

function machinesOf(sketch: ClusterSketch): MachineSnapshot[] {
  const masters = sketch.masters ?? 1;
  const zones = sketch.zones ?? 1;
  const up = (name: string): boolean => !sketch.down?.includes(name);
  const machine = (name: string, role: MachineSnapshot["role"], at: number): MachineSnapshot => ({
    name,
    role,
    zone: zoneName(at, zones),
    up: up(name),
  });
  return [
    ...Array.from({ length: masters }, (_, at) => machine(`master-${at + 1}`, "control-plane", at)),
    ...Array.from({ length: sketch.workers }, (_, at) => machine(`worker-${at + 1}`, "worker", at)),
  ];
}

function processesOf(sketch: ClusterSketch, machines: readonly MachineSnapshot[]): ProcessSnapshot[] {
  const components = (machine: MachineSnapshot): readonly string[] =>
    machine.role === "worker"
      ? ["kubelet", "containerd", "kube-proxy"]
      : [
          "etcd",
          "kube-apiserver",
          "kube-scheduler",
          "kube-controller-manager",
          ...CONTROLLERS.map((name) => `${name}-controller`),
        ];
  return machines.flatMap((machine) =>
    components(machine).map((component): ProcessSnapshot => {
      const id = `${component}/${machine.name}`;
      const now = sketch.doing?.[id];
      const before = sketch.did?.[id];
      return {
        id,
        component,
        machine: machine.name,
        running: machine.up && !sketch.killed?.includes(id),
        doing: now ?? before ?? "",
        doingStep: now !== undefined ? sketch.step : before !== undefined ? sketch.step - 4 : -1,
      };
    }),
  );
}

/** A snapshot from a sketch. */
export function snapshot(sketch: ClusterSketch): Snapshot {
  const machines = machinesOf(sketch);
  const nodes = machines
    .filter(({ name, role }) =>
      role === "worker" ? !sketch.withoutNode?.includes(name) : sketch.masterNodes?.includes(name),
    )
    .map((machine) =>
      node(
        machine.name,
        machine.zone,
        sketch.notReady?.includes(machine.name) ? "Unknown" : "True",
        sketch.cordoned?.includes(machine.name),
      ),
    );
  const pods = (sketch.pods ?? []).map(pod);
  return {
    step: sketch.step,
    now: sketch.step * 12_500,
    revision: 100 + sketch.step,
    seed: 7,
    hash: "",
    machines,
    processes: processesOf(sketch, machines),
    cutLinks: sketch.cut ?? [],
    messages: (sketch.messages ?? []).map((message) => ({
      step: sketch.step,
      from: "user",
      to: "kube-apiserver/master-1",
      kind: "request",
      label: "",
      dropped: false,
      ...message,
    })),
    journal: (sketch.journal ?? []).map((entry) => ({
      step: sketch.step,
      at: sketch.step * 12_500,
      actor: "user",
      verb: "create",
      object: "",
      reason: "",
      message: "",
      cause: sketch.step - 1,
      ...entry,
    })),
    objects: (resource) => (resource === "pods" ? pods : resource === "nodes" ? nodes : []),
    namespaces: () => [],
  };
}
