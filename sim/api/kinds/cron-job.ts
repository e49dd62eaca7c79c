/**
 * `batch/v1` CronJob (Kubernetes 1.32, pkg/registry/batch/cronjob): its type and its registration.
 * Left out: nobody makes jobs by schedule yet.
 * Invariant: `metadata.generation` counts changes of the spec.
 */
import { defaultCronJob } from "../defaults/cron-job.ts";
import { equalJson } from "../schema/equal-json.ts";
import { cronJobPrinter } from "../tables/template-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { validateCronJob } from "../validation/cron-job.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { ObjectReference } from "./event.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector, PodTemplateSpec } from "./pod-spec.ts";

/** What a CronJob makes jobs from. */
export interface JobTemplate {
  readonly metadata?: JsonObject;
  readonly spec: { readonly template: PodTemplateSpec; readonly selector?: LabelSelector };
}

/** A CronJob. */
export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy?: string;
    readonly suspend?: boolean;
    readonly jobTemplate: JobTemplate;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
  };
  readonly status?: {
    readonly active?: readonly ObjectReference[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}

/** The kind CronJob. */
export const cronJobKind: Kind<CronJob> = {
  group: "batch",
  version: "v1",
  resource: "cronjobs",
  kind: "CronJob",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/cronjobs",
  struct: "CronJob",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultCronJob,
    prepareForCreate: (cron) => ({ ...cron, status: {} }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? {} }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateCronJob,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: cronJobPrinter,
};
