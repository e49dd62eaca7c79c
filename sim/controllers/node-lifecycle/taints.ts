/**
 * The taints that follow from a node's conditions, and from the decision to evict.
 * Source: Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go (nodeConditionToTaintKeyStatusMap,
 * doNoScheduleTaintingPass) and pkg/util/taints.
 * Left out: nothing.
 * Invariant: pure; taints of others are kept as they are and where they are.
 */
import type { Node, Taint } from "../../api/kinds/node.ts";
import { readyStatus } from "./health.ts";

/** The two taints that make pods leave, by what Ready says. */
export type EvictionTaint = "node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable";

const notReady: EvictionTaint = "node.kubernetes.io/not-ready";
const unreachable: EvictionTaint = "node.kubernetes.io/unreachable";
const unschedulable = "node.kubernetes.io/unschedulable";

const byCondition: Readonly<Record<string, string>> = {
  MemoryPressure: "node.kubernetes.io/memory-pressure",
  DiskPressure: "node.kubernetes.io/disk-pressure",
  NetworkUnavailable: "node.kubernetes.io/network-unavailable",
  PIDPressure: "node.kubernetes.io/pid-pressure",
};
const conditionKeys = new Set<string>([notReady, unreachable, unschedulable, ...Object.values(byCondition)]);

/** The taint with which a node in this state makes its pods leave; undefined for a ready one. */
export function evictionTaint(status: "True" | "False" | "Unknown"): EvictionTaint | undefined {
  return status === "True" ? undefined : status === "False" ? notReady : unreachable;
}

/** The NoExecute taint of this controller that a node has. */
export function evictionTaintOn(node: Node): EvictionTaint | undefined {
  const found = node.spec.taints?.find(
    (taint) => taint.effect === "NoExecute" && (taint.key === notReady || taint.key === unreachable),
  );
  return found?.key as EvictionTaint | undefined;
}

/** Keys of the NoSchedule taints that the node's conditions ask for. */
function schedulingKeys(node: Node): string[] {
  const keys: string[] = [];
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = type === "Ready" ? evictionTaint(status) : status === "True" ? byCondition[type] : undefined;
    if (key !== undefined) keys.push(key);
  }
  if (node.spec.unschedulable === true) keys.push(unschedulable);
  return keys;
}

/** The taints that the node should have: `before` itself if it has them. `timeAdded`: RFC 3339, for new ones. */
export function wantedTaints(
  node: Node,
  before: readonly Taint[],
  eviction: EvictionTaint | undefined,
  timeAdded: string,
): readonly Taint[] {
  const knowsReady = node.status?.conditions?.some((condition) => condition.type === "Ready") ?? false;
  const keys = schedulingKeys(node);
  const kept = before.filter((taint) => {
    if (taint.effect === "NoExecute")
      return (taint.key !== notReady && taint.key !== unreachable) || taint.key === eviction;
    if (taint.effect !== "NoSchedule" || !conditionKeys.has(taint.key)) return true;
    return keys.includes(taint.key) || (taint.key === notReady && !knowsReady);
  });
  const missing = keys.filter((key) => !kept.some((taint) => taint.key === key && taint.effect === "NoSchedule"));
  const added: Taint[] = missing.map((key) => ({ key, effect: "NoSchedule", timeAdded }));
  if (eviction !== undefined && !kept.some((taint) => taint.key === eviction && taint.effect === "NoExecute")) {
    added.push({ key: eviction, effect: "NoExecute", timeAdded });
  }
  return added.length === 0 && kept.length === before.length ? before : [...kept, ...added];
}

/** Whether the pass over a node would change its taints, reading the status as the pass does. */
export function readyChanged(node: Node, previous: Node | undefined): boolean {
  return previous === undefined || readyStatus(node) !== readyStatus(previous);
}
