import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { test } from "vitest";
import { Cluster } from "../index.ts";

const say = (x: unknown) => console.log(x);
const jr = (c: Cluster, f: number, re = /./) =>
  c
    .snapshot(c.steps - f)
    .journal.filter((j: any) => re.test(j.actor + " " + j.verb))
    .map((j: any) => `${j.at} ${j.actor} ${j.verb} ${j.object} ${j.reason} ${j.message}`)
    .join("\n");
const dep = (n: string, r: number, more = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: n },
  spec: {
    replicas: r,
    selector: { matchLabels: { app: n } },
    template: {
      metadata: { labels: { app: n } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image: "web:1" }] },
    },
    ...more,
  },
});
const mk = (c: Cluster, d: any, ns = "default") =>
  c.request({ verb: "create", group: "apps", version: "v1", resource: "deployments", namespace: ns, body: d });
test("node dies", () => {
  const c = Cluster.create({ seed: 7, workersPerZone: 3 });
  say(String(c));
  mk(c, dep("web", 3));
  c.settle();
  const f = c.steps;
  c.stopMachine("worker-1");
  say(c.settle());
  say(String(c));
  say(jr(c, f, /controller-manager|laptop|user|scheduler/));
  const g = c.steps;
  c.startMachine("worker-1");
  say(c.settle());
  say(String(c));
  say(jr(c, g, /controller-manager|kubelet|user|scheduler/));
  say(
    c
      .list("nodes")
      .map((n: any) =>
        JSON.stringify([
          n.metadata.name,
          n.spec.taints,
          n.status.conditions.map((x: any) => x.type + x.status + x.reason),
        ]),
      ),
  );
  say(
    c
      .list("pods", "default")
      .map((r: any) => [r.metadata.name, r.spec.nodeName, r.status.phase, r.metadata.deletionTimestamp]),
  );
});
test("namespace", () => {
  const c = Cluster.create({ seed: 7 });
  c.request({
    verb: "create",
    group: "",
    version: "v1",
    resource: "namespaces",
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "n1" } },
  });
  c.settle();
  mk(c, dep("web", 3), "n1");
  c.settle();
  say(c.list("configmaps").map((x) => x.metadata.namespace + x.metadata.name));
  const f = c.steps;
  say(c.request({ verb: "delete", group: "", version: "v1", resource: "namespaces", name: "n1" }).kind);
  say(c.settle());
  say(String(c));
  say(jr(c, f, /controller-manager|user/));
  say(c.list("namespaces").map((n) => n.metadata.name));
  say(c.list("pods", "n1").length + c.list("replicasets").length);
});
test("delete foreground, orphan", () => {
  for (const p of ["Background", "Foreground", "Orphan"]) {
    const c = Cluster.create({ seed: 7 });
    mk(c, dep("web", 2));
    c.settle();
    const f = c.steps;
    c.request({
      verb: "delete",
      group: "apps",
      version: "v1",
      resource: "deployments",
      namespace: "default",
      name: "web",
      propagationPolicy: p as any,
    });
    say([p, c.settle()]);
    say(jr(c, f, /controller-manager|user/));
    say([
      c.list("deployments").length,
      c.list("replicasets").map((r) => r.metadata.ownerReferences),
      c.list("pods", "default").length,
    ]);
  }
});
