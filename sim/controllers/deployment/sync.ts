/**
 * One sync of a Deployment, as a pure function: what was seen in, the writes out.
 * Source: Kubernetes 1.32, pkg/controller/deployment/deployment_controller.go (syncDeployment) and progress.go
 * (requeueStuckDeployment).
 * Left out: rollback through the annotation of extensions/v1beta1.
 * Invariant: the same view gives the same writes in the same order; a view in which all is as wanted gives none.
 */
import type { Deployment } from "../../api/kinds/deployment.ts";
import { type Duration, second } from "../../time/instant.ts";
import {
  conditionOf,
  hasDeadline,
  isComplete,
  newCondition,
  progressDeadlineExceeded,
  progressDueAt,
  withDeploymentCondition,
} from "./conditions.ts";
import { DeploymentPlan, type DeploymentView, type DeploymentWrite } from "./plan.ts";
import { rolloutRecreate } from "./recreate.ts";
import { rolloutRolling } from "./rolling.ts";
import { isScalingEvent, syncScale } from "./scaling.ts";
import { deploymentStatus } from "./status.ts";

/** What a sync decides. */
export interface DeploymentSync {
  readonly writes: readonly DeploymentWrite[];
  /** The Deployment must be looked at again after this, to see whether it is stuck. */
  readonly checkAfter: Duration | undefined;
}

/** Decides what to write for one Deployment. */
export function syncDeployment(view: DeploymentView): DeploymentSync {
  const plan = new DeploymentPlan(view);
  if (view.deployment.metadata.deletionTimestamp !== undefined) {
    plan.writeStatus(deploymentStatus(plan.deployment, plan.all, plan.fresh, plan.now));
  } else {
    checkPaused(plan);
    if (plan.deployment.spec.paused === true || isScalingEvent(plan)) syncScale(plan);
    else if (plan.deployment.spec.strategy?.type === "Recreate") rolloutRecreate(plan);
    else rolloutRolling(plan);
  }
  return { writes: plan.writes, checkAfter: plan.writes.length > 0 ? undefined : stuckCheck(view) };
}

/** A pause stops the clock of the deadline; both pause and resumption are written down (checkPausedConditions). */
function checkPaused(plan: DeploymentPlan): void {
  const { deployment, now } = plan;
  const reason = conditionOf(deployment.status, "Progressing")?.reason;
  if (!hasDeadline(deployment) || reason === progressDeadlineExceeded) return;
  const paused = deployment.spec.paused === true;
  if (paused === (reason === "DeploymentPaused")) return;
  const condition = paused
    ? newCondition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now)
    : newCondition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", now);
  plan.deployment = withDeploymentCondition(deployment, condition);
  plan.writeDeployment();
}

function stuckCheck({ deployment, now }: DeploymentView): Duration | undefined {
  const status = deployment.status ?? {};
  if (isDone(deployment)) return undefined;
  const due = progressDueAt(deployment, status);
  return due === undefined ? undefined : Math.max(0, due - now) + second;
}

function isDone(deployment: Deployment): boolean {
  const reason = conditionOf(deployment.status, "Progressing")?.reason;
  return isComplete(deployment, deployment.status ?? {}) || reason === progressDeadlineExceeded;
}
