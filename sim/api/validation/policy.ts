/**
 * Validation of disruption budgets and of the classes that pods name (Kubernetes 1.32, pkg/apis/policy/validation,
 * pkg/apis/scheduling/validation and pkg/apis/node/validation).
 * Left out: overhead and scheduling of runtime classes.
 * Invariant: none beside the wording.
 */
import type { PodDisruptionBudget } from "../kinds/pod-disruption-budget.ts";
import type { PriorityClass, RuntimeClass } from "../kinds/scheduling-classes.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { dnsLabel } from "./names.ts";
import { overHundred, validateAmount } from "./workloads.ts";

const USERS_PRIORITY_MAX = 1_000_000_000;
const EVICTION_POLICIES = ["AlwaysAllow", "IfHealthyBudget"];
const PREEMPTION_POLICIES = ["Never", "PreemptLowerPriority"];
const SYSTEM_CLASSES = new Set(["system-node-critical", "system-cluster-critical"]);

/** Errors of a budget by itself. */
export function validateBudget({ spec }: PodDisruptionBudget): readonly FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const both = { go: JSON.stringify(spec) };
    errors.push(invalid("spec", both, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const [field, amount] of Object.entries({ minAvailable, maxUnavailable })) {
    errors.push(...validateAmount(amount, `spec.${field}`), ...overHundred(amount, `spec.${field}`));
  }
  errors.push(...validateLabelSelector(selector, "spec.selector"));
  if (unhealthyPodEvictionPolicy !== undefined && !EVICTION_POLICIES.includes(unhealthyPodEvictionPolicy)) {
    errors.push(notSupported("spec.unhealthyPodEvictionPolicy", unhealthyPodEvictionPolicy, EVICTION_POLICIES));
  }
  return errors;
}

/** Errors of a PriorityClass by itself. */
export function validatePriorityClass({ metadata, value, preemptionPolicy }: PriorityClass): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!SYSTEM_CLASSES.has(metadata.name)) {
    if (metadata.name.startsWith("system-")) {
      const why = "priority class names with 'system-' prefix are reserved for system use only";
      errors.push(forbidden("metadata.name", why));
    }
    if (value > USERS_PRIORITY_MAX) {
      const why = `maximum allowed value of a user defined priority is ${USERS_PRIORITY_MAX}`;
      errors.push(forbidden("value", why));
    }
  }
  if (preemptionPolicy && !PREEMPTION_POLICIES.includes(preemptionPolicy)) {
    errors.push(notSupported("preemptionPolicy", preemptionPolicy, PREEMPTION_POLICIES));
  }
  return errors;
}

/** Errors of a change of a PriorityClass. */
export function validatePriorityClassUpdate(next: PriorityClass, previous: PriorityClass): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (next.value !== previous.value) errors.push(forbidden("value", "may not be changed in an update."));
  if (next.preemptionPolicy !== previous.preemptionPolicy) {
    errors.push(invalid("preemptionPolicy", next.preemptionPolicy, "field is immutable"));
  }
  return errors;
}

/** Errors of a RuntimeClass by itself. */
export function validateRuntimeClass({ handler }: RuntimeClass): readonly FieldError[] {
  if (!handler) return [required("handler")];
  return dnsLabel(handler).map((text) => invalid("handler", handler, text));
}
