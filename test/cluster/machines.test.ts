import { expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { commandLine } from "../support/command-line.ts";

const nodesOf = (cluster: Cluster): readonly string[] => cluster.list("nodes").map(({ metadata }) => metadata.name);
const homes = (cluster: Cluster): readonly (string | undefined)[] =>
  cluster.list("pods", "default").map(({ spec }) => spec.nodeName);

it("a worker that is added registers, takes pods, and talks to the others", () => {
  const cluster = Cluster.create({ zones: 2, workersPerZone: 0 });
  const kubectl = commandLine(cluster);
  kubectl("create deployment web --image=nginx --replicas=2");
  cluster.settle();
  expect([nodesOf(cluster), homes(cluster)]).toEqual([[], [undefined, undefined]]);
  expect([cluster.addWorker(2), cluster.addWorker()]).toEqual(["worker-1", "worker-2"]);
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(["worker-1", "worker-2"]);
  expect([...homes(cluster)].sort()).toEqual(["worker-1", "worker-2"]);
  const [from, to] = cluster.list("pods", "default");
  expect(cluster.trace(`pod/${from?.metadata.name}`, `http://${to?.status?.podIP}`).outcome.kind).toBe("answered");
  expect(cluster.get("nodes", "worker-1")?.metadata.labels?.["topology.kubernetes.io/zone"]).toBe("us-south-2");
});

it("adding a worker is an operation: it replays to the same cluster, and can be taken back", () => {
  const options = { zones: 1, workersPerZone: 1, seed: 5 };
  const cluster = Cluster.create(options);
  const before = cluster.steps;
  cluster.addWorker();
  cluster.advance("20s");
  const again = Cluster.create(options);
  again.replay(cluster.operations, { step: cluster.steps, now: cluster.now });
  expect(again.stateHash()).toBe(cluster.stateHash());
  cluster.goto(before);
  expect(nodesOf(cluster)).toEqual(["worker-1"]);
  expect(() => cluster.addWorker(7)).toThrow("there is no zone 7; the cluster's zones are numbered from 1 to 1");
});

it("a control plane that is a node keeps pods off by its taint until the taint is taken away", () => {
  const cluster = Cluster.create({ workersPerZone: 0, controlPlaneNode: true });
  const kubectl = commandLine(cluster);
  kubectl("create deployment web --image=nginx");
  cluster.settle();
  expect(kubectl("get nodes")).toMatch(/master-1 +Ready +control-plane/);
  expect(homes(cluster)).toEqual([undefined]);
  kubectl("taint node master-1 node-role.kubernetes.io/control-plane:NoSchedule-");
  cluster.settle();
  expect(homes(cluster)).toEqual(["master-1"]);
});

it("a limited cluster takes what it allows, refuses the rest in a sentence, and so do its forks", () => {
  const cluster = Cluster.create({ workersPerZone: 1 });
  cluster.limit([{ kind: "request", verbs: ["patch"], resources: ["nodes"] }, { kind: "start process" }]);
  const fork = cluster.fork();
  const kubectl = commandLine(fork);
  const { steps, operations } = fork;
  expect(kubectl("create deployment web --image=nginx")).toBe(
    "error: failed to create deployment: deployments.apps is forbidden: this exercise does not allow to create deployments; it allows patch (nodes); start process\n",
  );
  expect(() => fork.kill("kube-scheduler")).toThrow(/does not allow to kill process; it allows patch \(nodes\)/);
  expect(() => fork.limit([])).toThrow(/limited already/);
  expect(kubectl("get pods")).toContain("No resources found");
  expect(fork.operations.slice(operations.length).map(({ operation }) => operation.kind)).toEqual(["request"]);
  expect(fork.steps).toBeGreaterThan(steps);
  expect(kubectl("cordon worker-1")).toBe("node/worker-1 cordoned\n");
});
