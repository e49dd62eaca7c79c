/**
 * Which pods would have to leave a node for another pod, and which of several such plans does the least harm.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
 * (`SelectVictimsOnNode`, `filterPodsWithPDBViolation`) and framework/preemption/preemption.go (`pickOneNodeForPreemption`).
 * Left out: extenders.
 * Invariant: as many pods as possible are spared, the more important ones first, and those that a budget protects.
 */

import { compileSelector, isEmptySelector, selects } from "../../api/selectors/compiled-selector.ts";
import type { CycleState } from "../cycle-state.ts";
import type { RunFilters } from "../framework.ts";
import { addPod, type NodeInfo, removePod } from "../node-row.ts";
import type { DisruptionBudgetLike } from "../objects.ts";
import type { PodInfo } from "../pod-row.ts";
import { type Status, unresolvable } from "../status.ts";

/** A node that would do once its victims are gone; victims by falling importance. */
export interface Candidate {
  readonly node: string;
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

const noVictims = unresolvable("DefaultPreemption", "No preemption victims found for incoming pod");

/** Pods that have not started yet count as starting now: later than any that have. */
function startOf(pod: PodInfo): string {
  return pod.pod.status?.startTime ?? "\uffff";
}

/** Higher priority, or longer running (`MoreImportantPod`); negative when the left one is. */
function byImportance(left: PodInfo, right: PodInfo): number {
  if (left.priority !== right.priority) return right.priority - left.priority;
  const [a, b] = [startOf(left), startOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Splits off the pods whose eviction would break a disruption budget, counting down each budget's allowance. */
function splitByBudget(pods: readonly PodInfo[], budgets: readonly DisruptionBudgetLike[]): [PodInfo[], PodInfo[]] {
  const allowed = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of pods) {
    let violates = false;
    budgets.forEach(({ metadata, spec, status }, b) => {
      if (metadata.namespace !== pod.namespace || Object.keys(pod.labels).length === 0) return;
      const selector = compileSelector(spec?.selector);
      if (isEmptySelector(selector) || !selects(selector, pod.labels)) return;
      if (status?.disruptedPods?.[pod.name] !== undefined) return;
      allowed[b]! -= 1;
      if (allowed[b]! < 0) violates = true;
    });
    (violates ? violating : others).push(pod);
  }
  return [violating, others];
}

/** The victims on one node, or the verdict why evicting there does not help. `state` is the trial's own clone. */
export function selectVictims(
  state: CycleState,
  pod: PodInfo,
  node: NodeInfo,
  budgets: readonly DisruptionBudgetLike[],
  run: RunFilters,
): Candidate | Status {
  const potential = node.pods.filter(({ priority }) => priority < pod.priority);
  if (potential.length === 0) return noVictims;
  let trial = node;
  const remove = (victim: PodInfo): void => {
    trial = removePod(trial, victim.key);
    run.removePod(state, pod, victim, trial);
  };
  for (const victim of potential) remove(victim);
  const verdict = run.filter(state, pod, trial);
  if (verdict.code !== "Success") return verdict;
  const [violating, others] = splitByBudget(potential.toSorted(byImportance), budgets);
  const victims: PodInfo[] = [];
  const reprieve = (candidate: PodInfo): void => {
    trial = addPod(trial, candidate.pod);
    run.addPod(state, pod, candidate, trial);
    if (run.filter(state, pod, trial).code === "Success") return;
    remove(candidate);
    victims.push(candidate);
  };
  violating.forEach(reprieve);
  const violations = victims.length;
  others.forEach(reprieve);
  return { node: node.name, victims: victims.sort(byImportance), violations };
}

/** The start of the victim that ran longest among those of the highest priority. */
function earliestStart({ victims }: Candidate): string {
  const highest = victims[0]!.priority;
  const starts = victims.filter(({ priority }) => priority === highest).map(startOf);
  return starts.reduce((least, start) => (start < least ? start : least));
}

/** Upstream adds 2³¹ to each priority, so that fewer victims of negative priority are still the better choice. */
function sumOfPriorities({ victims }: Candidate): number {
  return victims.reduce((sum, { priority }) => sum + priority + 2147483648, 0);
}

/**
 * The plan that does the least harm: fewest broken budgets, then the least important first victim, the smallest sum of
 * priorities, the fewest victims, the youngest first victim, and at last the first found (upstream: any).
 */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const rules: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]!.priority,
    sumOfPriorities,
    ({ victims }) => victims.length,
  ];
  let left = candidates;
  for (const rule of rules) {
    const least = Math.min(...left.map(rule));
    left = left.filter((candidate) => rule(candidate) === least);
    if (left.length <= 1) return left[0];
  }
  return left.reduce((best, candidate) => (earliestStart(candidate) > earliestStart(best) ? candidate : best));
}
