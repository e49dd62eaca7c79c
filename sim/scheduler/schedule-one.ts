/**
 * Picks the node for one pod: PreFilter, Filter, PreScore, Score, and PostFilter when nothing is left.
 * Source: Kubernetes 1.32, pkg/scheduler/schedule_one.go (`schedulePod`, `findNodesThatFitPod`, `selectHost`).
 * Left out: extenders, and the parallel workers, by which upstream may look at a few more nodes than it needs.
 * Invariant: pure but for the draws of `context.below`, which are made over the candidates in the order of the walk.
 */
import { CycleState } from "./cycle-state.ts";
import { fitErrorMessage } from "./fit-error.ts";
import type { NodeStatuses, SchedulingContext } from "./framework.ts";
import { indexOfNode, rowAt } from "./node-list.ts";
import type { NodeInfo } from "./node-row.ts";
import type { PodLike } from "./objects.ts";
import { type PodInfo, podInfo } from "./pod-row.ts";
import { defaultProfile, type Profile } from "./profile.ts";
import {
  filterRunner,
  type PreFilterResult,
  runPostFilterPlugins,
  runPreFilterPlugins,
  runScorePlugins,
  totalScores,
} from "./run-plugins.ts";
import { type Status, unresolvable } from "./status.ts";

/** Where the walk over the nodes starts, and how many nodes are enough. */
export interface WalkOptions {
  /** `nextStart` of the former cycle. */
  readonly start: number;
  /** 0: adapts to the size of the cluster, as by default. */
  readonly percentageOfNodesToScore: number;
}

/** The pod's node. `evaluated` nodes were filtered, `feasible` of them passed; the next cycle starts at `nextStart`. */
export interface Scheduled {
  readonly kind: "scheduled";
  readonly node: string;
  readonly evaluated: number;
  readonly feasible: number;
  readonly nextStart: number;
}

/** Why the pod has no node, in upstream's words, and what preemption found. */
export interface Unschedulable {
  readonly kind: "unschedulable";
  readonly message: string;
  readonly statuses: NodeStatuses;
  /** Plugins that refused some node: only their events can help (`UnschedulablePlugins`). */
  readonly plugins: readonly string[];
  readonly nominatedNode: string | undefined;
  readonly victims: readonly PodInfo[];
  readonly evaluated: number;
  readonly nextStart: number;
}

/** The outcome of one scheduling cycle. */
export type ScheduleResult = Scheduled | Unschedulable;

const feasibleNodesMin = 100;
const percentageMin = 5;

/** How many feasible nodes are enough in a cluster of that size (`numFeasibleNodesToFind`). */
export function feasibleNodesToFind(nodeCount: number, percentageOfNodesToScore: number): number {
  if (nodeCount < feasibleNodesMin) return nodeCount;
  const adaptive = Math.max(50 - Math.floor(nodeCount / 125), percentageMin);
  const percentage = percentageOfNodesToScore === 0 ? adaptive : percentageOfNodesToScore;
  return Math.min(nodeCount, Math.max(Math.floor((nodeCount * percentage) / 100), feasibleNodesMin));
}

/** What the walk over the nodes found. */
interface Found {
  readonly feasible: readonly NodeInfo[];
  readonly statuses: NodeStatuses;
  readonly preFilterMessage: string;
}

const notLookedAt = unresolvable("");

/** `findNodesThatFitPod`: PreFilter, then Filter from `start` on until enough nodes are feasible. */
function findFeasible(
  profile: Profile,
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  options: WalkOptions,
): Found {
  const preFilter = runPreFilterPlugins(profile, context, state, pod);
  const byNode = new Map<string, Status>();
  if (preFilter.status.code !== "Success") {
    const { status } = preFilter;
    return { feasible: [], statuses: { byNode, absent: status }, preFilterMessage: status.reasons.join(", ") };
  }
  const { filter } = filterRunner(profile, context, state);
  const nominated = pod.pod.status?.nominatedNodeName;
  const nominatedAt = nominated ? indexOfNode(context.nodes, nominated) : -1;
  if (nominatedAt >= 0) {
    const node = rowAt(context.nodes, nominatedAt);
    if (filter(state, pod, node).code === "Success") {
      return { feasible: [node], statuses: { byNode, absent: notLookedAt }, preFilterMessage: "" };
    }
  }
  const feasible: NodeInfo[] = [];
  const order = walkOrder(context, preFilter, options.start);
  const enough = feasibleNodesToFind(order.count, options.percentageOfNodesToScore);
  for (let i = 0; i < order.count && feasible.length < enough; i++) {
    const node = order.node(i);
    const status = filter(state, pod, node);
    if (status.code === "Success") feasible.push(node);
    else byNode.set(node.name, status);
  }
  return { feasible, statuses: { byNode, absent: absentStatus(preFilter) }, preFilterMessage: "" };
}

