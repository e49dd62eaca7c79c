/**
 * Old ReplicaSets beyond the history that is to be kept go away, lowest revision first.
 * Source: Kubernetes 1.32, pkg/controller/deployment/sync.go (cleanupDeployment).
 * Left out: nothing.
 * Invariant: a ReplicaSet with pods, or whose newest spec its controller has not seen, stays.
 */
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { sizeOf } from "./bounds.ts";
import { historyLimit } from "./conditions.ts";
import { byCreation, type DeploymentPlan } from "./plan.ts";
import { revisionOf } from "./revision.ts";

/** Plans the deletion of old ReplicaSets. */
export function cleanUp(plan: DeploymentPlan, old: readonly ReplicaSet[]): void {
  const limit = historyLimit(plan.deployment);
  if (limit === undefined) return;
  const alive = byCreation(old.filter((one) => one.metadata.deletionTimestamp === undefined));
  const surplus = alive.length - limit;
  if (surplus <= 0) return;
  alive.sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const replicaSet of alive.slice(0, surplus)) {
    const { status, metadata } = replicaSet;
    const unseen = (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
    if ((status?.replicas ?? 0) === 0 && sizeOf(replicaSet) === 0 && !unseen)
      plan.writes.push({ kind: "delete", replicaSet });
  }
}
