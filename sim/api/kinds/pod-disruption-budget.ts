/**
 * `policy/v1` PodDisruptionBudget (Kubernetes 1.32, pkg/registry/policy/poddisruptionbudget): its type and registration.
 * Left out: nothing; the disruption controller counts, and evictions count down.
 * Invariant: `metadata.generation` counts changes of the spec.
 */
import { equalJson } from "../schema/equal-json.ts";
import { budgetPrinter } from "../tables/policy-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateBudget } from "../validation/policy.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector } from "./pod-spec.ts";

/** A condition of a budget: DisruptionAllowed. */
export interface BudgetCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

/** A PodDisruptionBudget. */
export interface PodDisruptionBudget extends KubeObject {
  readonly spec: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptionsAllowed: number;
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    readonly expectedPods: number;
    /** Pods that an eviction was allowed for and that are still there, with the time of it. */
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly conditions?: readonly BudgetCondition[];
  };
}

const NO_STATUS = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

/** The kind PodDisruptionBudget. */
export const podDisruptionBudgetKind: Kind<PodDisruptionBudget> = {
  group: "policy",
  version: "v1",
  resource: "poddisruptionbudgets",
  kind: "PodDisruptionBudget",
  singular: "poddisruptionbudget",
  shortNames: ["pdb"],
  categories: [],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/poddisruptionbudgets",
  struct: "PodDisruptionBudget",
  nameRule: dnsSubdomain,
  strategy: {
    prepareForCreate: (budget) => ({ ...budget, status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? NO_STATUS }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateBudget,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: budgetPrinter,
};
