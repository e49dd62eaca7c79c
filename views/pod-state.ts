/**
 * How a pod looks: the one word that sums up its recorded status, with the glyph, tone and outline that go with the word.
 * Follows the words of kubectl's pod printer (Kubernetes 1.32, pkg/printers/internalversion). Any field may be missing.
 */
import type { Json, JsonObject, KubeObject } from "../sim/api/types.ts";
import type { IconName, LineStyle, Tone } from "./scene.ts";

/** Classes of pod state in the order in which fill bars and legends show them. */
export const POD_CLASSES = ["ready", "unready", "creating", "pending", "going", "done", "crash", "failed"] as const;

/** One class of pod state. */
export type PodClass = (typeof POD_CLASSES)[number];

/** Glyph, tone and outline of a class of pod state, and its word in the legend. */
interface PodLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly line: LineStyle;
  readonly word: string;
}

const LOOKS: Readonly<Record<PodClass, PodLook>> = {
  ready: { icon: "check", tone: "ok", line: "solid", word: "ready" },
  unready: { icon: "half", tone: "wait", line: "solid", word: "running, not ready" },
  creating: { icon: "dots", tone: "info", line: "dashed", word: "creating" },
  pending: { icon: "clock", tone: "wait", line: "dotted", word: "pending" },
  going: { icon: "leave", tone: "going", line: "dashed", word: "terminating" },
  done: { icon: "done", tone: "muted", line: "solid", word: "completed" },
  crash: { icon: "loop", tone: "bad", line: "heavy-dashed", word: "cannot run" },
  failed: { icon: "cross", tone: "bad", line: "heavy", word: "failed" },
};

/** The look of a class. */
export function podLook(podClass: PodClass): PodLook {
  return LOOKS[podClass];
}

/** A pod's class and its word, e.g. "CrashLoopBackOff". */
export interface PodState {
  readonly podClass: PodClass;
  readonly word: string;
}

/** A field of an object of unknown shape, or undefined when there is no such field or no object. */
export function field(value: Json | undefined, name: string): Json | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject)[name] : undefined;
}

/** A text field, or "". */
export function textField(value: Json | undefined, name: string): string {
  const found = field(value, name);
  return typeof found === "string" ? found : "";
}

/** A list field, or an empty list. */
export function listField(value: Json | undefined, name: string): readonly Json[] {
  const found = field(value, name);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

/** Status of a condition ("True", "False", "Unknown"), or "" when it is not recorded. */
export function conditionStatus(status: Json | undefined, type: string): string {
  for (const condition of listField(status, "conditions")) {
    if (textField(condition, "type") === type) return textField(condition, "status");
  }
  return "";
}

const STARTING = new Set(["ContainerCreating", "PodInitializing"]);

/** Word of the first container that waits or ended badly, as kubectl's STATUS column has it; "" when none. */
function containerReason(status: Json | undefined): string {
  for (const list of ["initContainerStatuses", "containerStatuses"]) {
    for (const container of listField(status, list)) {
      const state = field(container, "state");
      const waiting = textField(field(state, "waiting"), "reason");
      if (waiting !== "")
        return list === "initContainerStatuses" && !STARTING.has(waiting) ? `Init:${waiting}` : waiting;
      const terminated = field(state, "terminated");
      if (terminated !== undefined && list === "containerStatuses") {
        const exitCode = field(terminated, "exitCode");
        if (typeof exitCode === "number" && exitCode !== 0)
          return textField(terminated, "reason") || `ExitCode:${exitCode}`;
      }
    }
  }
  return "";
}

function countReady(status: Json | undefined): string {
  const containers = listField(status, "containerStatuses");
  if (containers.length === 0) return "";
  const ready = containers.filter((container) => field(container, "ready") === true).length;
  return ` ${ready}/${containers.length}`;
}

/** Sums up a pod; `recorded` facts only, nothing is decided here that the cluster has not written down. */
export function podState(pod: KubeObject): PodState {
  const status = field(pod as unknown as JsonObject, "status");
  const phase = textField(status, "phase") || "Pending";
  const reason = textField(status, "reason");
  if (pod.metadata.deletionTimestamp) return { podClass: "going", word: "Terminating" };
  if (phase === "Failed") return { podClass: "failed", word: reason || containerReason(status) || "Failed" };
  if (phase === "Succeeded") return { podClass: "done", word: "Completed" };
  const waiting = containerReason(status);
  if (STARTING.has(waiting)) return { podClass: "creating", word: waiting };
  if (waiting !== "") return { podClass: "crash", word: waiting };
  if (phase === "Pending") return { podClass: "pending", word: pendingWord(status) };
  if (phase !== "Running") return { podClass: "unready", word: phase };
  const ready = conditionStatus(status, "Ready") === "True";
  return { podClass: ready ? "ready" : "unready", word: `${ready ? "Running" : "Not ready"}${countReady(status)}` };
}

function pendingWord(status: Json | undefined): string {
  for (const condition of listField(status, "conditions")) {
    if (textField(condition, "type") === "PodScheduled" && textField(condition, "status") === "False") {
      return textField(condition, "reason") || "Pending";
    }
  }
  return "Pending";
}
