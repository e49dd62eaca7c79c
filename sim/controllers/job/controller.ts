/**
 * The Job controller: runs pods until enough of them have succeeded, or too many have failed.
 * Source: Kubernetes 1.32, pkg/controller/job/job_controller.go.
 * Left out: Jobs that somebody else manages; back-off limits per index.
 * Invariant: level-based; one step of a Job at a time: pods first, then the status, then finalizers.
 */
import type { Job, JobStatus } from "../../api/kinds/job.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import type { ApiResponse, Json, JsonObject } from "../../api/types.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { lookUp } from "../../client/lister.ts";
import { type EventText, record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import { enqueueAfter } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { controllerOf } from "../owner.ts";
import { claimPods, ownedPods, syncOwners } from "../pod-ownership.ts";
import { creationAnswered, startCreation } from "../replicaset/creation.ts";
import { deleteOf, jobs, journalName, patchOf, pods, updateOf } from "../request-forms.ts";
import { dropSync, finishWrite, isCurrent, mayReconcile, requestSync, type SyncContext, sendWrite } from "../syncs.ts";
import { type Backoff, noBackoff } from "./backoff.ts";
import { isTracked, newPod, trackingFinalizer } from "./job-pod.ts";
import { type Plan, planSync } from "./plan.ts";

const name = "job-controller";
/** Key of a pod that still has the finalizer and no Job that will count it: "orphan:namespace/name". */
const orphanPrefix = "orphan:";

/** Keeps every Job. */
export const jobController: Controller = { name, resources: ["jobs", "pods"], changed, reconcile, answered };

function backoffs(io: Io) {
  return io.table<Backoff>("job back-offs");
}

/** The status that is to be written when the pods that a sync makes have been made. */
interface PendingStatus {
  readonly status: JobStatus;
  readonly context: JsonObject;
}

function pending(io: Io) {
  return io.table<PendingStatus>("job statuses to write");
}

function changed(io: Io, change: Change): void {
  const { object, resource, type } = change;
  if (resource === "pods") return podChanged(io, change as Change<Pod>);
  if (type === "DELETED") {
    dropSync(io, name, keyOf(object));
    backoffs(io).delete(`${io.self}|${object.metadata.uid}`);
  }
  // A Job is over only when its pods are free: for one that was declared over by other hands they are freed now.
  if (type === "DELETED" || isOver(object as Job))
    for (const pod of ownedPods(io, object)) if (isTracked(pod)) requestSync(io, name, orphanPrefix + keyOf(pod));
  requestSync(io, name, keyOf(object));
}

function podChanged(io: Io, change: Change<Pod>): void {
  syncOwners(io, name, "Job", "jobs", change);
  const { object, type } = change;
  if (type !== "DELETED" && isTracked(object) && !isCounted(io, object))
    requestSync(io, name, orphanPrefix + keyOf(object));
}

/** The Job that controls a pod, if it is still there. */
function jobOf(io: Io, pod: Pod): Job | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== "Job") return undefined;
  const job = lookUp<Job>(io, "jobs", pod.metadata.namespace ?? "", owner.name);
  return job?.metadata.uid === owner.uid ? job : undefined;
}

/** Whether a Job that goes on will count the end of this pod. */
function isCounted(io: Io, pod: Pod): boolean {
  const job = jobOf(io, pod);
  return job !== undefined && !isOver(job);
}

function isOver({ status }: Job): boolean {
  return (
    status?.conditions?.some(({ type, status: state }) => /^(Complete|Failed)$/.test(type) && state === "True") === true
  );
}

function reconcile(io: Io, key: string): void {
  if (key.startsWith(orphanPrefix)) return freeOrphan(io, key);
  const job = lookUp<Job>(io, "jobs", ...splitKey(key));
  if (job === undefined || isOver(job) || !mayReconcile(io, name, key)) return;
  const finalizers = [trackingFinalizer];
  if (claimPods(io, name, key, job, { more: { finalizers } })) return;
  const backoff = backoffs(io).get(`${io.self}|${job.metadata.uid}`) ?? noBackoff;
  const plan = planSync({ job, pods: ownedPods(io, job), backoff, now: io.now });
  carryOut(io, key, job, plan);
}

