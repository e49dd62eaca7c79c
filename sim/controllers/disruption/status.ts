/**
 * The arithmetic of a disruption budget: how many of its pods there should be, are healthy, and may be disrupted now.
 * Source: Kubernetes 1.32, pkg/controller/disruption/disruption.go (getExpectedPodCount, buildDisruptedPodMap,
 * countHealthyPods, updatePdbStatus).
 * Left out: nothing.
 * Invariant: pure; a budget that selects no pods allows no disruption.
 */
import { withDisruptionAllowed } from "../../api/kinds/disruption-allowed.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../api/kinds/pod-disruption-budget.ts";
import { type Duration, type Instant, minute, rfc3339 } from "../../time/instant.ts";
import { scaled } from "../deployment/bounds.ts";
import { instantOf, isReady } from "../pod-state.ts";

/** How long an allowed disruption is waited for before it counts as not having happened. */
const deletionTimeout = 2 * minute;

/** How many pods there should be, and how many of them healthy. */
export interface Expected {
  readonly expected: number;
  readonly desiredHealthy: number;
}

/** Whether a budget asks for a share of what the pods' controllers are asked for, and not for a number of pods. */
export function countsScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === "string";
}

/** What a budget asks for; `replicas`: what the pods' controllers together are asked for, where `countsScale`. */
export function expectedOf({ spec }: PodDisruptionBudget, pods: readonly Pod[], replicas: number): Expected {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable !== undefined)
    return { expected: replicas, desiredHealthy: Math.max(0, replicas - scaled(maxUnavailable, replicas, true)) };
  if (typeof minAvailable === "string")
    return { expected: replicas, desiredHealthy: scaled(minAvailable, replicas, true) };
  return { expected: pods.length, desiredHealthy: minAvailable ?? 0 };
}

/** Pods that an eviction was allowed for. */
export interface Disrupted {
  /** Those that are still waited for, with the time of the eviction. */
  readonly pods: Readonly<Record<string, string>>;
  /** Those that should have gone long since. */
  readonly overdue: readonly Pod[];
  /** Look again after this long; undefined if nothing is waited for. */
  readonly recheck?: Duration;
}

/** Which of the pods that an eviction was allowed for are still on their way out. */
export function disruptedOf({ status }: PodDisruptionBudget, pods: readonly Pod[], now: Instant): Disrupted {
  const waiting: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheck: Duration | undefined;
  for (const pod of pods) {
    const since = status?.disruptedPods?.[pod.metadata.name];
    if (since === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    const left = (instantOf(since) ?? now) + deletionTimeout - now;
    if (left <= 0) overdue.push(pod);
    else {
      waiting[pod.metadata.name] = since;
      recheck = Math.min(recheck ?? left, left);
    }
  }
  return { pods: waiting, overdue, ...(recheck !== undefined && { recheck }) };
}

/** The status that follows. */
export function statusOf(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  { expected, desiredHealthy }: Expected,
  disrupted: Disrupted,
  now: Instant,
): NonNullable<PodDisruptionBudget["status"]> {
  const isHealthy = (pod: Pod) =>
    pod.metadata.deletionTimestamp === undefined && disrupted.pods[pod.metadata.name] === undefined && isReady(pod);
  const currentHealthy = pods.filter(isHealthy).length;
  const { conditions } = budget.status ?? {};
  const status = {
    observedGeneration: budget.metadata.generation ?? 0,
    ...(Object.keys(disrupted.pods).length > 0 && { disruptedPods: disrupted.pods }),
    disruptionsAllowed: expected > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0,
    currentHealthy,
    desiredHealthy,
    expectedPods: expected,
    ...(conditions !== undefined && { conditions }),
  };
  return withDisruptionAllowed(status, rfc3339(now));
}
