/**
 * The ReplicaSet controller: keeps as many pods of a template as are wanted; the same loop keeps ReplicationControllers.
 * Source: Kubernetes 1.32, pkg/controller/replicaset/replica_set.go, pkg/controller/replication.
 * Left out: the live read of the ReplicaSet before an adoption.
 * Invariant: level-based; the work of one change is constant, whatever the number of replicas, except where pods have to
 * be compared (scaling down) or timed (minReadySeconds).
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { selects } from "../../api/selectors/label-selector-object.ts";
import type { ApiResponse } from "../../api/types.ts";
import { type Controller, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listIndexed } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import { enqueueAfter } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { rfc3339, second } from "../../time/instant.ts";
import { noteOrphan, orphansOf } from "../orphans.ts";
import { controllerOf, isControlledBy } from "../owner.ts";
import { adoptPod, releasePod } from "../pod-ownership.ts";
import { isActive, isReady, readySince } from "../pod-state.ts";
import { deleteOf, journalName, pods, updateOf } from "../request-forms.ts";
import {
  dropSync,
  finishWrite,
  isCurrent,
  mayReconcile,
  requestSync,
  type SyncContext,
  sendWrite,
  writesUnderWay,
} from "../syncs.ts";
import { creationAnswered, podFromTemplate, startCreation } from "./creation.ts";
import { podsToDelete } from "./deletion-order.ts";
import {
  dropExpectations,
  expectationsLeft,
  expectCreations,
  expectDeletions,
  lowerCreations,
  lowerDeletion,
  observePod,
} from "./expectations.ts";
import { allOf, type ReplicaFamily, replicaOf, replicaSetFamily, replicationFamily } from "./family.ts";
import { type PodCounts, type ReplicaFailure, replicaSetStatus, statusDiffers } from "./status.ts";
import { dropTally, type Tally, tallyOf, tallyPod } from "./tally.ts";

/** Most pods that one sync creates or deletes. */
const burstReplicas = 500;
/** The counts as they were when the sync began: what its status will say. */
const countsTable = "replicaset counts";

function controllerFor(family: ReplicaFamily): Controller {
  return {
    name: family.name,
    resources: [family.served.resource, "pods"],
    changed: (io, change) => changed(io, family, change),
    reconcile: (io, key) => reconcile(io, family, key),
    answered: (io, context, response) => answered(io, family, context, response),
  };
}

/** Keeps the replicas of every ReplicaSet. */
export const replicaSetController: Controller = controllerFor(replicaSetFamily);

/** Keeps the replicas of every ReplicationController, seen as the ReplicaSet that it amounts to. */
export const replicationController: Controller = controllerFor(replicationFamily);

function changed(io: Io, family: ReplicaFamily, change: Change): void {
  const { name, kind } = family;
  if (change.resource === family.served.resource) return replicaSetChanged(io, name, change);
  observePod(io, change, kind);
  const { namespace = "" } = change.object.metadata;
  for (const owner of tallyPod(io, change, kind)) requestSync(io, name, `${namespace}/${owner.name}`);
  if (noteOrphan(io, change) && isCandidate(change)) {
    for (const replicaSet of allOf(io, family, namespace)) {
      if (selects(replicaSet.spec.selector, change.object.metadata.labels)) requestSync(io, name, keyOf(replicaSet));
    }
  }
}

function replicaSetChanged(io: Io, name: string, change: Change): void {
  const key = keyOf(change.object);
  if (change.type === "DELETED") {
    const uid = change.object.metadata.uid ?? "";
    dropTally(io, uid);
    dropExpectations(io, uid);
    dropSync(io, name, key);
  }
  requestSync(io, name, key);
}

/** An orphan is worth a look when it is new, or when its labels or its owner have changed. */
function isCandidate({ object, previous }: Change): boolean {
  if (previous === undefined || object.metadata.deletionTimestamp !== undefined) return previous === undefined;
  return object.metadata.labels !== previous.metadata.labels || controllerOf(previous) !== undefined;
}

