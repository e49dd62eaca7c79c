/**
 * Priority: turns a pod's priority class into a number (Kubernetes 1.32, plugin/pkg/admission/priority/admission.go).
 * Left out: nothing for pods; validation of PriorityClass objects themselves.
 * Invariant: without any class the priority is 0 and preemption is allowed.
 */
import type { Pod } from "../kinds/pod.ts";
import type { PodSpec } from "../kinds/pod-spec.ts";
import { type Handling, Refusal } from "../pipeline/handling.ts";
import { forbiddenError } from "../status-error.ts";
import type { KubeObject } from "../types.ts";
import type { AdmissionPlugin } from "./chain.ts";

const CLASSES = "/registry/priorityclasses/";

interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: "PreemptLowerPriority" | "Never";
}

interface Priority {
  readonly value: number;
  readonly className: string;
  readonly preemptionPolicy: "PreemptLowerPriority" | "Never";
}

const ZERO: Priority = { value: 0, className: "", preemptionPolicy: "PreemptLowerPriority" };
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ["system-node-critical", 2_000_001_000],
  ["system-cluster-critical", 2_000_000_000],
]);

function priorityOf(found: PriorityClass): Priority {
  return {
    value: found.value,
    className: found.metadata.name,
    preemptionPolicy: found.preemptionPolicy ?? "PreemptLowerPriority",
  };
}

/** The class named, or the lowest global default, or zero; undefined if the name is unknown. */
function resolve({ reader }: Handling, className: string | undefined): Priority | undefined {
  if (className) {
    const stored = reader.get(CLASSES + className);
    if (stored) return priorityOf(stored.value as PriorityClass);
    const value = SYSTEM.get(className);
    return value === undefined ? undefined : { ...ZERO, value, className };
  }
  let lowest: PriorityClass | undefined;
  for (const { value } of reader.list(CLASSES)) {
    const one = value as PriorityClass;
    if (one.globalDefault && (!lowest || one.value < lowest.value)) lowest = one;
  }
  return lowest ? priorityOf(lowest) : ZERO;
}

const remembered = new WeakMap<PodSpec, { readonly priority: Priority; readonly spec: PodSpec }>();

function samePriority(one: Priority, other: Priority): boolean {
  return (
    one.value === other.value && one.className === other.className && one.preemptionPolicy === other.preemptionPolicy
  );
}

function withPriority(spec: PodSpec, priority: Priority): PodSpec {
  const known = remembered.get(spec);
  if (known && samePriority(known.priority, priority)) return known.spec;
  const result: PodSpec = {
    ...spec,
    ...(priority.className === "" ? {} : { priorityClassName: priority.className }),
    priority: priority.value,
    preemptionPolicy: spec.preemptionPolicy ?? priority.preemptionPolicy,
  };
  remembered.set(spec, { priority, spec: result });
  return result;
}

/** The plugin. */
export const priority: AdmissionPlugin = {
  name: "Priority",
  resource: "pods",
  operations: ["CREATE"],
  admit(object, handling) {
    const pod = object as Pod;
    const { priorityClassName, priority: given } = pod.spec;
    const found = resolve(handling, priorityClassName);
    const refuse = (why: string) => new Refusal(forbiddenError(handling.kind, pod.metadata.name ?? "", why));
    if (!found) throw refuse(`no PriorityClass with name ${priorityClassName} was found`);
    if (given !== undefined && given !== found.value) {
      throw refuse(
        `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${found.value} from the given PriorityClass name`,
      );
    }
    return { object: { ...pod, spec: withPriority(pod.spec, found) } as Pod, verdict: `priority ${found.value}` };
  },
};
