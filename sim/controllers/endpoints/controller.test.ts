/** The Endpoints controller at work in a whole cluster, and what it makes of many addresses. */
import { describe, expect, it } from "vitest";
import type { Endpoints } from "../../api/kinds/endpoints.ts";
import type { ApiRequest, JsonObject } from "../../api/types.ts";
import { Cluster } from "../../index.ts";
import { truncated } from "./subsets.ts";

const core = { group: "", version: "v1", namespace: "default" } as const;

function send(cluster: Cluster, request: Omit<ApiRequest, "user" | "userAgent">): void {
  const answer = cluster.request(request);
  if (answer.kind !== "response" || answer.response.code >= 400) throw new Error(JSON.stringify(answer));
  cluster.advance("20s");
}

function service(
  cluster: Cluster,
  name: string,
  spec: JsonObject,
  labels: Readonly<Record<string, string>> = {},
): void {
  const body = { apiVersion: "v1", kind: "Service", metadata: { name, labels }, spec };
  send(cluster, { ...core, resource: "services", verb: "create", body });
}

function pod(cluster: Cluster, name: string, ready = true): void {
  const probe = ready ? {} : { readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 600 } };
  const container = { name: "c", image: "nginx", ports: [{ name: "web", containerPort: 8080 }], ...probe };
  const spec = { containers: [container], terminationGracePeriodSeconds: 0 };
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "a" } }, spec };
  send(cluster, { ...core, resource: "pods", verb: "create", body });
}

function endpoints(cluster: Cluster, name: string): Endpoints | undefined {
  return (cluster.list("endpoints", "default") as readonly Endpoints[]).find(({ metadata }) => metadata.name === name);
}

function ipOf(cluster: Cluster, name: string): string {
  return cluster.get("pods", name)?.status?.podIP ?? "";
}

describe("Endpoints", () => {
  it("say which pods are ready and which are not, by the ports that they share", () => {
    const cluster = Cluster.create({ seed: 3 });
    service(cluster, "s", { selector: { app: "a" }, ports: [{ port: 80, targetPort: "web" }] }, { team: "x" });
    expect(endpoints(cluster, "s")?.subsets).toBeUndefined();
    pod(cluster, "p1");
    pod(cluster, "p2", false);
    const { subsets = [], metadata } = endpoints(cluster, "s") as Endpoints;
    expect(metadata.labels).toEqual({ team: "x" });
    expect(subsets).toHaveLength(1);
    const [{ addresses = [], notReadyAddresses = [], ports }] = subsets as [NonNullable<Endpoints["subsets"]>[0]];
    expect(addresses.map(({ ip, targetRef }) => [ip, targetRef?.name])).toEqual([[ipOf(cluster, "p1"), "p1"]]);
    expect(notReadyAddresses.map(({ ip }) => ip)).toEqual([ipOf(cluster, "p2")]);
    expect(ports).toEqual([{ port: 8080, protocol: "TCP" }]);
  });

  it("follow pods and labels of the Service, come back when they are deleted, and go with the Service", () => {
    const cluster = Cluster.create({ seed: 3 });
    service(cluster, "s", { clusterIP: "None", selector: { app: "a" } });
    pod(cluster, "p1");
    expect(endpoints(cluster, "s")?.metadata.labels).toEqual({ "service.kubernetes.io/headless": "" });
    expect(endpoints(cluster, "s")?.subsets?.[0]).not.toHaveProperty("ports");
    send(cluster, { ...core, resource: "endpoints", verb: "delete", name: "s" });
    expect(endpoints(cluster, "s")?.subsets).toHaveLength(1);
    send(cluster, { ...core, resource: "pods", verb: "delete", name: "p1", gracePeriodSeconds: 0 });
    expect(endpoints(cluster, "s")?.subsets).toBeUndefined();
    send(cluster, { ...core, resource: "services", verb: "delete", name: "s" });
    expect(endpoints(cluster, "s")).toBeUndefined();
  });

  it("are left alone where a Service has no selector", () => {
    const cluster = Cluster.create({ seed: 3 });
    service(cluster, "s", { ports: [{ port: 80 }] });
    expect(endpoints(cluster, "s")).toBeUndefined();
    expect(endpoints(cluster, "kubernetes")?.subsets?.[0]?.ports).toEqual([
      { name: "https", port: 6443, protocol: "TCP" },
    ]);
  });

  it("hold a thousand addresses, ready ones first, each subset its share", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ ip: `10.0.${n >> 8}.${n & 255}` }));
    const counts = (all: ReturnType<typeof truncated>) =>
      all?.map(({ addresses = [], notReadyAddresses = [] }) => [addresses.length, notReadyAddresses.length]);
    expect(truncated([{ addresses: many(600), notReadyAddresses: many(400) }])).toBeUndefined();
    expect(counts(truncated([{ addresses: many(900), notReadyAddresses: many(300) }]))).toEqual([[900, 100]]);
    expect(
      counts(truncated([{ addresses: many(1500) }, { addresses: many(500), notReadyAddresses: many(9) }])),
    ).toEqual([
      [750, 0],
      [250, 0],
    ]);
  });
});
