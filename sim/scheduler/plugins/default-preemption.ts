/**
 * DefaultPreemption: when no node is feasible, finds one where evicting less important pods would make it so.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go and
 * framework/preemption/preemption.go. Candidate nodes are tried one after the other from a drawn start.
 * Left out: extenders, asynchronous preemption (alpha).
 * Invariant: pure; evicting the victims and writing the nomination are the component's part.
 */

import type { CycleState } from "../cycle-state.ts";
import { fitErrorMessage } from "../fit-error.ts";
import type { NodeStatuses, PostFilterAnswer, PostFilterPlugin, RunFilters, SchedulingContext } from "../framework.ts";
import { allRows, rowNamed } from "../node-list.ts";
import type { PodInfo } from "../pod-row.ts";
import { type Status, success, unresolvable, unschedulable } from "../status.ts";
import { type Candidate, pickCandidate, selectVictims } from "./victims.ts";

const name = "DefaultPreemption";
const candidatesMinPercent = 10;
const candidatesMin = 100;
const notHelpful = unresolvable(name, "Preemption is not helpful for scheduling");

function refuse(message: string): PostFilterAnswer {
  return { status: unschedulable(name, `preemption: ${message}`), victims: [] };
}

/** Why the pod may not preempt, in upstream's words, if so (`PodEligibleToPreemptOthers`). */
function ineligible({ nodes }: SchedulingContext, { pod, spec, priority }: PodInfo, statuses: NodeStatuses) {
  if (spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = pod.status?.nominatedNodeName;
  if (!nominated) return undefined;
  const status = statuses.byNode.get(nominated) ?? statuses.absent;
  if (status.code === "UnschedulableAndUnresolvable") return undefined;
  const leaving = rowNamed(nodes, nominated)?.pods.some(
    (other) => other.priority < priority && other.terminating && isPreempted(other),
  );
  return leaving === true ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

/** Whether the pod is going because the scheduler evicted it. */
function isPreempted({ pod }: PodInfo): boolean {
  const target = pod.status?.conditions?.find(({ type }) => type === "DisruptionTarget");
  return target?.status === "True" && target.reason === "PreemptionByScheduler";
}

/** Tries the nodes that were refused for a reason that evictions can end (`findCandidates`, `DryRunPreemption`). */
function findCandidates(
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  statuses: NodeStatuses,
  run: RunFilters,
): { candidates: readonly Candidate[]; refusals: Map<string, Status> } {
  const refusals = new Map<string, Status>();
  const potential = allRows(context.nodes).filter(
    (node) => (statuses.byNode.get(node.name) ?? statuses.absent).code === "Unschedulable",
  );
  if (potential.length === 0) return { candidates: [], refusals };
  const budgets = context.disruptionBudgets();
  const enough = Math.max(Math.floor((potential.length * candidatesMinPercent) / 100), candidatesMin);
  const offset = context.below(potential.length);
  const unbroken: Candidate[] = [];
  const broken: Candidate[] = [];
  for (let i = 0; i < potential.length; i++) {
    const node = potential[(offset + i) % potential.length]!;
    const found = selectVictims(state.clone(), pod, node, budgets, run);
    if ("code" in found) refusals.set(node.name, found);
    else if (found.victims.length > 0) (found.violations === 0 ? unbroken : broken).push(found);
    if (unbroken.length > 0 && unbroken.length + broken.length >= enough) break;
  }
  return { candidates: [...unbroken, ...broken], refusals };
}

/** The plugin under upstream's name. */
export const DefaultPreemption: PostFilterPlugin = {
  name,
  postFilter(context, state, pod, statuses, run) {
    const reason = ineligible(context, pod, statuses);
    if (reason !== undefined) return refuse(reason);
    const { candidates, refusals } = findCandidates(context, state, pod, statuses, run);
    const best = pickCandidate(candidates);
    if (best !== undefined) return { status: success, nominatedNode: best.node, victims: best.victims };
    return refuse(fitErrorMessage(context.nodes.length, { byNode: refusals, absent: notHelpful }));
  },
};
