/**
 * Reserve and PreBind of VolumeBinding: the volumes of a pod that has got a node are written to its claims, and the pod is
 * bound when all of them are.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/volumebinding/binder.go (AssumePodVolumes, BindPodVolumes).
 * Left out: nothing.
 * Invariant: a volume is promised to one claim at a time; after ten minutes the pod gives up its node.
 */

import type { PersistentVolume } from "../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { StorageClass } from "../api/kinds/storage-class.ts";
import type { JsonObject } from "../api/types.ts";
import { BOUND_BY_CONTROLLER, claimNames, isBound, SELECTED_NODE } from "../api/volumes/claims.ts";
import type { Change } from "../client/informer.ts";
import { listAll, lookUp } from "../client/lister.ts";
import { sendRequest } from "../client/requests.ts";
import type { Io } from "../time/component.ts";
import { minute } from "../time/instant.ts";
import { schedulerState } from "./cache.ts";
import { rowNamed } from "./node-list.ts";
import { waitingClaims } from "./plugins/volume-binding.ts";
import { podInfo } from "./pod-row.ts";
import { moveForPod } from "./queue/upkeep.ts";
import { decideVolumes, type StorageView } from "./storage-view.ts";

/** How long a pod waits for its volumes (the plugin's bindTimeoutSeconds). */
const bindTimeoutUs = 10 * minute;

/** A pod that has a node and waits for its volumes. */
export interface WaitingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
}

function waitingPods(io: Io) {
  return io.table<WaitingPod>("pods waiting for volumes");
}

function promised(io: Io) {
  return io.table<string>("promised volumes");
}

/** Claims, volumes and classes as this scheduler has seen them. */
export function storageOf(io: Io): StorageView {
  return {
    claim: (namespace, name) => lookUp<PersistentVolumeClaim>(io, "persistentvolumeclaims", namespace, name),
    volume: (name) => (name === "" ? undefined : lookUp<PersistentVolume>(io, "persistentvolumes", "", name)),
    volumes: () => listAll<PersistentVolume>(io, "persistentvolumes"),
    storageClass: (name) => lookUp<StorageClass>(io, "storageclasses", "", name),
    promised: new Map(promised(io).entries()),
  };
}

/** Sees to the volumes of a pod that has got a node; true if the pod must wait for them. */
export function promiseVolumes(io: Io, pod: Pod, key: string, node: string): boolean {
  if (claimNames(pod.spec).length === 0) return false;
  const storage = storageOf(io);
  const waiting = waitingClaims(podInfo(pod), storage);
  const row = rowNamed(schedulerState(io).nodes, node);
  const decision = row && decideVolumes(storage, waiting, row);
  if (decision === undefined || waiting.length === 0) return false;
  const { namespace = "", name, uid = "" } = pod.metadata;
  waitingPods(io).set(key, { namespace, name, uid, node });
  for (const { claim, volume } of decision.bindings) {
    promised(io).set(volume.metadata.name, claim.metadata.uid ?? "");
    writeVolume(io, volume, claim);
  }
  for (const claim of decision.provisions) {
    const body = { metadata: { annotations: { [SELECTED_NODE]: node } } };
    const target = { group: "", version: "v1", resource: "persistentvolumeclaims" } as const;
    const { namespace: where = "", name: own } = claim.metadata;
    sendRequest(io, { ...target, verb: "patch", patchType: "merge", namespace: where, name: own, body }, context(key));
  }
  io.after(bindTimeoutUs, { kind: "volumes overdue", key, uid, periodic: true } as never);
  return true;
}

function context(key: string): JsonObject {
  return { what: "volume", key, namespace: "", name: "", uid: "", node: "" };
}

function writeVolume(io: Io, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const { name, namespace = "", uid = "", resourceVersion = "" } = claim.metadata;
  const claimRef = { kind: "PersistentVolumeClaim", namespace, name, uid, apiVersion: "v1", resourceVersion };
  const annotations = { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: "yes" };
  const body = { ...volume, metadata: { ...volume.metadata, annotations }, spec: { ...volume.spec, claimRef } };
  const target = { group: "", version: "v1", resource: "persistentvolumes", verb: "update" } as const;
  sendRequest(io, { ...target, name: volume.metadata.name, body: body as unknown as JsonObject }, context(""));
}

/** Pods that have got all their volumes since: they wait no more. */
export function readyPods(io: Io): readonly (readonly [string, WaitingPod])[] {
  const storage = storageOf(io);
  const ready = [...waitingPods(io).entries()].filter(([, { namespace, name, uid }]) => {
    const pod = lookUp<Pod>(io, "pods", namespace, name);
    if (pod?.metadata.uid !== uid) return false;
    const claims = claimNames(pod.spec).map((claim) => storage.claim(namespace, claim));
    return claims.every((claim) => claim !== undefined && isBound(claim) && claim.status?.phase === "Bound");
  });
  for (const [key] of ready) waitingPods(io).delete(key);
  return ready;
}

/** Ends the wait of a pod; undefined if it does not wait, or is another one by now. */
export function giveUpWaiting(io: Io, key: string, uid: string): WaitingPod | undefined {
  const row = waitingPods(io).get(key);
  if (row?.uid !== uid) return undefined;
  waitingPods(io).delete(key);
  return row;
}

/** Forgets everything: the process starts anew. */
export function dropPromises(io: Io): void {
  waitingPods(io).clear();
  promised(io).clear();
}

/** A claim, volume or class has changed: promises that are kept end, and pods in the queue may have another chance. */
export function storageChanged(io: Io, { resource, object, type, previous }: Change): void {
  if (resource === "persistentvolumes") {
    const { claimRef } = (object as PersistentVolume).spec;
    if (claimRef !== undefined || type === "DELETED") promised(io).delete(object.metadata.name);
  }
  if (type === "DELETED") return;
  const what =
    resource === "persistentvolumes"
      ? "PersistentVolume"
      : resource === "storageclasses"
        ? "StorageClass"
        : "PersistentVolumeClaim";
  const name = type === "ADDED" ? (`${what}Add` as const) : (`${what}Update` as const);
  moveForPod(io, { name, after: object, ...(previous !== undefined && { before: previous }) });
}
