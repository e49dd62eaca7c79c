import { describe, expect, test } from "vitest";
import { Cluster } from "../../sim/index.ts";

/** A cluster with one pod "a" on worker-1, and others as named: `{ b: "worker-2" }`. */
function withPods(pods: Readonly<Record<string, string>>, options: Parameters<typeof Cluster.create>[0] = {}): Cluster {
  const cluster = Cluster.create({ zones: 2, workersPerZone: 2, seed: 4, addons: false, ...options });
  for (const [name, nodeName] of Object.entries(pods)) createPod(cluster, name, { nodeName });
  cluster.settle();
  return cluster;
}

function createPod(cluster: Cluster, name: string, spec: object): void {
  const whole = { terminationGracePeriodSeconds: 0, containers: [{ name: "main", image: "nginx" }], ...spec };
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: whole };
  const target = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;
  const answer = cluster.request({ ...target, verb: "create", body: body as never });
  expect(answer).toMatchObject({ response: { code: 201 } });
}

const ends = (cluster: Cluster, from: string, to: string) => cluster.trace(from, to).outcome.kind;

describe("pods on the network", () => {
  const cluster = withPods({ a: "worker-1", b: "worker-1", c: "worker-3", d: "worker-2" });

  test("every pair of pods, and every pod and node, reach each other without translation", () => {
    for (const from of ["a", "b", "c", "d"])
      for (const to of ["a", "b", "c", "d"]) {
        const { outcome, legs } = cluster.trace(`pod/${from}`, `pod/${to}:80`);
        expect([from, to, outcome.kind, outcome.by]).toEqual([from, to, "answered", `pod/default/${to}`]);
        const verdicts = legs[0]!.hops.map(({ verdict }) => verdict);
        expect(verdicts).not.toContain("snat");
        expect(verdicts).not.toContain("dnat");
      }
    for (const node of ["worker-1", "worker-2", "worker-3", "master-1"]) {
      expect(ends(cluster, `node/${node}`, "ping pod/d")).toBe(node === "master-1" ? "unreachable" : "answered");
      expect(ends(cluster, "pod/a", `ping node/${node}`)).toBe("answered");
    }
  });

  test("IP-in-IP is used across subnets and only there", () => {
    const tunnels = (to: string) =>
      cluster.trace("pod/a", to).legs[0]!.hops.filter(({ verdict }) => verdict === "encapsulated").length;
    expect(tunnels("pod/b:80")).toBe(0);
    expect(tunnels("pod/c:80")).toBe(0);
    expect(tunnels("pod/d:80")).toBe(2);
  });

  test("nobody listening is a refusal, no route a word from the router", () => {
    expect(ends(cluster, "pod/a", "pod/b:81")).toBe("refused");
    expect(cluster.trace("pod/a", "192.0.2.1:80").outcome).toMatchObject({ kind: "unreachable" });
  });

  test("the world outside sees the node's address, not the pod's", () => {
    const { legs, outcome } = cluster.trace("pod/a", "http://198.51.100.80");
    expect(outcome.kind).toBe("answered");
    const seen = legs[0]!.hops.find(({ place, kind }) => place === "internet" && kind === "socket");
    expect(seen?.before.src).toBe("10.1.0.5");
  });

  test("a pod's namespace has one /32 and the host's end answers for its gateway", () => {
    const { interfaces, routes, pod } = cluster.network("pod/a");
    expect(pod).toBe("default/a");
    expect(interfaces.map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ["lo", "127.0.0.1/8"],
      ["eth0", "172.30.1.1/32"],
    ]);
    expect(routes).toEqual(["default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link"]);
    expect(cluster.network("node/worker-1").routes).toEqual([
      "default via 10.1.0.1 dev eth0 proto static",
      "10.1.0.0/16 dev eth0 proto kernel scope link src 10.1.0.5",
      "blackhole 172.30.1.0/26 proto bird",
      expect.stringMatching(/^172\.30\.1\.1 dev cali[0-9a-f]{11} scope link$/),
      expect.stringMatching(/^172\.30\.1\.2 dev cali[0-9a-f]{11} scope link$/),
      "172.30.2.0/26 via 10.2.0.6 dev tunl0 proto bird onlink",
      "172.30.3.0/26 via 10.1.0.7 dev eth0 proto bird",
      "172.30.4.0/26 via 10.2.0.8 dev tunl0 proto bird onlink",
    ]);
  });
});

