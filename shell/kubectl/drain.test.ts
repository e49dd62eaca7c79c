import { expect, test } from "vitest";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { createShell } from "../index.ts";

const owned = (kind: string) => [{ apiVersion: "apps/v1", kind, name: kind.toLowerCase(), uid: "u", controller: true }];

function node() {
  const cluster = new FakeCluster();
  cluster.put("Node", { metadata: { name: "node-a1" }, spec: {} });
  cluster.put("DaemonSet", { metadata: { name: "daemonset" } });
  const spec = { nodeName: "node-a1" };
  cluster.put("Pod", { metadata: { name: "bare" }, spec });
  cluster.put("Pod", { metadata: { name: "logger", ownerReferences: owned("DaemonSet") }, spec });
  cluster.put("Pod", { metadata: { name: "shop", ownerReferences: owned("ReplicaSet") }, spec });
  cluster.onStep = () => true;
  return { cluster, kubectl: (line: string) => createShell(cluster).run(`kubectl ${line}`) };
}

test("drain refuses what it may not delete, and says all of it", () => {
  const unmanaged =
    "cannot delete cannot delete Pods that declare no controller (use --force to override): default/bare";
  const daemon = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/logger";
  expect(node().kubectl("drain node-a1")).toEqual({
    exit: 1,
    stdout: "node/node-a1 cordoned\n",
    stderr: `error: unable to drain node "node-a1" due to error: [${unmanaged}, ${daemon}], continuing command...
There are pending nodes to be drained:
 node-a1
${unmanaged}
${daemon}
`,
  });
});

test("drain evicts the rest and waits until it is gone", () => {
  expect(node().kubectl("drain node-a1 --ignore-daemonsets --force")).toEqual({
    exit: 0,
    stdout: `node/node-a1 cordoned
evicting pod default/shop
evicting pod default/bare
pod/shop evicted
pod/bare evicted
node/node-a1 drained
`,
    stderr:
      "Warning: deleting Pods that declare no controller: default/bare; ignoring DaemonSet-managed Pods: default/logger\n",
  });
});

test("drain tries again what a disruption budget forbids, until its time-out", () => {
  const { cluster, kubectl } = node();
  cluster.protectedPods.add("shop");
  const refused = `error when evicting pods/"shop" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.\n`;
  const late = `error when evicting pods/"shop" -n "default": global timeout reached: 6s`;
  expect(kubectl("drain node-a1 --ignore-daemonsets --force --timeout=6s")).toMatchObject({
    exit: 1,
    stdout: `node/node-a1 cordoned
evicting pod default/shop
evicting pod default/bare
pod/bare evicted
evicting pod default/shop
evicting pod default/shop
`,
    stderr: `Warning: deleting Pods that declare no controller: default/bare; ignoring DaemonSet-managed Pods: default/logger
${refused}${refused}There are pending pods in node "node-a1" when an error occurred: ${late}
pod/shop
error: unable to drain node "node-a1" due to error: ${late}, continuing command...
There are pending nodes to be drained:
 node-a1
${late}
`,
  });
});
