/**
 * Node health: when a node counts as silent, and what is then written into its conditions.
 * Source: Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go (tryUpdateNodeHealth).
 * Left out: the small drift of upstream's monitor loop, which makes "after 50 s" true at the tenth tick.
 * Invariant: pure; a node is silent from the first tick that lies 50 s or more after the tick that saw its last sign.
 */
import type { Node, NodeCondition } from "../../api/kinds/node.ts";
import { type Duration, type Instant, rfc3339, second } from "../../time/instant.ts";
import { instantOf } from "../pod-state.ts";

/** How often nodes are looked at (--node-monitor-period). */
export const monitorPeriod: Duration = 5 * second;
/** Silence that is borne (--node-monitor-grace-period), and the same for a node that never said anything. */
const monitorGrace: Duration = 50 * second;
const startupGrace: Duration = 60 * second;

const watched = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** One condition of a node. */
function nodeCondition(node: Node, type: string): NodeCondition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type);
}

/** Status of the condition Ready; Unknown if the kubelet never posted it. */
export function readyStatus(node: Node): "True" | "False" | "Unknown" {
  return nodeCondition(node, "Ready")?.status ?? "Unknown";
}

/** The ticks: `start` and whole periods later. */
export function tickAtOrAfter(start: Instant, instant: Instant): Instant {
  return start + Math.max(0, Math.ceil((instant - start) / monitorPeriod)) * monitorPeriod;
}

/**
 * The tick at which a node counts as silent, unless it gives another sign. `lastLease`: its last lease renewal; `since`: the
 * first tick of this watch over nodes.
 */
export function silentFrom(node: Node, lastLease: Instant | undefined, since: Instant): Instant {
  const ready = nodeCondition(node, "Ready");
  const created = instantOf(node.metadata.creationTimestamp) ?? since;
  const posted = ready === undefined ? created : (instantOf(ready.lastHeartbeatTime) ?? created);
  const last = Math.max(posted, lastLease ?? posted);
  if (ready === undefined && lastLease === undefined) return tickAtOrAfter(since, created + startupGrace);
  return tickAtOrAfter(since, Math.max(since, last)) + monitorGrace;
}

/** The node with its conditions Unknown, as for a kubelet that fell silent; the same object if they are already. */
export function silenced(node: Node, now: Instant): Node {
  const time = rfc3339(now);
  const conditions = [...(node.status?.conditions ?? [])];
  let changed = false;
  for (const type of watched) {
    const index = conditions.findIndex((condition) => condition.type === type);
    const before = conditions[index];
    if (before === undefined) {
      const lastHeartbeatTime = node.metadata.creationTimestamp ?? time;
      const message = "Kubelet never posted node status.";
      conditions.push({
        type,
        status: "Unknown",
        reason: "NodeStatusNeverUpdated",
        message,
        lastHeartbeatTime,
        lastTransitionTime: time,
      });
      changed = true;
    } else if (before.status !== "Unknown") {
      const message = "Kubelet stopped posting node status.";
      conditions[index] = {
        ...before,
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message,
        lastTransitionTime: time,
      };
      changed = true;
    }
  }
  return changed ? { ...node, status: { ...node.status, conditions } } : node;
}