describe("what breaks the network", () => {
  test("a removed route loses pods of one node only, until it is put back; going back brings it back", () => {
    const cluster = withPods({ a: "worker-1", c: "worker-3", d: "worker-2" });
    const step = cluster.steps;
    const removed = cluster.configure("node/worker-1", ["ip", "route", "del", "172.30.3.0/26"]);
    expect(removed).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(ends(cluster, "pod/a", "pod/c:80")).toBe("timed out");
    expect(ends(cluster, "pod/a", "pod/d:80")).toBe("answered");
    const words = ["ip", "route", "add", "172.30.3.0/26", "via", "10.1.0.7", "dev", "eth0"];
    const copy = cluster.fork();
    expect(copy.configure("node/worker-1", words).exit).toBe(0);
    expect(ends(copy, "pod/a", "pod/c:80")).toBe("answered");
    expect(ends(cluster, "pod/a", "pod/c:80")).toBe("timed out");
    cluster.goto(step - 1);
    cluster.step();
    expect(ends(cluster, "pod/a", "pod/c:80")).toBe("answered");
  });

  test("a loop in the routes ends when the packet has no hops left, and its sender is told", () => {
    const cluster = withPods({ a: "worker-1" });
    cluster.configure("node/worker-1", ["ip", "route", "add", "172.30.9.0/26", "via", "10.1.0.7"]);
    cluster.configure("node/worker-3", ["ip", "route", "add", "172.30.9.0/26", "via", "10.1.0.5"]);
    const { outcome, legs } = cluster.trace("pod/a", "172.30.9.5:80");
    expect(outcome).toMatchObject({ kind: "unreachable", text: expect.stringContaining("time exceeded") });
    const ttls = legs[0]!.hops.filter(({ role }) => role === "request").map(({ after }) => after.ttl);
    expect(Math.min(...ttls)).toBe(1);
  });

  test("a refused command changes nothing", () => {
    const cluster = withPods({ a: "worker-1" });
    const before = cluster.stateHash();
    for (const words of [
      ["ip", "route", "del", "192.0.2.0/24"],
      ["ip", "route", "add", "10.0.0.0/33", "dev", "eth0"],
      ["ip", "link", "set", "eth9", "down"],
    ]) {
      const { exit, stderr } = cluster.configure("node/worker-1", words);
      expect(exit).toBeGreaterThan(0);
      expect(stderr).not.toBe("");
    }
    expect(cluster.stateHash()).toBe(before);
  });

  test("a machine without power answers nobody, a cut cable lets nothing through", () => {
    const cluster = withPods({ a: "worker-1", c: "worker-3", d: "worker-2" });
    cluster.cut("worker-1", "worker-3");
    expect(ends(cluster, "pod/a", "pod/c:80")).toBe("timed out");
    expect(ends(cluster, "pod/a", "pod/d:80")).toBe("answered");
    expect(ends(cluster, "pod/d", "pod/c:80")).toBe("answered");
    cluster.heal("worker-1", "worker-3");
    expect(ends(cluster, "pod/a", "pod/c:80")).toBe("answered");
    cluster.cut("worker-1", "worker-2");
    expect(ends(cluster, "pod/a", "pod/d:80")).toBe("timed out");
    cluster.stopMachine("worker-3");
    expect(["timed out", "unreachable"]).toContain(ends(cluster, "pod/a", "172.30.3.1:80"));
    expect(() => cluster.trace("node/worker-3", "ping pod/a")).toThrow("has no power");
  });

  test("a deleted pod leaves no device, route or address behind", () => {
    const cluster = withPods({ a: "worker-1", b: "worker-1" });
    const target = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;
    cluster.request({ ...target, verb: "delete", name: "b", gracePeriodSeconds: 0 });
    cluster.settle();
    const { interfaces, routes } = cluster.network("node/worker-1");
    expect(interfaces.filter(({ name }) => name.startsWith("cali"))).toHaveLength(1);
    expect(routes.filter((line) => line.includes("cali"))).toHaveLength(1);
    expect(ends(cluster, "pod/a", "172.30.1.2:80")).not.toBe("answered");
  });

  test("a pod whose machine was rebooted says its new address and no other", () => {
    const cluster = withPods({ a: "worker-1", b: "worker-1" });
    cluster.stopMachine("worker-1");
    cluster.startMachine("worker-1");
    cluster.settle();
    const { podIP, podIPs } = cluster.get("pods", "a")?.status ?? {};
    expect(podIP).not.toBe("172.30.1.1");
    expect(podIPs).toEqual([{ ip: podIP }]);
    expect(ends(cluster, "pod/b", `${podIP}:80`)).toBe("answered");
  });

  test("an exhausted pool leaves pods waiting with the plugin's words, and the next free address is used", () => {
    const cluster = Cluster.create({ workersPerZone: 1, podNetwork: "172.30.0.0/26", addons: false });
    for (let n = 1; n <= 64; n++) createPod(cluster, `p${n}`, { nodeName: "worker-1" });
    cluster.settle();
    const waiting = cluster.list("pods").filter(({ status }) => status?.phase !== "Running");
    expect(waiting).toHaveLength(1);
    const event = cluster.list("events").find(({ reason }) => reason === "FailedCreatePodSandBox");
    expect(event?.message).toMatch(
      /^Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "[0-9a-f]{64}": plugin type="calico" failed \(add\): failed to request IPv4 addresses/,
    );
    const target = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;
    cluster.request({ ...target, verb: "delete", name: "p1", gracePeriodSeconds: 0 });
    cluster.advance("30s");
    expect(cluster.list("pods").every(({ status }) => status?.phase === "Running")).toBe(true);
  });
});