function reconcile(io: Io, family: ReplicaFamily, key: string): void {
  const { name } = family;
  const replicaSet = replicaOf(io, family, key);
  if (replicaSet === undefined || !mayReconcile(io, name, key)) return;
  const tally = tallyOf(io, replicaSet);
  if (claim(io, name, key, replicaSet, tally)) return;
  const counts = countsOf(io, name, key, replicaSet, tally);
  const { deletionTimestamp, uid = "" } = replicaSet.metadata;
  const waiting = expectationsLeft(io, uid);
  if (waiting > 0) enqueueAfter(io, name, key, waiting, true);
  else if (deletionTimestamp === undefined) {
    const missing = (replicaSet.spec.replicas ?? 1) - tally.active;
    if (missing !== 0) io.table<PodCounts>(countsTable).set(`${io.self}|${name}|${key}`, counts);
    if (missing > 0) return create(io, name, key, replicaSet, Math.min(missing, burstReplicas));
    if (missing < 0) return startDeletion(io, name, key, replicaSet, Math.min(-missing, burstReplicas));
  }
  writeStatus(io, family, key, replicaSet, counts, undefined);
}

function create(io: Io, name: string, key: string, replicaSet: ReplicaSet, count: number): void {
  expectCreations(io, replicaSet.metadata.uid ?? "", count);
  startCreation(io, name, key, new Array(count).fill(podFromTemplate(replicaSet, replicaSet.spec.template)));
}

/** Adopts matching orphans and releases pods that match no more; true if there were any. */
function claim(io: Io, name: string, key: string, replicaSet: ReplicaSet, tally: Tally): boolean {
  const { namespace = "", uid = "", deletionTimestamp } = replicaSet.metadata;
  const { selector } = replicaSet.spec;
  let claims = 0;
  if (tally.strays > 0) {
    for (const pod of listIndexed<Pod>(io, "pods", "owner", uid)) {
      if (!isActive(pod) || !isControlledBy(pod, replicaSet) || selects(selector, pod.metadata.labels)) continue;
      releasePod(io, name, key, replicaSet, pod);
      claims++;
    }
  }
  if (deletionTimestamp !== undefined) return claims > 0;
  for (const pod of orphansOf<Pod>(io, "pods", namespace)) {
    if (!isActive(pod) || !selects(selector, pod.metadata.labels)) continue;
    adoptPod(io, name, key, replicaSet, pod);
    claims++;
  }
  return claims > 0;
}

/** The counts for the status; with minReadySeconds the pods are timed, and the key comes up when the next one is due. */
function countsOf(io: Io, name: string, key: string, replicaSet: ReplicaSet, tally: Tally): PodCounts {
  const { active, labelled, ready } = tally;
  const wait = (replicaSet.spec.minReadySeconds ?? 0) * second;
  if (wait === 0 || ready === 0) return { replicas: active, labelled, ready, available: ready };
  let available = 0;
  let nextDue = Number.POSITIVE_INFINITY;
  for (const pod of ownedPods(io, replicaSet)) {
    if (!isReady(pod)) continue;
    const due = (readySince(pod) ?? io.now) + wait;
    if (due <= io.now) available++;
    else nextDue = Math.min(nextDue, due);
  }
  if (nextDue !== Number.POSITIVE_INFINITY) enqueueAfter(io, name, key, nextDue - io.now);
  return { replicas: active, labelled, ready, available };
}

/** The active pods of a ReplicaSet that its selector selects. */
function ownedPods(io: Io, replicaSet: ReplicaSet): Pod[] {
  return listIndexed<Pod>(io, "pods", "owner", replicaSet.metadata.uid ?? "").filter(
    (pod) => isActive(pod) && isControlledBy(pod, replicaSet) && selects(replicaSet.spec.selector, pod.metadata.labels),
  );
}

function startDeletion(io: Io, name: string, key: string, replicaSet: ReplicaSet, count: number): void {
  const own = ownedPods(io, replicaSet);
  const chosen = podsToDelete(own, relatedPods(io, replicaSet, own), count, io.now);
  expectDeletions(io, replicaSet.metadata.uid ?? "", chosen);
  for (const pod of chosen) {
    const more = { write: "delete", pod: pod.metadata.name, uid: pod.metadata.uid ?? "" };
    sendWrite(io, name, key, deleteOf(pods, pod), more);
  }
}

