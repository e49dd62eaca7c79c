/**
 * The status of a DaemonSet, in nodes.
 * Source: Kubernetes 1.32, pkg/controller/daemon/daemon_controller.go (updateDaemonSetStatus, storeDaemonSetStatus).
 * Left out: nothing.
 * Invariant: pure; of several daemons on a node the oldest one counts.
 */
import type { DaemonSet, DaemonSetStatus } from "../../api/kinds/daemon-set.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import { isAvailable, isReady } from "../pod-state.ts";
import { isUpdated, judgeNode } from "./daemon-pod.ts";
import { byNode, type Situation } from "./plan.ts";

/** Counts nodes. */
export function statusOf({ set, nodes, pods, hash, now }: Situation): DaemonSetStatus {
  const count = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  const daemons = byNode(pods);
  for (const node of nodes) {
    const [oldest] = daemons.get(node.metadata.name) ?? [];
    if (!judgeNode(set, node).run) {
      if (oldest !== undefined) count.misscheduled++;
      continue;
    }
    count.desired++;
    if (oldest === undefined) continue;
    count.current++;
    if (isReady(oldest)) count.ready++;
    if (isAvailable(oldest, set.spec.minReadySeconds, now)) count.available++;
    if (isUpdated(set, oldest, hash)) count.updated++;
  }
  const unavailable = count.desired - count.available;
  const { collisionCount } = set.status ?? {};
  return {
    currentNumberScheduled: count.current,
    numberMisscheduled: count.misscheduled,
    desiredNumberScheduled: count.desired,
    numberReady: count.ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(count.updated > 0 && { updatedNumberScheduled: count.updated }),
    ...(count.available > 0 && { numberAvailable: count.available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
    ...(collisionCount !== undefined && { collisionCount }),
  };
}

/** Whether writing this status would change anything. */
export function statusDiffers({ status }: DaemonSet, next: DaemonSetStatus): boolean {
  return !equalJson(status, next);
}
