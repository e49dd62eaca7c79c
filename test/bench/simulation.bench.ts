/**
 * The simulation's figures: boot, a Deployment of 100, 1,000 nodes with 3,000 and 30,000 pods, fork, step back.
 * Times are medians of a few runs in milliseconds unless the name says otherwise.
 */
import { Cluster } from "../../sim/index.ts";

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function deployment(name: string, replicas: number): Parameters<Cluster["request"]>[0] {
  const labels = { app: name };
  const spec = {
    containers: [{ name: "web", image: "nginx:1.27", resources: { requests: { cpu: "10m", memory: "16Mi" } } }],
  };
  const body = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  return { verb: "create", group: "apps", version: "v1", resource: "deployments", namespace: "default", body };
}

function readyPods(cluster: Cluster): number {
  let ready = 0;
  for (const pod of cluster.list("pods", "default") as readonly {
    readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
  }[]) {
    if (pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True")) ready += 1;
  }
  return ready;
}

interface Load {
  readonly ms: number;
  readonly steps: number;
  readonly cluster: Cluster;
}

/** A cluster of 1,000 nodes into which 100 Deployments put the given number of pods. */
function load(pods: number): Load {
  const cluster = Cluster.create({ zones: 5, workersPerZone: 200 });
  const first = cluster.steps;
  const ms = timed(() => {
    for (let number = 0; number < 100; number++) cluster.request(deployment(`web-${number}`, pods / 100));
    const { reached, pending } = cluster.settle(20_000_000);
    if (!reached) throw new Error(`did not settle: ${pending.join(", ")}`);
  });
  const ready = readyPods(cluster);
  if (ready !== pods) throw new Error(`${ready} of ${pods} pods are Ready`);
  return { ms, steps: cluster.steps - first, cluster };
}

function stepsBack(cluster: Cluster, tries: number): number {
  const times: number[] = [];
  for (let n = 1; n <= tries; n++) {
    times.push(timed(() => cluster.back(1 + ((n * 37) % 300))));
    cluster.goto(cluster.branch.tip.step);
  }
  return median(times);
}

interface Measured {
  readonly ms: number;
  readonly steps: number;
  readonly forkMs: number;
  readonly backMs: number;
}

/** Figures of one size; its cluster is gone afterwards, so that it is no burden to the next. */
function measured(pods: number): Measured {
  (globalThis as { gc?: () => void }).gc?.();
  const { ms, steps, cluster } = load(pods);
  const forks = Array.from({ length: 99 }, () => timed(() => void cluster.fork()));
  return { ms, steps, forkMs: median(forks), backMs: stepsBack(cluster, 30) };
}

export default async function simulation(): Promise<Record<string, number>> {
  const boots = Array.from({ length: 9 }, (_, seed) => timed(() => void Cluster.create({ seed, workersPerZone: 3 })));
  const hundreds = Array.from({ length: 5 }, (_, seed) => {
    const cluster = Cluster.create({ seed, workersPerZone: 3 });
    return timed(() => {
      cluster.request(deployment("web", 100));
      cluster.settle();
      if (readyPods(cluster) !== 100) throw new Error("not all pods are Ready");
    });
  });
  const small = measured(3_000);
  const large = measured(30_000);
  return {
    boot3NodesMs: median(boots),
    deploymentOf100Ms: median(hundreds),
    pods3000Ms: small.ms,
    pods30000Ms: large.ms,
    pods30000To3000: large.ms / small.ms,
    pods30000PerSecond: 30_000 / (large.ms / 1000),
    eventsPerPodAt3000: small.steps / 3_000,
    eventsPerPodAt30000: large.steps / 30_000,
    fork3000PodsMs: small.forkMs,
    fork30000PodsMs: large.forkMs,
    stepBack3000PodsMs: small.backMs,
    stepBack30000PodsMs: large.backMs,
    residentMB: process.memoryUsage().rss / 1e6,
  };
}

/** DESIGN section 9, and the ratio and events that hold on noisy machines. */
export const budgets: Readonly<Record<string, string>> = {
  boot3NodesMs: "≤ 25",
  deploymentOf100Ms: "≤ 50",
  pods30000To3000: "≤ 12",
  eventsPerPodAt3000: "≤ 30",
  eventsPerPodAt30000: "≤ 30",
  fork3000PodsMs: "≤ 0.1",
  fork30000PodsMs: "≤ 0.1",
  stepBack3000PodsMs: "≤ 2",
  stepBack30000PodsMs: "≤ 5",
};
