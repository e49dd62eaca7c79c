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

/** A pod with what the order looks at. */
interface Ranked {
  readonly pod: Pod;
  /** Active related pods on the same node. */
  readonly rank: number;
}

/** The `count` pods to delete, first one first. `related`: pods of all ReplicaSets of the same owner. */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: Instant): Pod[] {
  if (count >= pods.length) return [...pods];
  const perNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName;
    if (node && isActive(pod)) perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const ranked: Ranked[] = pods.map((pod) => ({ pod, rank: perNode.get(pod.spec.nodeName ?? "") ?? 0 }));
  ranked.sort((a, b) => compare(a, b, now));
  return ranked.slice(0, count).map((entry) => entry.pod);
}

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Negative: `a` goes first. One line per rule, in upstream's order. */
function compare(a: Ranked, b: Ranked, now: Instant): number {
  const [podA, podB] = [a.pod, b.pod];
  return (
    Number(Boolean(podA.spec.nodeName)) - Number(Boolean(podB.spec.nodeName)) ||
    (phaseOrder[podA.status?.phase ?? ""] ?? 0) - (phaseOrder[podB.status?.phase ?? ""] ?? 0) ||
    Number(isReady(podA)) - Number(isReady(podB)) ||
    deletionCost(podA) - deletionCost(podB) ||
    b.rank - a.rank ||
    (isReady(podA) ? byAge(podA, podB, readySince(podA), readySince(podB), now) : 0) ||
    restarts(podB, false) - restarts(podA, false) ||
    restarts(podB, true) - restarts(podA, true) ||
    byAge(podA, podB, instantOf(podA.metadata.creationTimestamp), instantOf(podB.metadata.creationTimestamp), now) ||
    byText(podA.metadata.name, podB.metadata.name)
  );
}

/** The annotation by which a user says what losing a pod costs; 0 if absent or malformed. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"];
  return text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/** Younger first, by whole powers of two of the age; within one power the uid decides. */
function byAge(a: Pod, b: Pod, sinceA: Instant | undefined, sinceB: Instant | undefined, now: Instant): number {
  if (sinceA === sinceB) return 0;
  if (sinceA === undefined) return -1;
  if (sinceB === undefined) return 1;
  return magnitude(now - sinceA) - magnitude(now - sinceB) || byText(a.metadata.uid ?? "", b.metadata.uid ?? "");
}

/** Whole binary logarithm of an age in nanoseconds; -1 for none. */
function magnitude(ageUs: number): number {
  if (ageUs <= 0) return -1;
  let power = 0;
  for (let rest = ageUs * 1000; rest >= 2; rest /= 2) power++;
  return power;
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
