import { describe, expect, test } from "vitest";
import type { Service } from "../../sim/api/kinds/service.ts";
import { Cluster } from "../../sim/index.ts";

interface Made {
  readonly cluster: Cluster;
  readonly service: (name: string) => Service;
}

const core = { group: "", version: "v1", namespace: "default" } as const;

function create(cluster: Cluster, resource: string, kind: string, name: string, spec: object, labels = {}): void {
  const body = { apiVersion: "v1", kind, metadata: { name, labels }, spec };
  const answer = cluster.request({ ...core, resource, verb: "create", body: body as never });
  expect(answer).toMatchObject({ response: { code: 201 } });
}

/** Two web servers on worker-1 and worker-2 behind "web", and a client on worker-1. */
function webCluster(spec: object = {}): Made {
  const cluster = Cluster.create({ zones: 2, workersPerZone: 2, seed: 9 });
  const pod = (nodeName: string) => ({ nodeName, containers: [{ name: "main", image: "nginx" }] });
  create(cluster, "pods", "Pod", "web-1", pod("worker-1"), { app: "web" });
  create(cluster, "pods", "Pod", "web-2", pod("worker-2"), { app: "web" });
  create(cluster, "pods", "Pod", "client", pod("worker-1"));
  create(cluster, "services", "Service", "web", { selector: { app: "web" }, ports: [{ port: 80 }], ...spec });
  cluster.settle();
  return { cluster, service: (name) => serviceOf(cluster, name) };
}

function serviceOf(cluster: Cluster, name: string): Service {
  return cluster.get("services", name) as unknown as Service;
}

/** Who answers n requests, sorted, each once. */
function backends(cluster: Cluster, from: string, to: string, n = 12): readonly string[] {
  const found = new Set<string>();
  for (let at = 0; at < n; at++) {
    const { outcome } = cluster.trace(from, to);
    found.add(outcome.kind === "answered" ? outcome.by : outcome.kind);
  }
  return [...found].sort();
}

const both = ["pod/default/web-1", "pod/default/web-2"];

describe("a ClusterIP Service", () => {
  const { cluster } = webCluster();

  test("is reached by name, by address and from nodes, and both backends take part", () => {
    for (const to of ["http://web", "http://web.default", "http://web.default.svc.cluster.local", "service/web"])
      expect([to, ...backends(cluster, "pod/client", to)]).toEqual([to, ...both]);
    expect(backends(cluster, "node/worker-3", "service/web")).toEqual(both);
  });

  test("the destination is rewritten by the endpoint's chain, and the answer looks as if the Service had sent it", () => {
    const story = cluster.trace("pod/client", "http://web");
    const { hops } = story.legs.at(-1)!;
    const rewritten = hops.find(({ verdict }) => verdict === "dnat")!;
    expect(rewritten.rules.map(({ chain }) => chain.replace(/-[A-Z0-9]{16}$/, ""))).toEqual(
      expect.arrayContaining(["PREROUTING", "KUBE-SERVICES", "KUBE-SVC", "KUBE-SEP"]),
    );
    expect(rewritten.before.dst).toBe(serviceOf(cluster, "web").spec.clusterIP);
    expect(hops.at(-1)).toMatchObject({
      place: "pod/default/client",
      before: { src: rewritten.before.dst, sport: 80 },
    });
  });

  test("names are tried along the search list, and what nobody knows is not found", () => {
    const found = cluster.trace("pod/client", "http://web.default");
    expect(found.legs.slice(0, -1).map(({ query, answer }) => [query, answer.split(" ")[0]])).toEqual([
      ["web.default.default.svc.cluster.local.", "NXDOMAIN"],
      ["web.default.svc.cluster.local.", "A"],
    ]);
    const lost = cluster.trace("pod/client", "http://nobody");
    expect(lost.outcome.kind).toBe("name not found");
    expect(lost.legs.map(({ query }) => query)).toEqual([
      "nobody.default.svc.cluster.local.",
      "nobody.svc.cluster.local.",
      "nobody.cluster.local.",
      "nobody.",
    ]);
  });

  test("names of the world outside are answered through CoreDNS", () => {
    const { outcome, legs } = cluster.trace("pod/client", "http://example.com");
    expect(outcome).toMatchObject({ kind: "answered", by: "example.com" });
    expect(legs.at(-2)!.query).toBe("example.com.");
  });

  test("another network of Services has its DNS, too", () => {
    const other = Cluster.create({ serviceNetwork: "10.96.0.0/16", workersPerZone: 1 });
    create(other, "pods", "Pod", "client", {
      containers: [{ name: "main", image: "busybox", command: ["sleep", "1d"] }],
    });
    other.settle();
    expect(other.trace("pod/client", "https://kubernetes.default").outcome).toMatchObject({ by: "node/master-1" });
  });

  test("what was done to kube-proxy's own chains by hand is overwritten by its next sync", () => {
    const copy = cluster.fork();
    copy.configure("node/worker-1", ["iptables", "-t", "nat", "-F", "KUBE-SERVICES"]);
    expect(backends(copy, "pod/client", "service/web")).not.toEqual(both);
    create(copy, "services", "Service", "more", { selector: { app: "web" }, ports: [{ port: 80 }] });
    copy.settle();
    expect(backends(copy, "pod/client", "service/web")).toEqual(both);
  });

  test("a rule that was deleted by its number stays the one that is gone when others come before it", () => {
    const copy = cluster.fork();
    const rules = (one: Cluster) =>
      one
        .network("node/worker-1")
        .chains()
        .find(({ table, chain }) => table === "nat" && chain === "KUBE-NODEPORTS")!.rules;
    const post = (one: Cluster) =>
      one
        .network("node/worker-1")
        .chains()
        .find(({ table, chain }) => table === "nat" && chain === "POSTROUTING")!.rules;
    const gone = post(copy)[1]!;
    copy.configure("node/worker-1", ["iptables", "-t", "nat", "-D", "POSTROUTING", "2"]);
    copy.configure("node/worker-1", ["iptables", "-t", "nat", "-I", "POSTROUTING", "-d", "192.0.2.1", "-j", "ACCEPT"]);
    expect(post(copy)).not.toContain(gone);
    expect(post(copy)).toHaveLength(2);
    expect(rules(copy)).toEqual(rules(cluster));
  });

  test("without endpoints it is refused, without CoreDNS no name is found", () => {
    const copy = cluster.fork();
    create(copy, "services", "Service", "empty", { selector: { app: "none" }, ports: [{ port: 80 }] });
    copy.settle();
    expect(backends(copy, "pod/client", "service/empty")).toEqual(["refused"]);
    copy.request({
      ...core,
      namespace: "kube-system",
      group: "apps",
      resource: "deployments",
      verb: "delete",
      name: "coredns",
    });
    copy.settle();
    expect(copy.trace("pod/client", "http://web").outcome.kind).toBe("name not found");
    expect(backends(copy, "pod/client", "service/web")).toEqual(both);
  });

  test("a node whose kube-proxy is dead keeps sending to a pod that is gone", () => {
    const copy = cluster.fork();
    copy.kill("kube-proxy/worker-1");
    copy.request({ ...core, resource: "pods", verb: "delete", name: "web-2", gracePeriodSeconds: 0 });
    copy.settle();
    expect(backends(copy, "node/worker-3", "service/web")).toEqual(["pod/default/web-1"]);
    expect(backends(copy, "pod/client", "service/web").length).toBe(2);
    copy.start("kube-proxy/worker-1");
    copy.settle();
    expect(backends(copy, "pod/client", "service/web")).toEqual(["pod/default/web-1"]);
  });
});

