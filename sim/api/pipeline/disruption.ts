/**
 * What disruption budgets say to an eviction (Kubernetes 1.32, pkg/registry/core/pod/storage/eviction.go checkAndDecrement).
 * Left out: unhealthyPodEvictionPolicy.
 * Invariant: an eviction that goes through uses up one allowed disruption of the pod's budget.
 */
import type { Pod } from "../kinds/pod.ts";
import type { LabelSelector } from "../kinds/pod-spec.ts";
import { selects } from "../selectors/label-selector-object.ts";
import { tooManyRequestsError, unclassifiedError } from "../status-error.ts";
import type { KubeObject } from "../types.ts";
import { type Handling, Refusal } from "./handling.ts";
import type { StoredObject, Write } from "./outcome.ts";

const BUDGETS = "/registry/poddisruptionbudgets";

interface Budget extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

/** Pods that do not serve anyway may go without asking. */
function isExempt({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || (status?.phase ?? "Pending") !== "Running";
}

function budgetsOf({ reader }: Handling, { metadata }: Pod): readonly StoredObject[] {
  const all = reader.list(`${BUDGETS}/${metadata.namespace}/`);
  return all.filter(({ value }) => selects((value as Budget).spec.selector, metadata.labels));
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
  const budget = stored.value as Budget;
  const { name, namespace, generation = 0 } = budget.metadata;
  const status = budget.status ?? {};
  if ((status.observedGeneration ?? 0) < generation) {
    throw refusal(`The disruption budget ${name} is still being processed by the server.`);
  }
  const allowed = status.disruptionsAllowed ?? 0;
  if (allowed <= 0) {
    const [needs, has] = [status.desiredHealthy ?? 0, status.currentHealthy ?? 0];
    throw refusal(`The disruption budget ${name} needs ${needs} healthy pods and has ${has} currently`);
  }
  const { context } = handling;
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: context.wallTime(context.now) };
  const value: Budget = { ...budget, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } };
  return { key: `${BUDGETS}/${namespace}/${name}`, expectModRevision: stored.modRevision, value };
}
