/**
 * `apps/v1` Deployment (Kubernetes 1.32, pkg/registry/apps/deployment/strategy.go): its type and its registration.
 * Left out: the rollback subresource of extensions/v1beta1.
 * Invariant: `metadata.generation` counts changes of spec or annotations; the selector never changes.
 */
import { defaultDeployment } from "../defaults/workloads.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selectorText } from "../selectors/label-selector-object.ts";
import { deploymentPrinter } from "../tables/workload-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateDeployment, validateSelectorUnchanged } from "../validation/workloads.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector, PodTemplateSpec } from "./pod-spec.ts";

/** How a rollout replaces pods; `maxSurge` and `maxUnavailable` are counts or percentages. */
export interface DeploymentStrategy {
  readonly type?: "RollingUpdate" | "Recreate";
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
}

/** One condition of a Deployment: Available, Progressing or ReplicaFailure. */
export interface DeploymentCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly lastUpdateTime?: string | null;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

/** What is wanted. */
export interface DeploymentSpec {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly strategy?: DeploymentStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
}

/** What the deployment controller saw; counts that are zero are absent. */
export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions?: readonly DeploymentCondition[];
  readonly collisionCount?: number;
}

/** A Deployment. */
export interface Deployment extends KubeObject {
  readonly spec: DeploymentSpec;
  readonly status?: DeploymentStatus;
}

const NO_STATUS: DeploymentStatus = {};

/** The kind Deployment. */
export const deploymentKind: Kind<Deployment> = {
  group: "apps",
  version: "v1",
  resource: "deployments",
  kind: "Deployment",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "scale"],
  storagePrefix: "/registry/deployments",
  struct: "Deployment",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultDeployment,
    prepareForCreate: (deployment) => ({ ...deployment, status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? NO_STATUS }),
    prepareForStatusUpdate: (next, previous) => {
      const { labels: _labels, ...metadata } = next.metadata;
      const labels = previous.metadata.labels;
      return { ...next, metadata: labels ? { ...metadata, labels } : metadata, spec: previous.spec };
    },
    validate: validateDeployment,
    validateUpdate: validateSelectorUnchanged,
    changesGeneration: (next, previous) =>
      !equalJson(next.spec, previous.spec) || !equalJson(next.metadata.annotations, previous.metadata.annotations),
  },
  printer: deploymentPrinter,
  scaling: {
    read: (deployment) => ({
      specReplicas: deployment.spec.replicas ?? 1,
      statusReplicas: deployment.status?.replicas ?? 0,
      selector: selectorText(deployment.spec.selector),
    }),
    write: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
  },
};
