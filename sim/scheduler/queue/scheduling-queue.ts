/**
 * The scheduling queue: pods ready to be tried, pods backing off, and pods waiting for something to change.
 * Source: Kubernetes 1.32, pkg/scheduler/backend/queue/scheduling_queue.go (`PriorityQueue`).
 * Left out: the one-second tick that empties the backoff queue; a pod is due the moment its backoff ends, and the
 * component sets a timer for `nextBackoff` instead.
 * Invariant: functions over the tables that they are given; nothing is remembered elsewhere.
 */
import type { ClusterEvent } from "../events.ts";
import type { PodLike } from "../objects.ts";
import { podInfo } from "../pod-row.ts";
import { defaultProfile, type Profile } from "../profile.ts";
import { activeKey, backoffEndUs, backoffKey, type QueuedPod, type QueueTables } from "./queued-pod.ts";
import { isWorthRequeueing } from "./queueing-hints.ts";

/** How long a pod may wait for an event before it is tried anyway (`podMaxInUnschedulablePodsDuration`). */
export const unschedulableMaxUs = 300_000_000;

/** The record of a pod, wherever it is. */
export function queuedPod(tables: QueueTables, key: string): QueuedPod | undefined {
  return tables.pods.get(key) ?? tables.waiting.get(key);
}

/** Puts a record where its `place` says, taking it from where it was. */
function put(tables: QueueTables, queued: QueuedPod): void {
  forget(tables, queued.key);
  const isWaiting = queued.place === "unschedulable" || queued.place === "gated";
  (isWaiting ? tables.waiting : tables.pods).set(queued.key, queued);
  if (queued.place === "active") tables.active.set(activeKey(queued), queued.key);
  if (queued.place === "backoff") tables.backoff.set(backoffKey(queued), queued.key);
}

/** Removes a pod that was bound or deleted (`Delete`, `Done`); an unknown key is no error. */
export function forget(tables: QueueTables, key: string): void {
  const queued = queuedPod(tables, key);
  if (queued === undefined) return;
  if (queued.place === "active") tables.active.delete(activeKey(queued));
  if (queued.place === "backoff") tables.backoff.delete(backoffKey(queued));
  tables.pods.delete(key);
  tables.waiting.delete(key);
}

/** Into the active queue, unless a PreEnqueue plugin gates the pod (`moveToActiveQ`). */
function activate(tables: QueueTables, queued: QueuedPod, profile: Profile): void {
  const info = podInfo(queued.pod);
  for (const plugin of profile.preEnqueue) {
    if (plugin.preEnqueue(info).code === "Success") continue;
    put(tables, { ...queued, place: "gated", plugins: [plugin.name] });
    return;
  }
  put(tables, { ...queued, place: "active", missed: [] });
}

/** A pod without a node appeared (`Add`). */
export function addToQueue(tables: QueueTables, pod: PodLike, nowUs: number, profile = defaultProfile): void {
  const { key, priority } = podInfo(pod);
  const fresh: QueuedPod = {
    key,
    pod,
    place: "active",
    priority,
    timestampUs: nowUs,
    attempts: 0,
    plugins: [],
    missed: [],
  };
  activate(tables, fresh, profile);
}

/** Takes the first pod of the active queue for a cycle, which counts as an attempt (`Pop`). */
export function popFromQueue(tables: QueueTables): QueuedPod | undefined {
  const first = tables.active.first();
  if (first === undefined) return undefined;
  const taken: QueuedPod = { ...tables.pods.get(first[1])!, place: "inFlight", missed: [] };
  forget(tables, taken.key);
  const attempted = { ...taken, attempts: taken.attempts + 1, plugins: [] };
  put(tables, attempted);
  return attempted;
}

/**
 * Returns a pod whose cycle failed (`AddUnschedulableIfNotPresent`): to wait for an event that `plugins`, which refused
 * it, know of; or to back off, when an event came during the cycle or no plugin refused it (an error).
 */
