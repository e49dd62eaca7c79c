/**
 * What controllers ask of a pod: is it active, ready, available.
 * Source: Kubernetes 1.32, pkg/controller/controller_utils.go (IsPodActive) and pkg/api/v1/pod/util.go.
 * Invariant: pure; the answer depends on the pod and, for availability, on the clock.
 */
import type { Pod } from "../api/kinds/pod.ts";
import type { PodCondition } from "../api/kinds/pod-status.ts";
import { epochMs, type Instant, millisecond, parseRfc3339, second } from "../time/instant.ts";

/** Neither finished nor being deleted: counts as a replica. */
export function isActive(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase !== "Succeeded" && phase !== "Failed" && pod.metadata.deletionTimestamp === undefined;
}

/** One condition of a pod by type. */
function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Whether the Ready condition is True. */
export function isReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** The instant of an API timestamp (whole seconds); undefined for an absent or null one. */
export function instantOf(timestamp: string | null | undefined): Instant | undefined {
  return timestamp == null ? undefined : (parseRfc3339(timestamp) - epochMs) * millisecond;
}

/** Instant of the last change of the Ready condition of a ready pod; undefined if not ready. */
export function readySince(pod: Pod): Instant | undefined {
  const ready = podCondition(pod, "Ready");
  return ready?.status === "True" ? instantOf(ready.lastTransitionTime) : undefined;
}

/** Whether a ready pod has been ready for so many seconds; `undefined` seconds count as none. */
export function isAvailable(pod: Pod, minReadySeconds: number | undefined, now: Instant): boolean {
  if (!isReady(pod)) return false;
  return (minReadySeconds ?? 0) === 0 || (availableAt(pod, minReadySeconds) ?? now) <= now;
}

/** When a ready pod is or was available; undefined for one that is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number | undefined): Instant | undefined {
  const since = readySince(pod);
  return since === undefined ? undefined : since + (minReadySeconds ?? 0) * second;
}
