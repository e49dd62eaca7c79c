/**
 * A snapshot sorted for drawing: machines by zone, processes by machine, pods by node. It regroups and names; it decides
 * nothing. Invariant: every list has a defined order that does not depend on the order of arrival.
 */
import type { JsonObject, KubeObject } from "../sim/api/types.ts";
import type { MachineSnapshot, ProcessSnapshot, Snapshot } from "../sim/snapshot.ts";
import { compareNatural, groupBy } from "./order.ts";
import { conditionStatus, field, type PodState, podState, textField } from "./pod-state.ts";

/** A pod as the map shows it. */
export interface PodView {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  /** Node it is bound to; "" while it waits for one. */
  readonly node: string;
  readonly created: string;
  readonly state: PodState;
}

/** What a node's card says about the node as a whole. */
interface NodeHealth {
  readonly word: string;
  /** The word where there is little room, if it is another one. */
  readonly short?: string;
  readonly healthy: boolean;
}

/** A node: its machine, what runs there, and its Node object if one is registered; without one, a machine only. */
export interface NodeView {
  readonly name: string;
  readonly zone: string;
  readonly controlPlane: boolean;
  readonly up: boolean;
  /** It has a Node object. */
  readonly member: boolean;
  readonly health: NodeHealth;
  readonly processes: readonly ProcessSnapshot[];
}

/** A control-plane machine and the processes that are not those of a node. */
export interface MasterView {
  readonly machine: MachineSnapshot;
  readonly processes: readonly ProcessSnapshot[];
  /** Loops of kube-controller-manager that the simulation shows as processes of their own. */
  readonly controllers: readonly ProcessSnapshot[];
}

/** A snapshot sorted for drawing. */
export interface ClusterModel {
  readonly snapshot: Snapshot;
  readonly masters: readonly MasterView[];
  readonly nodes: readonly NodeView[];
  readonly zones: readonly string[];
  readonly podsByNode: ReadonlyMap<string, readonly PodView[]>;
  /** Pods without a node, and pods whose node is gone. */
  readonly unscheduled: readonly PodView[];
  readonly podCount: number;
  /** Process id → the name that people use: without the machine where there is one such process only. */
  readonly shortNames: ReadonlyMap<string, string>;
}

const MASTER_ORDER = [
  "etcd",
  "kube-apiserver",
  "kube-scheduler",
  "kube-controller-manager",
  "cloud-controller-manager",
];
const NODE_ORDER = ["kubelet", "containerd", "cri-o", "runtime", "container-runtime", "kube-proxy"];

function rank(order: readonly string[], component: string): number {
  const at = order.indexOf(component);
  return at < 0 ? order.length : at;
}

function sortProcesses(list: readonly ProcessSnapshot[], order: readonly string[]): ProcessSnapshot[] {
  return [...list].sort((a, b) => rank(order, a.component) - rank(order, b.component) || compareNatural(a.id, b.id));
}

/** True for processes that every node has, on whatever machine they run. */
function belongsToNode(process: ProcessSnapshot): boolean {
  return NODE_ORDER.includes(process.component);
}

/** The tool that sets a cluster up: it acts for whoever sits at the keyboard and has done. */
export const INSTALLER = "kubeadm";

/** True for what is drawn as a small chip: controllers of one manager, and the installer. */
function isController(process: ProcessSnapshot): boolean {
  if (process.component === INSTALLER) return true;
  return /controller/.test(process.component) && !process.component.endsWith("controller-manager");
}

/** "node worker-1", or "machine worker-1" for one that is no member of the cluster. */
export const nodeWords = ({ name, member }: NodeView): string => `${member ? "node" : "machine"} ${name}`;

/** How many of them are members of the cluster. */
export const memberCount = (nodes: readonly NodeView[]): number => nodes.filter(({ member }) => member).length;

/** True for a machine that was taken out of the cluster and switched off: nothing is wrong with it. */
export const isRetired = ({ member, up }: NodeView): boolean => !member && !up;

/** Key of an API object's mark: `kind/namespace/name#uid`, the same in every picture. */
export function objectKey(object: KubeObject): string {
  const { namespace = "", name, uid = "" } = object.metadata;
  return `${(object.kind || "object").toLowerCase()}/${namespace}/${name}#${uid}`;
}

function podView(pod: KubeObject): PodView {
  return {
    key: objectKey(pod),
    name: pod.metadata.name,
    namespace: pod.metadata.namespace ?? "",
    node: textField(field(pod as unknown as JsonObject, "spec"), "nodeName"),
    created: pod.metadata.creationTimestamp ?? "",
    state: podState(pod),
  };
}

