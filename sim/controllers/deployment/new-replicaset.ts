/**
 * Finding or making the ReplicaSet of the current template, with its revision.
 * Source: Kubernetes 1.32, pkg/controller/deployment/sync.go (getNewReplicaSet).
 * Left out: nothing.
 * Invariant: an existing ReplicaSet with the template is used again and gets the newest revision: that is a rollback.
 */

import type { LabelSelector, PodTemplateSpec } from "../../api/kinds/pod-spec.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { controllerReference } from "../owner.ts";
import { maxSurge, newSize, wantedReplicas } from "./bounds.ts";
import { conditionOf, hasDeadline, newCondition, withDeploymentCondition } from "./conditions.ts";
import type { DeploymentPlan } from "./plan.ts";
import { nextRevision, revisionAnnotation, withDeploymentRevision, withRevision, withSizes } from "./revision.ts";
import { templateHash, templateHashLabel } from "./template-hash.ts";

/**
 * Brings the new ReplicaSet and the revisions up to date; makes it if it is missing and `create` is set. False: the plan
 * cannot go on before what it writes now has been seen.
 */
export function syncNewReplicaSet(plan: DeploymentPlan, create: boolean): boolean {
  const { fresh, old, deployment } = plan;
  if (fresh === undefined) {
    if (!create) return true;
    plan.writes.push({ kind: "create", replicaSet: newReplicaSet(plan, nextRevision(old)) });
    return false;
  }
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  let next = withRevision(fresh, deployment, nextRevision(old));
  if ((fresh.spec.minReadySeconds ?? 0) !== minReadySeconds)
    next = { ...next, spec: { ...next.spec, minReadySeconds } };
  if (next !== fresh) {
    plan.update(next, []);
    return false;
  }
  let noted = withDeploymentRevision(deployment, fresh.metadata.annotations?.[revisionAnnotation] ?? "1");
  if (hasDeadline(deployment) && conditionOf(deployment.status, "Progressing") === undefined) {
    const message = `Found new replica set "${fresh.metadata.name}"`;
    noted = withDeploymentCondition(
      noted,
      newCondition("Progressing", "True", "FoundNewReplicaSet", message, plan.now),
    );
  }
  if (noted !== deployment) {
    plan.deployment = noted;
    plan.writeDeployment();
  }
  return true;
}

/** The ReplicaSet for the Deployment's template, of the size that the rollout allows at once. */
function newReplicaSet(plan: DeploymentPlan, revision: number): ReplicaSet {
  const { deployment, old } = plan;
  const { name, namespace = "" } = deployment.metadata;
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount);
  const labels = { ...deployment.spec.template.metadata?.labels, [templateHashLabel]: hash };
  const template: PodTemplateSpec = {
    ...deployment.spec.template,
    metadata: { ...deployment.spec.template.metadata, labels },
  };
  const selector: LabelSelector = {
    ...deployment.spec.selector,
    matchLabels: { ...deployment.spec.selector.matchLabels, [templateHashLabel]: hash },
  };
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const bare: ReplicaSet = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: `${name}-${hash}`, namespace, labels, ownerReferences: [controllerReference(deployment)] },
    spec: {
      replicas: newSize(deployment, old, 0),
      ...(minReadySeconds > 0 && { minReadySeconds }),
      selector,
      template,
    },
  };
  const wanted = wantedReplicas(deployment);
  return withSizes(withRevision(bare, deployment, revision), wanted, wanted + maxSurge(deployment));
}
