/**
 * `apps/v1` ReplicaSet (Kubernetes 1.32, pkg/registry/apps/replicaset/strategy.go): its type and its registration.
 * Left out: nothing.
 * Invariant: `metadata.generation` counts changes of spec; the selector never changes.
 */
import { defaultReplicaSet } from "../defaults/workloads.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selectorText } from "../selectors/label-selector-object.ts";
import { replicaSetPrinter } from "../tables/workload-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateReplicaSet, validateSelectorUnchanged } from "../validation/workloads.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector, PodTemplateSpec } from "./pod-spec.ts";

/** What is wanted. */
export interface ReplicaSetSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** One condition of a ReplicaSet: ReplicaFailure. */
export interface ReplicaSetCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

/** What the replica-set controller saw; counts other than `replicas` are absent when zero. */
export interface ReplicaSetStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly ReplicaSetCondition[];
}

/** A ReplicaSet. */
export interface ReplicaSet extends KubeObject {
  readonly spec: ReplicaSetSpec;
  readonly status?: ReplicaSetStatus;
}

const NO_STATUS: ReplicaSetStatus = { replicas: 0 };

/** The kind ReplicaSet. */
export const replicaSetKind: Kind<ReplicaSet> = {
  group: "apps",
  version: "v1",
  resource: "replicasets",
  kind: "ReplicaSet",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "scale"],
  storagePrefix: "/registry/replicasets",
  struct: "ReplicaSet",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultReplicaSet,
    prepareForCreate: (replicaSet) => ({ ...replicaSet, status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? NO_STATUS }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateReplicaSet,
    validateUpdate: validateSelectorUnchanged,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: replicaSetPrinter,
  fieldLabels: { "status.replicas": (replicaSet) => String(replicaSet.status?.replicas ?? 0) },
  scaling: {
    read: (replicaSet) => ({
      specReplicas: replicaSet.spec.replicas ?? 1,
      statusReplicas: replicaSet.status?.replicas ?? 0,
      selector: selectorText(replicaSet.spec.selector),
    }),
    write: (replicaSet, replicas) => ({ ...replicaSet, spec: { ...replicaSet.spec, replicas } }),
  },
};
