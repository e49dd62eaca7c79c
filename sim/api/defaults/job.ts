/**
 * Defaults of Jobs (Kubernetes 1.32, pkg/apis/batch/v1/defaults.go).
 * Left out: nothing.
 * Invariant: a Job without labels shares those of its template by identity.
 */
import type { Job, PodFailureRule } from "../kinds/job.ts";
import { defaultTemplate } from "./workloads.ts";

const NO_LIMIT = 2_147_483_647;

function defaultRule(rule: PodFailureRule): PodFailureRule {
  if (rule.onPodConditions === undefined) return rule;
  return { ...rule, onPodConditions: rule.onPodConditions.map((one) => ({ ...one, status: one.status || "True" })) };
}

/** One pod that must succeed once, six failures allowed; a Job with a failure policy replaces only pods that have failed. */
export function defaultJob(job: Job): Job {
  const { spec, metadata } = job;
  const labels = spec.template.metadata?.labels;
  const alone = spec.completions === undefined && spec.parallelism === undefined;
  const policy = spec.podFailurePolicy;
  return {
    ...job,
    metadata:
      labels !== undefined && Object.keys(metadata.labels ?? {}).length === 0 ? { ...metadata, labels } : metadata,
    spec: {
      ...spec,
      ...(alone && { completions: 1 }),
      parallelism: spec.parallelism ?? 1,
      backoffLimit: spec.backoffLimit ?? (spec.backoffLimitPerIndex === undefined ? 6 : NO_LIMIT),
      completionMode: spec.completionMode ?? "NonIndexed",
      suspend: spec.suspend ?? false,
      ...(policy !== undefined && { podFailurePolicy: { ...policy, rules: (policy.rules ?? []).map(defaultRule) } }),
      podReplacementPolicy: spec.podReplacementPolicy ?? (policy === undefined ? "TerminatingOrFailed" : "Failed"),
      manualSelector: spec.manualSelector ?? false,
      template: defaultTemplate(spec.template),
    },
  };
}