describe("names of places and targets", () => {
  const cluster = withPods({ a: "worker-1" });

  test.each([
    ["pod/nobody", "pod/a:80", 'no pod is called "nobody"'],
    ["worker-9", "pod/a:80", "is no place on the network"],
    ["pod/a", "web", "says no port"],
    ["pod/a", "ftp://web", '"ftp" is no scheme'],
    ["pod/a", "web:99999", "is no port"],
    ["pod/a", "http://", "nothing that a packet can be sent to"],
    ["pod/a", "service/web", 'no service is called "web"'],
  ])("%s → %s is refused in words", (from, to, words) => {
    const before = cluster.stateHash();
    expect(() => cluster.trace(from, to)).toThrow(words);
    expect(cluster.stateHash()).toBe(before);
  });

  test.each([
    [{ podNetwork: "172.30.0.0/33" }, "podNetwork must be a network"],
    [{ podNetwork: "172.30.0.1/16" }, "podNetwork must be a network"],
    [{ podNetwork: "172.30.0.0/27" }, "must have 8 to 26 bits"],
    [{ podNetwork: "10.1.0.0/16" }, "overlaps"],
    [{ serviceNetwork: "172.30.4.0/24" }, "overlaps"],
  ])("%j is refused", (options, words) => {
    expect(() => Cluster.create(options)).toThrow(words);
  });

  test("a pod on the host's network has its node's address and namespace", () => {
    createPod(cluster, "host", { nodeName: "worker-1", hostNetwork: true });
    cluster.settle();
    expect(cluster.get("pods", "host")?.status?.podIP).toBe("10.1.0.5");
    expect(cluster.network("pod/host").name).toBe("worker-1");
    expect(ends(cluster, "pod/a", "10.1.0.5:80")).toBe("answered");
  });

  test("the same operations give the same bytes, traces included", () => {
    const run = () => {
      const one = withPods({ a: "worker-1", c: "worker-3" });
      const story = String(one.trace("pod/a", "pod/c:80"));
      one.configure("node/worker-1", ["ip", "route", "del", "172.30.3.0/26"]);
      return [story, one.hash, one.stateHash()];
    };
    expect(run()).toEqual(run());
  });
});

