import { expect, test } from "vitest";
import type { Pod } from "../api/kinds/pod.ts";
import type { ApiRequest, JsonObject } from "../api/types.ts";
import { Cluster } from "../cluster.ts";

const pods = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;

function withPod(containers: readonly JsonObject[], node = "worker-1"): Cluster {
  const cluster = Cluster.create({ seed: 3 });
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { nodeName: node, containers } };
  cluster.request({ ...pods, verb: "create", body });
  return cluster;
}

function ask(cluster: Cluster, subresource: "log" | "exec", stream: ApiRequest["stream"] = {}) {
  const verb = subresource === "log" ? "get" : "create";
  const answer = cluster.request({ ...pods, verb, name: "web", subresource, stream });
  if (answer.kind !== "response") throw new Error(answer.kind);
  const { code, body } = answer.response;
  const { message, lines } = body as { message?: string; lines?: readonly { text: string; at: number }[] };
  return { code, message, body: body as JsonObject, texts: lines?.map((line) => line.text), lines };
}

test("a log is refused until the container has started, then shows what the image prints", () => {
  const cluster = withPod([{ name: "main", image: "nginx:1.27" }]);
  expect(ask(cluster, "log")).toMatchObject({
    code: 400,
    message: 'container "main" in pod "web" is waiting to start: ContainerCreating',
  });
  cluster.settle();
  const log = ask(cluster, "log");
  expect(log.code).toBe(200);
  expect(log.texts![8]).toBe("/docker-entrypoint.sh: Configuration complete; ready for start up");
  expect(ask(cluster, "log", { previous: true }).message).toBe(
    'previous terminated container "main" in pod "web" not found',
  );
  expect(ask(cluster, "log", { container: "x" }).message).toBe("container x is not valid for pod web");
});

test("a script's echoes stand where its sleeps put them, as far as time has gone", () => {
  const command = ["sh", "-c", "echo first; sleep 5; echo second; while true; do echo tick; sleep 2; done"];
  const cluster = withPod([{ name: "main", image: "busybox", command }]);
  cluster.settle();
  const first = ask(cluster, "log");
  cluster.advance("12s");
  const later = ask(cluster, "log");
  expect(later.texts).toEqual(["first", "second", "tick", "tick", "tick", "tick"].slice(0, later.texts!.length));
  expect(later.texts!.length).toBeGreaterThan(first.texts!.length);
  expect(later.lines![1]!.at - later.lines![0]!.at).toBe(5_000_000);
});

test("the log of the run before a restart is shown on demand", () => {
  const cluster = withPod([{ name: "main", image: "busybox", command: ["sh", "-c", "echo hello; exit 3"] }]);
  cluster.settle();
  cluster.advance("15s");
  expect(ask(cluster, "log", { previous: true }).texts).toEqual(["hello"]);
});

test("exec needs a running container and answers where it is", () => {
  const cluster = withPod([{ name: "main", image: "nginx" }]);
  expect(ask(cluster, "exec", { command: ["ls"] }).message).toBe(
    'Internal error occurred: unable to upgrade connection: container not found ("main")',
  );
  cluster.settle();
  const found = ask(cluster, "exec", { command: ["ls"] });
  expect(found.code).toBe(101);
  expect(found.body).toMatchObject({ container: "main", image: "nginx", node: "worker-1", command: ["ls"] });
});

test("a kubelet that is down or cut off is named with its port", () => {
  const cluster = withPod([{ name: "main", image: "nginx" }]);
  cluster.settle();
  cluster.kill("kubelet/worker-1");
  const address = cluster.get("nodes", "worker-1")!.status!.addresses![0]!.address;
  const refused = `dial tcp ${address}:10250: connect: connection refused`;
  expect(ask(cluster, "log").message).toBe(`Get "https://${address}:10250/containerLogs/default/web/main": ${refused}`);
  expect(ask(cluster, "exec", { command: ["ls"] }).message).toContain(refused);
  cluster.start("kubelet/worker-1");
  cluster.settle();
  cluster.stopMachine("worker-1");
  const before = cluster.now;
  expect(ask(cluster, "log").message).toContain(`dial tcp ${address}:10250: i/o timeout`);
  expect(cluster.now - before).toBeGreaterThanOrEqual(30_000_000);
});

