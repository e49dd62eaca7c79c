/**
 * NodePorts: two pods cannot hold the same host port of a node.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/nodeports/node_ports.go.
 * Left out: nothing.
 * Invariant: stateless; the wanted ports are part of the pod's row.
 */
import type { FilterPlugin, PreFilterPlugin } from "../framework.ts";
import { portsCollide } from "../host-ports.ts";
import type { PodLike } from "../objects.ts";
import { podInfo } from "../pod-row.ts";
import { skip, success, unschedulable } from "../status.ts";

const name = "NodePorts";
const taken = unschedulable(name, "node(s) didn't have free ports for the requested pod ports");

/** The plugin under upstream's name. */
export const NodePorts: PreFilterPlugin & FilterPlugin = {
  name,
  eventsToRegister: [
    {
      event: "AssignedPodDelete",
      hint: (pod, { before }) => {
        const gone = podInfo(before as PodLike);
        return gone.spec.nodeName && portsCollide(gone.hostPorts, pod.hostPorts) ? "Queue" : "QueueSkip";
      },
    },
    { event: "NodeAdd" },
  ],
  preFilter: (_context, _state, pod) => ({ status: pod.hostPorts.length === 0 ? skip : success }),
  filter: (_state, pod, node) => (portsCollide(node.usedPorts, pod.hostPorts) ? taken : success),
};
