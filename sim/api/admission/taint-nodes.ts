/**
 * TaintNodesByCondition: a new node takes no pods until the node controller has seen it ready
 * (Kubernetes 1.32, plugin/pkg/admission/nodetaint/admission.go).
 * Left out: nothing.
 * Invariant: the taint is there once.
 */
import type { Node } from "../kinds/node.ts";
import type { AdmissionPlugin } from "./chain.ts";

const NOT_READY = "node.kubernetes.io/not-ready";

/** The plugin. */
export const taintNodes: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  resource: "nodes",
  operations: ["CREATE"],
  admit(object) {
    const node = object as Node;
    const taints = node.spec.taints ?? [];
    if (taints.some((taint) => taint.key === NOT_READY && taint.effect === "NoSchedule"))
      return { object, verdict: "" };
    const spec = { ...node.spec, taints: [...taints, { key: NOT_READY, effect: "NoSchedule" as const }] };
    return { object: { ...node, spec } as Node, verdict: "taint not-ready:NoSchedule" };
  },
};
