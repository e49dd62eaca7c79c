/**
 * Validation of StatefulSets (Kubernetes 1.32, pkg/apis/apps/validation/validation.go).
 * Left out: the claim templates' insides, which upstream does not look at either.
 * Invariant: what pods and claims are named after never changes.
 */
import type { StatefulSet, StatefulSetSpec } from "../kinds/stateful-set.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selects } from "../selectors/label-selector-object.ts";
import { type FieldError, forbidden, goStringMap, invalid, notSupported, required } from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { validateAnnotations, validateLabels } from "./metadata.ts";
import { absent, goLabelSelector, isEmpty, notNegative } from "./workloads.ts";

const FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function validatePolicies(spec: StatefulSetSpec): FieldError[] {
  const errors: FieldError[] = [];
  const { podManagementPolicy, updateStrategy, persistentVolumeClaimRetentionPolicy: retention } = spec;
  const management = "spec.podManagementPolicy";
  if (!podManagementPolicy) errors.push(required(management));
  else if (podManagementPolicy !== "OrderedReady" && podManagementPolicy !== "Parallel") {
    errors.push(invalid(management, podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  }
  const { type, rollingUpdate } = updateStrategy ?? {};
  const partition = rollingUpdate?.partition ?? 0;
  if (!type) errors.push(required("spec.updateStrategy"));
  else if (type === "RollingUpdate") {
    errors.push(...notNegative(partition, "spec.updateStrategy.rollingUpdate.partition"));
  } else if (type !== "OnDelete") {
    const value = `apps.StatefulSetUpdateStrategy{Type:${JSON.stringify(type)}, RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}`;
    errors.push(invalid("spec.updateStrategy", { go: value }, "must be 'RollingUpdate' or 'OnDelete'"));
  } else if (rollingUpdate !== undefined) {
    const value = `apps.RollingUpdateStatefulSetStrategy{Partition:${partition}, MaxUnavailable:(*intstr.IntOrString)(nil)}`;
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(invalid("spec.updateStrategy.rollingUpdate", { go: value }, why));
  }
  for (const when of ["whenDeleted", "whenScaled"] as const) {
    const policy = retention?.[when] ?? "";
    if (policy === "Retain" || policy === "Delete") continue;
    errors.push(
      notSupported(`spec.persistentVolumeClaimRetentionPolicy.${when}`, policy, ["Delete", "Retain"].reverse()),
    );
  }
  return errors;
}

function validateTemplate({ template, selector }: StatefulSetSpec): FieldError[] {
  const errors: FieldError[] = [];
  const labels = template.metadata?.labels;
  if (!absent(selector) && !isEmpty(selector) && !selects(selector, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", goStringMap(labels), why));
  }
  errors.push(
    ...validateLabels(labels, "spec.template.labels"),
    ...validateAnnotations(template.metadata?.annotations, "spec.template.annotations"),
  );
  const { restartPolicy = "", activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  if (activeDeadlineSeconds !== undefined) {
    const why = "activeDeadlineSeconds in StatefulSet is not Supported";
    errors.push(forbidden("spec.template.spec.activeDeadlineSeconds", why));
  }
  return errors;
}

/** Errors of a StatefulSet by itself. */
export function validateStatefulSet({ spec }: StatefulSet): readonly FieldError[] {
  const { replicas, minReadySeconds, ordinals, selector } = spec;
  const errors: FieldError[] = [
    ...validatePolicies(spec),
    ...notNegative(replicas, "spec.replicas"),
    ...notNegative(minReadySeconds, "spec.minReadySeconds"),
    ...notNegative(ordinals?.start, "spec.ordinals.start"),
  ];
  if (absent(selector)) errors.push(required("spec.selector"));
  else {
    errors.push(...validateLabelSelector(selector, "spec.selector"));
    if (isEmpty(selector)) {
      errors.push(invalid("spec.selector", goLabelSelector(selector), "empty selector is invalid for statefulset"));
    }
  }
  return [...errors, ...validateTemplate(spec)];
}

/** Errors of a change. */
export function validateStatefulSetUpdate(next: StatefulSet, previous: StatefulSet): readonly FieldError[] {
  const free = ["replicas", "template", "updateStrategy", "minReadySeconds", "ordinals"] as const;
  const fixed = (spec: StatefulSetSpec): object => {
    const { persistentVolumeClaimRetentionPolicy: _policy, ...rest } = spec;
    return Object.fromEntries(Object.entries(rest).filter(([name]) => !(free as readonly string[]).includes(name)));
  };
  return equalJson(fixed(next.spec), fixed(previous.spec)) ? [] : [forbidden("spec", FIXED)];
}