test("an unscheduled pod has an empty log and nothing to run in", () => {
  const cluster = Cluster.create({ seed: 3 });
  const spec = { nodeSelector: { no: "where" }, containers: [{ name: "main", image: "nginx" }] };
  cluster.request({
    ...pods,
    verb: "create",
    body: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec },
  });
  cluster.settle();
  expect(ask(cluster, "log")).toMatchObject({ code: 200, texts: [] });
  expect(ask(cluster, "exec").message).toBe("pod web does not have a host assigned");
});

test("a script prints the variables of its container, and its sleeps may be given by one", () => {
  const env = [
    { name: "A", value: "1" },
    { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    { name: "WAIT", value: "3" },
  ];
  const command = ["sh", "-c", 'echo "A=$A on $NODE, $HOSTNAME"; sleep $WAIT; echo over $(A)'];
  const cluster = withPod([{ name: "main", image: "busybox", command, env }]);
  cluster.settle();
  const { lines } = ask(cluster, "log", { previous: true });
  expect(lines?.map(({ text }) => text)).toEqual(["A=1 on worker-1, web", "over 1"]);
});

test("an ephemeral container runs beside the others, is reported, and can be entered", () => {
  const cluster = withPod([{ name: "main", image: "nginx" }]);
  cluster.settle();
  const guest = { name: "debugger", image: "busybox", stdin: true, tty: true };
  const body = { spec: { ephemeralContainers: [guest] } };
  const target = { ...pods, name: "web", subresource: "ephemeralcontainers" } as const;
  cluster.request({ ...target, verb: "patch", patchType: "strategic", body });
  cluster.settle();
  const { status } = cluster.get("pods", "web") as Pod;
  expect(status?.phase).toBe("Running");
  expect(status?.ephemeralContainerStatuses).toMatchObject([
    { name: "debugger", ready: false, restartCount: 0, state: { running: {} } },
  ]);
  expect(ask(cluster, "exec", { container: "debugger", command: ["ls"] })).toMatchObject({ code: 101 });
  cluster.request({ ...pods, verb: "delete", name: "web" });
  cluster.settle();
  expect(cluster.get("pods", "web")).toBeUndefined();
});

test("an ephemeral container that has ended is not started again", () => {
  const cluster = withPod([{ name: "main", image: "nginx" }]);
  cluster.settle();
  const body = {
    spec: { ephemeralContainers: [{ name: "once", image: "busybox", command: ["sh", "-c", "echo hi; exit 3"] }] },
  };
  const target = { ...pods, name: "web", subresource: "ephemeralcontainers" } as const;
  cluster.request({ ...target, verb: "patch", patchType: "strategic", body });
  cluster.settle();
  const { status } = cluster.get("pods", "web") as Pod;
  expect(status?.ephemeralContainerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
  expect(status).toMatchObject({ phase: "Running", containerStatuses: [{ ready: true, restartCount: 0 }] });
  expect(ask(cluster, "log", { container: "once" }).texts).toEqual(["hi"]);
});

test("a condition that holds says nothing of what it lacked before", () => {
  const cluster = withPod([{ name: "main", image: "nginx" }]);
  cluster.until(
    (now) =>
      (now.get("pods", "web") as Pod).status?.conditions?.some(({ reason }) => reason === "ContainersNotReady") ===
      true,
  );
  cluster.settle();
  for (const condition of (cluster.get("pods", "web") as Pod).status?.conditions ?? []) {
    expect(condition.status).toBe("True");
    expect(condition).not.toHaveProperty("reason");
    expect(condition).not.toHaveProperty("message");
  }
});