function nodeHealth(machine: MachineSnapshot | undefined, object: KubeObject | undefined): NodeHealth {
  const json = object as unknown as JsonObject | undefined;
  const ready = conditionStatus(field(json, "status"), "Ready");
  // The Node object says Ready until its lease has run out: what the cluster knows lags behind what is so.
  if (!object) return { word: machine?.up === false ? "off, not a member" : "not a member", healthy: false };
  if (machine && !machine.up) {
    const known = ready === "" ? "" : ready === "True" ? ", Node still Ready" : ", NotReady";
    const short = ready === "" || ready === "True" ? "machine down" : "down, NotReady";
    return { word: `machine down${known}`, short, healthy: false };
  }
  const cordoned = field(field(json, "spec"), "unschedulable") === true;
  if (ready === "True") return { word: cordoned ? "Ready, cordoned" : "Ready", healthy: true };
  return { word: cordoned ? "NotReady, cordoned" : "NotReady", healthy: false };
}

const ZONE_LABEL = "topology.kubernetes.io/zone";

function nodeViews(snapshot: Snapshot, byMachine: Map<string, ProcessSnapshot[]>): NodeView[] {
  const objects = new Map(snapshot.objects("nodes").map((node) => [node.metadata.name, node]));
  const machines = new Map(snapshot.machines.map((machine) => [machine.name, machine]));
  const names = new Set<string>();
  for (const machine of snapshot.machines) {
    const processes = byMachine.get(machine.name) ?? [];
    const runsPods = machine.role === "worker" || processes.some((process) => process.component === "kubelet");
    if (runsPods || objects.has(machine.name)) names.add(machine.name);
  }
  for (const name of objects.keys()) names.add(name);
  const views = [...names].map((name): NodeView => {
    const machine = machines.get(name);
    const processes = byMachine.get(name) ?? [];
    const controlPlane = machine?.role === "control-plane";
    return {
      name,
      zone: machine?.zone || objects.get(name)?.metadata.labels?.[ZONE_LABEL] || "",
      controlPlane,
      up: machine?.up ?? true,
      member: objects.has(name),
      health: nodeHealth(machine, objects.get(name)),
      processes: sortProcesses(controlPlane ? processes.filter(belongsToNode) : processes, NODE_ORDER),
    };
  });
  const key = (view: NodeView): string => `${view.controlPlane ? 0 : 1}${view.name}`;
  return views.sort((a, b) => compareNatural(a.zone, b.zone) || compareNatural(key(a), key(b)));
}

function masterViews(snapshot: Snapshot, byMachine: Map<string, ProcessSnapshot[]>): MasterView[] {
  return snapshot.machines
    .filter((machine) => machine.role === "control-plane")
    .sort((a, b) => compareNatural(a.name, b.name))
    .map((machine) => {
      const own = sortProcesses(byMachine.get(machine.name) ?? [], MASTER_ORDER).filter((p) => !belongsToNode(p));
      return { machine, processes: own.filter((p) => !isController(p)), controllers: own.filter(isController) };
    });
}

function shortNames(processes: readonly ProcessSnapshot[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const { component } of processes) count.set(component, (count.get(component) ?? 0) + 1);
  return new Map(processes.map(({ id, component }) => [id, count.get(component) === 1 ? component : id]));
}

/** Reads a snapshot once; about a microsecond a pod. */
export function clusterModel(snapshot: Snapshot): ClusterModel {
  const byMachine = groupBy(snapshot.processes, (process) => process.machine);
  const nodes = nodeViews(snapshot, byMachine);
  const pods = snapshot.objects("pods").map(podView);
  const podsByNode = groupBy(pods, (pod) => pod.node);
  const known = new Set(nodes.map((node) => node.name));
  const unscheduled = pods.filter((pod) => !known.has(pod.node));
  for (const place of [...podsByNode.keys()]) if (!known.has(place)) podsByNode.delete(place);
  return {
    snapshot,
    masters: masterViews(snapshot, byMachine),
    nodes,
    zones: [...new Set(nodes.map((node) => node.zone))],
    podsByNode,
    unscheduled: unscheduled.filter((pod) => pod.state.podClass !== "done" && pod.state.podClass !== "failed"),
    podCount: pods.length,
    shortNames: shortNames(snapshot.processes),
  };
}