/** A pod whose Job is gone or over need not wait to be counted (syncOrphanPod). */
function freeOrphan(io: Io, key: string): void {
  const pod = lookUp<Pod>(io, "pods", ...splitKey(key.slice(orphanPrefix.length)));
  if (pod === undefined || !isTracked(pod) || isCounted(io, pod) || !mayReconcile(io, name, key)) return;
  releasePod(io, key, pod);
}

function releasePod(io: Io, key: string, pod: Pod): void {
  const body = { metadata: { uid: pod.metadata.uid ?? "", [deleteFromFinalizers]: [trackingFinalizer] } };
  sendWrite(io, name, key, patchOf(pods, pod, body), { write: "release" });
}

const deleteFromFinalizers = "$deleteFromPrimitiveList/finalizers";

function carryOut(io: Io, key: string, job: Job, plan: Plan): void {
  if (plan.texts.length > 0) record(io, name, job, plan.texts);
  if (plan.again !== undefined) enqueueAfter(io, name, key, plan.again.after, plan.again.periodic || undefined);
  for (const pod of plan.remove) {
    if (plan.untracked && isTracked(pod)) releasePod(io, key, pod);
    sendWrite(io, name, key, deleteOf(pods, pod), { write: "delete", pod: pod.metadata.name });
  }
  const context: JsonObject = {
    write: "status",
    backoff: { ...plan.backoff },
    final: plan.final as unknown as Json,
    started: job.status?.startTime === undefined,
  };
  if (plan.create.length > 0) {
    pending(io).set(`${io.self}|${key}`, { status: plan.status, context });
    return startCreation(
      io,
      name,
      key,
      plan.create.map((index) => newPod(job, index)),
    );
  }
  if (needsWrite(job, plan.status)) return writeStatus(io, key, job, plan.status, context);
  for (const pod of plan.release) releasePod(io, key, pod);
}

/** As upstream: a start by itself is written along with the first counts only. */
function needsWrite({ status }: Job, next: JobStatus): boolean {
  const { startTime: _before, ...before } = status ?? {};
  const { startTime: _after, ...after } = next;
  return !equalJson(before, after);
}

function writeStatus(io: Io, key: string, job: Job, status: JobStatus, context: JsonObject): void {
  sendWrite(io, name, key, updateOf(jobs, { ...job, status } as Job, "status"), context);
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const { key } = context;
  const job = lookUp<Job>(io, "jobs", ...splitKey(key));
  const good = response !== undefined && succeeded(response);
  switch (context.write) {
    case "create":
      return created(io, context, job, response);
    case "delete":
      if (job !== undefined && response?.code !== 404) reportDeletion(io, job, String(context.pod), response);
      break;
    case "status":
      if (good && job !== undefined) statusWritten(io, job, context);
      break;
  }
  finishWrite(io, context, response, response?.code === 404 ? false : undefined);
}

function created(io: Io, context: SyncContext, job: Job | undefined, response: ApiResponse | undefined): void {
  const { key } = context;
  const step = creationAnswered(io, name, key, job, response);
  if (step.done) {
    const row = pending(io).get(`${io.self}|${key}`);
    pending(io).delete(`${io.self}|${key}`);
    if (row !== undefined && job !== undefined) {
      const active = (row.status.active ?? 0) + step.created;
      const { active: _none, ...rest } = row.status;
      const status = active > 0 ? { ...rest, active } : rest;
      if (needsWrite(job, status)) writeStatus(io, key, job, status, row.context);
    }
  }
  finishWrite(io, context, response, step.done ? step.failure !== undefined : false);
}

function statusWritten(io: Io, job: Job, { backoff, final }: SyncContext): void {
  backoffs(io).set(`${io.self}|${job.metadata.uid}`, backoff as unknown as Backoff);
  const texts = final as unknown as readonly EventText[];
  if (texts.length === 0) return;
  record(io, name, job, texts);
  backoffs(io).delete(`${io.self}|${job.metadata.uid}`);
}

function reportDeletion(io: Io, job: Job, pod: string, response: ApiResponse | undefined): void {
  const good = response !== undefined && succeeded(response);
  const failure = response === undefined ? "the server did not answer in time" : messageOf(response);
  const text: EventText = good
    ? { type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${pod}` }
    : { type: "Warning", reason: "FailedDelete", message: `Error deleting: ${failure}` };
  record(io, name, job, [text]);
  const object = `pod/${job.metadata.namespace}/${pod}`;
  if (good) io.note("delete", object, "SuccessfulDelete", `not wanted by ${journalName(job)} any more`);
}
