/**
 * A pod with everything that the plugins ask about it worked out once.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`PodInfo`). Left out: volumes.
 * Invariant: plain data derived from one immutable pod object; the memos below only save time and hold nothing alive.
 */
import type { PodSpec } from "../api/kinds/pod-spec.ts";
import { type AffinityTerm, requiredTerms, weightedTerms } from "./affinity-term.ts";
import { type HostPort, hostPorts } from "./host-ports.ts";
import type { Labels, PodLike } from "./objects.ts";
import { type NonZeroRequests, podNonZeroRequests, podRequests, type Resource } from "./resource.ts";

/** `framework.PodInfo`, extended by what upstream works out again in each plugin. */
export interface PodInfo {
  readonly pod: PodLike;
  /** "namespace/name". */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
  readonly priority: number;
  readonly terminating: boolean;
  readonly requests: Resource;
  readonly nonZeroRequests: NonZeroRequests;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinityTerms: readonly AffinityTerm[];
  readonly requiredAntiAffinityTerms: readonly AffinityTerm[];
  readonly preferredAffinityTerms: readonly AffinityTerm[];
  readonly preferredAntiAffinityTerms: readonly AffinityTerm[];
}

const noLabels: Labels = Object.freeze({});
const noSpec: PodSpec = { containers: [] };

interface Asked {
  readonly initContainers: PodSpec["initContainers"];
  readonly overhead: PodSpec["overhead"];
  readonly requests: Resource;
  readonly nonZeroRequests: NonZeroRequests;
  readonly hostPorts: readonly HostPort[];
}

/** Pods of one template share its containers by identity: what they ask for is worked out once for all of them. */
const askedByContainers = new WeakMap<object, Asked>();
const rowByPod = new WeakMap<PodLike, PodInfo>();

function asked(spec: PodSpec): Asked {
  const known = askedByContainers.get(spec.containers);
  if (known !== undefined && known.initContainers === spec.initContainers && known.overhead === spec.overhead)
    return known;
  const fresh: Asked = {
    initContainers: spec.initContainers,
    overhead: spec.overhead,
    requests: podRequests(spec),
    nonZeroRequests: podNonZeroRequests(spec),
    hostPorts: hostPorts(spec),
  };
  askedByContainers.set(spec.containers, fresh);
  return fresh;
}

/** The pod as plugins read it; the same pod object always gives the same value. Throws QuantityError as `readResource`. */
export function podInfo(pod: PodLike): PodInfo {
  const known = rowByPod.get(pod);
  if (known !== undefined) return known;
  const { metadata, spec = noSpec } = pod;
  const namespace = metadata.namespace ?? "default";
  const { requests, nonZeroRequests, hostPorts } = asked(spec);
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const fresh: PodInfo = {
    pod,
    key: `${namespace}/${metadata.name}`,
    name: metadata.name,
    namespace,
    labels: metadata.labels ?? noLabels,
    spec,
    priority: spec.priority ?? 0,
    terminating: (metadata.deletionTimestamp ?? null) !== null,
    requests,
    nonZeroRequests,
    hostPorts,
    requiredAffinityTerms: requiredTerms(podAffinity, namespace),
    requiredAntiAffinityTerms: requiredTerms(podAntiAffinity, namespace),
    preferredAffinityTerms: weightedTerms(podAffinity, namespace),
    preferredAntiAffinityTerms: weightedTerms(podAntiAffinity, namespace),
  };
  rowByPod.set(pod, fresh);
  return fresh;
}

/** Whether the pod has any affinity or anti-affinity to other pods (`podWithAffinity`). */
export function hasAffinity(pod: PodInfo): boolean {
  const { affinity } = pod.spec;
  return affinity !== undefined && (affinity.podAffinity !== undefined || affinity.podAntiAffinity !== undefined);
}
