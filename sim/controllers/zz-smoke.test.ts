import { test } from "vitest";
import { Cluster } from "../index.ts";
test("smoke", () => {
  const c = Cluster.create({ seed: 7 });
  console.log(String(c));
  const f = c.steps;
  const d = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image: "web:1" }] } } } };
  const a = c.request({ verb: "create", group: "apps", version: "v1", resource: "deployments", namespace: "default", body: d as never });
  console.log(JSON.stringify(a).slice(0, 300));
  console.log(c.settle(), c.steps - f);
  console.log(JSON.stringify(c.get("deployments", "web")?.status ?? null, null, 1));
  console.log(c.list("replicasets").map((r: any) => [r.metadata.name, r.metadata.annotations, r.spec.replicas, r.status]));
  console.log(c.list("pods", "default").map((r: any) => [r.metadata.name, r.status.phase]));
  console.log(c.list("events", "default").map((r: any) => `${r.involvedObject.kind} ${r.reason} ${r.message}`));
  console.log(c.snapshot(c.steps - f).journal.map((j: any) => `${j.at} ${j.actor} ${j.verb} ${j.object} ${j.reason} ${j.message}`).join("\n"));
});
