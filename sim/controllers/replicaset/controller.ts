/**
 * The ReplicaSet controller: keeps as many pods of a template as are wanted.
 * Source: Kubernetes 1.32, pkg/controller/replicaset/replica_set.go.
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
import { listAll, listIndexed, lookUp } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import { enqueueAfter } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { rfc3339, second } from "../../time/instant.ts";
import { noteOrphan, orphansOf } from "../orphans.ts";
import { controllerOf, controllerReference, isControlledBy } from "../owner.ts";
import { isActive, isReady, readySince } from "../pod-state.ts";
import { deleteOf, journalName, patchOf, pods, replicaSets, updateOf } from "../request-forms.ts";
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
import { creationAnswered, startCreation } from "./creation.ts";
import { podsToDelete } from "./deletion-order.ts";
import { dropExpectations, expectationsLeft, expectDeletions, lowerDeletion, observePod } from "./expectations.ts";
import { type PodCounts, type ReplicaFailure, replicaSetStatus, statusDiffers } from "./status.ts";
import { dropTally, type Tally, tallyOf, tallyPod } from "./tally.ts";

const name = "replicaset-controller";

/** Most pods that one sync creates or deletes. */
const burstReplicas = 500;

/** The counts as they were when the sync began: what its status will say. */
const countsTable = "replicaset counts";

/** Keeps the replicas of every ReplicaSet. */
export const replicaSetController: Controller = {
  name,
  resources: ["replicasets", "pods"],
  changed,
  reconcile,
  answered,
};

function changed(io: Io, change: Change): void {
  if (change.resource === "replicasets") return replicaSetChanged(io, change);
  observePod(io, change);
  const { namespace = "" } = change.object.metadata;
  for (const owner of tallyPod(io, change)) requestSync(io, name, `${namespace}/${owner.name}`);
  if (noteOrphan(io, change) && isCandidate(change)) {
    for (const replicaSet of listAll<ReplicaSet>(io, "replicasets", namespace)) {
      if (selects(replicaSet.spec.selector, change.object.metadata.labels)) requestSync(io, name, keyOf(replicaSet));
    }
  }
}

function replicaSetChanged(io: Io, change: Change): void {
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

function reconcile(io: Io, key: string): void {
  const replicaSet = lookUp<ReplicaSet>(io, "replicasets", ...splitKey(key));
  if (replicaSet === undefined || !mayReconcile(io, name, key)) return;
  const tally = tallyOf(io, replicaSet);
  if (claim(io, key, replicaSet, tally)) return;
  const counts = countsOf(io, key, replicaSet, tally);
  const { deletionTimestamp, uid = "" } = replicaSet.metadata;
  const waiting = expectationsLeft(io, uid);
  if (waiting > 0) enqueueAfter(io, name, key, waiting, true);
  else if (deletionTimestamp === undefined) {
    const missing = (replicaSet.spec.replicas ?? 1) - tally.active;
    if (missing !== 0) io.table<PodCounts>(countsTable).set(`${io.self}|${key}`, counts);
    if (missing > 0) return startCreation(io, name, key, replicaSet, Math.min(missing, burstReplicas));
    if (missing < 0) return startDeletion(io, key, replicaSet, Math.min(-missing, burstReplicas));
  }
  writeStatus(io, key, replicaSet, counts, undefined);
}

/** Adopts matching orphans and releases pods that match no more; true if there were any. */
function claim(io: Io, key: string, replicaSet: ReplicaSet, tally: Tally): boolean {
  const { namespace = "", uid = "", deletionTimestamp } = replicaSet.metadata;
  const { selector } = replicaSet.spec;
  let claims = 0;
  if (tally.strays > 0) {
    for (const pod of listIndexed<Pod>(io, "pods", "owner", uid)) {
      if (!isActive(pod) || !isControlledBy(pod, replicaSet) || selects(selector, pod.metadata.labels)) continue;
      const metadata = { uid: pod.metadata.uid ?? "", ownerReferences: [{ $patch: "delete", uid }] };
      sendWrite(io, name, key, patchOf(pods, pod, { metadata }), { write: "release" });
      io.note("release", journalName(pod), "", `labels no longer match the selector of ${journalName(replicaSet)}`);
      claims++;
    }
  }
  if (deletionTimestamp !== undefined) return claims > 0;
  for (const pod of orphansOf<Pod>(io, "pods", namespace)) {
    if (!isActive(pod) || !selects(selector, pod.metadata.labels)) continue;
    const metadata = { uid: pod.metadata.uid ?? "", ownerReferences: [{ ...controllerReference(replicaSet) }] };
    sendWrite(io, name, key, patchOf(pods, pod, { metadata }), { write: "adopt" });
    io.note("adopt", journalName(pod), "", `labels match the selector of ${journalName(replicaSet)}`);
    claims++;
  }
  return claims > 0;
}

/** The counts for the status; with minReadySeconds the pods are timed, and the key comes up when the next one is due. */
function countsOf(io: Io, key: string, replicaSet: ReplicaSet, tally: Tally): PodCounts {
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

function startDeletion(io: Io, key: string, replicaSet: ReplicaSet, count: number): void {
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
  given: SyncContext | { readonly controller: string },
  response: ApiResponse | undefined,
): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const { key } = context;
  const replicaSet = lookUp<ReplicaSet>(io, "replicasets", ...splitKey(key));
  switch (context.write) {
    case "create": {
      const step = creationAnswered(io, name, key, replicaSet, response);
      if (step.done && replicaSet !== undefined) writeStatus(io, key, replicaSet, countsBefore(io, key), step.failure);
      return finishWrite(io, context, response, step.done ? step.failure !== undefined : false);
    }
    case "delete":
      return deletionAnswered(io, context, replicaSet, response);
    default:
      return finishWrite(io, context, response, isGone(response) ? false : undefined);
  }
}

function deletionAnswered(
  io: Io,
  context: SyncContext,
  replicaSet: ReplicaSet | undefined,
  response: ApiResponse | undefined,
): void {
  const { key } = context;
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
  if (last && replicaSet !== undefined) writeStatus(io, key, replicaSet, countsBefore(io, key), failure);
  finishWrite(io, context, response, failed);
}

function isGone(response: ApiResponse | undefined): boolean {
  return response?.code === 404;
}

function countsBefore(io: Io, key: string): PodCounts {
  const table = io.table<PodCounts>(countsTable);
  const counts = table.get(`${io.self}|${key}`) ?? { replicas: 0, labelled: 0, ready: 0, available: 0 };
  table.delete(`${io.self}|${key}`);
  return counts;
}

function writeStatus(
  io: Io,
  key: string,
  replicaSet: ReplicaSet,
  counts: PodCounts,
  failure: ReplicaFailure | undefined,
): void {
  const status = replicaSetStatus(replicaSet, counts, failure, rfc3339(io.now));
  if (!statusDiffers(replicaSet, status)) return;
  const next: ReplicaSet = { ...replicaSet, status };
  sendWrite(io, name, key, updateOf(replicaSets, next, "status"), { write: "status" });
}
