/**
 * The soft half of PodTopologySpread: prefers nodes in domains with fewer matching pods.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/podtopologyspread/scoring.go.
 * Left out: nothing.
 * Invariant: a domain counts the more, the more domains its key has (ln(size + 2)), so that a zone and a host are
 * weighed fairly; doubles are combined in upstream's order and rounded once a node.
 */

import { requiredNodeAffinity } from "../../api/selectors/node-affinity.ts";
import type { CycleState, StateKey } from "../cycle-state.ts";
import { maxNodeScore, type SchedulingContext } from "../framework.ts";
import { placesOf, rowAt } from "../node-list.ts";
import type { NodeInfo } from "../node-row.ts";
import type { PodInfo } from "../pod-row.ts";
import { naturalLogarithm } from "./logarithm.ts";
import {
  hasOwnConstraints,
  hostnameLabel,
  includesEveryNode,
  includesNode,
  type SpreadConstraint,
  spreadConstraints,
} from "./spread-constraints.ts";
import { domainsOf, matchingPods } from "./topology-domains.ts";

/** One constraint with the pods found: by node for the hostname, else by domain among those with a candidate node. */
interface Spread {
  readonly constraint: SpreadConstraint;
  /** Label value → place in `counts`; for the hostname, node name → place. */
  readonly places: ReadonlyMap<string, number>;
  readonly byNode: boolean;
  readonly counts: Int32Array;
  readonly weight: number;
}

interface ScoreState {
  readonly spreads: readonly Spread[];
  readonly ignored: ReadonlySet<string>;
  clone(): ScoreState;
}

const key: StateKey<ScoreState> = { name: "PreScorePodTopologySpread" };

function hasAllLabels(node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topologyKey } of constraints) if (node.labels[topologyKey] === undefined) return false;
  return true;
}

/** Prepares the score; false when the pod has no soft constraint. */
export function prepareSpread(
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  candidates: readonly NodeInfo[],
): boolean {
  const constraints = spreadConstraints(context, pod, "ScheduleAnyway");
  if (constraints.length === 0) return false;
  const needsAll = hasOwnConstraints(pod);
  const ignored = new Set<string>();
  const counting: NodeInfo[] = [];
  for (const node of candidates) {
    if (needsAll && !hasAllLabels(node, constraints)) ignored.add(node.name);
    else counting.push(node);
  }
  const spreads = constraints.map((constraint): Spread => {
    if (constraint.topologyKey !== hostnameLabel) {
      return countDomains(context, pod, constraint, counting, needsAll ? constraints : []);
    }
    const counts = matchingPods(context.nodes, pod.namespace, constraint.selector).slice();
    const weight = naturalLogarithm(counting.length + 2);
    return { constraint, places: placesOf(context.nodes), byNode: true, counts, weight };
  });
  const part: ScoreState = { spreads, ignored, clone: () => part };
  state.write(key, part);
  return true;
}

function countDomains(
  { nodes }: SchedulingContext,
  pod: PodInfo,
  constraint: SpreadConstraint,
  counting: readonly NodeInfo[],
  neededLabels: readonly SpreadConstraint[],
): Spread {
  const domains = domainsOf(nodes, constraint.topologyKey);
  const counts = new Int32Array(domains.idOf.size).fill(-1);
  let size = 0;
  let unlabelled = 0;
  for (const node of counting) {
    const label = node.labels[constraint.topologyKey];
    if (label === undefined) {
      unlabelled = 1;
      continue;
    }
    const domain = domains.idOf.get(label)!;
    if (counts[domain]! < 0) {
      counts[domain] = 0;
      size += 1;
    }
  }
  const found = matchingPods(nodes, pod.namespace, constraint.selector);
  const required = requiredNodeAffinity(pod.spec);
  const everywhere = includesEveryNode(constraint, required);
  for (let i = 0; i < nodes.length; i++) {
    const domain = domains.idAt[i]!;
    if (found[i] === 0 || domain < 0 || counts[domain]! < 0) continue;
    const node = rowAt(nodes, i);
    if (!hasAllLabels(node, neededLabels)) continue;
    if (everywhere || includesNode(constraint, pod, required, node)) counts[domain]! += found[i]!;
  }
  const weight = naturalLogarithm(size + unlabelled + 2);
  return { constraint, places: domains.idOf, byNode: false, counts, weight };
}

/** The node's raw score: the more matching pods around, the higher; normalising turns it round. */
export function scoreSpread(state: CycleState, node: NodeInfo): number {
  const { ignored, spreads } = state.read(key)!;
  if (ignored.size > 0 && ignored.has(node.name)) return 0;
  let score = 0;
  for (const { constraint, counts, places, byNode, weight } of spreads) {
    const label = node.labels[constraint.topologyKey];
    if (label === undefined) continue;
    const count = counts[places.get(byNode ? node.name : label)!]!;
    score += count * weight + (constraint.maxSkew - 1);
  }
  return Math.round(score);
}

/** Turns raw scores into 0–100, fewer pods scoring higher; nodes without the needed labels get 0. */
export function normalizeSpread(state: CycleState, nodes: readonly NodeInfo[], scores: number[]): void {
  const { ignored } = state.read(key)!;
  let min = Number.MAX_SAFE_INTEGER;
  let max = 0;
  for (let i = 0; i < scores.length; i++) {
    if (ignored.has(nodes[i]!.name)) continue;
    min = Math.min(min, scores[i]!);
    max = Math.max(max, scores[i]!);
  }
  for (let i = 0; i < scores.length; i++) {
    if (ignored.has(nodes[i]!.name)) scores[i] = 0;
    else scores[i] = max === 0 ? maxNodeScore : Math.floor((maxNodeScore * (max + min - scores[i]!)) / max);
  }
}
