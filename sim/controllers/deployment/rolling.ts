/**
 * Rolling updates: grow the new ReplicaSet as far as the surge allows, shrink the old ones as far as availability allows.
 * Source: Kubernetes 1.32, pkg/controller/deployment/rolling.go.
 * Left out: nothing.
 * Invariant: the total asked for never exceeds wanted + maxSurge because of this; available pods that are given up never
 * bring availability below wanted - maxUnavailable.
 */
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { maxUnavailable, newSize, sizeOf, totalAvailable, totalSize, wantedReplicas } from "./bounds.ts";
import { cleanUp } from "./clean-up.ts";
import { isComplete } from "./conditions.ts";
import { syncNewReplicaSet } from "./new-replicaset.ts";
import { active, byCreation, type DeploymentPlan } from "./plan.ts";
import { rolloutStatus } from "./status.ts";

/** One sync of a rolling update. */
export function rolloutRolling(plan: DeploymentPlan): void {
  if (!syncNewReplicaSet(plan, true)) return;
  const { fresh, all, old, deployment } = plan;
  if (fresh === undefined) return;
  const status = rolloutStatus(deployment, all, fresh, plan.now);
  const scaled = growNew(plan, fresh) || shrinkOld(plan, fresh);
  if (!scaled && isComplete(deployment, deployment.status ?? {})) cleanUp(plan, old);
  plan.writeStatus(status);
}

/** Scales the new ReplicaSet (reconcileNewReplicaSet). */
function growNew(plan: DeploymentPlan, fresh: ReplicaSet): boolean {
  const wanted = wantedReplicas(plan.deployment);
  const size = sizeOf(fresh);
  if (size === wanted) return false;
  return plan.scale(fresh, size > wanted ? wanted : newSize(plan.deployment, plan.all, size));
}

/** Scales old ReplicaSets down: first what is unhealthy anyway, then what can be spared (reconcileOldReplicaSets). */
function shrinkOld(plan: DeploymentPlan, fresh: ReplicaSet): boolean {
  const { deployment, all } = plan;
  const old = active(plan.old);
  if (old.length === 0) return false;
  const minAvailable = wantedReplicas(deployment) - maxUnavailable(deployment);
  const freshUnavailable = sizeOf(fresh) - (fresh.status?.availableReplicas ?? 0);
  const spare = totalSize(all) - minAvailable - freshUnavailable;
  if (spare <= 0) return false;
  const unhealthy = dropUnhealthy(plan, old, spare);
  const surplus = totalAvailable([...old, fresh]) - minAvailable;
  return dropSurplus(plan, old, surplus) + unhealthy > 0;
}

/** Replicas that are not available cost nothing to give up (cleanupUnhealthyReplicas). */
function dropUnhealthy(plan: DeploymentPlan, old: readonly ReplicaSet[], spare: number): number {
  let dropped = 0;
  for (const replicaSet of byCreation(old)) {
    if (dropped >= spare) break;
    const unhealthy = sizeOf(replicaSet) - (replicaSet.status?.availableReplicas ?? 0);
    const count = Math.min(spare - dropped, unhealthy);
    if (count <= 0) continue;
    plan.scale(replicaSet, sizeOf(replicaSet) - count);
    dropped += count;
  }
  return dropped;
}

/** Gives up as many old pods as there are available ones above the minimum (scaleDownOldReplicaSetsForRollingUpdate). */
function dropSurplus(plan: DeploymentPlan, old: readonly ReplicaSet[], surplus: number): number {
  let dropped = 0;
  for (const replicaSet of byCreation(old)) {
    if (dropped >= surplus) break;
    const size = sizeOf(plan.pending(replicaSet));
    const count = Math.min(size, surplus - dropped);
    if (count <= 0) continue;
    plan.scale(replicaSet, size - count);
    dropped += count;
  }
  return dropped;
}
