/**
 * The methods and properties of a cluster that a submission may use: all of `Cluster` but what would hand out the
 * simulation's own objects. Each row says what it takes; results are plain data, with the text that they print as.
 */
import { type Cluster, parseDuration, type TraceOptions } from "../../sim/index.ts";
import type { Effort } from "./effort.ts";
import { checkedRequest } from "./requests.ts";
import type { Shape } from "./shapes.ts";

/** One method: the shapes of its arguments, and what it does. Arguments have been checked. */
interface ClusterCall {
  readonly takes: readonly Shape[];
  // biome-ignore lint/suspicious/noExplicitAny: checkedWords has seen to the shapes
  run(cluster: Cluster, words: readonly any[], effort: Effort): unknown;
}

/** What a look at much of a cluster costs, in steps. */
const priceOfLook = 20;
const priceOfReplay = 200;
const framesMax = 200;

const fault = (name: "kill" | "start" | "stopMachine" | "startMachine"): ClusterCall => ({
  takes: ["text"],
  run: (cluster, [word], effort) => effort.stepping(cluster, () => cluster[name](word)),
});

const link = (name: "cut" | "heal"): ClusterCall => ({
  takes: ["text", "text"],
  run: (cluster, [a, b], effort) => effort.stepping(cluster, () => cluster[name](a, b)),
});

const look = (takes: readonly Shape[], run: ClusterCall["run"]): ClusterCall => ({
  takes,
  run(cluster, words, effort) {
    effort.pay(priceOfLook);
    return run(cluster, words, effort);
  },
});

const travel = (
  takes: readonly Shape[],
  run: (cluster: Cluster, words: readonly number[]) => unknown,
): ClusterCall => ({
  takes,
  run(cluster, words, effort) {
    effort.pay(priceOfReplay);
    return effort.stepping(cluster, () => run(cluster, words as readonly number[]));
  },
});

const calls: Readonly<Record<string, ClusterCall>> = {
  step: {
    takes: ["whole?"],
    run: (cluster, [n = 1], effort) => effort.stepping(cluster, () => cluster.step(Math.min(n, effort.left))),
  },
  advance: {
    takes: ["duration"],
    run: (cluster, [duration], effort) => effort.advance(cluster, parseDuration(duration)),
  },
  runTo: {
    takes: ["whole", "whole?"],
    run: (cluster, [instant, budget = Number.MAX_SAFE_INTEGER], effort) =>
      effort.stepping(cluster, () => cluster.runTo(instant, Math.min(budget, effort.left))),
  },
  settle: {
    takes: ["whole?"],
    run: (cluster, [budget = Number.MAX_SAFE_INTEGER], effort) =>
      effort.stepping(cluster, () => cluster.settle(Math.min(budget, effort.left))),
  },
  until: { takes: [], run: () => undefined },
  back: travel(["whole?"], (cluster, [n = 1]) => cluster.back(n)),
  undo: travel([], (cluster) => cluster.undo()),
  goto: travel(["whole", "whole?"], (cluster, [step = 0, branch]) => cluster.goto(step, branch)),
  mark: { takes: [], run: (cluster) => cluster.mark() },
  fork: travel([], (cluster) => cluster.fork()),
  request: {
    takes: ["object"],
    run: (cluster, [request], effort) => effort.stepping(cluster, () => cluster.request(checkedRequest(request))),
  },
  get: {
    takes: ["text", "text", "text?"],
    run: (cluster, [resource, name, space]) => cluster.get(resource, name, space),
  },
  list: look(["text", "text?"], (cluster, [resource, space]) => cluster.list(resource, space)),
  why: look(["text"], (cluster, [object]) => cluster.why(object)),
  snapshot: look(["whole?"], (cluster, [steps = 1]) => cluster.snapshot(steps)),
  frames: look(["whole"], (cluster, [n], effort) => {
    effort.pay(priceOfReplay + n * priceOfLook);
    return cluster.frames(Math.min(n, framesMax));
  }),
  trace: {
    takes: ["text", "text", "object?"],
    run: (cluster, [from, to, options = {}], effort) => {
      effort.pay(priceOfLook);
      return cluster.trace(from, to, options as TraceOptions);
    },
  },
  network: look(["text"], (cluster, [place]) => cluster.network(place)),
  httpAnswer: look(["object", "object"], (cluster, [trace, sent]) => cluster.httpAnswer(trace, sent)),
  configure: look(["text", "texts"], (cluster, [place, words]) => cluster.configure(place, words)),
  kill: fault("kill"),
  start: fault("start"),
  stopMachine: fault("stopMachine"),
  startMachine: fault("startMachine"),
  addWorker: {
    takes: ["whole?"],
    run: (cluster, [zone = 1], effort) => effort.stepping(cluster, () => cluster.addWorker(zone)),
  },
  cut: link("cut"),
  heal: link("heal"),
  stateHash: look([], (cluster) => cluster.stateHash()),
  storeHash: look([], (cluster) => cluster.storeHash()),
  toString: look([], (cluster) => cluster.toString()),
};

const properties: Readonly<Record<string, (cluster: Cluster) => unknown>> = {
  now: (cluster) => cluster.now,
  wallMs: (cluster) => cluster.wallMs,
  steps: (cluster) => cluster.steps,
  revision: (cluster) => cluster.revision,
  hash: (cluster) => cluster.hash,
  hasWork: (cluster) => cluster.hasWork,
  options: (cluster) => cluster.options,
  operations: (cluster) => cluster.operations,
  cutLinks: (cluster) => cluster.cutLinks,
  branch: (cluster) => withoutCheckpoints(cluster.branch),
  branches: (cluster) => cluster.branches.map(withoutCheckpoints),
};

function withoutCheckpoints({ id, parent, operations, tip }: Cluster["branch"]): object {
  return { id, parent, operations, tip };
}

/** Names of the methods; `until` is the interpreter's own, since its predicate is. */
export const clusterMethods: readonly string[] = Object.keys(calls);

/** Names of the properties. */
export const clusterProperties: readonly string[] = Object.keys(properties);

/** A method by its name; undefined if there is none. */
export function clusterCall(name: unknown): ClusterCall | undefined {
  return typeof name === "string" && Object.hasOwn(calls, name) ? calls[name] : undefined;
}

/** A property's value. Throws a TypeError if there is none of that name. */
export function clusterProperty(cluster: Cluster, name: unknown): unknown {
  if (typeof name !== "string" || !Object.hasOwn(properties, name))
    throw new TypeError("a cluster has no such property");
  return (properties[name] as (cluster: Cluster) => unknown)(cluster);
}
