/** kube-proxies in a cluster: when they sync, what stands in their rules, and what is left when they end. */
import { describe, expect, it } from "vitest";
import { replicaSet, ServiceWorld, serviceFor } from "../../test/support/service-world.ts";
import { pinnedRevisions } from "../api/server/maintenance.ts";
import { cutLink, healLink } from "../time/links.ts";
import { disturbAll, killProcess, startMachine, startProcess, stopMachine } from "../time/processes.ts";
import { kubeProxy } from "./kube-proxy.ts";
import { proxyRows } from "./proxy-state.ts";
import { proxyListeners, proxyRulesOn } from "./rules-on-node.ts";
import { endpointCount } from "./service-rules.ts";

const second = 1_000_000;

function start(workersPerZone = 2) {
  const cluster = new ServiceWorld({ seed: 4, workersPerZone }, [{ component: kubeProxy, on: "worker" }]);
  cluster.create("services", serviceFor("web"));
  cluster.create("replicasets", replicaSet("web", 2), "default", "apps");
  cluster.settle();
  return cluster;
}

/** Names and numbers of endpoints in a node's rules. */
function rulesOn(cluster: ServiceWorld, machine: string) {
  const views = proxyRulesOn(cluster.io, machine)?.views ?? [];
  return Object.fromEntries(views.map((view) => [view.service.metadata.name, endpointCount(view)]));
}

