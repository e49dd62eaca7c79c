/**
 * Validation of HorizontalPodAutoscalers (Kubernetes 1.32, pkg/apis/autoscaling/validation/validation.go).
 * Left out: behaviour, metrics other than resources.
 * Invariant: none beside the wording.
 */
import type { HorizontalPodAutoscaler, MetricSpec } from "../kinds/horizontal-pod-autoscaler.ts";
import { type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { pathSegment } from "./names.ts";

const METRICS = ["ContainerResource", "External", "Object", "Pods", "Resource"];

function validateMetric({ type, resource }: MetricSpec, at: string): readonly FieldError[] {
  if (!type) return [required(`${at}.type`, "must specify a metric source type")];
  if (!METRICS.includes(type)) return [notSupported(`${at}.type`, type, METRICS)];
  if (type !== "Resource") return [];
  if (resource === undefined) {
    return [required(`${at}.resource`, "must populate information for the given metric source")];
  }
  const { name, target } = resource;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${at}.resource.name`, "must specify a resource name"));
  const wanted = target.averageUtilization;
  if (wanted !== undefined && wanted < 1) {
    errors.push(invalid(`${at}.resource.target.averageUtilization`, wanted, "must be greater than 0"));
  }
  if (wanted === undefined && target.averageValue === undefined) {
    const why = "must set either a target raw value or a target utilization";
    errors.push(required(`${at}.resource.target.averageUtilization`, why));
  }
  return errors;
}

/** Errors of an autoscaler by itself. */
export function validateAutoscaler({ spec }: HorizontalPodAutoscaler): readonly FieldError[] {
  const { scaleTargetRef, minReplicas = 1, maxReplicas, metrics = [] } = spec;
  const errors: FieldError[] = [];
  if (minReplicas < 1) errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  if (maxReplicas < 1) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (maxReplicas < minReplicas) {
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  }
  for (const field of ["kind", "name"] as const) {
    const value = scaleTargetRef[field];
    const at = `spec.scaleTargetRef.${field}`;
    if (!value) errors.push(required(at));
    else errors.push(...pathSegment(value).map((text) => invalid(at, value, text)));
  }
  return [...errors, ...metrics.flatMap((metric, index) => validateMetric(metric, `spec.metrics[${index}]`))];
}
