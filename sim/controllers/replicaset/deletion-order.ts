/**
 * Which pods a ReplicaSet gives up first when it scales down.
 * Source: Kubernetes 1.32, pkg/controller/controller_utils.go (ActivePodsWithRanks) and pkg/controller/replicaset
 * /replica_set.go (getPodsToDelete, getPodsRankedByRelatedPodsOnSameNode); ages count by their logarithm.
 * Left out: nothing.
 * Invariant: a total order: what upstream leaves to an unstable sort is decided by name.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Instant } from "../../time/instant.ts";
import { instantOf, isActive, isReady, readySince } from "../pod-state.ts";

/** A moment in the order: when, and the whole binary logarithm of its age. */
interface Age {
  readonly since: Instant | undefined;
  readonly magnitude: number;
}

/** A pod with what the order looks at, read once a pod. */
interface Ranked {
  readonly pod: Pod;
  readonly assigned: number;
  readonly phase: number;
  readonly ready: number;
  readonly cost: number;
  /** Active related pods on the same node. */
  readonly rank: number;
  readonly readyAge: Age;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly age: Age;
}

/** The `count` pods to delete, first one first. `related`: pods of all ReplicaSets of the same owner. */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: Instant): Pod[] {
  if (count >= pods.length) return [...pods];
  const perNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName;
    if (node && isActive(pod)) perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => rankedOf(pod, perNode.get(pod.spec.nodeName ?? "") ?? 0, now));
  return ranked
    .sort(compare)
    .slice(0, count)
    .map((entry) => entry.pod);
}

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

function rankedOf(pod: Pod, rank: number, now: Instant): Ranked {
  return {
    pod,
    assigned: Number(Boolean(pod.spec.nodeName)),
    phase: phaseOrder[pod.status?.phase ?? ""] ?? 0,
    ready: Number(isReady(pod)),
    cost: deletionCost(pod),
    rank,
    readyAge: ageOf(readySince(pod), now),
    restarts: restarts(pod, false),
    sidecarRestarts: restarts(pod, true),
    age: ageOf(instantOf(pod.metadata.creationTimestamp), now),
  };
}

/** Negative: `a` goes first. One line per rule, in upstream's order. */
function compare(a: Ranked, b: Ranked): number {
  return (
    a.assigned - b.assigned ||
    a.phase - b.phase ||
    a.ready - b.ready ||
    a.cost - b.cost ||
    b.rank - a.rank ||
    (a.ready === 1 ? byAge(a, b, a.readyAge, b.readyAge) : 0) ||
    b.restarts - a.restarts ||
    b.sidecarRestarts - a.sidecarRestarts ||
    byAge(a, b, a.age, b.age) ||
    byText(a.pod.metadata.name, b.pod.metadata.name)
  );
}

/** The annotation by which a user says what losing a pod costs; 0 if absent or malformed. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"];
  return text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/** Younger first, by whole powers of two of the age; within one power the uid decides. */
function byAge(a: Ranked, b: Ranked, ageA: Age, ageB: Age): number {
  if (ageA.since === ageB.since) return 0;
  if (ageA.since === undefined) return -1;
  if (ageB.since === undefined) return 1;
  return ageA.magnitude - ageB.magnitude || byText(a.pod.metadata.uid ?? "", b.pod.metadata.uid ?? "");
}

/** The magnitude counts nanoseconds; -1 for no age at all. */
function ageOf(since: Instant | undefined, now: Instant): Age {
  let magnitude = -1;
  for (let rest = since === undefined ? 0 : (now - since) * 1000; rest >= 1; rest /= 2) magnitude++;
  return { since, magnitude };
}

/** Most restarts of one container; of restartable init containers if `sidecars`. */
function restarts(pod: Pod, sidecars: boolean): number {
  let most = 0;
  if (!sidecars)
    for (const { restartCount } of pod.status?.containerStatuses ?? []) most = Math.max(most, restartCount);
  if (!sidecars || pod.spec.initContainers === undefined) return most;
  const names = new Set(pod.spec.initContainers.filter((one) => one.restartPolicy === "Always").map((one) => one.name));
  for (const one of pod.status?.initContainerStatuses ?? [])
    if (names.has(one.name)) most = Math.max(most, one.restartCount);
  return most;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
