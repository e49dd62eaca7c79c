/**
 * Replays one recorded cluster through the simulated scheduler and compares decision by decision.
 * Recorded from the real kube-scheduler framework 1.32.3 (see ../scheduler/README.md).
 * A recorded choice among equals is followed, so that every later decision starts from the same cluster.
 */
import { type Explanation, explain } from "../../../sim/scheduler/explain.ts";
import type { SchedulingContext } from "../../../sim/scheduler/framework.ts";
import { listOfNodes, type NodeList, rowNamed, withRow } from "../../../sim/scheduler/node-list.ts";
import { addPod } from "../../../sim/scheduler/node-row.ts";
import type {
  DisruptionBudgetLike,
  MapSelecting,
  NamespaceLike,
  NodeLike,
  PodLike,
} from "../../../sim/scheduler/objects.ts";
import { scheduleOne } from "../../../sim/scheduler/schedule-one.ts";
import type { Status } from "../../../sim/scheduler/status.ts";

interface Verdict {
  readonly code: string;
  readonly reasons?: readonly string[] | null;
}

interface Preemption {
  readonly node: string;
  readonly victims: readonly string[] | null;
  readonly message?: string;
}

type ByNode<T> = Readonly<Record<string, T>>;

/** One decision in the recorded form. */
interface Decision {
  readonly pod: string;
  readonly preFilter?: Readonly<Record<string, string>>;
  readonly preFilterNodes?: readonly string[] | null;
  readonly filter?: ByNode<Readonly<Record<string, Verdict>>> | null;
  readonly first?: ByNode<Verdict>;
  readonly firstPlugin?: ByNode<string>;
  readonly feasible: readonly string[] | null;
  readonly raw?: Readonly<Record<string, ByNode<number>>>;
  readonly weighted?: Readonly<Record<string, ByNode<number>>>;
  readonly total?: ByNode<number>;
  readonly best?: readonly string[];
  readonly bound?: string;
  readonly preempt?: readonly Preemption[];
  readonly fitError?: string;
}

interface Recorded {
  readonly nodes: readonly NodeLike[];
  readonly namespaces?: readonly NamespaceLike[] | null;
  readonly services?: readonly MapSelecting[] | null;
  readonly pdbs?: readonly DisruptionBudgetLike[] | null;
  readonly pods?: readonly PodLike[] | null;
  readonly pending: readonly PodLike[];
  readonly results?: readonly Decision[] | null;
}

/** How many comparisons of one field agreed, of how many. */
export interface FieldShare {
  agree: number;
  of: number;
}

/** The outcome for one recorded cluster; `agree` is null when nothing was recorded to compare with. */
export interface Replayed {
  readonly agree: boolean | null;
  readonly actual: { readonly results: readonly Decision[] };
  readonly expected?: { readonly results: readonly Decision[] };
  readonly fields: Readonly<Record<string, FieldShare>>;
}

const wholeCluster = { start: 0, percentageOfNodesToScore: 100 };

/** Schedules the pending pods of a recorded cluster in order; results may be absent from the record. */
export function replay(recorded: unknown): Replayed {
  const cluster = recorded as Recorded;
  const expected = cluster.results ?? undefined;
  const fields: Record<string, FieldShare> = {};
  let nodes = (cluster.pods ?? []).reduce(place, listOfNodes(cluster.nodes));
  const results = cluster.pending.map((pod, i) => {
    const actual = decide(pod, contextOf(cluster, nodes));
    const choice = scheduleOne(pod, contextOf(cluster, nodes), wholeCluster);
    if (expected?.[i]?.best)
      noteIn(fields, "choice", true, choice.kind === "scheduled" && expected[i].best.includes(choice.node));
    const bound = expected?.[i] === undefined ? actual.bound : expected[i].bound;
    if (bound) nodes = place(nodes, { ...pod, spec: { containers: [], ...pod.spec, nodeName: bound } });
    return actual;
  });
  if (expected === undefined) return { agree: null, actual: { results }, fields };
  expected.forEach((decision, i) => {
    compare(fields, decision, results[i]!);
  });
  const agree = Object.values(fields).every((share) => share.agree === share.of);
  return { agree, actual: { results }, expected: { results: expected }, fields };
}

function place(nodes: NodeList, pod: PodLike): NodeList {
  const row = rowNamed(nodes, pod.spec?.nodeName ?? "");
  return row === undefined ? nodes : withRow(nodes, addPod(row, pod));
}

function contextOf(cluster: Recorded, nodes: NodeList): SchedulingContext {
  const services = cluster.services ?? [];
  return {
    nodes,
    namespaces: () => cluster.namespaces ?? [],
    servicesIn: (namespace) => services.filter(({ metadata }) => metadata.namespace === namespace),
    controller: () => undefined,
    disruptionBudgets: () => cluster.pdbs ?? [],
    nominatedPods: () => [],
    below: () => 0,
  };
}

