import { describe, expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { commandLine } from "../support/command-line.ts";

function start(replicas = 4) {
  const cluster = Cluster.create({ seed: 9, workersPerZone: 3 });
  const kubectl = commandLine(cluster);
  kubectl(`create deployment web --image=nginx --replicas=${replicas}`);
  cluster.settle();
  const ready = () => kubectl("get deploy web --no-headers").split(/\s+/)[1];
  return { cluster, kubectl, ready };
}

describe("faults", () => {
  it("leaves running pods alone while the whole control plane is down, and refuses requests as a closed port does", () => {
    const { cluster, kubectl, ready } = start();
    for (const process of ["kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager"])
      cluster.kill(process);
    expect(kubectl("get pods")).toBe(
      "The connection to the server 10.0.0.10:6443 was refused - did you specify the right host or port?\n",
    );
    cluster.advance("30s");
    for (const process of ["etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager"])
      cluster.start(process);
    cluster.advance("10s");
    expect(ready()).toBe("4/4");
    kubectl("scale deployment web --replicas=6");
    cluster.settle();
    expect(ready()).toBe("6/6");
  });

  it("places no pod while the scheduler is down, and all of them when it is back", () => {
    const { cluster, kubectl, ready } = start();
    cluster.kill("kube-scheduler");
    kubectl("scale deployment web --replicas=7");
    cluster.settle();
    expect(kubectl("get pods --field-selector spec.nodeName= --no-headers").trim().split("\n")).toHaveLength(3);
    cluster.start("kube-scheduler");
    cluster.settle();
    expect(ready()).toBe("7/7");
  });

  it("answers 504 when etcd stays away, and goes on when it comes back in time", () => {
    const { cluster, kubectl } = start();
    cluster.kill("etcd");
    const before = cluster.now;
    expect(kubectl("create namespace lost")).toContain("Timeout: request did not complete within requested timeout");
    expect(cluster.now - before).toBeGreaterThanOrEqual(60_000_000);
    cluster.start("etcd");
    cluster.settle();
    expect(kubectl("create namespace found")).toBe("namespace/found created\n");
  });

  it("marks a node without power Unknown after 50 s, evicts after 300 s more, and takes it back", () => {
    const { cluster, kubectl, ready } = start();
    cluster.stopMachine("worker-1");
    cluster.advance("45s");
    expect(kubectl("get node worker-1")).toMatch(/worker-1 +Ready/);
    cluster.advance("15s");
    expect(kubectl("get node worker-1")).toMatch(/worker-1 +NotReady/);
    expect(kubectl("get node worker-1 -o jsonpath={.spec.taints[*].key}")).toContain("node.kubernetes.io/unreachable");
    expect(kubectl("get pods -o wide")).toMatch(/Running.*worker-1/);
    cluster.advance("5m10s");
    expect(kubectl("get pods -o wide")).toMatch(/Terminating.*worker-1/);
    cluster.settle();
    expect(ready()).toBe("4/4");
    cluster.startMachine("worker-1");
    cluster.advance("1m");
    expect(kubectl("get node worker-1")).toMatch(/worker-1 +Ready/);
    expect(kubectl("get pods")).not.toContain("Terminating");
    expect(kubectl("get node worker-1 -o jsonpath={.spec.taints}")).toBe("");
  });

  it("keeps a cut-off kubelet's view old and its pods running, and brings both up to date when the link heals", () => {
    const { cluster, kubectl } = start();
    cluster.cut("kubelet/worker-1", "kube-apiserver");
    kubectl("delete pods --all --wait=false");
    cluster.advance("40s");
    const left = kubectl("get pods -o wide")
      .split("\n")
      .filter((line) => line.includes("Terminating"));
    expect(left.length).toBeGreaterThan(0);
    for (const line of left) expect(line).toContain("worker-1");
    cluster.heal("kubelet/worker-1", "kube-apiserver");
    cluster.advance("10s");
    expect(kubectl("get pods")).not.toContain("Terminating");
  });

  it("says NotReady while the container runtime is down; its containers run on", () => {
    const { cluster, kubectl, ready } = start();
    cluster.kill("containerd/worker-2");
    cluster.settle();
    expect(kubectl("get node worker-2 -o yaml")).toContain("message: container runtime is down");
    cluster.start("containerd/worker-2");
    cluster.settle();
    expect(kubectl("get node worker-2")).toMatch(/worker-2 +Ready/);
    expect(ready()).toBe("4/4");
  });

  it("moves the pods of a node that is stopped and deleted", () => {
    const { cluster, kubectl, ready } = start();
    cluster.stopMachine("worker-3");
    kubectl("delete node worker-3");
    cluster.advance("3m");
    expect(kubectl("get nodes --no-headers").trim().split("\n")).toHaveLength(2);
    expect(ready()).toBe("4/4");
    expect(kubectl("get pods -o wide")).not.toContain("worker-3");
  });

  it.each(["kube-apiserver", "etcd"])(
    "does not settle for ever while %s is away, and says who still tries",
    (process) => {
      const { cluster, kubectl } = start();
      kubectl("scale deployment web --replicas=8");
      cluster.kill(process);
      const { reached, steps, pending } = cluster.settle();
      expect(reached).toBe(false);
      expect(steps).toBeLessThan(5_000);
      expect(pending.join()).toContain("kube-controller-manager");
      cluster.start(process);
      expect(cluster.settle().reached).toBe(true);
      // Who failed so often tries again after up to 1,000 seconds.
      cluster.advance("20m");
      expect(kubectl("get deploy web --no-headers")).toContain("8/8");
    },
  );

  it("names what would have been right when a process, machine or option is wrong", () => {
    const { cluster } = start(1);
    expect(() => cluster.kill("kube-sheduler")).toThrow(
      'no process is called "kube-sheduler"; there are cloud-controller-manager/master-1',
    );
    expect(() => cluster.kill("kubelet")).toThrow(
      '"kubelet" may be kubelet/worker-1, kubelet/worker-2, kubelet/worker-3; name one of them',
    );
    expect(() => cluster.stopMachine("worker-9")).toThrow(
      'no machine is called "worker-9"; there are laptop, master-1',
    );
    expect(() => Cluster.create({ zones: 0 })).toThrow("zones must be a whole number from 1 to 64, not 0");
    expect(() => Cluster.create({ nodes: 3 } as never)).toThrow('a cluster has no option "nodes"; it has seed, zones');
    expect(() => cluster.back(1e9)).toThrow("can't go back 1000000000 steps");
    expect(cluster.kill("etcd")).toBe(true);
    expect(cluster.kill("etcd")).toBe(false);
  });
});
