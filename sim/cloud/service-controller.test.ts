/** Load balancers from the outside: addresses, Events, nodes, and what happens when one is wanted no more. */
import { describe, expect, it } from "vitest";
import { ServiceWorld, serviceFor } from "../../test/support/service-world.ts";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Service } from "../api/kinds/service.ts";
import { killProcess, startProcess, stopMachine } from "../time/processes.ts";
import { loadBalancers } from "./load-balancer.ts";
import { cloudControllerManager } from "./service-controller.ts";

const finalizer = "service.kubernetes.io/load-balancer-cleanup";
const balanced = (name: string, spec = {}) => serviceFor(name, { type: "LoadBalancer", ...spec });

function start(workersPerZone = 2) {
  return new ServiceWorld({ seed: 6, workersPerZone }, [{ component: cloudControllerManager, on: "control-plane" }]);
}

const addressOf = (cluster: ServiceWorld, name: string) =>
  cluster.get<Service>("services", name)?.status?.loadBalancer?.ingress?.[0];
const said = (cluster: ServiceWorld, name: string) =>
  cluster
    .list<KubeEvent>("events", "default")
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);

describe("a Service of type LoadBalancer", () => {
  it("gets the lowest free address, with the finalizer before it and the real Events", () => {
    const cluster = start();
    for (const name of ["one", "two"]) {
      cluster.create("services", balanced(name));
      cluster.settle();
    }
    expect(addressOf(cluster, "one")).toEqual({ ip: "203.0.113.1", ipMode: "VIP" });
    expect(addressOf(cluster, "two")?.ip).toBe("203.0.113.2");
    expect(cluster.get("services", "one")?.metadata.finalizers).toEqual([finalizer]);
    expect(said(cluster, "one").sort()).toEqual([
      "Normal EnsuredLoadBalancer Ensured load balancer",
      "Normal EnsuringLoadBalancer Ensuring load balancer",
    ]);
    const nodePort = cluster.get<Service>("services", "one")?.spec.ports?.[0]?.nodePort;
    expect(loadBalancers(cluster.io).get("default/one")).toMatchObject({
      address: "203.0.113.1",
      nodes: ["worker-1", "worker-2"],
      ports: [{ name: "", protocol: "TCP", port: 80, nodePort }],
      healthPort: 10256,
    });
  });

  it("gives its address back when it is deleted or becomes another type", () => {
    const cluster = start();
    for (const name of ["one", "two", "three"]) cluster.create("services", balanced(name));
    cluster.settle();
    cluster.remove("services", "one");
    cluster.patch("services", "two", { spec: { type: "ClusterIP" } });
    cluster.settle();
    expect(cluster.get("services", "one")).toBeUndefined();
    expect(addressOf(cluster, "two")).toBeUndefined();
    expect(cluster.get("services", "two")?.metadata.finalizers ?? []).toEqual([]);
    expect(loadBalancers(cluster.io).keys()).toEqual(["default/three"]);
    expect(said(cluster, "two")).toEqual(
      expect.arrayContaining([
        "Normal Type LoadBalancer -> ClusterIP",
        "Normal DeletingLoadBalancer Deleting load balancer",
        "Normal DeletedLoadBalancer Deleted load balancer",
      ]),
    );
    expect(said(cluster, "one").filter((text) => text.includes("DeletedLoadBalancer"))).toHaveLength(1);
    cluster.create("services", balanced("four"));
    cluster.settle();
    expect(["203.0.113.1", "203.0.113.2", "203.0.113.3"]).toContain(addressOf(cluster, "four")?.ip);
  });

  it("gets the address that it asks for if that is free, and stays pending if not", () => {
    const cluster = start();
    cluster.create("services", balanced("one", { loadBalancerIP: "203.0.113.77" }));
    cluster.settle();
    cluster.create("services", balanced("two", { loadBalancerIP: "203.0.113.77" }));
    cluster.create("services", balanced("three", { loadBalancerIP: "8.8.8.8" }));
    cluster.settle();
    expect(addressOf(cluster, "one")?.ip).toBe("203.0.113.77");
    expect(addressOf(cluster, "two")).toBeUndefined();
    const failure = "Warning SyncLoadBalancerFailed Error syncing load balancer: failed to ensure load balancer:";
    expect(said(cluster, "two")).toContain(`${failure} address 203.0.113.77 is in use by another load balancer`);
    expect(said(cluster, "three")).toContain(`${failure} address 8.8.8.8 is not in the pool 203.0.113.0/24`);
    cluster.remove("services", "one");
    cluster.advance(400_000_000);
    expect(addressOf(cluster, "two")?.ip).toBe("203.0.113.77");
  });

  it("waits when the pool is empty", () => {
    const cluster = start(1);
    const row = { uid: "", nodes: [], ports: [], policy: "Cluster", healthPort: 10256, sourceRanges: [] } as const;
    for (let host = 1; host <= 254; host++)
      loadBalancers(cluster.io).set(`other/s-${host}`, { ...row, address: `203.0.113.${host}` });
    cluster.create("services", balanced("late"));
    cluster.settle();
    expect(addressOf(cluster, "late")).toBeUndefined();
    expect(said(cluster, "late").join()).toContain("no address is free in the pool 203.0.113.0/24");
  });

  it("is left to somebody else if it has a class", () => {
    const cluster = start();
    cluster.create("services", balanced("other", { loadBalancerClass: "example.com/own" }));
    cluster.settle();
    expect([addressOf(cluster, "other"), said(cluster, "other")]).toEqual([undefined, []]);
  });

  it("has the nodes that are there and not excluded; readiness is for the health check", () => {
    const cluster = start(3);
    cluster.create("services", balanced("one"));
    cluster.settle();
    const label = "node.kubernetes.io/exclude-from-external-load-balancers";
    cluster.patch("nodes", "worker-2", { metadata: { labels: { [label]: "" } } }, "");
    stopMachine(cluster.world, "worker-1");
    cluster.advance(120_000_000);
    expect(loadBalancers(cluster.io).get("default/one")?.nodes).toEqual(["worker-1", "worker-3"]);
    expect(said(cluster, "one")).toContain("Normal UpdatedLoadBalancer Updated load balancer with new hosts");
    cluster.remove("nodes", "worker-1", "");
    cluster.settle();
    expect(loadBalancers(cluster.io).get("default/one")?.nodes).toEqual(["worker-3"]);
  });

  it("is looked after again when the manager comes back", () => {
    const cluster = start();
    cluster.create("services", balanced("one"));
    cluster.settle();
    killProcess(cluster.world, "cloud-controller-manager/master-1");
    cluster.remove("services", "one");
    cluster.settle();
    expect(cluster.get("services", "one")?.metadata.deletionTimestamp).toBeDefined();
    startProcess(cluster.world, "cloud-controller-manager/master-1");
    cluster.settle();
    expect(cluster.get("services", "one")).toBeUndefined();
    expect(loadBalancers(cluster.io).size).toBe(0);
  });
});
