/**
 * The condition DisruptionAllowed of a disruption budget, which the disruption controller and an eviction both write
 * (Kubernetes 1.32, pkg/apis/policy helper UpdateDisruptionAllowedCondition in k8s.io/component-helpers/apps/poddisruptionbudget).
 * Left out: nothing.
 * Invariant: pure; the transition time moves only with the condition's status.
 */
import type { BudgetCondition, PodDisruptionBudget } from "./pod-disruption-budget.ts";

type Status = NonNullable<PodDisruptionBudget["status"]>;

/** What the condition says; without it, what follows from the number of allowed disruptions. */
export interface DisruptionVerdict {
  readonly holds: boolean;
  readonly reason: string;
  readonly message: string;
}

function verdictOf({ disruptionsAllowed }: Status): DisruptionVerdict {
  const holds = disruptionsAllowed > 0;
  return { holds, reason: holds ? "SufficientPods" : "InsufficientPods", message: "" };
}

/** The status with its condition brought up to date; `now` in RFC 3339. */
export function withDisruptionAllowed(status: Status, now: string, verdict = verdictOf(status)): Status {
  const type = "DisruptionAllowed";
  const known = status.conditions ?? [];
  const before = known.find((one) => one.type === type);
  const state = verdict.holds ? "True" : "False";
  const condition: BudgetCondition = {
    type,
    status: state,
    observedGeneration: status.observedGeneration ?? 0,
    lastTransitionTime: before?.status === state ? before.lastTransitionTime : now,
    reason: verdict.reason,
    message: verdict.message,
  };
  const conditions =
    before === undefined ? [...known, condition] : known.map((one) => (one === before ? condition : one));
  return { ...status, conditions };
}