function verdictOf({ code, reasons }: Status): Verdict {
  return code === "Success" ? { code } : { code, reasons };
}

function decide(pod: PodLike, context: SchedulingContext): Decision {
  const explanation = explain(pod, context);
  const { nodes, preFilter, preFilterNodes } = explanation;
  const refused = nodes.filter(({ refusals }) => refusals.size > 0);
  const failed = nodes.filter(({ verdict }) => verdict.code !== "Success");
  const filter = refused.map(({ name, refusals }) => {
    return [name, Object.fromEntries([...refusals].map(([plugin, status]) => [plugin, verdictOf(status)]))] as const;
  });
  return {
    pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
    preFilter: Object.fromEntries(preFilter),
    ...(preFilterNodes && { preFilterNodes }),
    filter: Object.fromEntries(filter),
    first: Object.fromEntries(nodes.map(({ name, verdict }) => [name, verdictOf(verdict)])),
    firstPlugin: Object.fromEntries(failed.map(({ name, verdict }) => [name, verdict.plugin])),
    ...outcome(pod, context, explanation),
  };
}

function outcome(pod: PodLike, context: SchedulingContext, { nodes, best }: Explanation) {
  const feasible = nodes.filter(({ total }) => total !== undefined);
  if (feasible.length > 0) {
    const plugins = [...feasible[0]!.scores.keys()];
    const scores = (pick: "raw" | "weighted") =>
      Object.fromEntries(
        plugins.map((plugin) => [
          plugin,
          Object.fromEntries(feasible.map(({ name, scores }) => [name, scores.get(plugin)![pick]])),
        ]),
      );
    const total = Object.fromEntries(feasible.map(({ name, total }) => [name, total!]));
    const names = feasible.map(({ name }) => name).sort();
    return { feasible: names, raw: scores("raw"), weighted: scores("weighted"), total, best, bound: best[0]! };
  }
  const result = scheduleOne(pod, context, wholeCluster);
  if (result.kind === "scheduled") throw new Error(`${pod.metadata.name} was scheduled but explained as unschedulable`);
  const words = result.message.indexOf(" preemption: ");
  const preempt: Preemption = result.nominatedNode
    ? { node: result.nominatedNode, victims: result.victims.map(({ key }) => key) }
    : { node: "", victims: null, message: words < 0 ? "" : result.message.slice(words + 1) };
  return { feasible: null, preempt: [preempt], fitError: words < 0 ? result.message : result.message.slice(0, words) };
}

function noteIn(fields: Record<string, FieldShare>, field: string, expected: unknown, actual: unknown): void {
  fields[field] ??= { agree: 0, of: 0 };
  const share = fields[field];
  share.of += 1;
  if (JSON.stringify(normal(expected)) === JSON.stringify(normal(actual))) share.agree += 1;
}

function compare(fields: Record<string, FieldShare>, expected: Decision, actual: Decision): void {
  const note = noteIn.bind(undefined, fields);
  for (const plugin of Object.keys(actual.preFilter ?? {})) {
    note("preFilter", expected.preFilter?.[plugin], actual.preFilter?.[plugin]);
  }
  for (const [node, first] of Object.entries(expected.first ?? {})) {
    note("first", first, actual.first?.[node]);
    note("firstPlugin", expected.firstPlugin?.[node], actual.firstPlugin?.[node]);
    const plugins = new Set([
      ...Object.keys(expected.filter?.[node] ?? {}),
      ...Object.keys(actual.filter?.[node] ?? {}),
    ]);
    for (const plugin of plugins) note("filter", expected.filter?.[node]?.[plugin], actual.filter?.[node]?.[plugin]);
  }
  note("feasible", expected.feasible, actual.feasible);
  if (expected.feasible) {
    for (const field of ["raw", "weighted"] as const) {
      for (const plugin of new Set([...Object.keys(expected[field] ?? {}), ...Object.keys(actual[field] ?? {})])) {
        note(`${field}.${plugin}`, expected[field]?.[plugin], actual[field]?.[plugin]);
      }
    }
    note("total", expected.total, actual.total);
    note("best", expected.best, actual.best);
  }
  if (expected.preempt) {
    const own = JSON.stringify(normal(actual.preempt?.[0]));
    const known = expected.preempt.find((member) => JSON.stringify(normal(member)) === own);
    note("preempt", known ?? expected.preempt, actual.preempt?.[0]);
  }
  if (expected.fitError !== undefined && !expected.preFilterNodes) note("fitError", expected.fitError, actual.fitError);
}

/** Lists as sets and objects by sorted keys, absent and null alike, so that equal meanings give equal text. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal).sort();
  if (value === null || typeof value !== "object") return value ?? null;
  const entries = Object.entries(value).filter(
    ([, member]) => member !== undefined && member !== null && member !== "",
  );
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([k, v]) => [k, normal(v)]));
}
