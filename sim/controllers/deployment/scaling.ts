/**
 * Scaling outside of a rollout's own steps: when the wanted number changes, in proportion among the ReplicaSets.
 * Source: Kubernetes 1.32, pkg/controller/deployment/sync.go (sync, scale, isScalingEvent) and util/deployment_util.go
 * (GetReplicaSetProportion, FindActiveOrLatest, IsSaturated).
 * Left out: nothing.
 * Invariant: in a rolling update the sizes add up to what the new number plus its surge allows.
 */
import type { Deployment } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { isRolling, maxSurge, sizeOf, totalSize, wantedReplicas } from "./bounds.ts";
import { cleanUp } from "./clean-up.ts";
import { syncNewReplicaSet } from "./new-replicaset.ts";
import { active, byCreation, type DeploymentPlan } from "./plan.ts";
import { desiredOf, maxOf } from "./revision.ts";
import { deploymentStatus } from "./status.ts";

/** Whether the wanted number has changed since the ReplicaSets were scaled last. */
export function isScalingEvent(plan: DeploymentPlan): boolean {
  return active(plan.all).some((one) => {
    const desired = desiredOf(one);
    return desired !== undefined && desired !== wantedReplicas(plan.deployment);
  });
}

/** One sync of a Deployment that is paused or that was scaled. */
export function syncScale(plan: DeploymentPlan): void {
  if (!syncNewReplicaSet(plan, false)) return;
  const { deployment, all, fresh, old } = plan;
  const status = deploymentStatus(deployment, all, fresh, plan.now);
  scale(plan);
  if (deployment.spec.paused === true) cleanUp(plan, old);
  plan.writeStatus(status);
}

function scale(plan: DeploymentPlan): void {
  const { deployment, fresh, old } = plan;
  const wanted = wantedReplicas(deployment);
  const only = activeOrLatest(fresh, old);
  if (only !== undefined) {
    if (sizeOf(only) !== wanted) plan.scale(only, wanted);
    return;
  }
  if (isSaturated(deployment, fresh)) {
    for (const replicaSet of active(old)) plan.scale(replicaSet, 0);
    return;
  }
  if (isRolling(deployment)) scaleInProportion(plan, active(plan.all));
}

/** The one ReplicaSet that is active, or the newest if none is; undefined if several are. */
function activeOrLatest(fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const live = active(fresh === undefined ? old : [...old, fresh]);
  if (live.length > 1) return undefined;
  return live[0] ?? fresh ?? byCreation(old).at(-1);
}

function isSaturated(deployment: Deployment, fresh: ReplicaSet | undefined): boolean {
  if (fresh === undefined) return false;
  const wanted = wantedReplicas(deployment);
  return desiredOf(fresh) === wanted && sizeOf(fresh) === wanted && (fresh.status?.availableReplicas ?? 0) === wanted;
}

/** Each ReplicaSet gets its share of the difference; what rounding leaves over goes to the largest. */
function scaleInProportion(plan: DeploymentPlan, replicaSets: readonly ReplicaSet[]): void {
  const { deployment } = plan;
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - totalSize(replicaSets);
  const oldestFirst = byCreation(replicaSets);
  const ordered = toAdd > 0 ? oldestFirst.reverse() : oldestFirst;
  if (toAdd !== 0) ordered.sort((a, b) => sizeOf(b) - sizeOf(a));
  let added = 0;
  const sizes = ordered.map((replicaSet) => {
    const share = toAdd === 0 ? 0 : proportion(deployment, replicaSet, toAdd, added);
    added += share;
    return sizeOf(replicaSet) + share;
  });
  ordered.forEach((replicaSet, index) => {
    const leftover = index === 0 && toAdd !== 0 ? toAdd - added : 0;
    plan.scale(replicaSet, Math.max(0, (sizes[index] as number) + leftover));
  });
}

/** The share of one ReplicaSet in the difference, never more than what is left of it. */
function proportion(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  if (sizeOf(replicaSet) === 0 || toAdd === added) return 0;
  const share = fraction(deployment, replicaSet);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function fraction(deployment: Deployment, replicaSet: ReplicaSet): number {
  const wanted = wantedReplicas(deployment);
  const size = sizeOf(replicaSet);
  if (wanted === 0) return -size;
  const maxBefore = maxOf(replicaSet) || (deployment.status?.replicas ?? 0);
  return maxBefore === 0 ? 0 : Math.floor((size * (wanted + maxSurge(deployment))) / maxBefore + 0.5) - size;
}
