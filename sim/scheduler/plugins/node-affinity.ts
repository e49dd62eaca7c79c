/**
 * NodeAffinity: node selector and required node affinity filter, preferred node affinity scores.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go.
 * Left out: affinity added by plugin arguments.
 * Invariant: when every required term names nodes, only those nodes are looked at.
 */
import type { PodSpec } from "../../api/kinds/pod-spec.ts";
import {
  allowsNode,
  type CompiledTerm,
  matchesTerm,
  preferredTerms,
  type RequiredNodeAffinity,
  requiredNodeAffinity,
} from "../../api/selectors/node-affinity.ts";
import type { StateKey } from "../cycle-state.ts";
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from "../framework.ts";
import type { NodeLike } from "../objects.ts";
import { skip, success, unresolvable } from "../status.ts";
import { defaultNormalizeScore } from "./scores.ts";

const name = "NodeAffinity";
const mismatch = unresolvable(name, "node(s) didn't match Pod's node affinity/selector");
const conflict = unresolvable(name, "pod affinity terms conflict");

interface FilterState {
  readonly required: RequiredNodeAffinity;
  clone(): FilterState;
}

interface ScoreState {
  readonly preferred: readonly CompiledTerm[];
  clone(): ScoreState;
}

const filterKey: StateKey<FilterState> = { name: "PreFilterNodeAffinity" };
const scoreKey: StateKey<ScoreState> = { name: "PreScoreNodeAffinity" };

/** The nodes that the required terms name, or undefined when some term leaves the name open. */
function namedNodes(spec: PodSpec): ReadonlySet<string> | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const named = new Set<string>();
  for (const { matchFields } of terms) {
    const lists = (matchFields ?? [])
      .filter(({ key, operator }) => key === "metadata.name" && operator === "In")
      .map(({ values }) => values ?? []);
    if (lists.length === 0) return undefined;
    for (const node of lists[0]!) if (lists.every((list) => list.includes(node))) named.add(node);
  }
  return named;
}

/** The plugin under upstream's name. */
export const NodeAffinity: PreFilterPlugin & FilterPlugin & PreScorePlugin & ScorePlugin = {
  name,
  eventsToRegister: (["NodeAdd", "NodeLabelChange"] as const).map((event) => ({
    event,
    hint: (pod, { after }) => {
      const { metadata } = after as NodeLike;
      const place = { name: metadata.name, labels: metadata.labels ?? {} };
      return allowsNode(requiredNodeAffinity(pod.spec), place) ? "Queue" : "QueueSkip";
    },
  })),
  preFilter(_context, state, { spec }) {
    const required = requiredNodeAffinity(spec);
    if (required.labels === undefined && required.terms === undefined) return { status: skip };
    const part: FilterState = { required, clone: () => part };
    state.write(filterKey, part);
    const nodeNames = namedNodes(spec);
    if (nodeNames === undefined) return { status: success };
    return nodeNames.size === 0 ? { status: conflict } : { status: success, nodeNames };
  },
  filter(state, pod, node) {
    const required = state.read(filterKey)?.required ?? requiredNodeAffinity(pod.spec);
    return allowsNode(required, node) ? success : mismatch;
  },
  preScore(_context, state, { spec }) {
    const preferred = preferredTerms(spec);
    if (preferred === undefined) return skip;
    const part: ScoreState = { preferred, clone: () => part };
    state.write(scoreKey, part);
    return success;
  },
  score(_context, state, _pod, node) {
    let sum = 0;
    for (const term of state.read(scoreKey)!.preferred) if (matchesTerm(term, node)) sum += term.weight;
    return sum;
  },
  scoreExtensions: {
    normalizeScore: (_state, _nodes, scores) => defaultNormalizeScore(scores, false),
  },
};
