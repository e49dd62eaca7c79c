/**
 * The hard half of PodTopologySpread: how many matching pods each domain has, and the emptiest domain.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/podtopologyspread/filtering.go.
 * Left out: sharing counts between two constraints with one topology key, which validation forbids.
 * Invariant: skew = pods in the node's domain + the pod itself - pods in the emptiest domain, and may not pass maxSkew.
 */

import { selects } from "../../api/selectors/compiled-selector.ts";
import { requiredNodeAffinity } from "../../api/selectors/node-affinity.ts";
import type { CycleState, StateKey } from "../cycle-state.ts";
import type { SchedulingContext } from "../framework.ts";
import { rowAt } from "../node-list.ts";
import type { NodeInfo } from "../node-row.ts";
import type { PodInfo } from "../pod-row.ts";
import { type Status, success, unresolvable, unschedulable } from "../status.ts";
import { includesEveryNode, includesNode, type SpreadConstraint, spreadConstraints } from "./spread-constraints.ts";
import { type Domains, domainsOf, matchingPods } from "./topology-domains.ts";

/** The two emptiest domains, which is all that upstream keeps while preemption adds and removes pods (`criticalPaths`). */
interface CriticalPath {
  readonly domain: number;
  readonly count: number;
}

/** One constraint with its counts: `counts[d]` is -1 for a domain without an eligible node. */
interface Spread {
  readonly constraint: SpreadConstraint;
  readonly domains: Domains;
  readonly counts: Int32Array;
  readonly selfMatch: number;
  emptiest: CriticalPath;
  second: CriticalPath;
  eligible: number;
}

class FilterState {
  readonly spreads: readonly Spread[];
  constructor(spreads: readonly Spread[]) {
    this.spreads = spreads;
  }
  clone(): FilterState {
    return new FilterState(this.spreads.map((spread) => ({ ...spread, counts: spread.counts.slice() })));
  }
}

const name = "PodTopologySpread";
const key: StateKey<FilterState> = { name: "PreFilterPodTopologySpread" };
const skewed = unschedulable(name, "node(s) didn't match pod topology spread constraints");
const unlabelled = unresolvable(name, "node(s) didn't match pod topology spread constraints (missing required label)");
const noPath: CriticalPath = { domain: -1, count: 0x7fffffff };

function updatePaths(spread: Spread, domain: number, count: number): void {
  const path = { domain, count };
  if (domain === spread.emptiest.domain) spread.emptiest = path;
  else if (domain === spread.second.domain) spread.second = path;
  else if (count < spread.emptiest.count) {
    spread.second = spread.emptiest;
    spread.emptiest = path;
  } else if (count < spread.second.count) spread.second = path;
  if (spread.emptiest.count > spread.second.count) {
    const { emptiest, second } = spread;
    spread.emptiest = second;
    spread.second = emptiest;
  }
}

/** Counts matching pods by domain over all nodes; false when the pod has no hard constraint. */
export function countSpread(context: SchedulingContext, state: CycleState, pod: PodInfo): boolean {
  const constraints = spreadConstraints(context, pod, "DoNotSchedule");
  if (constraints.length === 0) return false;
  const { nodes } = context;
  const required = requiredNodeAffinity(pod.spec);
  const allDomains = constraints.map(({ topologyKey }) => domainsOf(nodes, topologyKey));
  const spreads = constraints.map((constraint, c): Spread => {
    const domains = allDomains[c]!;
    const counts = new Int32Array(domains.idOf.size).fill(-1);
    const found = matchingPods(nodes, pod.namespace, constraint.selector);
    const everywhere = includesEveryNode(constraint, required);
    for (let i = 0; i < nodes.length; i++) {
      if (!isInEach(allDomains, i)) continue;
      if (!everywhere && !includesNode(constraint, pod, required, rowAt(nodes, i))) continue;
      const domain = domains.idAt[i]!;
      counts[domain] = Math.max(counts[domain]!, 0) + found[i]!;
    }
    const selfMatch = selects(constraint.selector, pod.labels) ? 1 : 0;
    const spread: Spread = { constraint, domains, counts, selfMatch, emptiest: noPath, second: noPath, eligible: 0 };
    counts.forEach((count, domain) => {
      if (count < 0) return;
      spread.eligible += 1;
      updatePaths(spread, domain, count);
    });
    return spread;
  });
  state.write(key, new FilterState(spreads));
  return true;
}

/** Whether the node at that place has all the labels. */
function isInEach(allDomains: readonly Domains[], place: number): boolean {
  for (let d = 0; d < allDomains.length; d++) if (allDomains[d]!.idAt[place]! < 0) return false;
  return true;
}

/** Whether the node's domains may take one more. */
export function filterSpread(state: CycleState, node: NodeInfo): Status {
  for (const spread of state.read(key)?.spreads ?? []) {
    const { constraint, counts, domains, eligible } = spread;
    const label = node.labels[constraint.topologyKey];
    if (label === undefined) return unlabelled;
    // Without any eligible domain upstream logs an internal error and lets the constraint pass.
    if (eligible === 0) continue;
    const least = eligible < constraint.minDomains ? 0 : spread.emptiest.count;
    const domain = domains.idOf.get(label);
    const present = domain === undefined ? 0 : Math.max(counts[domain]!, 0);
    if (present + spread.selfMatch - least > constraint.maxSkew) return skewed;
  }
  return success;
}

/** Takes a pod that preemption adds to or removes from a trial node into account. */
export function updateSpread(state: CycleState, pod: PodInfo, changed: PodInfo, node: NodeInfo, delta: 1 | -1): void {
  const spreads = state.read(key)?.spreads ?? [];
  if (changed.namespace !== pod.namespace) return;
  if (spreads.some(({ constraint }) => node.labels[constraint.topologyKey] === undefined)) return;
  const required = requiredNodeAffinity(pod.spec);
  for (const spread of spreads) {
    const { constraint, counts, domains } = spread;
    if (!selects(constraint.selector, changed.labels) || !includesNode(constraint, pod, required, node)) continue;
    const domain = domains.idOf.get(node.labels[constraint.topologyKey]!)!;
    counts[domain] = Math.max(counts[domain]!, 0) + delta;
    updatePaths(spread, domain, counts[domain]!);
  }
}
