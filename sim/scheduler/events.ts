/**
 * Cluster events that can make an unschedulable pod schedulable, and the plugins' opinion on each.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go and events.go (`ClusterEvent`, `QueueingHintFn`), with the
 * feature gate SchedulerQueueingHints on, as it is by default in 1.32.
 * Left out: events of resource claims.
 * Invariant: a hint is pure; in doubt it says "Queue", which costs a cycle but never strands a pod.
 */
import type { KubeObject } from "../api/types.ts";
import type { LabelSelecting, MapSelecting, NamespaceLike, NodeLike, PodLike } from "./objects.ts";
import type { PodInfo } from "./pod-row.ts";

/** What happened, to what kind of object; names as upstream labels them in metrics and logs. */
export type ClusterEventName =
  | "AssignedPodAdd"
  | "AssignedPodUpdate"
  | "AssignedPodDelete"
  | "UnscheduledPodUpdate"
  | "NodeAdd"
  | "NodeAllocatableChange"
  | "NodeLabelChange"
  | "NodeTaintChange"
  | "NodeDelete"
  | "NamespaceChange"
  | `${"PersistentVolume" | "PersistentVolumeClaim" | "StorageClass"}${"Add" | "Update"}`
  | "ForceActivate"
  | "UnschedulableTimeout";

/** One event with the objects it is about. Absent objects: `before` of an addition, `after` of a deletion. */
export interface ClusterEvent {
  readonly name: ClusterEventName;
  readonly before?: ClusterObject;
  readonly after?: ClusterObject;
}

/** Any object that events are about. */
export type ClusterObject = PodLike | NodeLike | NamespaceLike | MapSelecting | LabelSelecting | KubeObject;

/** Whether the event may make the pod schedulable as far as this plugin is concerned. */
export type QueueingHint = "Queue" | "QueueSkip";

/** An event that a plugin registers for, with its hint; without a hint the answer is always "Queue". */
export interface ClusterEventWithHint {
  readonly event: ClusterEventName;
  hint?(pod: PodInfo, event: ClusterEvent): QueueingHint;
}

/** The events by which a changed Node differs from its former object (`NodeSchedulingPropertiesChange`). */
export function nodeEvents(before: NodeLike, after: NodeLike): readonly ClusterEventName[] {
  const events: ClusterEventName[] = [];
  const differ = (left: unknown, right: unknown): boolean =>
    JSON.stringify(left ?? null) !== JSON.stringify(right ?? null);
  if (differ(before.status?.allocatable, after.status?.allocatable)) events.push("NodeAllocatableChange");
  if (differ(before.metadata.labels, after.metadata.labels)) events.push("NodeLabelChange");
  if (differ(before.spec?.taints, after.spec?.taints) || before.spec?.unschedulable !== after.spec?.unschedulable)
    events.push("NodeTaintChange");
  return events;
}
