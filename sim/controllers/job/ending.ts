/**
 * Whether and how a Job ends: its policies, its limits and its deadline.
 * Source: Kubernetes 1.32, pkg/controller/job/job_controller.go (syncJob's finishedCondition).
 * Left out: limits per index.
 * Invariant: pure; a Job on its way to an end never turns back.
 */
import type { Job } from "../../api/kinds/job.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { type Instant, second } from "../../time/instant.ts";
import { instantOf } from "../pod-state.ts";
import { isIndexed } from "./indexes.ts";
import { isFailed } from "./job-pod.ts";
import { judgeFailure, successMessage } from "./policies.ts";

/** An end, and whether it is announced in the status yet: first the announcement is written, then the pods are let go. */
export interface Ending {
  readonly kind: "SuccessCriteriaMet" | "FailureTarget";
  readonly reason: string;
  readonly message: string;
}

/** Whether an ending is a good one. */
export function isHolding(kind: Ending["kind"]): boolean {
  return kind === "SuccessCriteriaMet";
}

function announced({ status }: Job): Ending | undefined {
  for (const kind of ["SuccessCriteriaMet", "FailureTarget"] as const) {
    const found = status?.conditions?.find((one) => one.type === kind && one.status === "True");
    if (found !== undefined) return { kind, reason: found.reason ?? "", message: found.message ?? "" };
  }
  return undefined;
}

function failure(reason: string, message: string): Ending {
  return { kind: "FailureTarget", reason, message };
}

/** The end that a Job has come to, beside that of having succeeded often enough. */
export function endingOf(
  job: Job,
  pods: readonly Pod[],
  counts: { readonly failed: number; readonly done: readonly number[] },
  now: Instant,
): Ending | undefined {
  const known = announced(job);
  if (known !== undefined) return known;
  for (const pod of pods) {
    const why = isFailed(job, pod) ? judgeFailure(job, pod).failure : undefined;
    if (why !== undefined) return failure("PodFailurePolicy", why);
  }
  if (counts.failed > (job.spec.backoffLimit ?? 6) || pastRestarts(job, pods)) {
    return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (isPastDeadline(job, now)) return failure("DeadlineExceeded", "Job was active longer than specified deadline");
  const message = isIndexed(job) ? successMessage(job, counts.done) : undefined;
  return message === undefined ? undefined : { kind: "SuccessCriteriaMet", reason: "SuccessPolicy", message };
}

/** With restart policy OnFailure, restarts of containers count as failures too (pastBackoffLimitOnFailure). */
function pastRestarts({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== "Running" && status?.phase !== "Pending") continue;
    for (const one of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += one.restartCount;
  }
  const { backoffLimit = 6 } = spec;
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

function isPastDeadline({ spec, status }: Job, now: Instant): boolean {
  const start = instantOf(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || start === undefined || spec.suspend === true) return false;
  return now - start >= spec.activeDeadlineSeconds * second;
}
