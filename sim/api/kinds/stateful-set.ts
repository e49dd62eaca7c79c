/**
 * `apps/v1` StatefulSet (Kubernetes 1.32, pkg/registry/apps/statefulset/strategy.go): its type and its registration.
 * Left out: maxUnavailable of a rolling update, which 1.32 drops (its feature gate is off).
 * Invariant: `metadata.generation` counts changes of spec; claims, selector and service name never change.
 */
import { defaultStatefulSet } from "../defaults/workload-sets.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selectorText } from "../selectors/label-selector-object.ts";
import { statefulSetPrinter } from "../tables/workload-set-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsLabel } from "../validation/names.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "../validation/stateful-set.ts";
import type { Kind } from "./kind.ts";
import type { PersistentVolumeClaim } from "./persistent-volume-claim.ts";
import type { LabelSelector, PodTemplateSpec } from "./pod-spec.ts";

/** Whether a claim outlives what it was made for. */
export type ClaimRetention = "Retain" | "Delete";

/** How pods are brought to a new template: by the controller from the highest ordinal down to `partition`, or by hand. */
export interface StatefulSetUpdateStrategy {
  readonly type?: "RollingUpdate" | "OnDelete";
  readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
}

/** What is wanted. */
export interface StatefulSetSpec {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  readonly serviceName?: string;
  readonly podManagementPolicy?: "OrderedReady" | "Parallel";
  readonly updateStrategy?: StatefulSetUpdateStrategy;
  readonly revisionHistoryLimit?: number;
  readonly minReadySeconds?: number;
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: ClaimRetention;
    readonly whenScaled?: ClaimRetention;
  };
  readonly ordinals?: { readonly start: number };
}

/** What the stateful-set controller saw. Current and updated replicas count pods of the two revisions. */
export interface StatefulSetStatus {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
  readonly availableReplicas: number;
}

/** A StatefulSet. */
export interface StatefulSet extends KubeObject {
  readonly spec: StatefulSetSpec;
  readonly status?: StatefulSetStatus;
}

const NO_STATUS: StatefulSetStatus = { replicas: 0, availableReplicas: 0 };

/** Drops the field of a feature that is off, unless it was in use before. */
function withoutMaxUnavailable(set: StatefulSet, previous: StatefulSet | undefined): StatefulSet {
  const { rollingUpdate } = set.spec.updateStrategy ?? {};
  if (rollingUpdate?.maxUnavailable === undefined) return set;
  if (previous?.spec.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return set;
  const { maxUnavailable: _dropped, ...rest } = rollingUpdate;
  return { ...set, spec: { ...set.spec, updateStrategy: { ...set.spec.updateStrategy, rollingUpdate: rest } } };
}

/** The kind StatefulSet. */
export const statefulSetKind: Kind<StatefulSet> = {
  group: "apps",
  version: "v1",
  resource: "statefulsets",
  kind: "StatefulSet",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "scale"],
  storagePrefix: "/registry/statefulsets",
  struct: "StatefulSet",
  nameRule: dnsLabel,
  strategy: {
    defaults: defaultStatefulSet,
    prepareForCreate: (set) => ({ ...withoutMaxUnavailable(set, undefined), status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({
      ...withoutMaxUnavailable(next, previous),
      status: previous.status ?? NO_STATUS,
    }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: statefulSetPrinter,
  scaling: {
    read: (set) => ({
      specReplicas: set.spec.replicas ?? 1,
      statusReplicas: set.status?.replicas ?? 0,
      selector: selectorText(set.spec.selector),
    }),
    write: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
};
