/**
 * Tables of cron jobs, autoscalers and pod templates (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: autoscalers' metrics other than resources.
 * Invariant: cells are in the order of the columns.
 */
import type { CronJob } from "../kinds/cron-job.ts";
import type { HorizontalPodAutoscaler, MetricSpec } from "../kinds/horizontal-pod-autoscaler.ts";
import type { Printer } from "../kinds/kind.ts";
import type { PodTemplate } from "../kinds/pod-template.ts";
import { labelSelectorText } from "../selectors/label-selector.ts";
import type { JsonObject } from "../types.ts";
import { AGE, integer, NAME, NONE, TEMPLATE_COLUMNS, templateCells, text } from "./columns.ts";
import { ageOf } from "./duration.ts";
import { yesNo } from "./policy-columns.ts";

/** When, and what is running. */
export const cronJobPrinter: Printer<CronJob> = {
  columns: [
    NAME,
    text("Schedule", "When jobs are made."),
    text("Timezone", "Whose clock that means."),
    yesNo("Suspend", "Whether none are made for now."),
    integer("Active", "Jobs that are running."),
    text("Last Schedule", "Time since the last one was made."),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  cells: ({ metadata, spec, status }, nowSeconds) => [
    metadata.name,
    spec.schedule,
    spec.timeZone ?? NONE,
    spec.suspend ? "True" : "False",
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? ageOf(status.lastScheduleTime, nowSeconds) : NONE,
    ageOf(metadata.creationTimestamp, nowSeconds),
    ...templateCells(spec.jobTemplate.spec.template, spec.jobTemplate.spec.selector ?? {}),
  ],
};

const METRICS_SHOWN_MAX = 2;

function metricText({ type, resource }: MetricSpec, current: JsonObject | undefined): string {
  if (type !== "Resource" || resource === undefined) return "<unknown type>";
  const { name, target } = resource;
  const now = (current?.resource as JsonObject | undefined)?.current as JsonObject | undefined;
  if (target.averageValue !== undefined) return `${name}: ${now?.averageValue ?? "<unknown>"}/${target.averageValue}`;
  const used = now?.averageUtilization === undefined ? "<unknown>" : `${now.averageUtilization}%`;
  return `${name}: ${used}/${target.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`}`;
}

function metricsText({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return NONE;
  const texts = metrics.map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  const more = texts.length - METRICS_SHOWN_MAX;
  return more > 0 ? `${texts.slice(0, METRICS_SHOWN_MAX).join(", ")} + ${more} more...` : texts.join(", ");
}

/** What is scaled by what, and how far. */
export const autoscalerPrinter: Printer<HorizontalPodAutoscaler> = {
  columns: [
    NAME,
    text("Reference", "What is scaled."),
    text("Targets", "Metrics: measured/wanted."),
    text("MinPods", "How few pods there may be."),
    text("MaxPods", "How many pods there may be."),
    text("Replicas", "How many pods there are."),
    AGE,
  ],
  cells: (autoscaler, nowSeconds) => {
    const { metadata, spec, status } = autoscaler;
    return [
      metadata.name,
      `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
      metricsText(autoscaler),
      spec.minReplicas === undefined ? "<unset>" : String(spec.minReplicas),
      spec.maxReplicas,
      status?.currentReplicas ?? 0,
      ageOf(metadata.creationTimestamp, nowSeconds),
    ];
  },
};

/** What a template runs. */
export const podTemplatePrinter: Printer<PodTemplate> = {
  columns: [
    NAME,
    text("Containers", "The containers of the template."),
    text("Images", "Their images."),
    text("Pod Labels", "The labels of its pods."),
  ],
  cells: ({ metadata, template }) => {
    const [containers, images] = templateCells(template, {});
    const labels = Object.entries(template.metadata?.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const pairs = labels.map(([key, value]) => ({ key, operator: "=" as const, values: [value] }));
    return [metadata.name, containers!, images!, labelSelectorText(pairs) || NONE];
  },
};
