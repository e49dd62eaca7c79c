/**
 * Counting the ends of a Job's pods without counting one twice: first a pod's uid goes into the status, then its finalizer
 * goes, then the uid turns into a count.
 * Source: Kubernetes 1.32, pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers, enactJobFinished).
 * Left out: nothing.
 * Invariant: pure; `release` holds only pods whose end the status accounts for.
 */
import type { Job, JobCondition, JobStatus } from "../../api/kinds/job.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { type Instant, rfc3339 } from "../../time/instant.ts";
import { type Ending, isHolding } from "./ending.ts";
import { indexesText, indexOf, isIndexed } from "./indexes.ts";
import { isFailed, isTracked } from "./job-pod.ts";
import { judgeFailure } from "./policies.ts";

/** The status with ends taken in, and the pods whose finalizer may go once it is written. */
export interface Tracked {
  readonly status: JobStatus;
  readonly release: readonly Pod[];
}

/** Takes the ends of pods in. */
export function counted(
  job: Job,
  pods: readonly Pod[],
  status: JobStatus,
  counts: { readonly done: readonly number[] },
  ending: Ending | undefined,
): Tracked {
  const tracked = pods.filter(isTracked);
  const uids = new Set(tracked.map((pod) => pod.metadata.uid ?? ""));
  const before = status.uncountedTerminatedPods ?? {};
  const waiting = (list: readonly string[] = []) => list.filter((uid) => uids.has(uid));
  const succeeded = [...waiting(before.succeeded)];
  const failed = [...waiting(before.failed)];
  const settled = (list: readonly string[] = [], left: readonly string[]) => list.length - left.length;
  const next = {
    succeeded: (status.succeeded ?? 0) + settled(before.succeeded, succeeded),
    failed: (status.failed ?? 0) + settled(before.failed, failed),
  };
  const release = tracked.filter((pod) => mayGo(job, pod, ending));
  for (const pod of release) {
    const uid = pod.metadata.uid ?? "";
    if (pod.status?.phase === "Succeeded" && !failed.includes(uid)) {
      if (!isIndexed(job) && !succeeded.includes(uid)) succeeded.push(uid);
    } else if (isFailed(job, pod) || (ending !== undefined && !isHolding(ending.kind))) {
      const isValid = !isIndexed(job) || indexOf(job, pod) !== undefined;
      if (isValid && !failed.includes(uid) && judgeFailure(job, pod).counts) failed.push(uid);
    }
  }
  const uncountedTerminatedPods = {
    ...(succeeded.length > 0 && { succeeded }),
    ...(failed.length > 0 && { failed }),
  };
  const indexes = isIndexed(job) ? { succeeded: counts.done.length, completedIndexes: indexesText(counts.done) } : {};
  return { status: { ...status, ...next, ...indexes, uncountedTerminatedPods }, release };
}

/** Whether a pod is not needed any more once it has been counted (canRemoveFinalizer). */
function mayGo(job: Job, pod: Pod, ending: Ending | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || ending !== undefined) return true;
  return pod.status?.phase === "Succeeded" || isFailed(job, pod);
}

/** Announces the end, or, when it is announced and every pod is counted, freed and gone, declares it. */
export function afterEnding(
  { status, release }: Tracked,
  ending: Ending | undefined,
  now: Instant,
): { readonly status: JobStatus; readonly isOver: boolean } {
  if (ending === undefined) return { status, isOver: false };
  const { kind, reason, message } = ending;
  const known = status.conditions ?? [];
  const time = rfc3339(now);
  const condition = (type: string): JobCondition => {
    return { type, status: "True", lastProbeTime: time, lastTransitionTime: time, reason, message };
  };
  const isAnnounced = known.some((one) => one.type === kind);
  if (!isAnnounced) return { status: { ...status, conditions: [...known, condition(kind)] }, isOver: false };
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length + release.length > 0 || (status.terminating ?? 0) > 0)
    return { status, isOver: false };
  const type = isHolding(kind) ? "Complete" : "Failed";
  const conditions = [...known, condition(type)];
  return { status: { ...status, conditions, ...(type === "Complete" && { completionTime: time }) }, isOver: true };
}
