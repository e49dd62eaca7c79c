/**
 * DefaultTolerationSeconds: a pod stays five minutes on a node that is not ready or unreachable
 * (Kubernetes 1.32, plugin/pkg/admission/defaulttolerationseconds/admission.go).
 * Left out: nothing.
 * Invariant: a pod's own toleration of those taints is never changed.
 */
import type { Pod } from "../kinds/pod.ts";
import type { PodSpec, Toleration } from "../kinds/pod-spec.ts";
import type { AdmissionPlugin } from "./chain.ts";

const SECONDS = 300;
const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] as const;
const DEFAULTS: readonly Toleration[] = TAINTS.map((key) => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: SECONDS,
}));

const remembered = new WeakMap<PodSpec, PodSpec>();

function tolerates({ key, effect }: Toleration, taint: string): boolean {
  return (key === taint || !key) && (effect === "NoExecute" || !effect);
}

function withTolerations(spec: PodSpec): PodSpec {
  const known = remembered.get(spec);
  if (known) return known;
  const own = spec.tolerations ?? [];
  const missing = DEFAULTS.filter((one) => !own.some((toleration) => tolerates(toleration, one.key!)));
  const result = missing.length === 0 ? spec : { ...spec, tolerations: [...own, ...missing] };
  remembered.set(spec, result);
  return result;
}

/** The plugin. */
export const defaultTolerations: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  resource: "pods",
  operations: ["CREATE"],
  admit(object) {
    const pod = object as Pod;
    const spec = withTolerations(pod.spec);
    if (spec === pod.spec) return { object, verdict: "" };
    return { object: { ...pod, spec } as Pod, verdict: "300 s for not-ready and unreachable" };
  },
};
