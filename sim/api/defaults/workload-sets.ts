/**
 * Defaults of StatefulSets, DaemonSets and ReplicationControllers (Kubernetes 1.32, pkg/apis/apps/v1/defaults.go and
 * pkg/apis/core/v1/defaults.go).
 * Left out: nothing.
 * Invariant: a template that is already defaulted is kept by identity.
 */
import type { DaemonSet, DaemonSetUpdateStrategy } from "../kinds/daemon-set.ts";
import type { ReplicationController } from "../kinds/replication-controller.ts";
import type { StatefulSet, StatefulSetUpdateStrategy } from "../kinds/stateful-set.ts";
import type { ObjectMeta } from "../types.ts";
import { defaultClaim } from "./storage.ts";
import { defaultTemplate } from "./workloads.ts";

function statefulStrategy(strategy: StatefulSetUpdateStrategy | undefined): StatefulSetUpdateStrategy {
  const type = strategy?.type || "RollingUpdate";
  const given = strategy?.rollingUpdate ?? (strategy?.type ? undefined : {});
  if (type !== "RollingUpdate" || given === undefined) return { ...strategy, type };
  return { type, rollingUpdate: { ...given, partition: given.partition ?? 0 } };
}

/** One replica, one after the other, rolling update down to ordinal 0, ten old revisions; claims are kept. */
export function defaultStatefulSet(set: StatefulSet): StatefulSet {
  const { spec } = set;
  const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  const claims = spec.volumeClaimTemplates?.map((claim) => ({
    ...defaultClaim(claim),
    apiVersion: claim.apiVersion || "v1",
    kind: claim.kind || "PersistentVolumeClaim",
    status: { phase: "Pending" as const },
  }));
  return {
    ...set,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      template: defaultTemplate(spec.template),
      ...(claims !== undefined && { volumeClaimTemplates: claims }),
      podManagementPolicy: spec.podManagementPolicy || "OrderedReady",
      updateStrategy: statefulStrategy(spec.updateStrategy),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: whenDeleted || "Retain",
        whenScaled: whenScaled || "Retain",
      },
    },
  };
}

function daemonStrategy(strategy: DaemonSetUpdateStrategy | undefined): DaemonSetUpdateStrategy {
  const type = strategy?.type || "RollingUpdate";
  if (type !== "RollingUpdate") return { ...strategy, type };
  const { maxUnavailable = 1, maxSurge = 0 } = strategy?.rollingUpdate ?? {};
  return { type, rollingUpdate: { maxUnavailable, maxSurge } };
}

/** The annotation that stands for the former field `spec.templateGeneration`. */
export const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

/** The former field shows as an annotation, of 0 where nobody has set it. */
function withGeneration(metadata: ObjectMeta): ObjectMeta {
  const { annotations = {} } = metadata;
  if (TEMPLATE_GENERATION in annotations) return metadata;
  return { ...metadata, annotations: { ...annotations, [TEMPLATE_GENERATION]: "0" } };
}

/** Rolling update of one node at a time, without surge, and ten old revisions. */
export function defaultDaemonSet(set: DaemonSet): DaemonSet {
  const { spec } = set;
  const metadata = withGeneration(set.metadata);
  const updateStrategy = daemonStrategy(spec.updateStrategy);
  const revisionHistoryLimit = spec.revisionHistoryLimit ?? 10;
  const template = defaultTemplate(spec.template);
  return { ...set, metadata, spec: { ...spec, template, updateStrategy, revisionHistoryLimit } };
}

/** One replica; labels and selector are those of the template where none are given. */
export function defaultReplicationController(controller: ReplicationController): ReplicationController {
  const { spec, metadata } = controller;
  const labels = spec.template?.metadata?.labels;
  const isBare = (map: Readonly<Record<string, string>> | undefined) => Object.keys(map ?? {}).length === 0;
  return {
    ...controller,
    metadata: labels !== undefined && isBare(metadata.labels) ? { ...metadata, labels } : metadata,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      ...(labels !== undefined && isBare(spec.selector) && { selector: labels }),
      ...(spec.template !== undefined && { template: defaultTemplate(spec.template) }),
    },
  };
}
