/**
 * Validation of Deployments and ReplicaSets (Kubernetes 1.32, pkg/apis/apps/validation/validation.go).
 * Left out: nothing that applies to these kinds.
 * Invariant: a workload's selector selects the pods of its template and never changes.
 */
import type { Deployment } from "../kinds/deployment.ts";
import type { LabelSelector, PodTemplateSpec } from "../kinds/pod-spec.ts";
import type { ReplicaSet } from "../kinds/replicaset.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selects } from "../selectors/label-selector-object.ts";
import {
  type FieldError,
  forbidden,
  type GoValue,
  goIntOrString,
  goStringMap,
  goStringMapText,
  invalid,
  notSupported,
  required,
} from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { validatePodTemplate } from "./pod.ts";

const NOT_NEGATIVE = "must be greater than or equal to 0";

/** An error if a count is below zero. */
export function notNegative(value: number | undefined, field: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(field, value, NOT_NEGATIVE)] : [];
}

/** Whether a selector has no requirement at all, and so would select everything. */
export function isEmpty(selector: LabelSelector): boolean {
  return !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length;
}

/** A selector as the decoder leaves it when the client sent none: upstream's pointer is nil then. */
export function absent(selector: LabelSelector | null | undefined): boolean {
  return !selector || Object.keys(selector).length === 0;
}

function validateSelector(selector: LabelSelector): FieldError[] {
  if (absent(selector)) return [required("spec.selector")];
  const errors = [...validateLabelSelector(selector, "spec.selector")];
  if (isEmpty(selector))
    errors.push(invalid("spec.selector", goLabelSelector(selector), "empty selector is invalid for deployment"));
  return errors;
}

function validateTemplate(template: PodTemplateSpec, selector: LabelSelector, replicas: number): FieldError[] {
  const errors: FieldError[] = [];
  const labels = template.metadata?.labels;
  if (absent(selector) || (!isEmpty(selector) && !selects(selector, labels))) {
    errors.push(
      invalid("spec.template.metadata.labels", goStringMap(labels), "`selector` does not match template `labels`"),
    );
  }
  errors.push(...validatePodTemplate(template, "spec.template"));
  const restartPolicy = template.spec?.restartPolicy;
  if (errors.length === 0 && restartPolicy && restartPolicy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  if (replicas >= 0 && template.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported"),
    );
  }
  return errors;
}

function isPercent(value: string): boolean {
  return /^[0-9]+%$/.test(value);
}

/** Errors of a count or a percentage. */
export function validateAmount(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value === "number") return value < 0 ? [invalid(field, value, NOT_NEGATIVE)] : [];
  if (value === undefined || isPercent(value)) return [];
  return [
    invalid(
      field,
      goIntOrString(value),
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ),
  ];
}

/** Whether a count or percentage is zero. */
export function isZero(value: number | string | undefined): boolean {
  return value === 0 || (typeof value === "string" && /^0+%$/.test(value));
}

/** An error if a percentage is above a hundred. */
export function overHundred(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value !== "string" || !isPercent(value) || Number(value.slice(0, -1)) <= 100) return [];
  return [invalid(field, goIntOrString(value), "must not be greater than 100%")];
}

function validateStrategy({ spec }: Deployment): FieldError[] {
  const { type, rollingUpdate } = spec.strategy ?? {};
  const field = "spec.strategy";
  if (type === "Recreate") {
    if (!rollingUpdate) return [];
    return [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== "RollingUpdate") return [notSupported(`${field}.type`, type, ["Recreate", "RollingUpdate"])];
  if (!rollingUpdate) return [required(`${field}.rollingUpdate`, "this should be defaulted and never be nil")];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const at = `${field}.rollingUpdate`;
  const errors = [
    ...validateAmount(maxUnavailable, `${at}.maxUnavailable`),
    ...validateAmount(maxSurge, `${at}.maxSurge`),
  ];
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    errors.push(invalid(`${at}.maxUnavailable`, goIntOrString(maxUnavailable!), "may not be 0 when `maxSurge` is 0"));
  }
  errors.push(...overHundred(maxUnavailable, `${at}.maxUnavailable`));
  return errors;
}

/** Errors of a Deployment by itself. */
export function validateDeployment(deployment: Deployment): readonly FieldError[] {
  const {
    replicas = 1,
    selector,
    template,
    minReadySeconds = 0,
    progressDeadlineSeconds,
    revisionHistoryLimit,
  } = deployment.spec;
  const errors: FieldError[] = [
    ...notNegative(replicas, "spec.replicas"),
    ...validateSelector(selector),
    ...validateTemplate(template, selector, replicas),
    ...validateStrategy(deployment),
    ...notNegative(minReadySeconds, "spec.minReadySeconds"),
    ...notNegative(revisionHistoryLimit, "spec.revisionHistoryLimit"),
    ...notNegative(progressDeadlineSeconds, "spec.progressDeadlineSeconds"),
  ];
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    errors.push(
      invalid("spec.progressDeadlineSeconds", progressDeadlineSeconds, "must be greater than minReadySeconds"),
    );
  }
  return errors;
}

/** Errors of a ReplicaSet by itself. */
export function validateReplicaSet({ spec }: ReplicaSet): readonly FieldError[] {
  const { replicas = 1, selector, template, minReadySeconds } = spec;
  return [
    ...notNegative(replicas, "spec.replicas"),
    ...notNegative(minReadySeconds, "spec.minReadySeconds"),
    ...validateSelector(selector),
    ...validateTemplate(template ?? {}, selector, replicas),
  ];
}

/** A label selector in Go's %#v form. */
export function goLabelSelector({ matchLabels, matchExpressions }: LabelSelector): GoValue {
  const expressions = matchExpressions
    ? `[]v1.LabelSelectorRequirement{${matchExpressions.map(({ key, operator, values }) => `v1.LabelSelectorRequirement{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${values ? `[]string{${values.map((one) => JSON.stringify(one)).join(", ")}}` : "[]string(nil)"}}`).join(", ")}}`
    : "[]v1.LabelSelectorRequirement(nil)";
  return { go: `v1.LabelSelector{MatchLabels:${goStringMapText(matchLabels)}, MatchExpressions:${expressions}}` };
}

/** The one thing of a workload's spec that never changes. */
export function validateSelectorUnchanged(
  next: Deployment | ReplicaSet,
  previous: Deployment | ReplicaSet,
): readonly FieldError[] {
  if (equalJson(next.spec.selector, previous.spec.selector)) return [];
  return [invalid("spec.selector", goLabelSelector(next.spec.selector), "field is immutable")];
}
