/**
 * `apps/v1` DaemonSet (Kubernetes 1.32, pkg/registry/apps/daemonset/strategy.go): its type and its registration.
 * Left out: nothing.
 * Invariant: `metadata.generation` counts changes of spec; the annotation with the template's generation counts changes of
 * the template.
 */
import { defaultDaemonSet, TEMPLATE_GENERATION } from "../defaults/workload-sets.ts";
import { equalJson } from "../schema/equal-json.ts";
import { daemonSetPrinter } from "../tables/workload-set-columns.ts";
import type { KubeObject } from "../types.ts";
import { validateDaemonSet, validateDaemonSetUpdate } from "../validation/daemon-set.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector, PodTemplateSpec } from "./pod-spec.ts";

/** How pods are brought to a new template; amounts are counts or percentages of the nodes that are to run one. */
export interface DaemonSetUpdateStrategy {
  readonly type?: "RollingUpdate" | "OnDelete";
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
}

/** What is wanted. */
export interface DaemonSetSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly updateStrategy?: DaemonSetUpdateStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
}

/** What the daemon-set controller saw, in nodes. */
export interface DaemonSetStatus {
  readonly currentNumberScheduled: number;
  readonly numberMisscheduled: number;
  readonly desiredNumberScheduled: number;
  readonly numberReady: number;
  readonly observedGeneration?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly numberUnavailable?: number;
  readonly collisionCount?: number;
}

/** A DaemonSet. */
export interface DaemonSet extends KubeObject {
  readonly spec: DaemonSetSpec;
  readonly status?: DaemonSetStatus;
}

const NO_STATUS: DaemonSetStatus = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};

/** How often the template has changed, from the annotation; undefined if that says no number. */
export function templateGeneration({ metadata }: KubeObject): number | undefined {
  const text = metadata.annotations?.[TEMPLATE_GENERATION];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function withTemplateGeneration(set: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...set.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

function nextTemplate(next: DaemonSet, previous: DaemonSet): DaemonSet {
  const before = templateGeneration(previous) ?? 0;
  const changed = !equalJson(next.spec.template, previous.spec.template);
  const set = { ...next, status: previous.status ?? NO_STATUS };
  return changed || templateGeneration(next) !== before ? withTemplateGeneration(set, before + (changed ? 1 : 0)) : set;
}

/** The kind DaemonSet. */
export const daemonSetKind: Kind<DaemonSet> = {
  group: "apps",
  version: "v1",
  resource: "daemonsets",
  kind: "DaemonSet",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/daemonsets",
  struct: "DaemonSet",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultDaemonSet,
    prepareForCreate: (set) => ({
      ...withTemplateGeneration(set, Math.max(1, templateGeneration(set) ?? 0)),
      status: NO_STATUS,
    }),
    prepareForUpdate: nextTemplate,
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateDaemonSet,
    validateUpdate: validateDaemonSetUpdate,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: daemonSetPrinter,
};
