/**
 * Every plugin's opinion on every node for one pod, for lessons and for comparison with the recorded scheduler.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/runtime/framework.go, read step by step instead of to a decision.
 * Left out: pods nominated by preemption.
 * Invariant: looks at all nodes whatever the size of the cluster, and decides nothing.
 */
import { CycleState } from "./cycle-state.ts";
import type { SchedulingContext } from "./framework.ts";
import { allRows } from "./node-list.ts";
import type { PodLike } from "./objects.ts";
import { podInfo } from "./pod-row.ts";
import { defaultProfile, type Profile } from "./profile.ts";
import { activeFilters, runFilterPlugins, runPreFilterPlugins, runScorePlugins, totalScores } from "./run-plugins.ts";
import type { Code, Status } from "./status.ts";

/** What one plugin gave a feasible node: its own score, and that after normalising and weighting. */
export interface ExplainedScore {
  readonly raw: number;
  readonly weighted: number;
}

/** One node: the verdict, the refusals of all plugins (each asked alone), and scores if it is feasible. */
export interface ExplainedNode {
  readonly name: string;
  readonly verdict: Status;
  readonly refusals: ReadonlyMap<string, Status>;
  readonly scores: ReadonlyMap<string, ExplainedScore>;
  readonly total: number | undefined;
}

/** A whole decision, opened up. `best` are the nodes with the greatest total, by name. */
export interface Explanation {
  readonly preFilter: ReadonlyMap<string, Code>;
  /** The nodes that PreFilter left, if it narrowed them. */
  readonly preFilterNodes: readonly string[] | undefined;
  readonly nodes: readonly ExplainedNode[];
  readonly best: readonly string[];
}

/** Explains where the pod could run and why; nodes in the order of the list. */
export function explain(pod: PodLike, context: SchedulingContext, profile: Profile = defaultProfile): Explanation {
  const info = podInfo(pod);
  const state = new CycleState();
  const { status, codes, nodeNames } = runPreFilterPlugins(profile, context, state, info);
  const filters = activeFilters(profile, state);
  const judged = allRows(context.nodes).map((node) => {
    const refusals = new Map<string, Status>();
    if (status.code === "Success") {
      for (const plugin of filters) {
        const verdict = plugin.filter(state, info, node);
        if (verdict.code !== "Success") refusals.set(plugin.name, verdict);
      }
    }
    return {
      node,
      refusals,
      verdict: status.code === "Success" ? runFilterPlugins(filters, state, info, node) : status,
    };
  });
  const isFeasible = ({ node, verdict }: (typeof judged)[number]): boolean =>
    verdict.code === "Success" && (nodeNames === undefined || nodeNames.has(node.name));
  const feasible = judged.filter(isFeasible).map(({ node }) => node);
  const scores = feasible.length === 0 ? [] : runScorePlugins(profile, context, state, info, feasible);
  const totals = totalScores(scores, feasible.length);
  const greatest = Math.max(...totals);
  return {
    preFilter: codes,
    preFilterNodes: nodeNames && [...nodeNames].sort(),
    nodes: judged.map(({ node, refusals, verdict }) => {
      const at = feasible.indexOf(node);
      const own = at < 0 ? [] : scores.map(({ plugin, raw, weighted }) => [plugin, raw[at]!, weighted[at]!] as const);
      return {
        name: node.name,
        verdict,
        refusals,
        scores: new Map(own.map(([plugin, raw, weighted]) => [plugin, { raw, weighted }])),
        total: totals[at],
      };
    }),
    best: feasible
      .filter((_node, at) => totals[at] === greatest)
      .map(({ name }) => name)
      .sort(),
  };
}
