import { describe, expect, test } from "vitest";
import type { Pod } from "../api/kinds/pod.ts";
import type { JsonObject } from "../api/types.ts";
import { Cluster } from "../cluster.ts";

const pods = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;

function create(cluster: Cluster, name: string, script: string, spec: JsonObject = {}): void {
  const containers = [{ name: "main", image: "busybox", command: ["sh", "-c", script] }];
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers, ...spec } };
  cluster.request({ ...pods, verb: "create", body });
}

const onWorker = { nodeName: "worker-1", restartPolicy: "Never" } as const;

function start(options: Parameters<typeof Cluster.create>[0] = {}): Cluster {
  const cluster = Cluster.create({ seed: 4, ...options });
  cluster.settle();
  return cluster;
}

function pod(cluster: Cluster, name: string): Pod {
  return cluster.get("pods", name) as Pod;
}

function condition(of: Pod, type: string): string | undefined {
  return of.status?.conditions?.find((one) => one.type === type)?.status;
}

/** Names of the pods that are on a node's network. */
function attached(cluster: Cluster, machine = "worker-1"): readonly string[] {
  return cluster
    .snapshot()
    .namespaces(machine)
    .flatMap(({ kind, pod: name }) => (kind === "pod" ? [name] : []));
}

function logOf(cluster: Cluster, name: string): readonly string[] {
  const answer = cluster.request({ ...pods, verb: "get", name, subresource: "log", stream: {} });
  if (answer.kind !== "response") throw new Error(answer.kind);
  return ((answer.response.body as JsonObject).lines as readonly { text: string }[]).map(({ text }) => text);
}

function remove(cluster: Cluster, name: string): void {
  cluster.request({ ...pods, verb: "delete", name });
  cluster.settle();
  expect(cluster.get("pods", name)).toBeUndefined();
}