describe("kube-proxy", () => {
  it("brings every node's rules up to date, and nodes that have seen the same share them", () => {
    const cluster = start();
    for (const machine of ["worker-1", "worker-2"]) expect(rulesOn(cluster, machine)).toMatchObject({ web: 2 });
    const [one, other] = ["worker-1", "worker-2"].map((machine) => proxyRulesOn(cluster.io, machine));
    expect(one?.views).toBe(other?.views);
    expect(proxyRulesOn(cluster.io, "worker-1")).toBe(one);
    expect(proxyRows(cluster.io).get("worker-1")).toMatchObject({ fullSync: false });
    expect(one?.node.nodeIp).toBe("10.1.0.5");
  });

  it("says in the journal which Service has how many endpoints, and nothing when nothing has changed", () => {
    const cluster = start();
    const before = cluster.world.steps;
    cluster.patch("replicasets", "web", { spec: { replicas: 3 } }, "default", "apps");
    cluster.settle();
    const said = cluster.lines(before).filter(({ verb }) => verb === "sync rules");
    expect(said.at(-1)).toMatchObject({ object: "service/default/web", message: "default/web has 3 endpoints" });
    const rest = cluster.world.steps;
    cluster.patch("services", "web", { metadata: { annotations: { note: "x" } } });
    cluster.settle();
    expect(cluster.lines(rest).filter(({ verb }) => verb === "sync rules")).toEqual([]);
    cluster.remove("services", "web");
    cluster.settle();
    expect(cluster.lines(rest).find(({ verb }) => verb === "sync rules")?.message).toContain("default/web is gone");
    expect(rulesOn(cluster, "worker-1")).not.toHaveProperty("web");
  });

  it("syncs twice at once and then once a second", () => {
    const cluster = start();
    cluster.advance(10 * second);
    const syncs = () => proxyRows(cluster.io).get("worker-1")?.syncs ?? 0;
    const before = syncs();
    for (let round = 0; round < 12; round++) {
      cluster.patch("services", "web", { spec: { ports: [{ port: 100 + round, targetPort: 80 }] } });
      cluster.advance(250_000);
    }
    expect(syncs() - before).toBeGreaterThanOrEqual(4);
    expect(syncs() - before).toBeLessThanOrEqual(5);
    cluster.settle();
    const views = proxyRulesOn(cluster.io, "worker-1")?.views ?? [];
    expect(views.find(({ service }) => service.metadata.name === "web")?.ports[0]?.port).toBe(111);
  });

  it("leaves its rules as they are when it is killed, and writes all anew when it is back", () => {
    const cluster = start();
    cluster.patch("services", "web", { metadata: { annotations: { note: "x" } } });
    cluster.settle();
    killProcess(cluster.world, "kube-proxy/worker-1");
    cluster.patch("replicasets", "web", { spec: { replicas: 4 } }, "default", "apps");
    cluster.settle();
    cluster.advance(1_200 * second);
    expect([rulesOn(cluster, "worker-1").web, rulesOn(cluster, "worker-2").web]).toEqual([2, 4]);
    expect(proxyListeners(cluster.io, "worker-1")).toEqual([]);
    expect(pinnedRevisions(cluster.io).size).toBe(1);
    startProcess(cluster.world, "kube-proxy/worker-1");
    cluster.settle();
    expect(rulesOn(cluster, "worker-1").web).toBe(4);
    expect(proxyRows(cluster.io).get("worker-1")).toMatchObject({ syncs: 1, fullSync: true });
    expect(pinnedRevisions(cluster.io).size).toBe(0);
  });

  it("writes all anew when its own node gets other labels, not when another does", () => {
    const cluster = start();
    const syncs = () => proxyRows(cluster.io).get("worker-2")?.syncs;
    const before = syncs();
    cluster.patch("nodes", "worker-1", { metadata: { labels: { "topology.kubernetes.io/zone": "moved" } } }, "");
    cluster.settle();
    expect(proxyRulesOn(cluster.io, "worker-1")?.node.labels["topology.kubernetes.io/zone"]).toBe("moved");
    expect(proxyRows(cluster.io).get("worker-1")?.fullSync).toBe(true);
    expect(syncs()).toBe(before);
  });

  it("loses its rules with the power of its machine", () => {
    const cluster = start();
    stopMachine(cluster.world, "worker-1");
    expect(proxyRulesOn(cluster.io, "worker-1")).toBeUndefined();
    startMachine(cluster.world, "worker-1");
    cluster.advance(10 * second);
    expect(rulesOn(cluster, "worker-1").web).toBe(2);
  });

  it("keeps an old view while it is cut off", () => {
    const cluster = start();
    const links = cluster.world.table<never>("links");
    cutLink(links, "kube-proxy/worker-1", "kube-apiserver/master-1");
    disturbAll(cluster.world);
    cluster.patch("replicasets", "web", { spec: { replicas: 5 } }, "default", "apps");
    cluster.advance(60 * second);
    expect([rulesOn(cluster, "worker-1").web, rulesOn(cluster, "worker-2").web]).toEqual([2, 5]);
    healLink(links, "kube-proxy/worker-1", "kube-apiserver/master-1");
    disturbAll(cluster.world);
    cluster.advance(10 * second);
    expect(rulesOn(cluster, "worker-1").web).toBe(5);
  });

  it("leaves out headless Services and those of another proxy", () => {
    const cluster = start();
    cluster.create("services", serviceFor("db", { clusterIP: "None" }));
    const labels = { "service.kubernetes.io/service-proxy-name": "other" };
    cluster.create("services", serviceFor("mesh", {}, { labels }));
    cluster.settle();
    expect(Object.keys(rulesOn(cluster, "worker-1"))).not.toEqual(expect.arrayContaining(["db"]));
    expect(rulesOn(cluster, "worker-1")).not.toHaveProperty("mesh");
  });

  it("answers for its own health, and for that of Services whose traffic stays on the node", () => {
    const cluster = start(3);
    const spec = { type: "LoadBalancer", externalTrafficPolicy: "Local" };
    cluster.create("services", serviceFor("web-lb", { ...spec, selector: { app: "web" } }));
    cluster.settle();
    const answers = ["worker-1", "worker-2", "worker-3"].map((machine) => {
      const listener = proxyListeners(cluster.io, machine).find(({ name }) => name.startsWith("health check"));
      return listener?.answer.status;
    });
    expect(answers.filter((status) => status === 200)).toHaveLength(2);
    expect(answers.filter((status) => status === 503)).toHaveLength(1);
    expect(proxyListeners(cluster.io, "worker-1").map(({ port }) => port)).toEqual(
      expect.arrayContaining([10256, 10249]),
    );
  });

  it("costs two steps a node for a change of a Service", () => {
    const cluster = start(40);
    const alone = start(2);
    const costs = [alone, cluster].map((each) => {
      each.advance(10 * second);
      each.patch("services", "web", { spec: { ports: [{ port: 90, targetPort: 80 }] } });
      return each.settle();
    });
    expect((costs[1] as number) - (costs[0] as number)).toBe(38 * 2);
  });
});
