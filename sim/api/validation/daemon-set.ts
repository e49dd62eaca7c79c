/**
 * Validation of DaemonSets (Kubernetes 1.32, pkg/apis/apps/validation/validation.go and
 * pkg/registry/apps/daemonset/strategy.go).
 * Left out: nothing.
 * Invariant: the selector selects the pods of the template and never changes.
 */
import type { DaemonSet, DaemonSetUpdateStrategy } from "../kinds/daemon-set.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selects } from "../selectors/label-selector-object.ts";
import {
  type FieldError,
  forbidden,
  goIntOrString,
  goStringMap,
  invalid,
  notSupported,
  required,
} from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { validatePodTemplate } from "./pod.ts";
import { absent, goLabelSelector, isEmpty, isZero, notNegative, overHundred, validateAmount } from "./workloads.ts";

function validateStrategy({ type, rollingUpdate }: DaemonSetUpdateStrategy): FieldError[] {
  const field = "spec.updateStrategy";
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate") {
    const value = `&apps.DaemonSetUpdateStrategy{Type:${JSON.stringify(type)}, RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}`;
    return [notSupported(field, { go: value }, ["RollingUpdate", "OnDelete"])];
  }
  if (rollingUpdate === undefined) return [required(`${field}.rollingUpdate`)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const at = `${field}.rollingUpdate`;
  const errors = [
    ...validateAmount(maxUnavailable, `${at}.maxUnavailable`),
    ...validateAmount(maxSurge, `${at}.maxSurge`),
    ...overHundred(maxUnavailable, `${at}.maxUnavailable`),
    ...overHundred(maxSurge, `${at}.maxSurge`),
  ];
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    errors.push(required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  } else if (!isZero(maxUnavailable) && !isZero(maxSurge)) {
    const why = "may not be set when maxUnavailable is non-zero";
    errors.push(invalid(`${at}.maxSurge`, goIntOrString(maxSurge), why));
  }
  return errors;
}

/** Errors of a DaemonSet by itself. */
export function validateDaemonSet({ spec }: DaemonSet): readonly FieldError[] {
  const { selector, template, minReadySeconds, updateStrategy, revisionHistoryLimit } = spec;
  const errors: FieldError[] = [...validateLabelSelector(selector, "spec.selector")];
  const labels = template.metadata?.labels;
  if (absent(selector) || !selects(selector, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", goStringMap(labels), why));
  }
  if (!absent(selector) && isEmpty(selector)) {
    errors.push(invalid("spec.selector", goLabelSelector(selector), "empty selector is invalid for daemonset"));
  }
  errors.push(...validatePodTemplate(template, "spec.template"));
  const { restartPolicy = "", activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  if (activeDeadlineSeconds !== undefined) {
    const why = "activeDeadlineSeconds in DaemonSet is not Supported";
    errors.push(forbidden("spec.template.spec.activeDeadlineSeconds", why));
  }
  return [
    ...errors,
    ...notNegative(minReadySeconds, "spec.minReadySeconds"),
    ...validateStrategy(updateStrategy ?? {}),
    ...notNegative(revisionHistoryLimit, "spec.revisionHistoryLimit"),
  ];
}

/** Errors of a change. */
export function validateDaemonSetUpdate(next: DaemonSet, previous: DaemonSet): readonly FieldError[] {
  if (equalJson(next.spec.selector, previous.spec.selector)) return [];
  return [invalid("spec.selector", goLabelSelector(next.spec.selector), "field is immutable")];
}
