/**
 * The status of a ReplicaSet.
 * Source: Kubernetes 1.32, pkg/controller/replicaset/replica_set_utils.go (calculateStatus, updateReplicaSetStatus).
 * Left out: nothing.
 * Invariant: pure; counts that are zero are absent, except `replicas`.
 */
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "../../api/kinds/replicaset.ts";
import { equalJson } from "../../api/schema/equal-json.ts";

/** What was counted for a status. */
export interface PodCounts {
  readonly replicas: number;
  readonly labelled: number;
  readonly ready: number;
  readonly available: number;
}

/** Why pods could not be made or deleted. */
export interface ReplicaFailure {
  readonly reason: "FailedCreate" | "FailedDelete";
  readonly message: string;
}

/** The status that follows from the counts, and from the failure of this sync if there was one. `now`: RFC 3339. */
export function replicaSetStatus(
  replicaSet: ReplicaSet,
  counts: PodCounts,
  failure: ReplicaFailure | undefined,
  now: string,
): ReplicaSetStatus {
  const conditions = conditionsAfter(replicaSet.status?.conditions ?? [], failure, now);
  return {
    replicas: counts.replicas,
    ...(counts.labelled > 0 && { fullyLabeledReplicas: counts.labelled }),
    ...(counts.ready > 0 && { readyReplicas: counts.ready }),
    ...(counts.available > 0 && { availableReplicas: counts.available }),
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}

function conditionsAfter(
  conditions: readonly ReplicaSetCondition[],
  failure: ReplicaFailure | undefined,
  now: string,
): readonly ReplicaSetCondition[] {
  const known = conditions.some((condition) => condition.type === "ReplicaFailure");
  if (failure === undefined) return conditions.filter((condition) => condition.type !== "ReplicaFailure");
  if (known) return conditions;
  const { reason, message } = failure;
  return [...conditions, { type: "ReplicaFailure", status: "True", lastTransitionTime: now, reason, message }];
}

/** Whether writing this status would change anything. */
export function statusDiffers(replicaSet: ReplicaSet, status: ReplicaSetStatus): boolean {
  return !equalJson(replicaSet.status, status);
}
