import { describe, expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { BUNDLE_BYTES_MAX, type Display, VIEW_TYPE } from "../../views/bundle.ts";
import {
  componentMap,
  exchangeMatrix,
  nodeInterior,
  ownerTree,
  pathLadder,
  placementGrid,
  requestSequence,
  timelineView,
} from "../../views/index.ts";
import { linesThroughText, overflows, textCollisions } from "./inspect.ts";

const labels = { app: "web" };
const container = { name: "web", image: "nginx:1.27", ports: [{ containerPort: 80 }] };

/** A cluster of two zones with a Deployment of three behind a Service, and a pod that asks it. */
function served(): Cluster {
  const cluster = Cluster.create({ zones: 2, workersPerZone: 1, seed: 7 });
  const create = (group: string, version: string, resource: string, body: object): void => {
    cluster.request({ verb: "create", group, version, resource, namespace: "default", body: body as never });
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const spec = { replicas: 3, selector: { matchLabels: labels }, template };
  create("apps", "v1", "deployments", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec });
  const ports = [{ port: 80, targetPort: 80 }];
  create("", "v1", "services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { selector: labels, ports },
  });
  create("", "v1", "pods", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "client" },
    spec: { containers: [container] },
  });
  cluster.settle();
  return cluster;
}

const cluster = served();
const momentOf = (step: number, steps: number) => {
  const then = cluster.fork();
  then.goto(step);
  return then.snapshot(steps);
};
const displays: Readonly<Record<string, () => Display>> = {
  "component map": () => componentMap(cluster.frames(4)),
  "path through the Service": () => pathLadder(cluster.trace("pod/client", "http://web")),
  "path to a machine": () => pathLadder(cluster.trace("pod/client", "ping 10.1.0.5")),
  "path to nowhere": () => pathLadder(cluster.trace("pod/client", "http://10.255.0.1")),
  "path of an unknown name": () => pathLadder(cluster.trace("pod/client", "http://wbe")),
  "node interior": () => nodeInterior(cluster.frames(4), "worker-1", { pod: "default/client" }),
  "owner tree": () => ownerTree(cluster.frames(4)),
  "matrix of the whole history": () => exchangeMatrix(cluster.snapshot(cluster.steps)),
  "sequence of a write": () => requestSequence(cluster.snapshot(cluster.steps), { object: "service/web", momentOf }),
  "sequence of a component's write": () =>
    requestSequence(cluster.snapshot(cluster.steps), { object: "pod/client", momentOf }),
  "placement grid": () => placementGrid(cluster.frames(4)),
  timeline: () => timelineView(cluster.snapshot(300), { object: "pod/default/client" }),
};

describe.each(Object.entries(displays))("the %s of a simulated cluster", (_name, draw) => {
  it("keeps its text apart, and all of its frames in one bundle", () => {
    const display = draw();
    for (const scene of display.scenes) {
      expect([...overflows(scene), ...textCollisions(scene), ...linesThroughText(scene)]).toEqual([]);
      const keys = scene.groups.map((group) => group.key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeLessThanOrEqual(300);
    }
    const bundle = display.toMimeBundle();
    expect(JSON.stringify(bundle).length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
    expect(bundle[VIEW_TYPE]?.dropped).toBe(0);
  });
});

it("a write's notices went to the components that watch it", () => {
  const scene = requestSequence(cluster.snapshot(cluster.steps), { object: "service/web", momentOf }).scenes.at(-1)!;
  const lifelines = scene.groups.filter(({ key }) => key.startsWith("process/")).map(({ key }) => key);
  expect(lifelines).toContain("process/kube-proxy");
  expect(lifelines).toContain("process/kube-controller-manager/master-1");
  expect(scene.title).toBe("create service/default/web");
});
