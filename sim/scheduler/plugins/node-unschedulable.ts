/**
 * NodeUnschedulable: keeps pods off cordoned nodes unless they tolerate the cordon's taint.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go.
 * Left out: nothing.
 * Invariant: stateless.
 */

import { tolerated } from "../../api/selectors/tolerations.ts";
import type { FilterPlugin } from "../framework.ts";
import type { NodeLike } from "../objects.ts";
import { success, unresolvable } from "../status.ts";

const name = "NodeUnschedulable";
const cordoned = unresolvable(name, "node(s) were unschedulable");
const cordonTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/** The plugin under upstream's name. */
export const NodeUnschedulable: FilterPlugin = {
  name,
  eventsToRegister: (["NodeAdd", "NodeTaintChange", "UnscheduledPodUpdate"] as const).map((event) => ({
    event,
    hint: (pod, { after }) =>
      event === "UnscheduledPodUpdate" ||
      (after as NodeLike).spec?.unschedulable !== true ||
      tolerated(pod.spec.tolerations ?? [], cordonTaint)
        ? "Queue"
        : "QueueSkip",
  })),
  filter(_state, pod, node) {
    return !node.unschedulable || tolerated(pod.spec.tolerations ?? [], cordonTaint) ? success : cordoned;
  },
};
