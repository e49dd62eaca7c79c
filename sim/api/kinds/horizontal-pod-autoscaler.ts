/**
 * `autoscaling/v2` HorizontalPodAutoscaler (Kubernetes 1.32, pkg/registry/autoscaling/horizontalpodautoscaler): its type
 * and its registration.
 * Left out: autoscaling/v1 (see http/autoscaling-v1.ts); nobody scales yet, as there are no metrics.
 * Invariant: an autoscaler has at least one metric, by default 80 % of the requested CPU.
 */
import { autoscalerPrinter } from "../tables/template-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { validateAutoscaler } from "../validation/autoscaler.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";

/** What is measured, and what it should be. */
export interface MetricSpec extends JsonObject {
  readonly type: string;
  readonly resource?: {
    readonly name: string;
    readonly target: { readonly type: string; readonly averageUtilization?: number; readonly averageValue?: string };
  };
}

/** A HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly MetricSpec[];
    readonly behavior?: JsonObject;
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas: number;
    readonly currentMetrics: readonly JsonObject[] | null;
    readonly conditions?: readonly JsonObject[];
  };
}

const NO_STATUS = { desiredReplicas: 0, currentMetrics: null };
const USUAL_PERCENT = 80;

/** The metric that an autoscaler has which names none, or only a share of the requested CPU in percent. */
export function defaultedMetrics(averageUtilization = USUAL_PERCENT): readonly MetricSpec[] {
  return [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } }];
}

function withDefaults(autoscaler: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { spec } = autoscaler;
  const metrics = spec.metrics?.length ? spec.metrics : defaultedMetrics();
  return { ...autoscaler, spec: { ...spec, minReplicas: spec.minReplicas ?? 1, metrics } };
}

/** The kind HorizontalPodAutoscaler. */
export const horizontalPodAutoscalerKind: Kind<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  resource: "horizontalpodautoscalers",
  kind: "HorizontalPodAutoscaler",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/horizontalpodautoscalers",
  struct: "HorizontalPodAutoscaler",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: withDefaults,
    prepareForCreate: (autoscaler) => ({ ...autoscaler, status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? NO_STATUS }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateAutoscaler,
  },
  printer: autoscalerPrinter,
};