describe("a pod that has finished", () => {
  test("gives its address back, so that any number of them fit on a small network", () => {
    const cluster = start({ podNetwork: "172.30.0.0/26" });
    const names = Array.from({ length: 70 }, (_, index) => `job-${index}`);
    for (const name of names) {
      create(cluster, name, "exit 0", { restartPolicy: "Never" });
      cluster.advance("500ms");
    }
    cluster.advance("30s");
    expect(new Set(names.map((name) => pod(cluster, name).status?.phase))).toEqual(new Set(["Succeeded"]));
  });

  test.each([
    ["exit 0", "Succeeded", "Never"],
    ["exit 2", "Failed", "Never"],
    ["exit 0", "Succeeded", "OnFailure"],
  ])("after %s is %s under %s: podIP, log and status stay, the network is gone", (script, phase, restartPolicy) => {
    const cluster = start();
    create(cluster, "job", `echo done; ${script}`, { ...onWorker, restartPolicy });
    cluster.settle();
    const { status } = pod(cluster, "job");
    expect(status?.phase).toBe(phase);
    expect(status?.podIP).toMatch(/^172\.30\./);
    expect(status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(Number(script.split(" ")[1]));
    expect(condition(pod(cluster, "job"), "PodReadyToStartContainers")).toBe("False");
    expect(logOf(cluster, "job")).toEqual(["done"]);
    expect(attached(cluster)).not.toContain("default/job");
    expect(() => cluster.trace("pod/job", "node/worker-1")).toThrow("has no network");
    remove(cluster, "job");
  });

  test("is told from one that is started again", () => {
    const cluster = start();
    create(cluster, "again", "exit 1", { ...onWorker, restartPolicy: "OnFailure" });
    create(cluster, "two", "exit 0", {
      ...onWorker,
      containers: [
        { name: "short", image: "busybox", command: ["true"] },
        { name: "long", image: "nginx" },
      ],
    });
    cluster.advance("40s");
    expect(attached(cluster)).toEqual(expect.arrayContaining(["default/again", "default/two"]));
  });

  test("does so after a failed init container too", () => {
    const cluster = start();
    create(cluster, "job", "exit 0", {
      ...onWorker,
      initContainers: [{ name: "first", image: "busybox", command: ["false"] }],
    });
    cluster.settle();
    expect(pod(cluster, "job").status?.phase).toBe("Failed");
    expect(attached(cluster)).not.toContain("default/job");
  });

  test("leaves its address to the next one, and removing it takes nothing from that one", () => {
    const cluster = start({ podNetwork: "172.30.0.0/26" });
    create(cluster, "first", "exit 0", onWorker);
    cluster.settle();
    const address = pod(cluster, "first").status?.podIP;
    let heir = "";
    for (let index = 0; index < 62 && heir === ""; index++) {
      create(cluster, `next-${index}`, "sleep 1d", onWorker);
      cluster.settle();
      if (pod(cluster, `next-${index}`).status?.podIP === address) heir = `next-${index}`;
    }
    expect(heir).not.toBe("");
    remove(cluster, "first");
    expect(cluster.network(`pod/${heir}`).interfaces.flatMap(({ addresses }) => addresses)).toContain(`${address}/32`);
    expect(cluster.trace("node/worker-1", `ping ${address}`).outcome).toMatchObject({
      kind: "answered",
      by: `pod/default/${heir}`,
    });
  });
});

describe("faults around the end of a pod", () => {
  const job = "sleep 20; exit 0";

  function running(): Cluster {
    const cluster = start();
    create(cluster, "job", job, onWorker);
    cluster.advance("5s");
    expect(pod(cluster, "job").status?.phase).toBe("Running");
    return cluster;
  }

  function over(cluster: Cluster): void {
    expect(pod(cluster, "job").status?.phase).toBe("Succeeded");
    expect(attached(cluster)).not.toContain("default/job");
    expect(condition(pod(cluster, "job"), "PodReadyToStartContainers")).toBe("False");
    remove(cluster, "job");
  }

  test("the kubelet was down when it ended", () => {
    const cluster = running();
    cluster.kill("kubelet/worker-1");
    cluster.advance("40s");
    expect(attached(cluster)).toContain("default/job");
    cluster.start("kubelet/worker-1");
    cluster.settle();
    over(cluster);
  });

  test("containerd was down when it ended", () => {
    const cluster = running();
    cluster.kill("containerd/worker-1");
    cluster.advance("40s");
    cluster.start("containerd/worker-1");
    cluster.settle();
    over(cluster);
  });

  test("containerd was down when the kubelet started anew and found it over", () => {
    const cluster = running();
    cluster.kill("kubelet/worker-1");
    cluster.advance("40s");
    cluster.kill("containerd/worker-1");
    cluster.start("kubelet/worker-1");
    cluster.advance("5s");
    expect(attached(cluster)).toContain("default/job");
    cluster.kill("kubelet/worker-1");
    cluster.start("kubelet/worker-1");
    cluster.advance("5s");
    cluster.start("containerd/worker-1");
    cluster.settle();
    expect(attached(cluster)).not.toContain("default/job");
    remove(cluster, "job");
  });

  test.each(["1s", "40s"])("the machine lost power %s later and came back: it is not set up again", (delay) => {
    const cluster = running();
    cluster.advance(delay);
    cluster.stopMachine("worker-1");
    cluster.advance("10s");
    cluster.startMachine("worker-1");
    cluster.settle();
    expect(pod(cluster, "job").status?.phase).toBe(delay === "1s" ? "Failed" : "Succeeded");
    expect(attached(cluster)).not.toContain("default/job");
    remove(cluster, "job");
  });

  test("a pod that somebody else has declared over is stopped by the next kubelet", () => {
    const cluster = start();
    create(cluster, "job", "sleep 1d", onWorker);
    cluster.settle();
    cluster.kill("kubelet/worker-1");
    const body = { status: { phase: "Failed" } };
    const target = { ...pods, name: "job", subresource: "status" };
    cluster.request({ ...target, verb: "patch", patchType: "merge", body });
    cluster.start("kubelet/worker-1");
    cluster.settle();
    expect(pod(cluster, "job").status?.phase).toBe("Failed");
    expect(attached(cluster)).not.toContain("default/job");
    remove(cluster, "job");
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 8, 10])("deleted %s steps after its process ended", (steps) => {
    const cluster = running();
    cluster.until(() => !attached(cluster).includes("default/job"));
    cluster.step(steps);
    cluster.request({ ...pods, verb: "delete", name: "job" });
    cluster.settle();
    expect(cluster.get("pods", "job")).toBeUndefined();
    expect(attached(cluster)).not.toContain("default/job");
  });
});
