/**
 * How long a Job waits before it replaces failed pods: ten seconds, doubled with each failure since the last success.
 * Source: Kubernetes 1.32, pkg/controller/job/backoff_utils.go.
 * Left out: nothing.
 * Invariant: pure; a failure is counted once, when it is first written into the Job's status.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import { type Duration, type Instant, minute, second } from "../../time/instant.ts";
import { instantOf } from "../pod-state.ts";

const backoffFirst = 10 * second;
const backoffMax = 10 * minute;

/** Failures since the last success, and the instant of the last one. */
export interface Backoff {
  readonly failures: number;
  readonly last: Instant;
}

/** No failures. */
export const noBackoff: Backoff = { failures: 0, last: 0 };

/** When a pod ended: its last container, or else when it stopped being ready or was deleted. */
function finishedAt(pod: Pod): Instant {
  const ends = (pod.status?.containerStatuses ?? []).map((one) => instantOf(one.state?.terminated?.finishedAt));
  if (ends.length > 0 && ends.every((end) => end !== undefined)) return Math.max(...(ends as number[]));
  const ready = pod.status?.conditions?.find((one) => one.type === "Ready" && one.status === "False");
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  const unready = instantOf(ready?.lastTransitionTime);
  if (unready !== undefined) return unready;
  const deleted = instantOf(deletionTimestamp);
  return deleted === undefined ? (instantOf(creationTimestamp) ?? 0) : deleted - deletionGracePeriodSeconds * second;
}

/** The back-off after pods that have just ended. */
export function backoffAfter(before: Backoff, succeeded: readonly Pod[], failed: readonly Pod[]): Backoff {
  const times = failed.map(finishedAt);
  if (succeeded.length === 0) {
    return failed.length === 0 ? before : { failures: before.failures + failed.length, last: Math.max(...times) };
  }
  const success = Math.max(...succeeded.map(finishedAt));
  const later = times.filter((time) => time > success);
  return later.length === 0 ? noBackoff : { failures: later.length, last: Math.max(...later) };
}

/** How long to wait still; 0 for not at all. */
export function remaining({ failures, last }: Backoff, now: Instant): Duration {
  if (failures === 0) return 0;
  const whole = Math.min(backoffMax, backoffFirst * 2 ** Math.min(failures - 1, 30));
  return Math.max(0, last + whole - now);
}
