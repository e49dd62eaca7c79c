/**
 * The classes that pods name: `scheduling.k8s.io/v1` PriorityClass and `node.k8s.io/v1` RuntimeClass
 * (Kubernetes 1.32, pkg/registry/scheduling and pkg/registry/node): their types and registrations.
 * Left out: overhead and scheduling of a RuntimeClass are kept, not carried out.
 * Invariant: a priority's value never changes under its name.
 */
import { priorityClassPrinter, runtimeClassPrinter } from "../tables/policy-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validatePriorityClass, validatePriorityClassUpdate, validateRuntimeClass } from "../validation/policy.ts";
import type { Kind } from "./kind.ts";

/** A PriorityClass. */
export interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy?: string;
}

/** A RuntimeClass. */
export interface RuntimeClass extends KubeObject {
  readonly handler: string;
  readonly overhead?: JsonObject;
  readonly scheduling?: JsonObject;
}

/** The kind PriorityClass. */
export const priorityClassKind: Kind<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  resource: "priorityclasses",
  kind: "PriorityClass",
  singular: "priorityclass",
  shortNames: ["pc"],
  categories: [],
  namespaced: false,
  subresources: [],
  storagePrefix: "/registry/priorityclasses",
  struct: "PriorityClass",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: (one) => (one.preemptionPolicy ? one : { ...one, preemptionPolicy: "PreemptLowerPriority" }),
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
    changesGeneration: (next, previous) => next.value !== previous.value,
  },
  printer: priorityClassPrinter,
};

/** The kind RuntimeClass. */
export const runtimeClassKind: Kind<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  resource: "runtimeclasses",
  kind: "RuntimeClass",
  singular: "runtimeclass",
  shortNames: [],
  categories: [],
  namespaced: false,
  subresources: [],
  storagePrefix: "/registry/runtimeclasses",
  struct: "RuntimeClass",
  nameRule: dnsSubdomain,
  strategy: { validate: validateRuntimeClass },
  printer: runtimeClassPrinter,
};
