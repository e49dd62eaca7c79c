/**
 * Validation of Jobs (Kubernetes 1.32, pkg/apis/batch/validation/validation.go).
 * Left out: the rules for status updates, which only the job controller sends; Go's print of a whole template in the error
 * about its change.
 * Invariant: what identifies a Job's pods and what they run never changes, except the scheduling of one that has not begun.
 */
import type { Job, JobSpec } from "../kinds/job.ts";
import { CONTROLLER_UID, JOB_NAME } from "../kinds/job-labels.ts";
import type { PodTemplateSpec } from "../kinds/pod-spec.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selects } from "../selectors/label-selector-object.ts";
import { type FieldError, goStringMap, invalid, notSupported, required } from "./field-error.ts";
import { validatePodFailurePolicy, validateSuccessPolicy } from "./job-policies.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { dnsLabel } from "./names.ts";
import { validatePodTemplate } from "./pod.ts";
import { absent, goLabelSelector, notNegative } from "./workloads.ts";

const PARALLELISM_MAX = 100_000;
const MODES = ["NonIndexed", "Indexed"];

function hasLabel(labels: Readonly<Record<string, string>> | undefined, key: string, expected: string): FieldError[] {
  const field = `spec.template.metadata.labels[${key}]`;
  const actual = labels?.[key];
  const why = `must be '${expected}'`;
  if (actual === undefined) return [required(field, why)];
  return actual === expected ? [] : [invalid(field, goStringMap(labels), why)];
}

function validateGenerated({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector === true || spec.selector === undefined) return [];
  const { name, uid = "" } = metadata;
  const labels = spec.template.metadata?.labels;
  const own = { "controller-uid": uid, "job-name": name, [CONTROLLER_UID]: uid, [JOB_NAME]: name };
  const errors = Object.entries(own).flatMap(([key, value]) => hasLabel(labels, key, value));
  if (!selects(spec.selector, own)) {
    errors.push(invalid("spec.selector", goLabelSelector(spec.selector), "`selector` not auto-generated"));
  }
  return errors;
}

function validateNumbers(spec: JobSpec): FieldError[] {
  const counts = [
    ...(["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"] as const),
    ...(["ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"] as const),
  ];
  const errors = counts.flatMap((name) => notNegative(spec[name], `spec.${name}`));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required("spec.backoffLimitPerIndex", "when maxFailedIndexes is specified"));
  }
  return errors;
}

function validateMode(spec: JobSpec): FieldError[] {
  const { completionMode = "NonIndexed", completions, parallelism = 1, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  if (!MODES.includes(completionMode)) errors.push(notSupported("spec.completionMode", completionMode, MODES));
  if (completionMode === "Indexed") {
    if (completions === undefined) errors.push(required("spec.completions", "when completion mode is Indexed"));
    if (parallelism > PARALLELISM_MAX) {
      const why = `must be less than or equal to ${PARALLELISM_MAX} when completion mode is Indexed`;
      errors.push(invalid("spec.parallelism", parallelism, why));
    }
    if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
      errors.push(invalid("spec.maxFailedIndexes", maxFailedIndexes, "must be less than or equal to completions"));
    }
  } else if (completionMode === "NonIndexed") {
    for (const name of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
      const value = spec[name];
      if (value !== undefined) errors.push(invalid(`spec.${name}`, value, "requires indexed completion mode"));
    }
  }
  return errors;
}

function validateReplacement({ podReplacementPolicy, podFailurePolicy }: JobSpec): FieldError[] {
  if (podReplacementPolicy === undefined) return [];
  const supported = podFailurePolicy === undefined ? ["Failed", "TerminatingOrFailed"] : ["Failed"];
  if (supported.includes(podReplacementPolicy)) return [];
  return [notSupported("spec.podReplacementPolicy", podReplacementPolicy, supported)];
}

function validateRestart({ template, podFailurePolicy }: JobSpec): FieldError[] {
  const field = "spec.template.spec.restartPolicy";
  const { restartPolicy = "" } = template.spec ?? {};
  if (restartPolicy === "Always" || restartPolicy === "")
    return [required(field, 'valid values: "OnFailure", "Never"')];
  if (restartPolicy !== "OnFailure" && restartPolicy !== "Never") {
    return [notSupported(field, restartPolicy, ["OnFailure", "Never"])];
  }
  if (podFailurePolicy === undefined || restartPolicy === "Never") return [];
  return [invalid(field, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** Errors of a Job by itself. */
export function validateJob(job: Job): readonly FieldError[] {
  const { metadata, spec } = job;
  const { selector, template, completions = 0 } = spec;
  const errors: FieldError[] = [
    ...validateGenerated(job),
    ...validateNumbers(spec),
    ...validateMode(spec),
    ...validatePodFailurePolicy(spec),
    ...validateSuccessPolicy(spec),
    ...validateReplacement(spec),
    ...validatePodTemplate(template, "spec.template"),
    ...validateRestart(spec),
  ];
  if (selector === undefined) errors.push(required("spec.selector"));
  else errors.push(...validateLabelSelector(selector, "spec.selector"));
  const labels = template.metadata?.labels;
  if (selector === undefined || (!absent(selector) && !selects(selector, labels))) {
    const why = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", goStringMap(labels), why));
  }
  if (spec.completionMode === "Indexed" && completions > 0) {
    const longest = `${metadata.name}-${completions - 1}`;
    const why = `will not able to create pod with invalid DNS label: ${longest}`;
    if (dnsLabel(longest).length > 0) errors.push(invalid("metadata.name", metadata.name, why));
  }
  return errors;
}

/** A template without what may still change while a suspended Job has not begun. */
function withoutScheduling({ metadata, spec }: PodTemplateSpec): object {
  const { labels: _labels, annotations: _annotations, ...kept } = metadata ?? {};
  const {
    nodeSelector: _selector,
    tolerations: _tolerations,
    schedulingGates: _gates,
    affinity,
    ...rest
  } = spec ?? {
    containers: [],
  };
  const { nodeAffinity: _nodes, ...neighbours } = affinity ?? {};
  return { metadata: kept, spec: { ...rest, affinity: neighbours } };
}

/** Errors of a change. */
export function validateJobUpdate(next: Job, previous: Job): readonly FieldError[] {
  const errors: FieldError[] = [];
  const immutable = (field: keyof JobSpec): void => {
    if (equalJson(next.spec[field], previous.spec[field])) return;
    const value = next.spec[field];
    const shown = typeof value === "object" ? { go: JSON.stringify(value) } : value;
    errors.push(invalid(`spec.${field}`, shown, "field is immutable"));
  };
  const { completions, parallelism, completionMode } = next.spec;
  const elastic = completionMode === "Indexed" && completions === parallelism && completions !== undefined;
  if (!elastic) immutable("completions");
  immutable("selector");
  const open = previous.spec.suspend === true && previous.status?.startTime === undefined;
  const same = open
    ? equalJson(withoutScheduling(next.spec.template), withoutScheduling(previous.spec.template))
    : equalJson(next.spec.template, previous.spec.template);
  if (!same) immutable("template");
  for (const field of ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy"] as const) {
    immutable(field);
  }
  immutable("successPolicy");
  return errors;
}
