/**
 * What the scheduler knows of one node: the node, the pods on it and their sums.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`NodeInfo`). Left out: volumes, PVC counts, generations.
 * Invariant: a row is an immutable value; the sums always equal those over `pods`, and changed rows share the rest.
 */
import type { HostPort } from "./host-ports.ts";
import type { Labels, NodeLike, PodLike, Taint } from "./objects.ts";
import { hasAffinity, type PodInfo, podInfo } from "./pod-row.ts";
import { addResource, type NonZeroRequests, noResource, type Resource, readResource } from "./resource.ts";

/** `framework.NodeInfo`: one row of the scheduler's view of the cluster. */
export interface NodeInfo {
  readonly node: NodeLike;
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Resource;
  readonly requested: Resource;
  readonly nonZeroRequested: NonZeroRequests;
  readonly pods: readonly PodInfo[];
  readonly podsWithAffinity: readonly PodInfo[];
  readonly podsWithRequiredAntiAffinity: readonly PodInfo[];
  readonly usedPorts: readonly HostPort[];
  /** Sizes in bytes of the images on the node, by every name that they have (`ImageStates`); undefined for none. */
  readonly imageSizes: Readonly<Record<string, number>> | undefined;
}

const noPods: readonly PodInfo[] = [];
const noLabels: Labels = Object.freeze({});
const noTaints: readonly Taint[] = [];

/** The row of a node, with no pod on it or, for a changed node object, with the pods of its former row. */
export function nodeInfo(node: NodeLike, former?: NodeInfo): NodeInfo {
  return {
    node,
    name: node.metadata.name,
    labels: node.metadata.labels ?? noLabels,
    taints: node.spec?.taints ?? noTaints,
    unschedulable: node.spec?.unschedulable ?? false,
    allocatable: readResource(node.status?.allocatable),
    requested: former?.requested ?? noResource,
    nonZeroRequested: former?.nonZeroRequested ?? { milliCpu: 0, memory: 0 },
    pods: former?.pods ?? noPods,
    podsWithAffinity: former?.podsWithAffinity ?? noPods,
    podsWithRequiredAntiAffinity: former?.podsWithRequiredAntiAffinity ?? noPods,
    usedPorts: former?.usedPorts ?? [],
    imageSizes: imageSizes(node),
  };
}

function imageSizes(node: NodeLike): NodeInfo["imageSizes"] {
  const images = node.status?.images ?? [];
  if (images.length === 0) return undefined;
  return Object.fromEntries(
    images.flatMap(({ names, sizeBytes }) => (names ?? []).map((name) => [name, sizeBytes ?? 0])),
  );
}

/** The row with one pod more. */
export function addPod(row: NodeInfo, pod: PodLike): NodeInfo {
  const added = podInfo(pod);
  return withPods(row, added, 1, [...row.pods, added]);
}

/** The row without the pod of that namespace and name; the same row if it is not there. */
export function removePod(row: NodeInfo, key: string): NodeInfo {
  const at = row.pods.findIndex((pod) => pod.key === key);
  if (at < 0) return row;
  return withPods(row, row.pods[at]!, -1, row.pods.toSpliced(at, 1));
}

function withPods(row: NodeInfo, changed: PodInfo, sign: 1 | -1, pods: readonly PodInfo[]): NodeInfo {
  const { milliCpu, memory } = row.nonZeroRequested;
  const affine = hasAffinity(changed);
  return {
    ...row,
    requested: addResource(row.requested, changed.requests, sign),
    nonZeroRequested: {
      milliCpu: milliCpu + sign * changed.nonZeroRequests.milliCpu,
      memory: memory + sign * changed.nonZeroRequests.memory,
    },
    pods,
    podsWithAffinity: affine ? pods.filter(hasAffinity) : row.podsWithAffinity,
    podsWithRequiredAntiAffinity: affine
      ? pods.filter((pod) => pod.requiredAntiAffinityTerms.length > 0)
      : row.podsWithRequiredAntiAffinity,
    usedPorts: changed.hostPorts.length > 0 ? pods.flatMap((pod) => pod.hostPorts) : row.usedPorts,
  };
}
