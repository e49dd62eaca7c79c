/**
 * The status of a StatefulSet.
 * Source: Kubernetes 1.32, pkg/controller/statefulset/stateful_set_control.go (updateStatus) and stateful_set_utils.go
 * (completeRollingUpdate, inconsistentStatus).
 * Left out: nothing.
 * Invariant: pure; counts that are zero are absent, except the two that are always there.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { StatefulSet, StatefulSetStatus } from "../../api/kinds/stateful-set.ts";
import type { Instant } from "../../time/instant.ts";
import { revisionLabel } from "../history.ts";
import { isAvailable, isReady } from "../pod-state.ts";

/** What the counts depend on beside the pods. */
interface Revisions {
  readonly set: StatefulSet;
  readonly current: { readonly name: string };
  readonly update: { readonly name: string };
  readonly collisionCount: number;
  readonly now: Instant;
}

/** Drops counts that are zero. */
export function emptyStatus(status: StatefulSetStatus): StatefulSetStatus {
  const { readyReplicas = 0, currentReplicas = 0, updatedReplicas = 0, ...rest } = status;
  return {
    ...rest,
    ...(readyReplicas !== 0 && { readyReplicas }),
    ...(currentReplicas !== 0 && { currentReplicas }),
    ...(updatedReplicas !== 0 && { updatedReplicas }),
  };
}

/** Counts the pods that exist. */
export function statusOf({ set, current, update, collisionCount, now }: Revisions, pods: readonly Pod[]) {
  const ready = pods.filter((pod) => pod.status?.phase === "Running" && isReady(pod));
  const ofRevision = (name: string) =>
    pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined && metadata.labels?.[revisionLabel] === name)
      .length;
  return emptyStatus({
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, set.spec.minReadySeconds, now)).length,
    currentReplicas: ofRevision(current.name),
    updatedReplicas: ofRevision(update.name),
    currentRevision: current.name,
    updateRevision: update.name,
    collisionCount,
  });
}

/** The status with the update's revision as the current one, once all pods are of it and ready. */
export function completed({ spec }: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const { updatedReplicas = 0, readyReplicas = 0, replicas, updateRevision = "" } = status;
  const wanted = spec.replicas ?? 1;
  const isDone = updatedReplicas === wanted && readyReplicas === wanted && replicas === wanted;
  if (spec.updateStrategy?.type !== "RollingUpdate" || !isDone) return status;
  return emptyStatus({ ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision });
}

/** Whether writing this status would change what is stored. */
export function statusDiffers({ status: stored }: StatefulSet, next: StatefulSetStatus): boolean {
  if ((next.observedGeneration ?? 0) > (stored?.observedGeneration ?? 0)) return true;
  const counts = ["replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas"] as const;
  if (counts.some((name) => (stored?.[name] ?? 0) !== (next[name] ?? 0))) return true;
  return stored?.currentRevision !== next.currentRevision || stored?.updateRevision !== next.updateRevision;
}
