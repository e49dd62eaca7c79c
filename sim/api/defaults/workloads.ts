/**
 * Defaults of Deployments and ReplicaSets (Kubernetes 1.32, pkg/apis/apps/v1/defaults.go).
 * Left out: nothing.
 * Invariant: a template that is already defaulted is kept by identity.
 */
import type { Deployment, DeploymentStrategy } from "../kinds/deployment.ts";
import type { PodTemplateSpec } from "../kinds/pod-spec.ts";
import type { ReplicaSet } from "../kinds/replicaset.ts";
import { defaultPodSpec } from "./pod-spec.ts";

/** The template with a defaulted pod spec. */
export function defaultTemplate(template: PodTemplateSpec): PodTemplateSpec {
  if (!template.spec) return template;
  const spec = defaultPodSpec(template.spec);
  return spec === template.spec ? template : { ...template, spec };
}

function defaultStrategy(strategy: DeploymentStrategy | undefined): DeploymentStrategy {
  const type = strategy?.type || "RollingUpdate";
  if (type !== "RollingUpdate") return strategy!;
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {};
  if (strategy?.type && maxUnavailable !== undefined && maxSurge !== undefined) return strategy;
  return { type, rollingUpdate: { maxUnavailable: maxUnavailable ?? "25%", maxSurge: maxSurge ?? "25%" } };
}

/** One replica, rolling update by quarters, ten old revisions, ten minutes for progress. */
export function defaultDeployment(deployment: Deployment): Deployment {
  const { spec } = deployment;
  return {
    ...deployment,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      template: defaultTemplate(spec.template),
      strategy: defaultStrategy(spec.strategy),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    },
  };
}

/** One replica. */
export function defaultReplicaSet(replicaSet: ReplicaSet): ReplicaSet {
  const { spec } = replicaSet;
  const template = spec.template ? defaultTemplate(spec.template) : undefined;
  if (spec.replicas !== undefined && template === spec.template) return replicaSet;
  return { ...replicaSet, spec: { ...spec, replicas: spec.replicas ?? 1, ...(template ? { template } : {}) } };
}
