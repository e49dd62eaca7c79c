/**
 * `core/v1` Pod (Kubernetes 1.32, pkg/registry/core/pod/strategy.go): its type and its registration.
 * Left out: resize.
 * Invariant: status is written through the status subresource only; deletion waits for the kubelet once a node is assigned.
 */
import { defaultPod } from "../defaults/pod.ts";
import { podPrinter } from "../tables/pod-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validatePod } from "../validation/pod.ts";
import { validatePodUpdate } from "../validation/pod-update.ts";
import type { Kind } from "./kind.ts";
import { qosClass } from "./pod-qos.ts";
import type { PodSpec } from "./pod-spec.ts";
import type { PodStatus } from "./pod-status.ts";

/** A pod; `spec` is always present once stored. */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

const PENDING: Readonly<Record<string, PodStatus>> = {
  BestEffort: { phase: "Pending", qosClass: "BestEffort" },
  Burstable: { phase: "Pending", qosClass: "Burstable" },
  Guaranteed: { phase: "Pending", qosClass: "Guaranteed" },
};

function pendingStatus(pod: Pod): PodStatus {
  const pending = PENDING[qosClass(pod.spec)]!;
  if (!pod.spec.schedulingGates?.length) return pending;
  const message = "Scheduling is blocked due to non-empty scheduling gates";
  const gated = { type: "PodScheduled", status: "False", lastProbeTime: null, lastTransitionTime: null } as const;
  return { ...pending, conditions: [{ ...gated, reason: "SchedulingGated", message }] };
}

/** Seconds until the pod may be gone: what was asked for, else its own; none when nothing runs it any more. */
function gracePeriodSeconds(pod: Pod, wanted: number | undefined): number {
  const own = wanted ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  const phase = pod.status?.phase;
  if (!pod.spec.nodeName || phase === "Failed" || phase === "Succeeded") return 0;
  return own < 0 ? 1 : own;
}

/** The kind Pod. */
export const podKind: Kind<Pod> = {
  group: "",
  version: "v1",
  resource: "pods",
  kind: "Pod",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "binding", "eviction", "ephemeralcontainers", "log", "exec", "attach"],
  storagePrefix: "/registry/pods",
  struct: "Pod",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {
    defaults: defaultPod,
    prepareForCreate: (pod) => ({ ...pod, status: pendingStatus(pod) }),
    prepareForUpdate: (next, previous) =>
      next.status === previous.status ? next : { ...next, status: previous.status! },
    prepareForStatusUpdate: (next, previous) => ({
      ...next,
      metadata: keepOwners(next, previous),
      spec: previous.spec,
      status: keepQos(next.status, previous.status),
    }),
    validate: validatePod,
    validateUpdate: validatePodUpdate,
    gracePeriodSeconds,
  },
  printer: podPrinter,
  fieldLabels: {
    "spec.nodeName": (pod) => pod.spec.nodeName ?? "",
    "spec.restartPolicy": (pod) => pod.spec.restartPolicy ?? "",
    "spec.schedulerName": (pod) => pod.spec.schedulerName ?? "",
    "spec.serviceAccountName": (pod) => pod.spec.serviceAccountName ?? "",
    "spec.hostNetwork": (pod) => String(pod.spec.hostNetwork ?? false),
    "status.phase": (pod) => pod.status?.phase ?? "",
    "status.podIP": (pod) => pod.status?.podIP ?? "",
    "status.nominatedNodeName": (pod) => pod.status?.nominatedNodeName ?? "",
  },
};

function keepOwners(next: Pod, previous: Pod): Pod["metadata"] {
  const before = previous.metadata.ownerReferences;
  if (next.metadata.ownerReferences === before) return next.metadata;
  const { ownerReferences: _dropped, ...metadata } = next.metadata;
  return before ? { ...metadata, ownerReferences: before } : metadata;
}

/** The QoS class is fixed at creation; a status written without it keeps it. */
function keepQos(next: PodStatus | undefined, previous: PodStatus | undefined): PodStatus {
  const status = next ?? {};
  return previous?.qosClass && status.qosClass !== previous.qosClass
    ? { ...status, qosClass: previous.qosClass }
    : status;
}
