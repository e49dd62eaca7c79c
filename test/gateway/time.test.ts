/** Simulated time while real clients talk, watches, and what of it can be replayed. */
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { ClockMode } from "../../gateway/clock.ts";
import { type Served, serveCluster } from "../../gateway/serve.ts";
import { Cluster } from "../../sim/index.ts";
import { asked, eventsOf, opened } from "./https.ts";

const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function serve(cluster: Cluster, mode: ClockMode): Promise<Served> {
  const served = await serveCluster(cluster, { port: 0, mode });
  open.push(served);
  return served;
}

const pods = "/api/v1/namespaces/default/pods";
const pod = (name: string) => ({
  method: "POST",
  body: JSON.stringify({ metadata: { name }, spec: { containers: [{ name: "c", image: "nginx" }] } }),
});

it("stands still while nobody asks, and runs to rest after a request", async () => {
  const cluster = Cluster.create();
  const served = await serve(cluster, { kind: "on-demand" });
  const { now } = cluster;
  await pause(100);
  expect(cluster.now).toBe(now);
  expect((await asked(served, pods, pod("a"))).status).toBe(201);
  await expect.poll(() => cluster.get("pods", "a")?.status?.phase).toBe("Running");
  await expect.poll(() => cluster.hasWork).toBe(false);
  const rest = cluster.now;
  await pause(100);
  expect(cluster.now).toBe(rest);
});

it("while a client waits, time goes on to what is due before long, and as on the wall to what is not", async () => {
  const cluster = Cluster.create();
  const served = await serve(cluster, { kind: "on-demand" });
  const container = { name: "c", image: "busybox" };
  const running = (name: string, seconds: string, restartPolicy: string) => ({
    method: "POST",
    body: JSON.stringify({
      metadata: { name },
      spec: { restartPolicy, containers: [{ ...container, command: ["sleep", seconds] }] },
    }),
  });
  await asked(served, pods, running("long", "90", "Never"));
  await expect.poll(() => cluster.hasWork).toBe(false);
  const { now } = cluster;
  await pause(150);
  expect(cluster.now).toBe(now);
  const watch = await opened(served, `${pods}?watch=true`);
  const phase = () => cluster.get("pods", "long")?.status?.phase;
  await expect.poll(phase, { timeout: 5_000 }).toBe("Succeeded");
  const rest = cluster.now;
  await pause(400);
  expect((cluster.now - rest) / 1_000_000).toBeGreaterThan(0.1);
  expect((cluster.now - rest) / 1_000_000).toBeLessThan(10);
  watch.destroy();
  await expect.poll(() => served.streams).toBe(0);
  await pause(200);
  const still = cluster.now;
  await pause(150);
  expect(cluster.now).toBe(still);
});

it("paused: a request runs just to its answer, and a watch says that time stands", async () => {
  const cluster = Cluster.create();
  const served = await serve(cluster, { kind: "paused" });
  const watch = await opened(served, `${pods}?watch=true`);
  expect(watch.headers.warning).toBe(`299 - "the simulated clock is paused at step ${cluster.steps}"`);
  await asked(served, pods, pod("a"));
  const { steps } = cluster;
  await pause(80);
  expect([cluster.steps, cluster.get("pods", "a")?.spec.nodeName]).toEqual([steps, undefined]);
  cluster.settle();
  served.moved();
  const next = eventsOf(watch);
  expect((await next()).type).toBe("ADDED");
  expect((await next()).object.spec.nodeName).toMatch(/^worker-/);
});

it("playing: simulated seconds pass at the given speed", async () => {
  const cluster = Cluster.create();
  await serve(cluster, { kind: "playing", speed: 100 });
  const { now } = cluster;
  await pause(300);
  const passed = (cluster.now - now) / 1_000_000;
  expect(passed).toBeGreaterThan(5);
  expect(passed).toBeLessThan(200);
});

it("a request that is not answered in its own time ends with the real 504", async () => {
  const cluster = Cluster.create();
  cluster.kill("etcd");
  const served = await serve(cluster, { kind: "paused" });
  const before = cluster.now;
  const { status, body } = await asked(served, `${pods}?timeout=5s`, pod("a"));
  expect([status, body.reason, body.message]).toEqual([504, "Timeout", expect.stringContaining("deadline exceeded")]);
  expect(cluster.now - before).toBe(5_000_000);
  cluster.kill("kube-apiserver");
  expect((await asked(served, pods)).status).toBe(503);
});

