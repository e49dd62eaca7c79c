import { expect, test } from "vitest";
import type { Pod } from "../api/kinds/pod.ts";
import type { JsonObject } from "../api/types.ts";
import { Cluster } from "../cluster.ts";

const pods = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;

function create(cluster: Cluster, name: string, container: JsonObject, spec: JsonObject = {}): void {
  const containers = [{ name: "main", ...container }];
  const on = { nodeName: "worker-1", hostNetwork: true, ...spec };
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers, ...on } };
  cluster.request({ ...pods, verb: "create", body });
  cluster.advance("8s");
}

function start(): Cluster {
  const cluster = Cluster.create({ seed: 6 });
  cluster.settle();
  return cluster;
}

/** "running", or why it ended last, with the last line of its log. */
function state(cluster: Cluster, name: string): string {
  const status = (cluster.get("pods", name) as Pod).status?.containerStatuses?.[0];
  const { terminated } = status?.state?.terminated ? status.state : (status?.lastState ?? {});
  if (status?.state?.running !== undefined) return "running";
  const request = { ...pods, verb: "get", name, subresource: "log", stream: {} } as const;
  const answer = cluster.request(request);
  if (answer.kind !== "response") throw new Error(answer.kind);
  const lines = (answer.response.body as JsonObject).lines as readonly { text: string }[];
  return `${status?.state?.waiting?.reason}, exit code ${terminated?.exitCode}: ${lines.at(-1)?.text}`;
}

const crashed = (text: string) => `CrashLoopBackOff, exit code 1: ${text}`;

test("of two servers that want the same port of a node, the second one ends and starts again when the first has gone", () => {
  const cluster = start();
  create(cluster, "one", { image: "nginx" });
  create(cluster, "two", { image: "nginx" });
  expect(state(cluster, "one")).toBe("running");
  expect(state(cluster, "two")).toBe(
    crashed("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"),
  );
  expect(cluster.trace("outside", "10.1.0.5:80").outcome).toMatchObject({ by: "pod/default/one" });
  cluster.request({ ...pods, verb: "delete", name: "one" });
  cluster.advance("2m");
  expect(state(cluster, "two")).toBe("running");
});

test.each([
  [["httpd", "-f", "-p", "10250"], "10250"],
  [["python3", "-m", "http.server", "10256"], "10256"],
  [["nc", "-l", "-p", "22"], "22"],
])("%j finds a process of the node on its port", (command, port) => {
  const cluster = start();
  create(cluster, "web", { image: "busybox", command });
  expect(state(cluster, "web")).toBe(crashed(`bind 0.0.0.0:${port}: Address already in use`));
});

test("a port of a process that does not run is free", () => {
  const cluster = start();
  cluster.kill("kube-proxy/worker-1");
  create(cluster, "web", { image: "busybox", command: ["httpd", "-f", "-p", "10256"] });
  expect(state(cluster, "web")).toBe("running");
});

test.each([
  ["on another node", { image: "nginx" }, { nodeName: "worker-2" }],
  ["on a network of its own", { image: "nginx" }, { hostNetwork: false }],
  ["on another port", { image: "nginx-unprivileged" }, {}],
  ["over the other protocol", { image: "busybox", command: ["nc", "-u", "-l", "-p", "80"] }, {}],
  ["on no port at all", { image: "busybox", command: ["sleep", "1d"] }, {}],
])("%s there is no conflict", (_, container, spec) => {
  const cluster = start();
  create(cluster, "one", { image: "nginx" });
  create(cluster, "two", container, spec);
  expect(state(cluster, "two")).toBe("running");
});

test("after the machine had no power, and after containerd started anew, one of the two runs", () => {
  const cluster = start();
  create(cluster, "one", { image: "httpd" });
  create(cluster, "two", { image: "httpd" });
  const running = () => ["one", "two"].filter((name) => state(cluster, name) === "running");
  cluster.stopMachine("worker-1");
  cluster.advance("10s");
  cluster.startMachine("worker-1");
  cluster.advance("1m");
  expect(running()).toHaveLength(1);
  cluster.kill("containerd/worker-1");
  cluster.advance("10s");
  cluster.start("containerd/worker-1");
  cluster.advance("1m");
  expect(running()).toHaveLength(1);
});
