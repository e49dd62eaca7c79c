/**
 * HorizontalPodAutoscalers in autoscaling/v1, which `kubectl autoscale` still sends, as the v2 that is stored
 * (Kubernetes 1.32, pkg/apis/autoscaling/v1/conversion.go).
 * Left out: watches and patches in v1, its place in discovery, and the annotation that carries metrics other than CPU.
 * Invariant: v1 to v2 and back gives the same target.
 */
import { defaultedMetrics } from "../kinds/horizontal-pod-autoscaler.ts";
import type { Json, JsonObject } from "../types.ts";
import type { ResourcePath } from "./request-path.ts";

const OLD = "autoscaling/v1";
const NEW = "autoscaling/v2";

/** Whether a path is about autoscalers in v1. */
export function isOldAutoscaler({ group, version, resource }: ResourcePath): boolean {
  return group === "autoscaling" && version === "v1" && resource === "horizontalpodautoscalers";
}

/** An autoscaler in v1 as v2; another object (the options of a deletion) stays as it is. */
export function newAutoscaler(object: JsonObject): JsonObject {
  if (object.apiVersion !== OLD && object.apiVersion !== undefined) return object;
  const { targetCPUUtilizationPercentage: percent, ...spec } = (object.spec ?? {}) as JsonObject;
  const metrics = typeof percent === "number" ? { metrics: defaultedMetrics(percent) as unknown as Json } : {};
  return { ...object, ...(object.apiVersion !== undefined && { apiVersion: NEW }), spec: { ...spec, ...metrics } };
}

interface Metric {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target?: { readonly averageUtilization?: number } };
}

/** An answer in v2 as v1: an autoscaler, a list of them, or something else, which stays as it is. */
export function oldAutoscaler(object: JsonObject): JsonObject {
  if (Array.isArray(object.items)) {
    const items = object.items.map((item) => oldAutoscaler({ apiVersion: NEW, ...(item as JsonObject) }));
    return { ...object, apiVersion: OLD, items };
  }
  if (object.apiVersion !== NEW) return object;
  const { metrics = [], behavior: _behavior, ...spec } = (object.spec ?? {}) as JsonObject;
  const { currentMetrics: _metrics, conditions: _conditions, ...status } = (object.status ?? {}) as JsonObject;
  const cpu = (metrics as unknown as readonly Metric[]).find(({ resource }) => resource?.name === "cpu");
  const percent = cpu?.resource?.target?.averageUtilization;
  return {
    ...object,
    apiVersion: OLD,
    spec: { ...spec, ...(percent !== undefined && { targetCPUUtilizationPercentage: percent }) },
    status: { currentReplicas: 0, ...status },
  };
}