it("watches tell selections, tables and bookmarks, and end when they are asked to", async () => {
  const served = await serve(Cluster.create(), { kind: "on-demand" });
  const { body: list } = await asked(served, pods);
  const since = `watch=true&resourceVersion=${list.metadata.resourceVersion}`;
  const table = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
  const names = eventsOf(await opened(served, `${pods}?${since}&fieldSelector=metadata.name%3Db`));
  const rows = eventsOf(await opened(served, `${pods}?${since}`, { headers: table }));
  const first = eventsOf(
    await opened(
      served,
      `${pods}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    ),
  );
  expect((await first()).type).toBe("BOOKMARK");
  await asked(served, pods, pod("a"));
  await asked(served, pods, pod("b"));
  expect((await names()).object.metadata.name).toBe("b");
  const row = await rows();
  expect([row.type, row.object.kind, row.object.rows[0].cells[0]]).toEqual(["ADDED", "Table", "a"]);
  const brief = eventsOf(await opened(served, `${pods}?watch=true&timeoutSeconds=1`));
  while ((await brief()) !== undefined);
  expect((await asked(served, `${pods}?watch=true&resourceVersion=99999`)).body.reason).toBe("Timeout");
  expect((await asked(served, `${pods}?watch=true&labelSelector=%3D`)).status).toBe(400);
});

it("a watch whose changes are compacted, and one of a future that was undone, end with 410", async () => {
  const cluster = Cluster.create();
  const served = await serve(cluster, { kind: "paused" });
  for (let round = 0; round < 3; round++) {
    cluster.request({
      group: "",
      version: "v1",
      resource: "pods",
      namespace: "default",
      verb: "create",
      body: { metadata: { generateName: "p-" }, spec: { containers: [{ name: "c", image: "nginx" }] } },
    });
    cluster.advance("6m");
  }
  const old = eventsOf(await opened(served, `${pods}?watch=true&resourceVersion=5`));
  expect(await old()).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
  expect(await old()).toBeUndefined();
  const watch = eventsOf(await opened(served, `${pods}?watch=true&resourceVersion=${cluster.revision}`));
  await asked(served, "/livez");
  cluster.back(3);
  served.moved();
  expect(await watch()).toMatchObject({ type: "ERROR", object: { code: 410 } });
});

it("a log that is followed grows as time passes, and ends with its container", async () => {
  const served = await serve(Cluster.create(), { kind: "playing", speed: 20 });
  const body = {
    metadata: { name: "loop" },
    spec: {
      restartPolicy: "Never",
      containers: [{ name: "c", image: "busybox", command: ["sh", "-c", "while true; do echo tick; sleep 1; done"] }],
    },
  };
  await asked(served, pods, { method: "POST", body: JSON.stringify(body) });
  await expect.poll(async () => (await asked(served, `${pods}/loop`)).body.status.phase).toBe("Running");
  const log = await opened(served, `${pods}/loop/log?follow=true`);
  let text = "";
  log.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await expect.poll(() => text.split("\n").length).toBeGreaterThan(6);
  await asked(served, `${pods}/loop`, { method: "DELETE" });
  await expect.poll(() => log.closed, { timeout: 10_000 }).toBe(true);
});

it("what clients did is recorded with their names, and replays to the same hash", async () => {
  const cluster = Cluster.create({ seed: 11 });
  const served = await serve(cluster, { kind: "on-demand" });
  for (const name of ["a", "b", "c"]) {
    await asked(served, pods, { ...pod(name), headers: { "user-agent": `client-${name}/1.0` } });
    await pause(15);
  }
  await asked(served, `${pods}/b`, { method: "DELETE", headers: { "user-agent": "client-d/1.0" } });
  await expect.poll(() => cluster.hasWork).toBe(false);
  await served.close();
  const { operations, steps, now } = cluster;
  const requests = operations.map(({ operation }) => (operation.kind === "request" ? operation.request : undefined));
  expect(requests.map((request) => [request?.verb, request?.userAgent, request?.user.name])).toEqual([
    ["create", "client-a/1.0", "kubernetes-admin"],
    ["create", "client-b/1.0", "kubernetes-admin"],
    ["create", "client-c/1.0", "kubernetes-admin"],
    ["delete", "client-d/1.0", "kubernetes-admin"],
  ]);
  expect(cluster.why("pod/b").toString()).toContain("client-d/1.0: delete pods");
  const again = Cluster.create({ seed: 11 });
  again.replay(operations, { step: steps, now });
  expect([again.hash, again.stateHash()]).toEqual([cluster.hash, cluster.stateHash()]);
});
