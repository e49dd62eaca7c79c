/**
 * Applications of the shapes that people apply: all that can run runs, and what a cluster without provisioner can't give
 * stays Pending with the reasons of a real one.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { commandLine } from "../support/command-line.ts";

function applied(name: string) {
  const cluster = Cluster.create({ seed: 3, zones: 3, workersPerZone: 2 });
  const kubectl = commandLine(cluster);
  const said = kubectl("apply -f -", readFileSync(new URL(`../manifests/${name}.yaml`, import.meta.url), "utf8"));
  expect(said).not.toMatch(/error|invalid/i);
  expect(cluster.settle().reached).toBe(true);
  return { cluster, kubectl };
}

const statuses = (kubectl: (line: string) => string) =>
  kubectl("get pods --no-headers")
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/).slice(1, 3).join(" "));

describe("real applications", () => {
  it("a shop of Deployments with every kind of probe and a waiting init container runs", () => {
    const { kubectl } = applied("orchard");
    expect(statuses(kubectl)).toEqual(new Array(5).fill("1/1 Running"));
  });

  it("ReplicationControllers run with the labels of their templates", () => {
    const { kubectl, cluster } = applied("guestbook");
    expect(kubectl("get rc")).toMatch(/reader +2 +2 +2 .*\nwriter +1 +1 +1 /);
    expect(kubectl("get rc writer -o jsonpath={.spec.selector}{.metadata.labels}")).toBe(
      '{"app":"book","role":"writer"}{"app":"book","role":"writer"}',
    );
    kubectl("scale rc reader --replicas=4");
    cluster.settle();
    expect(statuses(kubectl)).toEqual(new Array(5).fill("1/1 Running"));
  });

  it("a StatefulSet without a provisioner waits with the real reasons, and runs when volumes are made by hand", () => {
    const { kubectl, cluster } = applied("ring");
    expect(statuses(kubectl)).toEqual(["0/1 Pending"]);
    expect(kubectl("describe pod ring-0")).toContain(
      "0/6 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.",
    );
    expect(kubectl("describe pvc store-data-ring-0")).toContain(
      "Waiting for a volume to be created either by the external provisioner 'example.com/host-directories' or manually by the system administrator.",
    );
    for (const number of [0, 1, 2]) {
      const spec = {
        capacity: { storage: "2Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: `/mnt/${number}` },
      };
      const metadata = { name: `by-hand-${number}` };
      const volume = {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata,
        spec: { ...spec, storageClassName: "quick" },
      };
      kubectl("apply -f -", JSON.stringify(volume));
      cluster.settle();
    }
    expect(statuses(kubectl)).toEqual(new Array(3).fill("1/1 Running"));
    expect(kubectl("get pvc --no-headers").match(/Bound/g)).toHaveLength(3);
  });
});