/** Pods of all ReplicaSets with the same owner: of all revisions of a Deployment. */
function relatedPods(io: Io, replicaSet: ReplicaSet, own: readonly Pod[]): readonly Pod[] {
  const owner = controllerOf(replicaSet);
  if (owner === undefined) return own;
  const family = listIndexed<ReplicaSet>(io, "replicasets", "owner", owner.uid);
  const others = family.filter(
    (one) => one.metadata.uid !== replicaSet.metadata.uid && controllerOf(one)?.uid === owner.uid,
  );
  return [...own, ...others.flatMap((one) => ownedPods(io, one))];
}

function answered(
  io: Io,
  family: ReplicaFamily,
  given: SyncContext | { readonly controller: string },
  response: ApiResponse | undefined,
): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const { key } = context;
  const { name } = family;
  const replicaSet = replicaOf(io, family, key);
  switch (context.write) {
    case "create": {
      const step = creationAnswered(io, name, key, replicaSet, response);
      if (step.lost > 0) lowerCreations(io, replicaSet?.metadata.uid ?? "", step.lost);
      if (step.done && replicaSet !== undefined)
        writeStatus(io, family, key, replicaSet, countsBefore(io, name, key), step.failure);
      return finishWrite(io, context, response, step.done ? step.failure !== undefined : false);
    }
    case "delete":
      return deletionAnswered(io, family, context, replicaSet, response);
    default:
      return finishWrite(io, context, response, isGone(response) ? false : undefined);
  }
}

function deletionAnswered(
  io: Io,
  family: ReplicaFamily,
  context: SyncContext,
  replicaSet: ReplicaSet | undefined,
  response: ApiResponse | undefined,
): void {
  const { key } = context;
  const { name } = family;
  const pod = String(context.pod);
  const object = `pod/${splitKey(key)[0]}/${pod}`;
  const failed = response === undefined || (!succeeded(response) && !isGone(response));
  let failure: ReplicaFailure | undefined;
  if (failed || isGone(response)) lowerDeletion(io, String(context.uid));
  if (failed) {
    failure = {
      reason: "FailedDelete",
      message: response === undefined ? "the server did not answer in time" : messageOf(response),
    };
    if (replicaSet)
      record(io, name, replicaSet, [
        { type: "Warning", reason: "FailedDelete", message: `Error deleting: ${failure.message}` },
      ]);
  } else if (!isGone(response) && replicaSet !== undefined) {
    io.note("delete", object, "SuccessfulDelete", `more replicas than ${journalName(replicaSet)} wants`);
    record(io, name, replicaSet, [{ type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${pod}` }]);
  }
  const last = writesUnderWay(io, name, key) === 1;
  if (last && replicaSet !== undefined) writeStatus(io, family, key, replicaSet, countsBefore(io, name, key), failure);
  finishWrite(io, context, response, failed);
}

function isGone(response: ApiResponse | undefined): boolean {
  return response?.code === 404;
}

function countsBefore(io: Io, name: string, key: string): PodCounts {
  const table = io.table<PodCounts>(countsTable);
  const counts = table.get(`${io.self}|${name}|${key}`) ?? { replicas: 0, labelled: 0, ready: 0, available: 0 };
  table.delete(`${io.self}|${name}|${key}`);
  return counts;
}

function writeStatus(
  io: Io,
  family: ReplicaFamily,
  key: string,
  replicaSet: ReplicaSet,
  counts: PodCounts,
  failure: ReplicaFailure | undefined,
): void {
  const status = replicaSetStatus(replicaSet, counts, failure, rfc3339(io.now));
  if (!statusDiffers(replicaSet, status)) return;
  const next = family.original({ ...replicaSet, status });
  sendWrite(io, family.name, key, updateOf(family.served, next, "status"), { write: "status" });
}
