/**
 * Validation of ReplicationControllers (Kubernetes 1.32, pkg/apis/core/validation/validation.go).
 * Left out: nothing.
 * Invariant: the selector selects the pods of the template.
 */
import type { ReplicationController } from "../kinds/replication-controller.ts";
import { type FieldError, forbidden, goStringMap, invalid, notSupported, required } from "./field-error.ts";
import { validatePodTemplate } from "./pod.ts";
import { notNegative } from "./workloads.ts";

/** Errors of a ReplicationController by itself. */
export function validateReplicationController({ spec }: ReplicationController): readonly FieldError[] {
  const { minReadySeconds, replicas, selector = {}, template } = spec;
  const errors: FieldError[] = [
    ...notNegative(minReadySeconds, "spec.minReadySeconds"),
    ...(Object.keys(selector).length === 0 ? [required("spec.selector")] : []),
    ...notNegative(replicas, "spec.replicas"),
  ];
  if (template === undefined) return [...errors, required("spec.template")];
  const labels = template.metadata?.labels;
  if (Object.keys(selector).some((key) => labels?.[key] !== selector[key])) {
    const why = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", goStringMap(labels), why));
  }
  errors.push(...validatePodTemplate(template, "spec.template"));
  const { restartPolicy = "", activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  if (activeDeadlineSeconds !== undefined) {
    const why = "activeDeadlineSeconds in ReplicationController is not Supported";
    errors.push(forbidden("spec.template.spec.activeDeadlineSeconds", why));
  }
  return errors;
}
