/**
 * Validation of the two policies of a Job: what a failed pod means, and when successes are enough
 * (Kubernetes 1.32, pkg/apis/batch/validation/validation.go).
 * Left out: limits on the number of rules and values.
 * Invariant: none beside the wording.
 */
import type { JobSpec, PodFailureRule } from "../kinds/job.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { qualifiedName } from "./names.ts";
import { notNegative } from "./workloads.ts";

const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS = ["In", "NotIn"];
const STATUSES = ["False", "True", "Unknown"];

/** A list of strings as Go's %q prints it. */
function quoted(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}

function oneOf(value: string, field: string, supported: readonly string[]): FieldError[] {
  if (!value) return [required(field, `valid values: ${quoted(supported)}`)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function validateExitCodes(rule: PodFailureRule, at: string, names: ReadonlySet<string>): FieldError[] {
  if (rule.onExitCodes === undefined) return [];
  const { operator, containerName, values = [] } = rule.onExitCodes;
  const field = `${at}.onExitCodes`;
  const errors = oneOf(operator, `${field}.operator`, OPERATORS);
  if (containerName !== undefined && !names.has(containerName)) {
    const why = "must be one of the container or initContainer names in the pod template";
    errors.push(invalid(`${field}.containerName`, containerName, why));
  }
  const list = { go: `[]int32{${values.join(", ")}}` };
  if (values.length === 0) errors.push(invalid(`${field}.values`, list, "at least one value is required"));
  values.forEach((value, index) => {
    const place = `${field}.values[${index}]`;
    if (operator === "In" && value === 0) errors.push(invalid(place, value, "must not be 0 for the In operator"));
    if (values.indexOf(value) < index) errors.push(duplicate(place, value));
  });
  const ordered = values.every((value, index) => index === 0 || (values[index - 1] as number) <= value);
  if (!ordered) errors.push(invalid(`${field}.values`, list, "must be ordered"));
  return errors;
}

function validateRule(spec: JobSpec, rule: PodFailureRule, at: string, names: ReadonlySet<string>): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors = oneOf(action, `${at}.action`, ACTIONS);
  if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(`${at}.action`, action, "requires the backoffLimitPerIndex to be set"));
  }
  errors.push(...validateExitCodes(rule, at, names));
  onPodConditions.forEach(({ type, status }, index) => {
    const place = `${at}.onPodConditions[${index}]`;
    errors.push(...qualifiedName(type).map((sentence) => invalid(`${place}.type`, type, sentence)));
    errors.push(...oneOf(status, `${place}.status`, STATUSES));
  });
  const say = (text: string): FieldError => ({
    reason: "FieldValueInvalid",
    field: at,
    body: `Invalid value: ${text}`,
  });
  if (onExitCodes !== undefined && onPodConditions.length > 0) {
    errors.push(say("specifying both OnExitCodes and OnPodConditions is not supported"));
  }
  if (onExitCodes === undefined && onPodConditions.length === 0) {
    errors.push(say("specifying one of OnExitCodes and OnPodConditions is required"));
  }
  return errors;
}

/** Errors of the rules for failed pods. */
export function validatePodFailurePolicy(spec: JobSpec): FieldError[] {
  const { initContainers = [], containers = [] } = spec.template.spec ?? {};
  const names = new Set([...containers, ...initContainers].map((container) => container.name));
  const rules = spec.podFailurePolicy?.rules ?? [];
  return rules.flatMap((rule, index) => validateRule(spec, rule, `spec.podFailurePolicy.rules[${index}]`, names));
}

/** Errors of the rules for early success. */
export function validateSuccessPolicy({ successPolicy, completionMode, completions = 0 }: JobSpec): FieldError[] {
  if (successPolicy === undefined) return [];
  const field = "spec.successPolicy";
  if (completionMode !== "Indexed") {
    const value = { go: `batch.SuccessPolicy${JSON.stringify(successPolicy)}` };
    return [invalid(field, value, "requires indexed completion mode")];
  }
  const rules = successPolicy.rules ?? [];
  if (rules.length === 0) {
    return [required(`${field}.rules`, "at least one rules must be specified when the successPolicy is specified")];
  }
  return rules.flatMap(({ succeededCount, succeededIndexes }, index) => {
    const at = `${field}.rules[${index}]`;
    if (succeededCount === undefined && succeededIndexes === undefined) {
      return [required(at, "at least one of succeededCount or succeededIndexes must be specified")];
    }
    const errors = notNegative(succeededCount, `${at}.succeededCount`);
    if (succeededCount !== undefined && succeededCount > completions) {
      const why = `must be less than or equal to ${completions} (the number of specified completions)`;
      errors.push(invalid(`${at}.succeededCount`, succeededCount, why));
    }
    return errors;
  });
}
