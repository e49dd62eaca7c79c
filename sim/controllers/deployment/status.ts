/**
 * The status of a Deployment: counts and conditions from its ReplicaSets.
 * Source: Kubernetes 1.32, pkg/controller/deployment/sync.go (calculateStatus) and progress.go (syncRolloutStatus).
 * Left out: nothing.
 * Invariant: pure; counts that are zero are absent.
 */
import type { Deployment, DeploymentCondition, DeploymentStatus } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import type { Instant } from "../../time/instant.ts";
import { maxUnavailable, totalAvailable, totalSize, wantedReplicas } from "./bounds.ts";
import {
  conditionOf,
  hasDeadline,
  isComplete,
  isProgressing,
  isTimedOut,
  newCondition,
  newReplicaSetAvailable,
  progressDeadlineExceeded,
  withCondition,
  without,
} from "./conditions.ts";

/** The counts, and the condition Available. */
export function deploymentStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: Instant,
): DeploymentStatus {
  const sum = (count: (replicaSet: ReplicaSet) => number) => all.reduce((total, one) => total + count(one), 0);
  const available = totalAvailable(all);
  const enough = available >= wantedReplicas(deployment) - maxUnavailable(deployment);
  const condition = enough
    ? newCondition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
    : newCondition(
        "Available",
        "False",
        "MinimumReplicasUnavailable",
        "Deployment does not have minimum availability.",
        now,
      );
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...count(
      "replicas",
      sum((one) => one.status?.replicas ?? 0),
    ),
    ...count("updatedReplicas", fresh?.status?.replicas ?? 0),
    ...count(
      "readyReplicas",
      sum((one) => one.status?.readyReplicas ?? 0),
    ),
    ...count("availableReplicas", available),
    ...count("unavailableReplicas", Math.max(0, totalSize(all) - available)),
    ...(deployment.status?.collisionCount !== undefined && { collisionCount: deployment.status.collisionCount }),
    conditions: withCondition(deployment.status?.conditions ?? [], condition),
  };
}

function count(field: string, value: number): Readonly<Record<string, number>> {
  return value === 0 ? {} : { [field]: value };
}

/** The status during a rollout: also the conditions Progressing and ReplicaFailure. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: Instant,
): DeploymentStatus {
  const status = deploymentStatus(deployment, all, fresh, now);
  const withProgress = progressConditions(deployment, status, fresh, now);
  const failure = replicaFailure(all, fresh);
  const conditions =
    failure === undefined ? without(withProgress, "ReplicaFailure") : withCondition(withProgress, failure);
  return { ...status, conditions };
}

function progressConditions(
  deployment: Deployment,
  status: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  now: Instant,
): readonly DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  if (!hasDeadline(deployment)) return without(conditions, "Progressing");
  const current = conditionOf(deployment.status, "Progressing");
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === newReplicaSetAvailable;
  if (settled) return conditions;
  const who = fresh === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${who} has successfully progressed.`;
    return withCondition(conditions, newCondition("Progressing", "True", newReplicaSetAvailable, message, now));
  }
  if (isProgressing(deployment, status)) {
    const next = newCondition("Progressing", "True", "ReplicaSetUpdated", `${who} is progressing.`, now);
    const since = current?.status === "True" ? current.lastTransitionTime : next.lastTransitionTime;
    return [...without(conditions, "Progressing"), { ...next, lastTransitionTime: since ?? null }];
  }
  if (isTimedOut(deployment, status, now)) {
    const message = `${who} has timed out progressing.`;
    return withCondition(conditions, newCondition("Progressing", "False", progressDeadlineExceeded, message, now));
  }
  return conditions;
}

/** A ReplicaSet's failure as the Deployment's: the new one's first. */
function replicaFailure(all: readonly ReplicaSet[], fresh: ReplicaSet | undefined): DeploymentCondition | undefined {
  for (const replicaSet of fresh === undefined ? all : [fresh, ...all]) {
    const found = replicaSet.status?.conditions?.find((condition) => condition.type === "ReplicaFailure");
    if (found === undefined) continue;
    const { status, reason = "", message = "", lastTransitionTime = null } = found;
    return { type: "ReplicaFailure", status, lastUpdateTime: lastTransitionTime, lastTransitionTime, reason, message };
  }
  return undefined;
}
