/**
 * NodeResourcesFit: a pod fits where what it asks for is still free; scored by LeastAllocated.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/noderesources/fit.go and least_allocated.go.
 * Left out: the strategies MostAllocated and RequestedToCapacityRatio, ignored resources (plugin arguments).
 * Invariant: free = allocatable - requested, exact integers; every lacking resource is named, in upstream's order.
 */
import type { FilterPlugin, PreFilterPlugin, ScorePlugin } from "../framework.ts";
import { maxNodeScore } from "../framework.ts";
import type { NodeInfo } from "../node-row.ts";
import type { NodeLike, PodLike } from "../objects.ts";
import { podInfo } from "../pod-row.ts";
import { noResource, type Resource, readResource } from "../resource.ts";
import { type Status, success, unschedulable } from "../status.ts";

const name = "NodeResourcesFit";
const standardReasons = ["Too many pods", "Insufficient cpu", "Insufficient memory", "Insufficient ephemeral-storage"];

/** One verdict for each set of lacking standard resources, by bit. */
const standardRefusals: readonly Status[] = Array.from({ length: 16 }, (_, lacking) =>
  unschedulable(name, ...standardReasons.filter((_reason, bit) => (lacking & (1 << bit)) !== 0)),
);

/** Which standard resources lack, as bits in the order of `standardReasons`. */
function lackingStandard(requests: Resource, { allocatable, requested, pods }: NodeInfo): number {
  let lacking = pods.length + 1 > allocatable.allowedPodNumber ? 1 : 0;
  const { milliCpu, memory, ephemeralStorage } = requests;
  if (milliCpu > 0 && milliCpu > allocatable.milliCpu - requested.milliCpu) lacking |= 2;
  if (memory > 0 && memory > allocatable.memory - requested.memory) lacking |= 4;
  if (ephemeralStorage > 0 && ephemeralStorage > allocatable.ephemeralStorage - requested.ephemeralStorage)
    lacking |= 8;
  return lacking;
}

function lackingScalars(requests: Resource, { allocatable, requested }: NodeInfo): readonly string[] {
  let lacking: string[] | undefined;
  for (const resource in requests.scalar) {
    const asked = requests.scalar[resource]!;
    const free = (allocatable.scalar[resource] ?? 0) - (requested.scalar[resource] ?? 0);
    if (asked === 0 || asked <= free) continue;
    lacking ??= [];
    lacking.push(`Insufficient ${resource}`);
  }
  return lacking ?? [];
}

function fits(requests: Resource, node: NodeInfo): Status {
  const standard = lackingStandard(requests, node);
  if (requests.scalar !== noResource.scalar) {
    const scalars = lackingScalars(requests, node);
    if (scalars.length > 0) return unschedulable(name, ...standardRefusals[standard]!.reasons, ...scalars);
  }
  return standard === 0 ? success : standardRefusals[standard]!;
}

function leastRequested(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0;
  return Math.floor(((capacity - requested) * maxNodeScore) / capacity);
}

/** Whether an empty node of that size could take the pod at all. */
function couldFit(requests: Resource, node: NodeLike): boolean {
  const size = readResource(node.status?.allocatable);
  if (requests.milliCpu > size.milliCpu || requests.memory > size.memory) return false;
  if (requests.ephemeralStorage > size.ephemeralStorage || size.allowedPodNumber < 1) return false;
  return Object.keys(requests.scalar).every((resource) => requests.scalar[resource]! <= (size.scalar[resource] ?? 0));
}

/** The plugin under upstream's name. */
export const NodeResourcesFit: PreFilterPlugin & FilterPlugin & ScorePlugin = {
  name,
  eventsToRegister: [
    {
      event: "AssignedPodDelete",
      hint: (_pod, { before }) => (podInfo(before as PodLike).spec.nodeName ? "Queue" : "QueueSkip"),
    },
    { event: "UnscheduledPodUpdate" },
    ...(["NodeAdd", "NodeAllocatableChange"] as const).map((event) => ({
      event,
      hint: (pod: { readonly requests: Resource }, { after }: { readonly after?: object }) =>
        couldFit(pod.requests, after as NodeLike) ? ("Queue" as const) : ("QueueSkip" as const),
    })),
  ],
  preFilter: () => ({ status: success }),
  filter: (_state, pod, node) => fits(pod.requests, node),
  score(_context, _state, { nonZeroRequests }, { allocatable, nonZeroRequested }) {
    let sum = 0;
    let weights = 0;
    if (allocatable.milliCpu !== 0) {
      sum += leastRequested(nonZeroRequested.milliCpu + nonZeroRequests.milliCpu, allocatable.milliCpu);
      weights += 1;
    }
    if (allocatable.memory !== 0) {
      sum += leastRequested(nonZeroRequested.memory + nonZeroRequests.memory, allocatable.memory);
      weights += 1;
    }
    return weights === 0 ? 0 : Math.floor(sum / weights);
  },
};
