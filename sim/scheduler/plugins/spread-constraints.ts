/**
 * The spread constraints that apply to a pod: its own, or the cluster's defaults for pods of a workload.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/podtopologyspread/{common,plugin}.go and
 * plugins/helper/spread.go (`DefaultSelector`).
 * Left out: default constraints from plugin arguments; the system's defaults always apply.
 * Invariant: own constraints, of whatever kind, switch the defaults off.
 */
import type { LabelSelector, TopologySpreadConstraint } from "../../api/kinds/pod-spec.ts";
import {
  andSelector,
  compileMap,
  compileSelector,
  isEmptySelector,
  type Selector,
  selects,
} from "../../api/selectors/compiled-selector.ts";
import { allowsNode, type RequiredNodeAffinity } from "../../api/selectors/node-affinity.ts";
import { untoleratedTaint } from "../../api/selectors/tolerations.ts";
import type { SchedulingContext } from "../framework.ts";
import type { NodeInfo } from "../node-row.ts";
import type { Labels } from "../objects.ts";
import type { PodInfo } from "../pod-row.ts";

/** One constraint with its selector compiled and its defaults filled in. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

type Action = TopologySpreadConstraint["whenUnsatisfiable"];

/** The node label that stands for the node itself. */
export const hostnameLabel = "kubernetes.io/hostname";

const systemDefaults: readonly TopologySpreadConstraint[] = [
  { topologyKey: hostnameLabel, whenUnsatisfiable: "ScheduleAnyway", maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", maxSkew: 5 },
];

/** Whether the pod brings constraints of its own; then nodes without the labels they name are left out of scoring. */
export function hasOwnConstraints(pod: PodInfo): boolean {
  return (pod.spec.topologySpreadConstraints ?? []).length > 0;
}

/** The constraints with that action. */
export function spreadConstraints(
  context: SchedulingContext,
  pod: PodInfo,
  action: Action,
): readonly SpreadConstraint[] {
  if (hasOwnConstraints(pod)) {
    return pod.spec
      .topologySpreadConstraints!.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
      .map((source) => compile(source, ownSelector(source, pod.labels)));
  }
  const defaults = systemDefaults.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
  if (defaults.length === 0) return [];
  const selector = defaultSelector(context, pod);
  return isEmptySelector(selector) ? [] : defaults.map((source) => compile(source, selector));
}

function compile(source: TopologySpreadConstraint, selector: Selector): SpreadConstraint {
  return {
    maxSkew: source.maxSkew,
    topologyKey: source.topologyKey,
    selector,
    minDomains: source.minDomains ?? 1,
    honorAffinity: source.nodeAffinityPolicy !== "Ignore",
    honorTaints: source.nodeTaintsPolicy === "Honor",
  };
}

function ownSelector({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, labels: Labels): Selector {
  const selector = compileSelector(labelSelector);
  const same = matchLabelKeys.filter((key) => labels[key] !== undefined).map((key) => [key, labels[key]!] as const);
  return same.length === 0 ? selector : andSelector(selector, compileMap(Object.fromEntries(same)));
}

/** What the Services and the controller of the pod select: the pods that it should be spread among. */
function defaultSelector(context: SchedulingContext, pod: PodInfo): Selector {
  const labels: Record<string, string> = {};
  for (const { spec } of context.servicesIn(pod.namespace)) {
    const selector = spec?.selector;
    if (selector !== undefined && selects(compileMap(selector), pod.labels)) Object.assign(labels, selector);
  }
  const owner = pod.pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const selector = owner && context.controller(owner.kind, pod.namespace, owner.name)?.spec?.selector;
  if (owner === undefined || selector === undefined) return compileMap(labels);
  if (owner.kind === "ReplicationController") return compileMap({ ...labels, ...(selector as Labels) });
  return andSelector(compileMap(labels), compileSelector(selector as LabelSelector));
}

/** Whether the policies leave out no node at all, so that asking node by node can be saved. */
export function includesEveryNode(constraint: SpreadConstraint, required: RequiredNodeAffinity): boolean {
  const anyAffinity = required.labels === undefined && required.terms === undefined;
  return !constraint.honorTaints && (anyAffinity || !constraint.honorAffinity);
}

/** Whether the node counts as a place for the pod under the constraint's policies (`matchNodeInclusionPolicies`). */
export function includesNode(
  constraint: SpreadConstraint,
  pod: PodInfo,
  required: RequiredNodeAffinity,
  node: NodeInfo,
): boolean {
  if (constraint.honorAffinity && !allowsNode(required, node)) return false;
  return !constraint.honorTaints || untoleratedTaint(node.taints, pod.spec.tolerations ?? []) === undefined;
}
