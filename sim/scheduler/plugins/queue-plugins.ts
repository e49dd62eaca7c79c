/**
 * The plugins around the queue and the binding: SchedulingGates, PrioritySort and DefaultBinder.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/{schedulinggates,queuesort,defaultbinder}.
 * Left out: nothing; sending the binding is the component's part.
 * Invariant: stateless.
 */
import type { BindPlugin, PreEnqueuePlugin, QueueSortPlugin } from "../framework.ts";
import { success, unresolvable } from "../status.ts";

/** Keeps a pod out of the queue while it has scheduling gates. */
export const SchedulingGates: PreEnqueuePlugin = {
  name: "SchedulingGates",
  eventsToRegister: [{ event: "UnscheduledPodUpdate" }],
  preEnqueue({ spec }) {
    const gates = (spec.schedulingGates ?? []).map(({ name }) => name);
    if (gates.length === 0) return success;
    return unresolvable("SchedulingGates", `waiting for scheduling gates: [${gates.join(" ")}]`);
  },
};

/** Higher priority first, then who came first. */
export const PrioritySort: QueueSortPlugin = {
  name: "PrioritySort",
  less(left, right) {
    return left.priority > right.priority || (left.priority === right.priority && left.timestampUs < right.timestampUs);
  },
};

/** Binds by a Binding object to the pod's `binding` subresource. */
export const DefaultBinder: BindPlugin = {
  name: "DefaultBinder",
  bind(_state, { name, namespace, pod }, nodeName) {
    const { uid } = pod.metadata;
    return {
      apiVersion: "v1",
      kind: "Binding",
      metadata: uid === undefined ? { name, namespace } : { name, namespace, uid },
      target: { kind: "Node", name: nodeName },
    };
  },
};
