/**
 * TaintToleration: keeps pods off nodes with taints they do not tolerate, and prefers nodes with fewer soft ones.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go.
 * Left out: nothing.
 * Invariant: only the first untolerated taint is named, in the order of the node's list.
 */
import type { Toleration } from "../../api/kinds/pod-spec.ts";
import { tolerated, untoleratedTaint } from "../../api/selectors/tolerations.ts";
import type { StateKey } from "../cycle-state.ts";
import type { FilterPlugin, PreScorePlugin, ScorePlugin } from "../framework.ts";
import type { NodeLike, Taint } from "../objects.ts";
import { type Status, success, unresolvable } from "../status.ts";
import { defaultNormalizeScore } from "./scores.ts";

const name = "TaintToleration";
const noTolerations: readonly Toleration[] = [];

interface PreScoreState {
  readonly softTolerations: readonly Toleration[];
  clone(): PreScoreState;
}

const key: StateKey<PreScoreState> = { name: "PreScoreTaintToleration" };

/** One verdict for each taint object: the words name key and value only. */
const refusals = new WeakMap<Taint, Status>();

function refusal(taint: Taint): Status {
  let status = refusals.get(taint);
  if (status === undefined) {
    status = unresolvable(name, `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`);
    refusals.set(taint, status);
  }
  return status;
}

/** The plugin under upstream's name. */
export const TaintToleration: FilterPlugin & PreScorePlugin & ScorePlugin = {
  name,
  eventsToRegister: (["NodeAdd", "NodeTaintChange", "UnscheduledPodUpdate"] as const).map((event) => ({
    event,
    hint: (pod, { after }) =>
      event === "UnscheduledPodUpdate" ||
      untoleratedTaint((after as NodeLike).spec?.taints ?? [], pod.spec.tolerations ?? noTolerations) === undefined
        ? "Queue"
        : "QueueSkip",
  })),
  filter(_state, pod, node) {
    if (node.taints.length === 0) return success;
    const taint = untoleratedTaint(node.taints, pod.spec.tolerations ?? noTolerations);
    return taint === undefined ? success : refusal(taint);
  },
  preScore(_context, state, pod) {
    const tolerations = pod.spec.tolerations ?? noTolerations;
    const softTolerations = tolerations.filter(({ effect }) => !effect || effect === "PreferNoSchedule");
    const part: PreScoreState = { softTolerations, clone: () => part };
    state.write(key, part);
    return success;
  },
  score(_context, state, _pod, node) {
    if (node.taints.length === 0) return 0;
    const { softTolerations } = state.read(key)!;
    let intolerable = 0;
    for (const taint of node.taints) {
      if (taint.effect === "PreferNoSchedule" && !tolerated(softTolerations, taint)) intolerable += 1;
    }
    return intolerable;
  },
  scoreExtensions: {
    normalizeScore: (_state, _nodes, scores) => defaultNormalizeScore(scores, true),
  },
};
