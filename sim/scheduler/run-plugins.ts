/**
 * Runs the plugins of a profile at each extension point of the scheduling cycle.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/runtime/framework.go.
 * Left out: parallel runs, metrics, extenders.
 * Invariant: a plugin that skipped at PreFilter (PreScore) is not called at Filter (Score) in the same cycle.
 */
import type { CycleState } from "./cycle-state.ts";
import type { FilterPlugin, NodeStatuses, PostFilterAnswer, RunFilters, SchedulingContext } from "./framework.ts";
import { addPod, type NodeInfo } from "./node-row.ts";
import type { PodInfo } from "./pod-row.ts";
import type { Profile, WeightedPlugin } from "./profile.ts";
import { type Code, isRejected, type Status, success, unresolvable } from "./status.ts";

/** What PreFilter came to: the nodes left to look at (undefined: all), and the plugins that narrowed them. */
export interface PreFilterResult {
  readonly status: Status;
  readonly codes: ReadonlyMap<string, Code>;
  readonly nodeNames: ReadonlySet<string> | undefined;
  readonly narrowedBy: readonly string[];
}

/** `RunPreFilterPlugins`: ends at the first refusal, or when no node is left. */
export function runPreFilterPlugins(
  profile: Profile,
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
): PreFilterResult {
  const codes = new Map<string, Code>();
  const narrowedBy: string[] = [];
  let nodeNames: ReadonlySet<string> | undefined;
  for (const plugin of profile.preFilter) {
    const answer = plugin.preFilter(context, state, pod);
    codes.set(plugin.name, answer.status.code);
    if (answer.status.code === "Skip") {
      state.skipFilterPlugins.add(plugin.name);
      continue;
    }
    if (isRejected(answer.status)) return { status: answer.status, codes, nodeNames, narrowedBy };
    if (answer.nodeNames === undefined) continue;
    narrowedBy.push(plugin.name);
    nodeNames = nodeNames === undefined ? answer.nodeNames : intersection(nodeNames, answer.nodeNames);
    if (nodeNames.size === 0) {
      return { status: unresolvable("", noNodeLeft(narrowedBy.toSorted())), codes, nodeNames, narrowedBy };
    }
  }
  return { status: success, codes, nodeNames, narrowedBy };
}

function intersection(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((name) => right.has(name)));
}

function noNodeLeft(plugins: readonly string[]): string {
  return plugins.length === 1
    ? `node(s) didn't satisfy plugin ${plugins[0]}`
    : `node(s) didn't satisfy plugin(s) [${plugins.join(" ")}] simultaneously`;
}

/** The Filter plugins that have something to do in this cycle. */
export function activeFilters(profile: Profile, state: CycleState): readonly FilterPlugin[] {
  return profile.filter.filter(({ name }) => !state.skipFilterPlugins.has(name));
}

/** `RunFilterPlugins`: the verdict of the first plugin that refuses the node. */
export function runFilterPlugins(
  filters: readonly FilterPlugin[],
  state: CycleState,
  pod: PodInfo,
  node: NodeInfo,
): Status {
  for (let i = 0; i < filters.length; i++) {
    const status = filters[i]!.filter(state, pod, node);
    if (status !== success) return status;
  }
  return success;
}

/** The filters together with the PreFilter extensions, for trying changed nodes. */
export function filterRunner(profile: Profile, context: SchedulingContext, state: CycleState): RunFilters {
  const filters = activeFilters(profile, state);
  const extended = profile.preFilter.filter(({ name }) => !state.skipFilterPlugins.has(name));
  const runner: RunFilters = {
    filter: (trial, pod, node) => runWithNominatedPods(runner, filters, context, trial, pod, node),
    addPod: (trial, pod, added, node) => {
      for (const { preFilterExtensions } of extended) preFilterExtensions?.addPod(trial, pod, added, node);
    },
    removePod: (trial, pod, removed, node) => {
      for (const { preFilterExtensions } of extended) preFilterExtensions?.removePod(trial, pod, removed, node);
    },
  };
  return runner;
}

/**
 * `RunFilterPluginsWithNominatedPods`: the node must do with the pods nominated to it there (of at least the same
 * priority), and without them too, because they may never come.
 */
function runWithNominatedPods(
  runner: RunFilters,
  filters: readonly FilterPlugin[],
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  node: NodeInfo,
): Status {
  const nominated = context.nominatedPods(node.name);
  if (nominated.length === 0) return runFilterPlugins(filters, state, pod, node);
  const ahead = nominated.filter((other) => other.priority >= pod.priority && other.key !== pod.key);
  if (ahead.length > 0) {
    const trial = state.clone();
    let crowded = node;
    for (const other of ahead) {
      crowded = addPod(crowded, other.pod);
      runner.addPod(trial, pod, other, crowded);
    }
    const status = runFilterPlugins(filters, trial, pod, crowded);
    if (status.code !== "Success") return status;
  }
  return runFilterPlugins(filters, state, pod, node);
}

/** `RunPostFilterPlugins`: the first plugin that finds a way out, or the last refusal. */
export function runPostFilterPlugins(
  profile: Profile,
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  statuses: NodeStatuses,
): PostFilterAnswer | undefined {
  let answer: PostFilterAnswer | undefined;
  for (const plugin of profile.postFilter) {
    answer = plugin.postFilter(context, state, pod, statuses, filterRunner(profile, context, state));
    if (answer.status.code === "Success") return answer;
  }
  return answer;
}

/** One plugin's scores of the feasible nodes, in their order: as given, and after normalising and weighting. */
export interface PluginScores {
  readonly plugin: string;
  readonly raw: readonly number[];
  readonly weighted: readonly number[];
}

/** `RunPreScorePlugins` and `RunScorePlugins`. */
export function runScorePlugins(
  profile: Profile,
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
): readonly PluginScores[] {
  for (const plugin of profile.preScore) {
    if (plugin.preScore(context, state, pod, nodes).code === "Skip") state.skipScorePlugins.add(plugin.name);
  }
  return profile.score
    .filter(({ plugin }) => !state.skipScorePlugins.has(plugin.name))
    .map((weighted) => scoresOf(weighted, context, state, pod, nodes));
}

function scoresOf(
  { plugin, weight }: WeightedPlugin,
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
): PluginScores {
  const raw = new Array<number>(nodes.length);
  for (let i = 0; i < nodes.length; i++) raw[i] = plugin.score(context, state, pod, nodes[i]!);
  const weighted = raw.slice();
  plugin.scoreExtensions?.normalizeScore(state, nodes, weighted);
  for (let i = 0; i < weighted.length; i++) weighted[i]! *= weight;
  return { plugin: plugin.name, raw, weighted };
}

/** The sums of the weighted scores by node. */
export function totalScores(scores: readonly PluginScores[], nodeCount: number): number[] {
  const totals = new Array<number>(nodeCount).fill(0);
  for (const { weighted } of scores) {
    for (let i = 0; i < nodeCount; i++) totals[i]! += weighted[i]!;
  }
  return totals;
}
