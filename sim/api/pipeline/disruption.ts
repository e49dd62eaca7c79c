/**
 * What disruption budgets say to an eviction (Kubernetes 1.32, pkg/registry/core/pod/storage/eviction.go checkAndDecrement).
 * Left out: the limit of 2,000 pods on their way out.
 * Invariant: an eviction that goes through uses up one allowed disruption of the pod's budget.
 */
import { withDisruptionAllowed } from "../kinds/disruption-allowed.ts";
import type { Pod } from "../kinds/pod.ts";
import type { PodDisruptionBudget } from "../kinds/pod-disruption-budget.ts";
import { selects } from "../selectors/label-selector-object.ts";
import { tooManyRequestsError, unclassifiedError } from "../status-error.ts";
import { type Handling, Refusal } from "./handling.ts";
import type { StoredObject, Write } from "./outcome.ts";

const BUDGETS = "/registry/poddisruptionbudgets";

/** Pods that do not serve anyway may go without asking. */
function isExempt({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || (status?.phase ?? "Pending") !== "Running";
}

function budgetsOf({ reader }: Handling, { metadata }: Pod): readonly StoredObject[] {
  const all = reader.list(`${BUDGETS}/${metadata.namespace}/`);
  return all.filter(({ value }) => selects((value as PodDisruptionBudget).spec.selector, metadata.labels));
}

/** A pod that is not ready guards nothing: the budget's policy says whether it may go without being counted. */
function mayGoUnhealthy({ status }: Pod, budget: PodDisruptionBudget): boolean {
  if (status?.conditions?.some(({ type, status: state }) => type === "Ready" && state === "True") === true)
    return false;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  if (budget.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function refusal(message: string): Refusal {
  const cause = { reason: "DisruptionBudget", message };
  return new Refusal(
    tooManyRequestsError("Cannot evict pod as it would violate the pod's disruption budget.", [cause]),
  );
}

/** The write that counts the disruption, none if no budget selects the pod; throws the real 429 when the budget is used up. */
export function countDisruption(handling: Handling, pod: Pod): Write | undefined {
  if (isExempt(pod)) return undefined;
  const [stored, second] = budgetsOf(handling, pod);
  if (!stored) return undefined;
  if (second) {
    throw new Refusal(
      unclassifiedError(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
      ),
    );
  }
  const budget = stored.value as PodDisruptionBudget;
  const { name, namespace, generation = 0 } = budget.metadata;
  if (mayGoUnhealthy(pod, budget)) return undefined;
  const status = budget.status ?? { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  if ((status.observedGeneration ?? 0) < generation) {
    throw refusal(`The disruption budget ${name} is still being processed by the server.`);
  }
  const { disruptionsAllowed: allowed, desiredHealthy, currentHealthy } = status;
  if (allowed <= 0)
    throw refusal(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  const { context } = handling;
  const now = context.wallTime(context.now);
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: now };
  const left = { ...status, disruptionsAllowed: allowed - 1, disruptedPods };
  const value: PodDisruptionBudget = { ...budget, status: allowed === 1 ? withDisruptionAllowed(left, now) : left };
  return { key: `${BUDGETS}/${namespace}/${name}`, expectModRevision: stored.modRevision, value };
}