describe("Services that are reached from outside", () => {
  test("a NodePort answers on every node; Local only where a pod is, and with the client's own address", () => {
    const { cluster } = webCluster({ type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] });
    expect(backends(cluster, "outside", "node/worker-3:30080")).toEqual(both);
    const local = webCluster({
      type: "NodePort",
      externalTrafficPolicy: "Local",
      ports: [{ port: 80, nodePort: 30080 }],
    }).cluster;
    expect(backends(local, "outside", "node/worker-1:30080")).toEqual(["pod/default/web-1"]);
    expect(backends(local, "outside", "node/worker-3:30080")).toEqual(["timed out"]);
    const seen = (from: Cluster, to: string) =>
      from.trace("outside", to).legs[0]!.hops.find((hop) => hop.kind === "socket" && hop.place.startsWith("pod/"))
        ?.before.src;
    expect(seen(local, "node/worker-1:30080")).toBe("198.51.100.10");
    expect(seen(cluster, "node/worker-3:30080")).not.toBe("198.51.100.10");
  });

  test("a LoadBalancer gets an address, and loses it", () => {
    const { cluster, service } = webCluster({ type: "LoadBalancer" });
    const [ingress] = service("web").status?.loadBalancer?.ingress ?? [];
    expect(ingress?.ip).toMatch(/^203\.0\.113\./);
    expect(backends(cluster, "outside", `http://${ingress?.ip}`)).toEqual(both);
    cluster.stopMachine("worker-3");
    expect(backends(cluster, "outside", `http://${ingress?.ip}`)).toEqual(both);
    cluster.request({ ...core, resource: "services", verb: "delete", name: "web" });
    cluster.settle();
    expect(backends(cluster, "outside", `http://${ingress?.ip}`)).not.toEqual(both);
  });

  test("source ranges keep others out", () => {
    const { cluster, service } = webCluster({ type: "LoadBalancer", loadBalancerSourceRanges: ["192.0.2.0/24"] });
    const [ingress] = service("web").status?.loadBalancer?.ingress ?? [];
    expect(backends(cluster, "outside", `http://${ingress?.ip}`)).toEqual(["timed out"]);
  });

  test("session affinity keeps a client with its backend", () => {
    const { cluster } = webCluster({ sessionAffinity: "ClientIP" });
    expect(backends(cluster, "pod/client", "service/web")).toHaveLength(1);
  });

  test("a headless Service's name leads to the pods themselves, an ExternalName to another name", () => {
    const { cluster } = webCluster({ clusterIP: "None" });
    expect(backends(cluster, "pod/client", "http://web").length).toBeGreaterThanOrEqual(1);
    expect(both).toContain(cluster.trace("pod/client", "http://web").outcome.by);
    create(cluster, "services", "Service", "elsewhere", { type: "ExternalName", externalName: "example.com" });
    cluster.settle();
    expect(backends(cluster, "pod/client", "http://elsewhere")).toEqual(["example.com"]);
  });
});
