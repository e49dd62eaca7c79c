/**
 * What one sync of a Job does: which pods it makes and deletes, whether the Job is over, and the status to write.
 * Source: Kubernetes 1.32, pkg/controller/job/job_controller.go (syncJob, manageJob, trackJobStatusAndRemoveFinalizers).
 * Left out: back-off limits per index; the limit of 500 uncounted pods a sync.
 * Invariant: pure. A pod's end goes into the status before its finalizer goes, and is counted after; so each is counted once.
 */
import type { Job, JobCondition, JobStatus } from "../../api/kinds/job.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { EventText } from "../../client/recorder.ts";
import { type Duration, type Instant, rfc3339, second } from "../../time/instant.ts";
import { instantOf, isActive, isReady } from "../pod-state.ts";
import { podsToDelete } from "../replicaset/deletion-order.ts";
import { type Backoff, backoffAfter, remaining } from "./backoff.ts";
import { type Ending, endingOf, isHolding } from "./ending.ts";
import { indexOf, isIndexed, mergedIndexes, parseIndexes } from "./indexes.ts";
import { isFailed, isTerminating, isTracked } from "./job-pod.ts";
import { judgeFailure } from "./policies.ts";
import { afterEnding, counted } from "./tracking.ts";

/** What a sync stands on: the Job, its pods by name, and its back-off so far. */
export interface Situation {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly backoff: Backoff;
  readonly now: Instant;
}

/** What is to be done. */
export interface Plan {
  /** Indexes of the pods to make; undefined for a pod without one. */
  readonly create: readonly (number | undefined)[];
  /** `untracked`: they lose their finalizer first, since they count neither as success nor as failure. */
  readonly remove: readonly Pod[];
  readonly untracked: boolean;
  /** The status, without the pods of `create` among the active ones. */
  readonly status: JobStatus;
  /** Pods whose end is in the status as stored and that may go. */
  readonly release: readonly Pod[];
  readonly backoff: Backoff;
  readonly texts: readonly EventText[];
  /** For when the status is written: the Event about the end. */
  readonly final: readonly EventText[];
  /** Look again after this long; `periodic`: nobody need wait for it. */
  readonly again?: { readonly after: Duration; readonly periodic: boolean };
}

/** The pods of a Job as its counts see them. */
export interface Counts {
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly newSucceeded: readonly Pod[];
  readonly newFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly doneBefore: readonly number[];
  readonly done: readonly number[];
}

function countsOf({ job, pods }: Situation): Counts {
  const uncounted = job.status?.uncountedTerminatedPods ?? {};
  const isValid = (pod: Pod) => isTracked(pod) && (!isIndexed(job) || indexOf(job, pod) !== undefined);
  const isNew = (pod: Pod, known: readonly string[] = []) => isValid(pod) && !known.includes(pod.metadata.uid ?? "");
  const newSucceeded = pods.filter((pod) => pod.status?.phase === "Succeeded" && isNew(pod, uncounted.succeeded));
  const newFailed = pods.filter((pod) => isFailed(job, pod) && isNew(pod, uncounted.failed));
  const doneBefore = parseIndexes(job.status?.completedIndexes, job.spec.completions ?? 0);
  const doneNow = newSucceeded.map((pod) => indexOf(job, pod)).filter((index) => index !== undefined);
  const done = mergedIndexes(doneBefore, doneNow);
  const succeeded = (job.status?.succeeded ?? 0) + newSucceeded.length + (uncounted.succeeded?.length ?? 0);
  const counting = newFailed.filter((pod) => judgeFailure(job, pod).counts).length;
  return {
    active: pods.filter(isActive),
    terminating: pods.filter(isTerminating).length,
    newSucceeded,
    newFailed,
    succeeded: isIndexed(job) ? done.length : succeeded,
    failed: (job.status?.failed ?? 0) + counting + (uncounted.failed?.length ?? 0),
    doneBefore,
    done,
  };
}

/** Plans one sync of a Job that is not over. */
export function planSync(situation: Situation): Plan {
  const { job, pods, now } = situation;
  const counts = countsOf(situation);
  const backoff = backoffAfter(situation.backoff, counts.newSucceeded, counts.newFailed);
  const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : rfc3339(now));
  const started: Job = { ...job, status: { ...job.status, ...(startTime !== undefined && { startTime }) } };
  let ending = endingOf(started, pods, counts, now);
  const managed = ending === undefined ? manage(started, counts, backoff, now) : endAll(counts);
  const suspension = ending === undefined ? suspensionOf(started, now) : undefined;
  if (ending === undefined && isComplete(started, counts, managed)) {
    const message = "Reached expected number of succeeded pods";
    ending = { kind: "SuccessCriteriaMet", reason: "CompletionsReached", message };
  }
  const status: JobStatus = {
    ...started.status,
    ...(ending === undefined ? suspension?.status : {}),
    active: managed.active,
    ready: counts.active.filter((pod) => isReady(pod) && !managed.remove.includes(pod)).length,
    terminating: counts.terminating + managed.remove.length,
  };
  const tracked = counted(started, pods, status, counts, ending);
  const end = afterEnding(tracked, ending, now);
  return {
    ...managed,
    status: tidy(end.status),
    release: tracked.release,
    backoff,
    texts: ending === undefined ? (suspension?.texts ?? []) : [],
    final: end.isOver ? finalTexts(started, end.status, ending as Ending) : [],
    ...(managed.again === undefined ? deadlineOf(started, now) : { again: managed.again }),
  };
}

