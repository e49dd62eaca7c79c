/**
 * Sums by topology pair (node label and its value), as inter-pod affinity keeps them.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (`topologyToMatchedTermCount`)
 * and scoring.go (`scoreMap`).
 * Left out: nothing.
 * Invariant: a pair whose sum falls back to zero disappears where `dropZero` is set, so that `isEmpty` means no match.
 */
import { type AffinityTerm, allTermsMatch, termMatches } from "../affinity-term.ts";
import type { Labels } from "../objects.ts";
import type { PodInfo } from "../pod-row.ts";

/** Label key → label value → sum. */
export class TopologyCounts {
  private readonly byKey = new Map<string, Map<string, number>>();
  private readonly dropZero: boolean;

  constructor(dropZero: boolean) {
    this.dropZero = dropZero;
  }

  get isEmpty(): boolean {
    return this.byKey.size === 0;
  }

  /** Adds to the pair that the node is in; a node without the label is in none. */
  add(node: Labels, topologyKey: string, amount: number): void {
    const label = node[topologyKey];
    if (label === undefined) return;
    let byValue = this.byKey.get(topologyKey);
    if (byValue === undefined) {
      byValue = new Map();
      this.byKey.set(topologyKey, byValue);
    }
    const sum = (byValue.get(label) ?? 0) + amount;
    if (sum !== 0 || !this.dropZero) byValue.set(label, sum);
    else byValue.delete(label);
    if (byValue.size === 0) this.byKey.delete(topologyKey);
  }

  get(topologyKey: string, label: string): number {
    return this.byKey.get(topologyKey)?.get(label) ?? 0;
  }

  /** Whether some pair that the node is in has a positive sum. */
  touches(node: Labels): boolean {
    for (const [topologyKey, byValue] of this.byKey) {
      const label = node[topologyKey];
      if (label !== undefined && (byValue.get(label) ?? 0) > 0) return true;
    }
    return false;
  }

  /** The sums of all pairs that the node is in, together. */
  total(node: Labels): number {
    let sum = 0;
    for (const [topologyKey, byValue] of this.byKey) {
      const label = node[topologyKey];
      if (label !== undefined) sum += byValue.get(label) ?? 0;
    }
    return sum;
  }

  /** Counts a pod for each term that means it (`updateWithAntiAffinityTerms`). */
  addEach(terms: readonly AffinityTerm[], pod: PodInfo, namespaceLabels: Labels, node: Labels, amount: number): void {
    for (const term of terms) {
      if (termMatches(term, pod, namespaceLabels)) this.add(node, term.topologyKey, amount);
    }
  }

  /** As `addEach`, times each term's weight (`processTerms`). */
  addWeighted(terms: readonly AffinityTerm[], pod: PodInfo, namespaceLabels: Labels, node: Labels, sign: 1 | -1): void {
    for (const term of terms) {
      if (termMatches(term, pod, namespaceLabels)) this.add(node, term.topologyKey, sign * term.weight);
    }
  }

  /** Counts a pod for every term if all of them mean it (`updateWithAffinityTerms`). */
  addIfAll(terms: readonly AffinityTerm[], pod: PodInfo, node: Labels, amount: number): void {
    if (!allTermsMatch(terms, pod)) return;
    for (const term of terms) this.add(node, term.topologyKey, amount);
  }

  clone(): TopologyCounts {
    const copy = new TopologyCounts(this.dropZero);
    for (const [topologyKey, byValue] of this.byKey) copy.byKey.set(topologyKey, new Map(byValue));
    return copy;
  }
}