export function returnToQueue(
  tables: QueueTables,
  key: string,
  plugins: readonly string[],
  nowUs: number,
  profile = defaultProfile,
): void {
  const queued = tables.pods.get(key);
  if (queued?.place !== "inFlight") return;
  const returned: QueuedPod = { ...queued, place: "unschedulable", plugins, timestampUs: nowUs };
  const retry = plugins.length === 0 || queued.missed.some((event) => isWorthRequeueing(profile, returned, event));
  put(tables, { ...returned, place: retry ? "backoff" : "unschedulable", missed: [] });
}

/** A pod in the queue was changed by somebody (`Update`); a change of what counts may make it schedulable. */
export function updateInQueue(tables: QueueTables, pod: PodLike, nowUs: number, profile = defaultProfile): void {
  const { key, priority } = podInfo(pod);
  const queued = queuedPod(tables, key);
  if (queued === undefined) {
    addToQueue(tables, pod, nowUs, profile);
    return;
  }
  const counts = queued.pod.spec !== pod.spec || queued.pod.metadata.labels !== pod.metadata.labels;
  const updated: QueuedPod = { ...queued, pod, priority };
  const event: ClusterEvent = { name: "UnscheduledPodUpdate", before: queued.pod, after: pod };
  const waits = queued.place === "unschedulable" || queued.place === "gated";
  if (waits && counts && isWorthRequeueing(profile, updated, event)) requeue(tables, updated, nowUs, profile);
  else put(tables, updated);
}

/** Back to be tried: to the active queue, or to the backoff queue while the pod's backoff lasts. */
function requeue(tables: QueueTables, queued: QueuedPod, nowUs: number, profile: Profile): void {
  if (queued.place !== "gated" && backoffEndUs(queued) > nowUs) put(tables, { ...queued, place: "backoff" });
  else activate(tables, queued, profile);
}

/**
 * Something happened in the cluster (`MoveAllToActiveOrBackoffQueue`): waiting pods that it may help are tried again;
 * pods in flight remember it. Costs O(waiting pods); `inFlight` are the keys of the pods in flight.
 */
export function moveOnEvent(
  tables: QueueTables,
  event: ClusterEvent,
  inFlight: Iterable<string>,
  nowUs: number,
  profile = defaultProfile,
): void {
  for (const key of inFlight) {
    const queued = tables.pods.get(key);
    if (queued?.place === "inFlight") tables.pods.set(key, { ...queued, missed: [...queued.missed, event] });
  }
  for (const key of [...tables.waiting.keys()]) {
    const queued = tables.waiting.get(key)!;
    if (queued.place === "unschedulable" && isWorthRequeueing(profile, queued, event)) {
      requeue(tables, queued, nowUs, profile);
    }
  }
}

/** Moves the pods whose backoff has ended to the active queue (`flushBackoffQCompleted`). */
export function flushBackoff(tables: QueueTables, nowUs: number, profile = defaultProfile): void {
  for (let first = tables.backoff.first(); first !== undefined; first = tables.backoff.first()) {
    const queued = tables.pods.get(first[1])!;
    if (backoffEndUs(queued) > nowUs) return;
    activate(tables, queued, profile);
  }
}

/** The pod whose back-off ends next; undefined if none is backing off. */
export function nextBackoff(tables: QueueTables): QueuedPod | undefined {
  const first = tables.backoff.first();
  return first === undefined ? undefined : tables.pods.get(first[1]);
}

/** Tries pods again that have waited too long for an event (`flushUnschedulablePodsLeftover`, every 30 s). */
export function flushUnschedulable(tables: QueueTables, nowUs: number, profile = defaultProfile): void {
  for (const key of [...tables.waiting.keys()]) {
    const queued = tables.waiting.get(key)!;
    const expired = nowUs - queued.timestampUs > unschedulableMaxUs;
    if (queued.place === "unschedulable" && expired) requeue(tables, queued, nowUs, profile);
  }
}
