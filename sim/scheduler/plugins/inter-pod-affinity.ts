/**
 * InterPodAffinity: places pods near to or far from other pods.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/interpodaffinity/plugin.go.
 * Left out: finer hints than those below.
 * Invariant: required terms filter (affinity-filter.ts), preferred ones score (affinity-score.ts).
 */
import { termMatches } from "../affinity-term.ts";
import type { ClusterEvent, QueueingHint } from "../events.ts";
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from "../framework.ts";
import type { NodeLike, PodLike } from "../objects.ts";
import { type PodInfo, podInfo } from "../pod-row.ts";
import { skip, success } from "../status.ts";
import { countAffinity, filterAffinity, updateAffinity } from "./affinity-filter.ts";
import { normalizeAffinity, prepareAffinity, scoreAffinity } from "./affinity-score.ts";

/** A pod that came or changed its labels helps if a required affinity term may mean it; namespaces are not looked up. */
function arrivalHint(pod: PodInfo, { after }: ClusterEvent): QueueingHint {
  const other = podInfo(after as PodLike);
  const meant = pod.requiredAffinityTerms.some(
    (term) => !term.namespaceSelector.nothing || termMatches(term, other, {}),
  );
  return meant ? "Queue" : "QueueSkip";
}

/** A pod that went helps if one of the two kept the other away. */
function departureHint(pod: PodInfo, { before }: ClusterEvent): QueueingHint {
  const other = podInfo(before as PodLike);
  const kept = pod.requiredAntiAffinityTerms.length > 0 || other.requiredAntiAffinityTerms.length > 0;
  return kept ? "Queue" : "QueueSkip";
}

/** A node helps if it has a label that a required term names. */
function nodeHint(pod: PodInfo, { after }: ClusterEvent): QueueingHint {
  const labels = (after as NodeLike).metadata.labels ?? {};
  const affinity = pod.requiredAffinityTerms;
  if (affinity.length > 0) {
    return affinity.every(({ topologyKey }) => labels[topologyKey] !== undefined) ? "Queue" : "QueueSkip";
  }
  return "Queue";
}

/** The plugin under upstream's name. */
export const InterPodAffinity: PreFilterPlugin & FilterPlugin & PreScorePlugin & ScorePlugin = {
  name: "InterPodAffinity",
  eventsToRegister: [
    { event: "AssignedPodAdd", hint: arrivalHint },
    { event: "AssignedPodUpdate" },
    { event: "AssignedPodDelete", hint: departureHint },
    { event: "UnscheduledPodUpdate" },
    { event: "NodeAdd", hint: nodeHint },
    { event: "NodeLabelChange", hint: nodeHint },
  ],
  preFilter: (context, state, pod) => ({ status: countAffinity(context, state, pod) ? success : skip }),
  preFilterExtensions: {
    addPod: (state, pod, added, node) => updateAffinity(state, pod, added, node, 1),
    removePod: (state, pod, removed, node) => updateAffinity(state, pod, removed, node, -1),
  },
  filter: filterAffinity,
  preScore: (context, state, pod) => (prepareAffinity(context, state, pod) ? success : skip),
  score: (_context, state, _pod, node) => scoreAffinity(state, node),
  scoreExtensions: { normalizeScore: (_state, _nodes, scores) => normalizeAffinity(scores) },
};
