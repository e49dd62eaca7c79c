/**
 * The bounds of a rollout: how many pods above and below the wanted number it may go.
 * Source: Kubernetes 1.32, pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts, MaxSurge, MaxUnavailable).
 * Invariant: surge rounds up, unavailability down; never are both zero.
 */
import type { Deployment } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";

/** How many replicas the Deployment wants. */
export function wantedReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

/** A count, or the share that a percentage of `total` comes to. */
export function scaled(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value ?? "0%");
  const share = (Number(percent?.[1] ?? 0) * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}

function fenceposts(deployment: Deployment): readonly [surge: number, unavailable: number] {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const wanted = wantedReplicas(deployment);
  const surge = scaled(maxSurge, wanted, true);
  const unavailable = scaled(maxUnavailable, wanted, false);
  return surge === 0 && unavailable === 0 ? [0, 1] : [surge, unavailable];
}

/** Whether pods are replaced bit by bit. */
export function isRolling(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type === "RollingUpdate";
}

/** Pods allowed above the wanted number. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment)[0] : 0;
}

/** Pods that may be unavailable. */
export function maxUnavailable(deployment: Deployment): number {
  const wanted = wantedReplicas(deployment);
  return isRolling(deployment) && wanted > 0 ? Math.min(fenceposts(deployment)[1], wanted) : 0;
}

/** Replicas that a ReplicaSet is asked for. */
export function sizeOf(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

/** Replicas that ReplicaSets are asked for, together. */
export function totalSize(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + sizeOf(replicaSet), 0);
}

/** Available pods of ReplicaSets, together. */
export function totalAvailable(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + (replicaSet.status?.availableReplicas ?? 0), 0);
}

/** What the new ReplicaSet may grow to now (NewRSNewReplicas). */
export function newSize(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const wanted = wantedReplicas(deployment);
  if (!isRolling(deployment)) return wanted;
  const room = wanted + maxSurge(deployment) - totalSize(all);
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}
