/** Faults at many moments of a rollout, then repair: whatever was lost on the way, the end is what was asked for. */
import { describe, expect, it } from "vitest";
import type { Deployment } from "../api/kinds/deployment.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { Cluster } from "../index.ts";
import { isControlledBy } from "./owner.ts";

const where = { group: "apps", version: "v1", resource: "deployments", namespace: "default" } as const;
const controllers = "kube-controller-manager/master-1";

function rolledOut(seed: number): Cluster {
  const cluster = Cluster.create({ seed, zones: 1, workersPerZone: 3, latency: "realistic" });
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "web:1" }] } };
  const body = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas: 7, selector: { matchLabels: { app: "web" } }, template },
  };
  cluster.request({ ...where, verb: "create", body });
  cluster.step(40 + ((seed * 37) % 200));
  return cluster;
}

function change(cluster: Cluster, replicas: number, image: string): void {
  const body = { spec: { replicas, template: { spec: { containers: [{ name: "c", image }] } } } };
  cluster.request({ ...where, verb: "patch", patchType: "strategic", name: "web", body });
}

function expectAsWanted(cluster: Cluster, replicas: number, image: string): void {
  const { status } = cluster.get("deployments", "web") as Deployment;
  const pods = (cluster.list("pods", "default") as readonly Pod[]).filter(
    (pod) => pod.metadata.deletionTimestamp === undefined,
  );
  expect(pods.map((pod) => pod.spec.containers[0]?.image)).toEqual(Array(replicas).fill(image));
  expect(status).toMatchObject({
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  });
  const sets = cluster.list("replicasets", "default");
  for (const pod of pods) expect(sets.some((one) => isControlledBy(pod, one))).toBe(true);
}

const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

describe.each(seeds)("seed %i", (seed) => {
  it("survives restarts of the controller manager", () => {
    const cluster = rolledOut(seed);
    for (let round = 0; round < 4; round++) {
      change(cluster, 4 + ((seed + round) % 5), `web:${2 + (round % 2)}`);
      cluster.step(5 + ((seed * 13 + round * 29) % 90));
      cluster.kill(controllers);
      cluster.advance("3s");
      cluster.start(controllers);
    }
    cluster.settle();
    cluster.advance("15m");
    expectAsWanted(cluster, 4 + ((seed + 3) % 5), "web:3");
  });

  it("survives a manager that is cut off, and the loss of a node", () => {
    const cluster = rolledOut(seed);
    change(cluster, 6, "web:2");
    cluster.step((seed * 17) % 120);
    cluster.cut("kube-controller-manager", "kube-apiserver");
    cluster.stopMachine(`worker-${(seed % 3) + 1}`);
    cluster.advance("90s");
    cluster.heal("kube-controller-manager", "kube-apiserver");
    cluster.advance("20m");
    cluster.startMachine(`worker-${(seed % 3) + 1}`);
    cluster.settle();
    cluster.advance("15m");
    expectAsWanted(cluster, 6, "web:2");
  });

  it("survives an API server that goes away", () => {
    const cluster = rolledOut(seed);
    change(cluster, 5, "web:2");
    cluster.step((seed * 23) % 120);
    cluster.kill("kube-apiserver");
    cluster.advance("20s");
    cluster.start("kube-apiserver");
    cluster.advance("20m");
    expectAsWanted(cluster, 5, "web:2");
  });
});