type Managed = Pick<Plan, "create" | "remove" | "untracked" | "again"> & { readonly active: number };

function endAll({ active }: Counts): Managed {
  return { create: [], remove: active, untracked: false, active: 0 };
}

/** Brings the number of active pods to what is wanted (manageJob). */
function manage(job: Job, counts: Counts, backoff: Backoff, now: Instant): Managed {
  const { active, terminating } = counts;
  const nothing = { create: [], remove: [], untracked: true, active: active.length };
  if (job.metadata.deletionTimestamp !== undefined) return nothing;
  if (job.spec.suspend === true) return { ...nothing, remove: active, active: 0 };
  const wanted = wantedActive(job, counts);
  const surplus = surplusOf(job, active, active.length - wanted, now);
  if (surplus.length > 0) return { ...nothing, remove: surplus, active: active.length - surplus.length };
  const missing = wanted - active.length - (job.spec.podReplacementPolicy === "Failed" ? terminating : 0);
  if (missing <= 0) return nothing;
  const wait = remaining(backoff, now);
  if (wait > 0) return { ...nothing, active: 0, again: { after: wait, periodic: false } };
  if (!isIndexed(job)) return { ...nothing, create: new Array(missing).fill(undefined) };
  return { ...nothing, create: pendingIndexes(job, counts, missing) };
}

function wantedActive({ spec }: Job, { active, succeeded }: Counts): number {
  const { parallelism = 1, completions } = spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Active pods to give up: those of an index twice or out of range, then as many as are too many. */
function surplusOf(job: Job, active: readonly Pod[], count: number, now: Instant): readonly Pod[] {
  const seen = new Set<number>();
  const invalid = !isIndexed(job)
    ? []
    : active.filter((pod) => {
        const index = indexOf(job, pod);
        const isSpare = index === undefined || seen.has(index);
        if (index !== undefined) seen.add(index);
        return isSpare;
      });
  const rest = active.filter((pod) => !invalid.includes(pod));
  const more = count - invalid.length;
  return more > 0 ? [...invalid, ...podsToDelete(rest, rest, more, now)] : invalid;
}

function pendingIndexes(job: Job, { active, done }: Counts, count: number): readonly number[] {
  const taken = new Set([...done, ...active.map((pod) => indexOf(job, pod))]);
  const pending: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++)
    if (!taken.has(index)) pending.push(index);
  return pending;
}

function isComplete({ spec }: Job, { succeeded }: Counts, { active, create }: Managed): boolean {
  const none = active === 0 && create.length === 0;
  return none && (spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions);
}

/** The condition Suspended after this sync, where it changes. */
function suspensionOf({ spec, status, metadata }: Job, now: Instant) {
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const known = status?.conditions?.find((one) => one.type === "Suspended");
  const suspended = spec.suspend === true;
  if ((known?.status === "True") === suspended) return undefined;
  const time = rfc3339(now);
  const [reason, message] = suspended ? ["JobSuspended", "Job suspended"] : ["JobResumed", "Job resumed"];
  const state = suspended ? ("True" as const) : ("False" as const);
  const condition: JobCondition = {
    type: "Suspended",
    status: state,
    lastProbeTime: time,
    lastTransitionTime: time,
    reason,
    message,
  };
  const conditions = [...(status?.conditions ?? []).filter((one) => one !== known), condition];
  const text: EventText = { type: "Normal", reason: suspended ? "Suspended" : "Resumed", message };
  return { status: { conditions, ...(!suspended && { startTime: time }) }, texts: [text] };
}

function deadlineOf({ spec, status }: Job, now: Instant): Pick<Plan, "again"> {
  const start = instantOf(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || spec.suspend === true || start === undefined) return {};
  const after = start + spec.activeDeadlineSeconds * second - now;
  return after > 0 ? { again: { after, periodic: true } } : {};
}

function finalTexts({ spec }: Job, status: JobStatus, { kind, reason, message }: Ending): readonly EventText[] {
  if (!isHolding(kind)) return [{ type: "Warning", reason, message }];
  const many: EventText = {
    type: "Warning",
    reason: "TooManySucceededPods",
    message: "Too many succeeded pods running after completion count reached",
  };
  const tooMany = spec.completions !== undefined && (status.succeeded ?? 0) > spec.completions;
  return [...(tooMany ? [many] : []), { type: "Normal", reason: "Completed", message: "Job completed" }];
}

/** Drops what Go's omitempty drops. */
function tidy(status: JobStatus): JobStatus {
  const { active = 0, succeeded = 0, failed = 0, completedIndexes = "", ...rest } = status;
  return {
    ...rest,
    ...(active !== 0 && { active }),
    ...(succeeded !== 0 && { succeeded }),
    ...(failed !== 0 && { failed }),
    ...(completedIndexes !== "" && { completedIndexes }),
  };
}
