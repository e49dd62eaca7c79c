/**
 * What the scheduling queue remembers of a pod, and where its parts are kept.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`QueuedPodInfo`) and
 * pkg/scheduler/backend/queue/{active_queue,backoff_queue}.go.
 * Left out: pending plugins (only Permit of pod groups uses them), metrics.
 * Invariant: plain data; a pod is in exactly one place, and the sorted keys below are those of its record.
 */
import type { ClusterEvent } from "../events.ts";
import type { PodLike } from "../objects.ts";

/** Where a pod is. `inFlight`: taken for a scheduling cycle and not yet bound or returned. */
export type QueuePlace = "active" | "backoff" | "unschedulable" | "gated" | "inFlight";

/** One pod in the queue; times are simulated microseconds. */
export interface QueuedPod {
  /** "namespace/name". */
  readonly key: string;
  readonly pod: PodLike;
  readonly place: QueuePlace;
  readonly priority: number;
  /** When it entered the queue last; ties of priority are broken by it. */
  readonly timestampUs: number;
  /** Scheduling cycles so far; each failed one doubles the backoff. */
  readonly attempts: number;
  /** Plugins that refused it in its last cycle, or that gate it. */
  readonly plugins: readonly string[];
  /** Events since it was taken for a cycle: one of them may have undone the refusal meanwhile. */
  readonly missed: readonly ClusterEvent[];
}

/** An ordered map of the simulation, as far as the queue needs it. */
export interface OrderedRows {
  set(key: string, value: string): void;
  delete(key: string): boolean;
  first(from?: string): [string, string] | undefined;
}

/** A map of the simulation by pod key, as far as the queue needs it. */
export interface QueuedRows {
  get(key: string): QueuedPod | undefined;
  set(key: string, value: QueuedPod): void;
  delete(key: string): boolean;
  keys(): Iterable<string>;
}

/** The queue's state: all pods but waiting ones in `pods`, those that wait for an event in `waiting`, and two orders. */
export interface QueueTables {
  /** Pods that are active, backing off or in flight. */
  readonly pods: QueuedRows;
  /** Pods that are unschedulable or gated; kept apart because every cluster event walks through them. */
  readonly waiting: QueuedRows;
  /** `activeKey` → pod key. */
  readonly active: OrderedRows;
  /** `backoffKey` → pod key. */
  readonly backoff: OrderedRows;
}

const backoffInitialUs = 1_000_000;
const backoffMaxUs = 10_000_000;
const int32Max = 2147483647;

/** Sorts as PrioritySort does, then by the pod's name, so that the order is total. */
export function activeKey({ key, priority, timestampUs }: QueuedPod): string {
  return `${String(int32Max - priority).padStart(10, "0")} ${String(timestampUs).padStart(16, "0")} ${key}`;
}

/** Sorts by the end of the backoff. */
export function backoffKey(queued: QueuedPod): string {
  return `${String(backoffEndUs(queued)).padStart(16, "0")} ${queued.key}`;
}

/** When the pod may be tried again: a second after its first failure, doubling to ten (`getBackoffTime`). */
export function backoffEndUs({ attempts, timestampUs }: QueuedPod): number {
  let backoffUs = backoffInitialUs;
  for (let i = 1; i < attempts && backoffUs < backoffMaxUs; i++) backoffUs *= 2;
  return timestampUs + Math.min(backoffUs, backoffMaxUs);
}
