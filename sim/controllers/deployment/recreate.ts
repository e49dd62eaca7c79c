/**
 * The Recreate strategy: all old pods go, and are gone, before the first new one comes.
 * Source: Kubernetes 1.32, pkg/controller/deployment/recreate.go.
 * Left out: nothing.
 * Invariant: pods of two templates never run at once because of this.
 */
import { wantedReplicas } from "./bounds.ts";
import { cleanUp } from "./clean-up.ts";
import { isComplete } from "./conditions.ts";
import { syncNewReplicaSet } from "./new-replicaset.ts";
import { active, type DeploymentPlan } from "./plan.ts";
import { rolloutStatus } from "./status.ts";

/** One sync of a rollout with Recreate. */
export function rolloutRecreate(plan: DeploymentPlan): void {
  if (!syncNewReplicaSet(plan, false)) return;
  const oldActive = active(plan.old);
  const status = () => rolloutStatus(plan.deployment, plan.all, plan.fresh, plan.now);
  if (oldActive.length > 0) {
    const before = status();
    for (const replicaSet of oldActive) plan.scale(replicaSet, 0);
    return plan.writeStatus(before);
  }
  const oldReplicas = plan.old.some((one) => (one.status?.replicas ?? 0) > 0);
  if (oldReplicas || plan.view.oldPodsRun(plan.fresh)) return plan.writeStatus(status());
  if (plan.fresh === undefined) {
    syncNewReplicaSet(plan, true);
    return;
  }
  const before = status();
  plan.scale(plan.fresh, wantedReplicas(plan.deployment));
  if (isComplete(plan.deployment, plan.deployment.status ?? {})) cleanUp(plan, plan.old);
  plan.writeStatus(before);
}
