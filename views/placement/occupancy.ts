/**
 * Which pod is on which machine, whose it is, and how much of a machine is taken: requests and allocatable as the objects have
 * them. The reason why a pod waits is the scheduler's own, from the pod's PodScheduled condition.
 */
import type { Json, JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { Snapshot } from "../../sim/snapshot.ts";
import { type ClusterModel, clusterModel, type NodeView, objectKey, type PodView } from "../cluster-model.ts";
import { compareNatural } from "../order.ts";
import { field, listField, textField } from "../pod-state.ts";
import { amountOf } from "./amount.ts";

/** How much of one resource is asked for, of how much there is; in thousandths of a core, bytes, or pods. */
export interface Share {
  readonly name: "cpu" | "memory" | "pods";
  readonly used: number;
  /** 0 where the Node object does not say. */
  readonly all: number;
}

/** A machine that can run pods. */
export interface Host {
  readonly node: NodeView;
  /** e.g. "disk=ssd:NoSchedule". */
  readonly taints: readonly string[];
  readonly shares: readonly Share[];
  readonly pods: readonly PlacedPod[];
}

/** A pod with whose it is, and why it waits. */
export interface PlacedPod {
  readonly view: PodView;
  /** `Kind namespace/name` of the workload; "" for a pod of nobody. */
  readonly owner: string;
  /** The scheduler's own words; "" unless it has said any. */
  readonly reason: string;
}

/** One moment, sorted for the grid. */
export interface Occupancy {
  readonly snapshot: Snapshot;
  readonly model: ClusterModel;
  readonly hosts: readonly Host[];
  readonly waiting: readonly PlacedPod[];
}

const json = (object: KubeObject | undefined): JsonObject | undefined => object as unknown as JsonObject | undefined;

/** Objects of a resource; none of a resource that this cluster does not know. */
function objectsOf(snapshot: Snapshot, resource: string): readonly KubeObject[] {
  try {
    return snapshot.objects(resource);
  } catch {
    return [];
  }
}

/** The controller of an object, or its first owner: kind and name; undefined for an object of nobody. */
function controllerOf(
  object: KubeObject,
): { readonly kind: string; readonly name: string; readonly uid: string } | undefined {
  const owners = object.metadata.ownerReferences ?? [];
  return owners.find((owner) => owner.controller === true) ?? owners[0];
}

/** Workload of a pod: what owns its ReplicaSet or Job, where something does. */
function ownerWords(pod: KubeObject, above: ReadonlyMap<string, KubeObject>): string {
  let owner = controllerOf(pod);
  if (owner === undefined) return "";
  const middle = above.get(owner.uid);
  if (middle !== undefined) owner = controllerOf(middle) ?? owner;
  return `${owner.kind} ${pod.metadata.namespace ?? ""}/${owner.name}`;
}

function scheduledMessage(pod: KubeObject): string {
  for (const condition of listField(field(json(pod), "status"), "conditions")) {
    if (textField(condition, "type") === "PodScheduled" && textField(condition, "status") === "False")
      return textField(condition, "message");
  }
  return "";
}

const requestOf = (container: Json, name: string): number =>
  amountOf(field(field(field(container, "resources"), "requests"), name), name === "cpu" ? "thousandths" : "whole");

/** What a pod asks for, in thousandths of a core or in bytes: its containers together, or its largest init container where that is more. */
function requested(pod: KubeObject, name: "cpu" | "memory"): number {
  const spec = field(json(pod), "spec");
  const sum = listField(spec, "containers").reduce<number>((total, one) => total + requestOf(one, name), 0);
  const first = listField(spec, "initContainers").reduce<number>(
    (most, one) => Math.max(most, requestOf(one, name)),
    0,
  );
  return Math.max(sum, first);
}

function taintsOf(node: KubeObject | undefined): readonly string[] {
  return listField(field(json(node), "spec"), "taints").map((taint) => {
    const value = textField(taint, "value");
    return `${textField(taint, "key")}${value === "" ? "" : `=${value}`}:${textField(taint, "effect")}`;
  });
}

function sharesOf(node: KubeObject | undefined, pods: readonly KubeObject[]): readonly Share[] {
  const allocatable = field(field(json(node), "status"), "allocatable");
  const total = (name: "cpu" | "memory"): number => pods.reduce((sum, pod) => sum + requested(pod, name), 0);
  return [
    { name: "cpu", used: total("cpu"), all: amountOf(field(allocatable, "cpu"), "thousandths") },
    { name: "memory", used: total("memory"), all: amountOf(field(allocatable, "memory"), "whole") },
    { name: "pods", used: pods.length, all: amountOf(field(allocatable, "pods"), "whole") },
  ];
}

/** Reads a snapshot for the grid, once. */
export function occupancyOf(snapshot: Snapshot): Occupancy {
  const model = clusterModel(snapshot);
  const objects = new Map(objectsOf(snapshot, "pods").map((pod) => [objectKey(pod), pod]));
  const nodes = new Map(objectsOf(snapshot, "nodes").map((node) => [node.metadata.name, node]));
  const middles = [...objectsOf(snapshot, "replicasets"), ...objectsOf(snapshot, "jobs")];
  const above = new Map(middles.map((one) => [one.metadata.uid ?? "", one]));
  const placed = (view: PodView): PlacedPod => {
    const object = objects.get(view.key)!;
    return { view, owner: ownerWords(object, above), reason: scheduledMessage(object) };
  };
  const hosts = model.nodes.map((node): Host => {
    const views = model.podsByNode.get(node.name) ?? [];
    const running = views.filter(({ state }) => state.podClass !== "done" && state.podClass !== "failed");
    const object = nodes.get(node.name);
    return {
      node,
      taints: taintsOf(object),
      shares: sharesOf(
        object,
        running.map(({ key }) => objects.get(key)!),
      ),
      pods: views.map(placed),
    };
  });
  return { snapshot, model, hosts, waiting: model.unscheduled.map(placed) };
}

/** Letter of each owner over all moments: A, B, …; the same in every frame. Beyond 26 the letters start again. */
export function ownerLetters(moments: readonly Occupancy[]): ReadonlyMap<string, string> {
  const names = new Set<string>();
  for (const { hosts, waiting } of moments) {
    for (const { pods } of hosts) for (const { owner } of pods) if (owner !== "") names.add(owner);
    for (const { owner } of waiting) if (owner !== "") names.add(owner);
  }
  const ordered = [...names].sort(compareNatural);
  return new Map(ordered.map((name, at) => [name, String.fromCharCode(65 + (at % 26))]));
}
