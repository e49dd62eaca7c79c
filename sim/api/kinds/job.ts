/**
 * `batch/v1` Job (Kubernetes 1.32, pkg/registry/batch/job/strategy.go): its type and its registration.
 * Left out: managedBy is kept, but nobody else manages Jobs here.
 * Invariant: unless it is chosen by hand, the selector is the Job's own uid, and template and Job carry the labels with it.
 */
import { defaultJob } from "../defaults/job.ts";
import { equalJson } from "../schema/equal-json.ts";
import { jobPrinter } from "../tables/job-columns.ts";
import type { KubeObject } from "../types.ts";
import { validateJob, validateJobUpdate } from "../validation/job.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { CONTROLLER_UID, JOB_NAME } from "./job-labels.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector, PodTemplateSpec } from "./pod-spec.ts";

/** Which failed pods a rule is about, and what follows. */
export interface PodFailureRule {
  readonly action: "FailJob" | "FailIndex" | "Ignore" | "Count";
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator: "In" | "NotIn";
    readonly values: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

/** What is wanted. */
export interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly activeDeadlineSeconds?: number;
  readonly podFailurePolicy?: { readonly rules: readonly PodFailureRule[] };
  readonly successPolicy?: {
    readonly rules: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[];
  };
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly selector?: LabelSelector;
  readonly manualSelector?: boolean;
  readonly template: PodTemplateSpec;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: "NonIndexed" | "Indexed";
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
  readonly managedBy?: string;
}

/** One condition of a Job: Complete, Failed, Suspended, SuccessCriteriaMet or FailureTarget. */
export interface JobCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly lastProbeTime: string | null;
  readonly lastTransitionTime: string | null;
  readonly reason?: string;
  readonly message?: string;
}

/** What the job controller saw. Pods in `uncountedTerminatedPods` have ended and still wait for their finalizer to go. */
export interface JobStatus {
  readonly conditions?: readonly JobCondition[];
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
  readonly ready?: number;
}

/** A Job. */
export interface Job extends KubeObject {
  readonly spec: JobSpec;
  readonly status?: JobStatus;
}

/** Gives a new Job the labels and the selector by which its pods are told from all others. */
function withSelector(job: Job): Job {
  if (job.spec.manualSelector === true) return job;
  const { name, uid = "" } = job.metadata;
  const { template, selector } = job.spec;
  const own = { "job-name": name, [JOB_NAME]: name, "controller-uid": uid, [CONTROLLER_UID]: uid };
  const labels = { ...own, ...template.metadata?.labels };
  return {
    ...job,
    metadata: { ...job.metadata, labels: sharesLabels(job) ? labels : (job.metadata.labels ?? labels) },
    spec: {
      ...job.spec,
      selector: { ...selector, matchLabels: { [CONTROLLER_UID]: uid, ...selector?.matchLabels } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** Whether the Job has its labels from its template: then they stay the same ones. */
function sharesLabels({ metadata, spec }: Job): boolean {
  return Object.keys(metadata.labels ?? {}).length === 0 || metadata.labels === spec.template.metadata?.labels;
}

/** The kind Job. */
export const jobKind: Kind<Job> = {
  group: "batch",
  version: "v1",
  resource: "jobs",
  kind: "Job",
  singular: "job",
  shortNames: [],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/jobs",
  struct: "Job",
  orphansByDefault: true,
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultJob,
    prepareForCreate: (job) => ({ ...withSelector(job), status: {} }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? {} }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateJob,
    validateUpdate: validateJobUpdate,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: jobPrinter,
  fieldLabels: { "status.successful": (job) => String(job.status?.succeeded ?? 0) },
};
