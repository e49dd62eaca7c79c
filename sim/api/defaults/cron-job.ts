/**
 * Defaults of CronJobs (Kubernetes 1.32, pkg/apis/batch/v1/defaults.go).
 * Left out: nothing; the defaults of a job are filled in when the job is made.
 * Invariant: a template that is already defaulted is kept by identity.
 */
import type { CronJob } from "../kinds/cron-job.ts";
import { defaultTemplate } from "./workloads.ts";

/** Jobs may overlap; three that succeeded and one that failed are kept. */
export function defaultCronJob(cron: CronJob): CronJob {
  const { spec } = cron;
  const { jobTemplate } = spec;
  const template = defaultTemplate(jobTemplate.spec.template);
  return {
    ...cron,
    spec: {
      ...spec,
      concurrencyPolicy: spec.concurrencyPolicy || "Allow",
      suspend: spec.suspend ?? false,
      jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec, template } },
      successfulJobsHistoryLimit: spec.successfulJobsHistoryLimit ?? 3,
      failedJobsHistoryLimit: spec.failedJobsHistoryLimit ?? 1,
    },
  };
}
