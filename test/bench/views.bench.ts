/**
 * First paint of the views at 1,000 nodes with 3,000 pods: from a snapshot to the bundle that a notebook shows, in
 * milliseconds, medians of a few runs; a packet's ladder; and what the largest of them weigh in KB.
 */
import { Cluster } from "../../sim/index.ts";
import { componentMap, type Display, nodeInterior, ownerTree, pathLadder, timelineView } from "../../views/index.ts";
import { acrossNodes } from "../scenes/traces.ts";

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

interface Painted {
  readonly ms: number;
  readonly kilobytes: number;
  readonly groups: number;
}

/** Paints anew some times; each run reads the cluster again, as a cell does. */
function paint(draw: () => Display): Painted {
  const times: number[] = [];
  let kilobytes = 0;
  let groups = 0;
  for (let run = 0; run < 7; run++) {
    const start = performance.now();
    const display = draw();
    const bundle = JSON.stringify(display.toMimeBundle());
    times.push(performance.now() - start);
    kilobytes = bundle.length / 1024;
    groups = Math.max(...display.scenes.map((scene) => scene.groups.length));
  }
  return { ms: median(times), kilobytes, groups };
}

function large(): Cluster {
  const cluster = Cluster.create({ zones: 5, workersPerZone: 200 });
  for (let number = 0; number < 100; number++) {
    const labels = { app: `web-${number}` };
    const spec = { containers: [{ name: "web", image: "nginx:1.27" }] };
    cluster.request({
      verb: "create",
      group: "apps",
      version: "v1",
      resource: "deployments",
      namespace: "default",
      body: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: `web-${number}` },
        spec: { replicas: 30, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      },
    });
  }
  cluster.settle(20_000_000);
  return cluster;
}

export default async function views(): Promise<Record<string, number>> {
  const cluster = large();
  const machine = cluster.snapshot(1).machines.find(({ role }) => role === "worker")!.name;
  const map = paint(() => componentMap([cluster.snapshot(1)]));
  const owners = paint(() => ownerTree([cluster.snapshot(1)]));
  const timeline = paint(() => timelineView(cluster.snapshot(2_000)));
  const inside = paint(() => nodeInterior([cluster.snapshot(1)], machine));
  const ladder = paint(() => pathLadder(acrossNodes()));
  const all = [map, owners, timeline, inside, ladder];
  return {
    mapAt1000NodesMs: map.ms,
    ownersAt1000NodesMs: owners.ms,
    timelineAt1000NodesMs: timeline.ms,
    insideAt1000NodesMs: inside.ms,
    ladderMs: ladder.ms,
    ladderKilobytes: ladder.kilobytes,
    largestKilobytes: Math.max(...all.map(({ kilobytes }) => kilobytes)),
    mostGroups: Math.max(...all.map(({ groups }) => groups)),
  };
}

/** research: first paint in a tenth of a second; 256 KB and 300 groups a display. */
export const budgets: Readonly<Record<string, string>> = {
  mapAt1000NodesMs: "≤ 100",
  ownersAt1000NodesMs: "≤ 100",
  timelineAt1000NodesMs: "≤ 100",
  insideAt1000NodesMs: "≤ 100",
  ladderMs: "≤ 100",
  largestKilobytes: "≤ 256",
  mostGroups: "≤ 300",
};
