/**
 * Conditions of a Deployment, and when a rollout counts as complete, progressing or too late.
 * Source: Kubernetes 1.32, pkg/controller/deployment/util/deployment_util.go and progress.go.
 * Left out: nothing.
 * Invariant: pure; a condition whose status and reason stay keeps its times.
 */
import type { Deployment, DeploymentCondition, DeploymentStatus } from "../../api/kinds/deployment.ts";
import { type Instant, rfc3339, second } from "../../time/instant.ts";
import { instantOf } from "../pod-state.ts";
import { wantedReplicas } from "./bounds.ts";

/** Reason of Progressing when a rollout is complete; from then on the deadline does not count. */
export const newReplicaSetAvailable = "NewReplicaSetAvailable";
/** Reason of Progressing when the deadline has passed without progress. */
export const progressDeadlineExceeded = "ProgressDeadlineExceeded";

type Conditions = readonly DeploymentCondition[];

/** One condition by type. */
export function conditionOf(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** A condition that is new at this instant. */
export function newCondition(
  type: string,
  status: DeploymentCondition["status"],
  reason: string,
  message: string,
  now: Instant,
): DeploymentCondition {
  const time = rfc3339(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** The conditions without one type. */
export function without(conditions: Conditions, type: string): Conditions {
  return conditions.some((condition) => condition.type === type)
    ? conditions.filter((condition) => condition.type !== type)
    : conditions;
}

/** Puts a condition in; the same status with the same reason changes nothing (SetDeploymentCondition). */
export function withCondition(conditions: Conditions, next: DeploymentCondition): Conditions {
  const current = conditions.find((condition) => condition.type === next.type);
  if (current?.status === next.status && current.reason === next.reason) return conditions;
  const { lastTransitionTime } = current?.status === next.status ? current : next;
  return [...without(conditions, next.type), { ...next, lastTransitionTime: lastTransitionTime ?? null }];
}

/** Puts a condition into a Deployment's status. */
export function withDeploymentCondition(deployment: Deployment, condition: DeploymentCondition): Deployment {
  const before = deployment.status?.conditions ?? [];
  const conditions = withCondition(before, condition);
  return conditions === before ? deployment : { ...deployment, status: { ...deployment.status, conditions } };
}

/** The largest int32 stands for "no deadline". */
const unlimited = 2147483647;

/** Whether the Deployment cares about progress at all. */
export function hasDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds } = deployment.spec;
  return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== unlimited;
}

/** Whether old ReplicaSets are cleaned up at all. */
export function historyLimit(deployment: Deployment): number | undefined {
  const { revisionHistoryLimit } = deployment.spec;
  return revisionHistoryLimit === unlimited ? undefined : revisionHistoryLimit;
}

/** Everything is as wanted: updated, available, and nothing old left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Something got better since the status that is stored. */
export function isProgressing(deployment: Deployment, status: DeploymentStatus): boolean {
  const before = deployment.status ?? {};
  const updated = (one: DeploymentStatus) => one.updatedReplicas ?? 0;
  const old = (one: DeploymentStatus) => (one.replicas ?? 0) - updated(one);
  return (
    updated(status) > updated(before) ||
    old(status) < old(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** When progress is overdue, counted from the last update of the Progressing condition; undefined if it cannot be. */
export function progressDueAt(deployment: Deployment, status: DeploymentStatus | undefined): Instant | undefined {
  const condition = conditionOf(status, "Progressing");
  const from = instantOf(condition?.lastUpdateTime);
  if (!hasDeadline(deployment) || from === undefined || condition?.reason === newReplicaSetAvailable) return undefined;
  return from + (deployment.spec.progressDeadlineSeconds ?? 0) * second;
}

/** No progress within the deadline, or that was found before. */
export function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: Instant): boolean {
  if (hasDeadline(deployment) && conditionOf(status, "Progressing")?.reason === progressDeadlineExceeded) return true;
  const due = progressDueAt(deployment, status);
  return due !== undefined && due < now;
}
