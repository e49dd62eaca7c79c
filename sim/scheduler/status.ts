/**
 * The verdict of a plugin: a code, the reasons for it and whose verdict it is.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/interface.go (`Status`, `Code`). Left out: wrapped Go errors.
 * Invariant: a status is an immutable constant; success is one shared value, so that filtering allocates nothing.
 */

/** Upstream's codes under upstream's names. */
export type Code = "Success" | "Error" | "Unschedulable" | "UnschedulableAndUnresolvable" | "Wait" | "Skip" | "Pending";

/** One plugin's verdict. `reasons` are upstream's words; `plugin` is empty for a verdict of the framework itself. */
export interface Status {
  readonly code: Code;
  readonly reasons: readonly string[];
  readonly plugin: string;
}

/** The verdict of whoever has nothing against it. */
export const success: Status = { code: "Success", reasons: [], plugin: "" };

/** The plugin has nothing to do with this pod; the framework leaves out its later calls for it. */
export const skip: Status = { code: "Skip", reasons: [], plugin: "" };

/** Preemption may help: `Unschedulable`. */
export function unschedulable(plugin: string, ...reasons: readonly string[]): Status {
  return { code: "Unschedulable", reasons, plugin };
}

/** No pod that goes away can help: `UnschedulableAndUnresolvable`. */
export function unresolvable(plugin: string, ...reasons: readonly string[]): Status {
  return { code: "UnschedulableAndUnresolvable", reasons, plugin };
}

/** Whether the pod is turned away, as opposed to accepted, skipped or failed by an error (`Status.IsRejected`). */
export function isRejected(status: Status): boolean {
  return status.code === "Unschedulable" || status.code === "UnschedulableAndUnresolvable" || status.code === "Pending";
}