/** The nodes to look at: all from `start` round, or those that PreFilter left. */
function walkOrder({ nodes }: SchedulingContext, { nodeNames }: PreFilterResult, start: number) {
  if (nodeNames === undefined) {
    return { count: nodes.length, node: (i: number) => rowAt(nodes, (start + i) % nodes.length) };
  }
  const places = [...nodeNames].map((name) => indexOfNode(nodes, name)).filter((place) => place >= 0);
  places.sort((left, right) => left - right);
  const count = places.length;
  return { count, node: (i: number) => rowAt(nodes, places[(start + i) % count]!) };
}

function absentStatus({ nodeNames, narrowedBy }: PreFilterResult): Status {
  if (nodeNames === undefined) return notLookedAt;
  return unresolvable("", `node(s) didn't satisfy plugin(s) [${narrowedBy.toSorted().join(" ")}]`);
}

/** `selectHost`: a greatest total; among equals each has the same chance, by one draw for each further one. */
export function selectHost(totals: readonly number[], below: (n: number) => number): number {
  let selected = 0;
  let ties = 1;
  for (let i = 1; i < totals.length; i++) {
    if (totals[i]! > totals[selected]!) {
      selected = i;
      ties = 1;
    } else if (totals[i] === totals[selected]) {
      ties += 1;
      if (below(ties) === 0) selected = i;
    }
  }
  return selected;
}

/** One scheduling cycle for one pod. Throws QuantityError if the pod has a broken quantity. */
export function scheduleOne(
  pod: PodLike,
  context: SchedulingContext,
  options: WalkOptions = { start: 0, percentageOfNodesToScore: 0 },
  profile: Profile = defaultProfile,
): ScheduleResult {
  const info = podInfo(pod);
  const nodeCount = context.nodes.length;
  if (nodeCount === 0) return noNodes;
  const state = new CycleState();
  const found = findFeasible(profile, context, state, info, options);
  const { feasible, statuses } = found;
  const evaluated = feasible.length + statuses.byNode.size;
  const nextStart = (options.start + evaluated) % nodeCount;
  if (feasible.length === 0) return giveUp(profile, context, state, info, found, nextStart);
  let selected = 0;
  if (feasible.length > 1) {
    const scores = runScorePlugins(profile, context, state, info, feasible);
    selected = selectHost(totalScores(scores, feasible.length), context.below);
  }
  return { kind: "scheduled", node: feasible[selected]!.name, evaluated, feasible: feasible.length, nextStart };
}

const noNodes: Unschedulable = {
  kind: "unschedulable",
  message: "no nodes available to schedule pods",
  statuses: { byNode: new Map(), absent: notLookedAt },
  plugins: [],
  nominatedNode: undefined,
  victims: [],
  evaluated: 0,
  nextStart: 0,
};

/** No node is feasible: runs PostFilter and words the failure. */
function giveUp(
  profile: Profile,
  context: SchedulingContext,
  state: CycleState,
  pod: PodInfo,
  { statuses, preFilterMessage }: Found,
  nextStart: number,
): Unschedulable {
  const answer = runPostFilterPlugins(profile, context, state, pod, statuses);
  const postFilterMessage = answer?.status.reasons.join(", ") ?? "";
  const plugins = new Set<string>(preFilterMessage === "" ? [] : [statuses.absent.plugin]);
  for (const status of statuses.byNode.values()) plugins.add(status.plugin);
  return {
    kind: "unschedulable",
    message: fitErrorMessage(context.nodes.length, statuses, { preFilterMessage, postFilterMessage }),
    statuses,
    plugins: [...plugins].filter((name) => name !== "").sort(),
    nominatedNode: answer?.nominatedNode,
    victims: answer?.victims ?? [],
    evaluated: statuses.byNode.size,
    nextStart,
  };
}