describe("what people type on nodes", () => {
  test("flushed and added neighbours and connections are as the command left them", () => {
    const cluster = withPods({ a: "worker-1", c: "worker-3" });
    cluster.trace("pod/a", "pod/c:80");
    expect(cluster.network("node/worker-1").connections.length).toBeGreaterThan(0);
    expect(cluster.configure("node/worker-1", ["conntrack", "-F"]).exit).toBe(0);
    expect(cluster.network("node/worker-1").connections).toEqual([]);
    const add = ["ip", "neigh", "add", "10.1.0.99", "lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent"];
    expect(cluster.configure("node/worker-1", add)).toMatchObject({ exit: 0 });
    expect(cluster.network("node/worker-1").neighbours.join("\n")).toContain("10.1.0.99 dev eth0");
    expect(cluster.configure("node/worker-1", ["ip", "neigh", "flush", "all"]).exit).toBe(0);
    expect(cluster.network("node/worker-1").neighbours.join("\n")).not.toContain("REACHABLE");
  });

  test("a node reaches the namespaces of its own pods and no others", () => {
    const cluster = withPods({ a: "worker-1", c: "worker-3" });
    const { name } = cluster.network("pod/a");
    const down = (netns: string, place = "node/worker-1") =>
      cluster.configure(place, ["ip", "netns", "exec", netns, "ip", "link", "set", "eth0", "down"]);
    expect(down("worker-3")).toMatchObject({
      exit: 255,
      stderr: expect.stringContaining("Cannot open network namespace"),
    });
    expect(down(cluster.network("pod/c").name).exit).toBe(255);
    expect(down(name, "pod/a").exit).toBe(255);
    expect(down(name).exit).toBe(0);
    expect(cluster.network("pod/a").interfaces.find((one) => one.name === "eth0")?.up).toBe(false);
  });

  test("one end of a pair takes the other with it", () => {
    const cluster = withPods({ a: "worker-1" });
    const device = cluster.network("node/worker-1").interfaces.find((one) => one.name.startsWith("cali"))!.name;
    expect(cluster.configure("node/worker-1", ["ip", "link", "del", device]).exit).toBe(0);
    expect(cluster.network("pod/a").interfaces.map(({ name }) => name)).toEqual(["lo"]);
  });

  test("a pod that comes back with its name and address is found again", () => {
    const cluster = withPods({ a: "worker-1" }, { podNetwork: "192.168.0.0/26", workersPerZone: 1, zones: 1 });
    const target = { group: "", version: "v1", resource: "pods", namespace: "default" } as const;
    for (let round = 0; round < 70; round++) {
      createPod(cluster, "web", { nodeName: "worker-1" });
      cluster.settle();
      expect([round, ends(cluster, "node/worker-1", "pod/web:80")]).toEqual([round, "answered"]);
      cluster.request({ ...target, verb: "delete", name: "web", gracePeriodSeconds: 0 });
      cluster.settle();
    }
    expect(cluster.network("node/worker-1").neighbours.length).toBeLessThan(5);
  });

  test("rules that name a pod's device stay when the pod comes back", () => {
    const cluster = withPods({ a: "worker-1" });
    const words = ["iptables", "-I", "FORWARD", "-i", "cali+", "-j", "DROP"];
    cluster.configure("node/worker-1", words);
    expect(ends(cluster, "pod/a", "198.51.100.80:80")).toBe("timed out");
    createPod(cluster, "b", { nodeName: "worker-1" });
    cluster.settle();
    expect(ends(cluster, "pod/b", "198.51.100.80:80")).toBe("timed out");
  });

  test("a target on a dead machine times out; what can't be sent leaves no branch", () => {
    const cluster = withPods({ a: "worker-1", c: "worker-3" });
    cluster.stopMachine("worker-3");
    expect(ends(cluster, "pod/a", "pod/c:80")).not.toBe("answered");
    expect(cluster.network("node/worker-3").interfaces.every(({ up }) => !up)).toBe(true);
    const tip = cluster.branch.tip.step;
    cluster.back(20);
    expect(() => cluster.trace("pod/a", "service/missing")).toThrow("no service");
    expect(cluster.branches).toHaveLength(1);
    cluster.goto(tip);
  });

  test.each([
    [{ ttl: 300 }, "ttl must be"],
    [{ sourcePort: 1.5 }, "sourcePort must be"],
    [{ size: 3e9 }, "size must be"],
    [{ nameServer: "foo" }, "nameServer must be"],
    [{ method: "A\nB" }, "method must be"],
    [{ f: () => 1 }, 'no option "f"'],
  ])("%j is refused", (options, words) => {
    const cluster = withPods({ a: "worker-1" });
    expect(() => cluster.trace("pod/a", "10.1.0.1:80", options as never)).toThrow(words);
  });
});
