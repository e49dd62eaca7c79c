/**
 * Taints and tolerations.
 * Source: Kubernetes 1.32, api/core/v1/toleration.go and component-helpers/scheduling/corev1/helpers.go.
 * Left out: toleration seconds, which only the taint eviction controller reads.
 * Invariant: an empty key or effect of a toleration stands for all of them.
 */
import type { Toleration } from "../kinds/pod-spec.ts";

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** Whether one toleration covers the taint (`Toleration.ToleratesTaint`). */
function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return (toleration.operator ?? "Equal") === "Equal" && (toleration.value ?? "") === (taint.value ?? "");
}

/** Whether any of the tolerations covers the taint. */
export function tolerated(tolerations: readonly Toleration[], taint: Taint): boolean {
  for (const toleration of tolerations) if (tolerates(toleration, taint)) return true;
  return false;
}

/** The first taint with effect NoSchedule or NoExecute that nothing tolerates; those keep a pod off a node. */
export function untoleratedTaint(taints: readonly Taint[], tolerations: readonly Toleration[]): Taint | undefined {
  for (const taint of taints) {
    if (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") continue;
    if (!tolerated(tolerations, taint)) return taint;
  }
  return undefined;
}
