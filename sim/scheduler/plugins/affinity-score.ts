/**
 * The soft half of InterPodAffinity: preferred terms of the pod, and of the pods already running towards it.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/interpodaffinity/scoring.go.
 * Left out: the plugin arguments; a running pod's required affinity counts with the default weight 1.
 * Invariant: a node's raw score is the sum over the topology pairs that it is in, and may be negative.
 */
import { resolveNamespaces } from "../affinity-term.ts";
import type { CycleState, StateKey } from "../cycle-state.ts";
import { maxNodeScore, type SchedulingContext } from "../framework.ts";
import type { NodeInfo } from "../node-row.ts";
import type { PodInfo } from "../pod-row.ts";
import { namespaceLabels, namespacesSelected } from "./affinity-filter.ts";
import { TopologyCounts } from "./topology-counts.ts";

interface ScoreState {
  readonly sums: TopologyCounts;
  clone(): ScoreState;
}

const key: StateKey<ScoreState> = { name: "PreScoreInterPodAffinity" };

/** Sums over all nodes; false when no preference matches anything. */
export function prepareAffinity(context: SchedulingContext, state: CycleState, pod: PodInfo): boolean {
  const own = pod.preferredAffinityTerms.length > 0 || pod.preferredAntiAffinityTerms.length > 0;
  if (!own && context.nodes.affine === 0) return false;
  const list = namespacesSelected(context);
  const toward = resolveNamespaces(pod.preferredAffinityTerms, list);
  const away = resolveNamespaces(pod.preferredAntiAffinityTerms, list);
  const ownLabels = namespaceLabels(context, pod.namespace);
  const sums = new TopologyCounts(false);
  for (const block of context.nodes.blocks) {
    for (const { labels, pods, podsWithAffinity } of block) {
      for (const existing of own ? pods : podsWithAffinity) {
        sums.addWeighted(toward, existing, {}, labels, 1);
        sums.addWeighted(away, existing, {}, labels, -1);
        sums.addEach(existing.requiredAffinityTerms, pod, ownLabels, labels, 1);
        sums.addWeighted(existing.preferredAffinityTerms, pod, ownLabels, labels, 1);
        sums.addWeighted(existing.preferredAntiAffinityTerms, pod, ownLabels, labels, -1);
      }
    }
  }
  if (sums.isEmpty) return false;
  const part: ScoreState = { sums, clone: () => part };
  state.write(key, part);
  return true;
}

/** The node's raw score. */
export function scoreAffinity(state: CycleState, node: NodeInfo): number {
  return state.read(key)!.sums.total(node.labels);
}

/** Stretches raw scores from the least to the greatest over 0–100. */
export function normalizeAffinity(scores: number[]): void {
  let min = Number.MAX_SAFE_INTEGER;
  let max = Number.MIN_SAFE_INTEGER;
  for (const score of scores) {
    min = Math.min(min, score);
    max = Math.max(max, score);
  }
  const range = max - min;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = range > 0 ? Math.trunc(maxNodeScore * ((scores[i]! - min) / range)) : 0;
  }
}
