/**
 * NodeName: a pod that names its node runs there or nowhere.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/nodename/node_name.go.
 * Left out: nothing.
 * Invariant: stateless.
 */
import type { FilterPlugin } from "../framework.ts";
import { success, unresolvable } from "../status.ts";

const name = "NodeName";
const mismatch = unresolvable(name, "node(s) didn't match the requested node name");

/** The plugin under upstream's name. */
export const NodeName: FilterPlugin = {
  name,
  eventsToRegister: [{ event: "NodeAdd" }],
  filter(_state, pod, node) {
    const wanted = pod.spec.nodeName;
    return !wanted || wanted === node.name ? success : mismatch;
  },
};
