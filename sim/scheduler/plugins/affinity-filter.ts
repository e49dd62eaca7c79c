/**
 * The hard half of InterPodAffinity: the pod's required terms, and the required anti-affinity of pods already running.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/interpodaffinity/filtering.go.
 * Left out: nothing.
 * Invariant: the counts are those of all pods on all nodes; preemption keeps its clone of them right pod by pod.
 */

import { type Selector, selects } from "../../api/selectors/compiled-selector.ts";
import { type AffinityTerm, allTermsMatch, resolveNamespaces } from "../affinity-term.ts";
import type { CycleState, StateKey } from "../cycle-state.ts";
import type { SchedulingContext } from "../framework.ts";
import type { NodeInfo } from "../node-row.ts";
import type { Labels } from "../objects.ts";
import type { PodInfo } from "../pod-row.ts";
import { type Status, success, unresolvable, unschedulable } from "../status.ts";
import { TopologyCounts } from "./topology-counts.ts";

const name = "InterPodAffinity";
const affinityRefusal = unresolvable(name, "node(s) didn't match pod affinity rules");
const antiAffinityRefusal = unschedulable(name, "node(s) didn't match pod anti-affinity rules");
const existingRefusal = unschedulable(name, "node(s) didn't satisfy existing pods anti-affinity rules");

interface Counts {
  /** Running pods whose required anti-affinity means this pod. */
  readonly existingAnti: TopologyCounts;
  /** Running pods that all required affinity terms of this pod mean. */
  readonly affinity: TopologyCounts;
  /** Running pods that a required anti-affinity term of this pod means. */
  readonly anti: TopologyCounts;
}

class FilterState {
  readonly counts: Counts;
  readonly affinityTerms: readonly AffinityTerm[];
  readonly antiAffinityTerms: readonly AffinityTerm[];
  readonly namespaceLabels: Labels;

  constructor(counts: Counts, affinity: readonly AffinityTerm[], anti: readonly AffinityTerm[], labels: Labels) {
    this.counts = counts;
    this.affinityTerms = affinity;
    this.antiAffinityTerms = anti;
    this.namespaceLabels = labels;
  }

  clone(): FilterState {
    const { existingAnti, affinity, anti } = this.counts;
    const counts = { existingAnti: existingAnti.clone(), affinity: affinity.clone(), anti: anti.clone() };
    return new FilterState(counts, this.affinityTerms, this.antiAffinityTerms, this.namespaceLabels);
  }

  update(pod: PodInfo, changed: PodInfo, node: Labels, delta: 1 | -1): void {
    const { existingAnti, affinity, anti } = this.counts;
    existingAnti.addEach(changed.requiredAntiAffinityTerms, pod, this.namespaceLabels, node, delta);
    affinity.addIfAll(this.affinityTerms, changed, node, delta);
    anti.addEach(this.antiAffinityTerms, changed, {}, node, delta);
  }
}

const key: StateKey<FilterState> = { name: "PreFilterInterPodAffinity" };

/** The labels of a namespace; none if it does not exist. */
export function namespaceLabels(context: SchedulingContext, namespace: string): Labels {
  return context.namespaces().find(({ metadata }) => metadata.name === namespace)?.metadata.labels ?? {};
}

/** The names of the namespaces that a selector means, for `resolveNamespaces`. */
export function namespacesSelected(context: SchedulingContext): (selector: Selector) => readonly string[] {
  return (selector) =>
    context
      .namespaces()
      .filter(({ metadata }) => selects(selector, metadata.labels ?? {}))
      .map(({ metadata }) => metadata.name);
}

/** Counts over all nodes; false when neither this pod nor a running one has a say. */
export function countAffinity(context: SchedulingContext, state: CycleState, pod: PodInfo): boolean {
  const { requiredAffinityTerms, requiredAntiAffinityTerms } = pod;
  const own = requiredAffinityTerms.length > 0 || requiredAntiAffinityTerms.length > 0;
  if (!own && context.nodes.antiAffine === 0) return false;
  const list = namespacesSelected(context);
  const part = new FilterState(
    { existingAnti: new TopologyCounts(true), affinity: new TopologyCounts(true), anti: new TopologyCounts(true) },
    resolveNamespaces(requiredAffinityTerms, list),
    resolveNamespaces(requiredAntiAffinityTerms, list),
    namespaceLabels(context, pod.namespace),
  );
  const { existingAnti, affinity, anti } = part.counts;
  for (const block of context.nodes.blocks) {
    for (const { labels, pods, podsWithRequiredAntiAffinity } of block) {
      for (const existing of podsWithRequiredAntiAffinity) {
        existingAnti.addEach(existing.requiredAntiAffinityTerms, pod, part.namespaceLabels, labels, 1);
      }
      if (!own) continue;
      for (const existing of pods) {
        affinity.addIfAll(part.affinityTerms, existing, labels, 1);
        anti.addEach(part.antiAffinityTerms, existing, {}, labels, 1);
      }
    }
  }
  if (!own && existingAnti.isEmpty) return false;
  state.write(key, part);
  return true;
}

function satisfiesAffinity({ affinityTerms, counts }: FilterState, pod: PodInfo, node: Labels): boolean {
  let allFound = true;
  for (const { topologyKey } of affinityTerms) {
    const label = node[topologyKey];
    if (label === undefined) return false;
    if (counts.affinity.get(topologyKey, label) <= 0) allFound = false;
  }
  // The first pod of a group with affinity to itself would otherwise never start.
  return allFound || (counts.affinity.isEmpty && allTermsMatch(affinityTerms, pod));
}

/** Whether the pod's rules and those of pods around the node allow it there. */
export function filterAffinity(state: CycleState, pod: PodInfo, node: NodeInfo): Status {
  const part = state.read(key);
  if (part === undefined) return success;
  const { counts, affinityTerms, antiAffinityTerms } = part;
  if (affinityTerms.length > 0 && !satisfiesAffinity(part, pod, node.labels)) return affinityRefusal;
  for (const { topologyKey } of antiAffinityTerms) {
    const label = node.labels[topologyKey];
    if (label !== undefined && counts.anti.get(topologyKey, label) > 0) return antiAffinityRefusal;
  }
  return counts.existingAnti.touches(node.labels) ? existingRefusal : success;
}

/** Takes a pod that preemption adds to or removes from a trial node into account. */
export function updateAffinity(state: CycleState, pod: PodInfo, changed: PodInfo, node: NodeInfo, delta: 1 | -1): void {
  state.read(key)?.update(pod, changed, node.labels, delta);
}
