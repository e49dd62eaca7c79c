/**
 * PodTopologySpread: spreads pods over zones, hosts or any other node label.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/podtopologyspread/plugin.go.
 * Left out: default constraints by plugin arguments; finer hints than "a matching pod or a labelled node changed".
 * Invariant: hard constraints filter (spread-filter.ts), soft ones and the defaults score (spread-score.ts).
 */
import type { ClusterEvent, QueueingHint } from "../events.ts";
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from "../framework.ts";
import type { NodeLike, PodLike } from "../objects.ts";
import { type PodInfo, podInfo } from "../pod-row.ts";
import { skip, success } from "../status.ts";
import { countSpread, filterSpread, updateSpread } from "./spread-filter.ts";
import { normalizeSpread, prepareSpread, scoreSpread } from "./spread-score.ts";

/** Another pod matters when it is in the namespace: a matching one came, went or changed its labels. */
function podHint(pod: PodInfo, { before, after }: ClusterEvent): QueueingHint {
  return podInfo((after ?? before) as PodLike).namespace === pod.namespace ? "Queue" : "QueueSkip";
}

/** A node matters when it has, or had, every label that the pod's constraints name. */
function nodeHint(pod: PodInfo, { before, after }: ClusterEvent): QueueingHint {
  const keys = (pod.spec.topologySpreadConstraints ?? []).map(({ topologyKey }) => topologyKey);
  const covered = [before, after].some(
    (node) => node !== undefined && keys.every((key) => (node as NodeLike).metadata.labels?.[key] !== undefined),
  );
  return covered ? "Queue" : "QueueSkip";
}

/** The plugin under upstream's name. */
export const PodTopologySpread: PreFilterPlugin & FilterPlugin & PreScorePlugin & ScorePlugin = {
  name: "PodTopologySpread",
  eventsToRegister: [
    { event: "AssignedPodAdd", hint: podHint },
    { event: "AssignedPodUpdate", hint: podHint },
    { event: "AssignedPodDelete", hint: podHint },
    { event: "UnscheduledPodUpdate" },
    { event: "NodeAdd", hint: nodeHint },
    { event: "NodeDelete", hint: nodeHint },
    { event: "NodeLabelChange", hint: nodeHint },
    { event: "NodeTaintChange", hint: nodeHint },
  ],
  preFilter: (context, state, pod) => ({ status: countSpread(context, state, pod) ? success : skip }),
  preFilterExtensions: {
    addPod: (state, pod, added, node) => updateSpread(state, pod, added, node, 1),
    removePod: (state, pod, removed, node) => updateSpread(state, pod, removed, node, -1),
  },
  filter: (state, _pod, node) => filterSpread(state, node),
  preScore: (context, state, pod, nodes) => (prepareSpread(context, state, pod, nodes) ? success : skip),
  score: (_context, state, _pod, node) => scoreSpread(state, node),
  scoreExtensions: { normalizeScore: normalizeSpread },
};
