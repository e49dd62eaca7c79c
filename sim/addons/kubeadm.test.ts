/** What a new cluster has when nobody has asked for anything. */
import { describe, expect, it } from "vitest";
import { ServiceWorld } from "../../test/support/service-world.ts";
import type { Deployment } from "../api/kinds/deployment.ts";
import type { EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import type { Service } from "../api/kinds/service.ts";
import { killProcess, startMachine, startProcess, stopMachine } from "../time/processes.ts";
import { kubeadm } from "./kubeadm.ts";

const start = () => new ServiceWorld({ seed: 3 }, [{ component: kubeadm, on: "control-plane" }]);

const readyIn = (cluster: ServiceWorld, namespace: string, service: string) =>
  cluster
    .list<EndpointSlice>("endpointslices", namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service)
    .flatMap(({ endpoints = [] }) => endpoints.filter(({ conditions }) => conditions?.ready));

describe("kubeadm", () => {
  it("installs the API server's Service and CoreDNS, whose pods come up", () => {
    const cluster = start();
    expect(cluster.get<Service>("services", "kubernetes")?.spec).toMatchObject({
      clusterIP: "172.21.0.1",
      ports: [{ name: "https", port: 443, targetPort: 6443, protocol: "TCP" }],
    });
    const [slice] = cluster.list<EndpointSlice>("endpointslices", "default");
    expect(slice?.metadata.labels).toEqual({ "kubernetes.io/service-name": "kubernetes" });
    expect(slice?.endpoints?.[0]?.addresses).toEqual(["10.0.0.10"]);
    expect(cluster.get<Service>("services", "kube-dns", "kube-system")?.spec.clusterIP).toBe("172.21.0.10");
    expect(cluster.get<Deployment>("deployments", "coredns", "kube-system")?.status?.readyReplicas).toBe(2);
    expect(readyIn(cluster, "kube-system", "kube-dns")).toHaveLength(2);
  });

  it("leaves what exists alone when it starts again, and does not bring back what was deleted", () => {
    const cluster = start();
    cluster.remove("services", "kube-dns", "kube-system");
    cluster.patch("services", "kubernetes", { metadata: { labels: { mine: "yes" } } });
    cluster.settle();
    killProcess(cluster.world, "kubeadm/master-1");
    startProcess(cluster.world, "kubeadm/master-1");
    cluster.settle();
    expect(cluster.get("services", "kube-dns", "kube-system")).toBeUndefined();
    expect(cluster.get("services", "kubernetes")?.metadata.labels?.mine).toBe("yes");
  });

  it("waits for the API server, and is silent when it is done", () => {
    const late = start();
    stopMachine(late.world, "master-1");
    startMachine(late.world, "master-1");
    late.settle();
    const before = late.world.steps;
    late.advance(600_000_000);
    expect(late.lines(before).filter(({ actor }) => actor.startsWith("kubeadm"))).toEqual([]);
    expect(readyIn(late, "default", "kubernetes")).toHaveLength(1);
  });
});
