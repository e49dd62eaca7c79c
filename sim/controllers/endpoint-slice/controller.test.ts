/** The EndpointSlice controller at work in a whole cluster: what becomes of slices, from the outside. */
import { describe, expect, it } from "vitest";
import type { Endpoint, EndpointSlice } from "../../api/kinds/endpoint-slice.ts";
import type { KubeEvent } from "../../api/kinds/event.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { ApiRequest, JsonObject, KubeObject } from "../../api/types.ts";
import { Cluster } from "../../index.ts";

const core = { group: "", version: "v1", namespace: "default" } as const;
const apps = { ...core, group: "apps" } as const;

function send(cluster: Cluster, request: Omit<ApiRequest, "user" | "userAgent">): KubeObject {
  const answer = cluster.request(request);
  if (answer.kind !== "response" || answer.response.code >= 400) throw new Error(JSON.stringify(answer));
  return answer.response.body as KubeObject;
}

function createService(cluster: Cluster, name: string, spec: JsonObject, metadata: JsonObject = {}): void {
  const body = { apiVersion: "v1", kind: "Service", metadata: { name, ...metadata }, spec };
  send(cluster, { ...core, resource: "services", verb: "create", body });
  cluster.settle();
}

function patchService(cluster: Cluster, name: string, body: JsonObject): void {
  send(cluster, { ...core, resource: "services", verb: "patch", patchType: "merge", name, body });
  cluster.settle();
}

function deploy(cluster: Cluster, name: string, replicas: number, pod: JsonObject = {}): void {
  const container = { name: "c", image: "web:1", ports: [{ name: "http", containerPort: 8080 }] };
  const template = {
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [container], ...pod },
  };
  const body = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
  };
  send(cluster, { ...apps, resource: "replicasets", verb: "create", body });
  cluster.settle();
}

function scale(cluster: Cluster, name: string, replicas: number): void {
  const body = { spec: { replicas } };
  send(cluster, { ...apps, resource: "replicasets", verb: "patch", patchType: "merge", name, body });
  cluster.settle();
}

const slicesOf = (cluster: Cluster, service: string) =>
  (cluster.list("endpointslices", "default") as readonly EndpointSlice[]).filter(
    ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service,
  );
const endpointsOf = (cluster: Cluster, service: string) =>
  slicesOf(cluster, service).flatMap(({ endpoints = [] }) => endpoints);
const podsOf = (cluster: Cluster) => cluster.list("pods", "default") as readonly Pod[];
const eventsOf = (cluster: Cluster, reason: string) =>
  (cluster.list("events") as readonly KubeEvent[]).filter((event) => event.reason === reason);
const zonesOf = (endpoints: readonly Endpoint[]) => endpoints.map(({ hints }) => hints?.forZones?.[0]?.name);

const web = { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] };

describe("a Service", () => {
  it("gets a placeholder, which takes the endpoints as its pods become ready, and keeps them in step", () => {
    const cluster = Cluster.create({ seed: 2, zones: 2, workersPerZone: 1 });
    createService(cluster, "web", web, { labels: { team: "blue" } });
    const [placeholder] = slicesOf(cluster, "web") as [EndpointSlice];
    expect(placeholder.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(placeholder.metadata.labels).toEqual({
      team: "blue",
      "kubernetes.io/service-name": "web",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    });
    const service = cluster.get("services", "web") as Service;
    expect(placeholder.metadata.ownerReferences).toEqual([
      {
        apiVersion: "v1",
        kind: "Service",
        name: "web",
        uid: service.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(placeholder.metadata.annotations).toEqual({
      "endpoints.kubernetes.io/last-change-trigger-time": service.metadata.creationTimestamp,
    });
    expect([placeholder.endpoints ?? [], placeholder.ports ?? []]).toEqual([[], []]);
    deploy(cluster, "web", 2);
    const [slice, more] = slicesOf(cluster, "web");
    expect(more).toBeUndefined();
    expect(slice?.metadata.name).toBe(placeholder.metadata.name);
    expect(slice?.ports).toEqual([{ name: "", port: 8080, protocol: "TCP" }]);
    const pods = podsOf(cluster);
    for (const endpoint of slice?.endpoints ?? []) {
      const pod = pods.find(({ metadata }) => metadata.name === endpoint.targetRef?.name);
      expect(endpoint).toEqual({
        addresses: [pod?.status?.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: pod?.spec.nodeName,
        targetRef: { kind: "Pod", namespace: "default", name: pod?.metadata.name, uid: pod?.metadata.uid },
        zone: cluster.get("nodes", pod?.spec.nodeName ?? "", "")?.metadata.labels?.["topology.kubernetes.io/zone"],
      });
    }
    expect(slice?.endpoints).toHaveLength(2);
    scale(cluster, "web", 0);
    expect(endpointsOf(cluster, "web")).toEqual([]);
    expect(slicesOf(cluster, "web")).toHaveLength(1);
  });

  it("shows a pod that ends as terminating and serving before it goes", () => {
    const cluster = Cluster.create({ seed: 2 });
    createService(cluster, "web", web);
    deploy(cluster, "web", 1);
    send(cluster, { ...core, resource: "pods", verb: "delete", name: podsOf(cluster)[0]?.metadata.name ?? "" });
    const ending = () => endpointsOf(cluster, "web").some(({ conditions }) => conditions?.terminating === true);
    expect(cluster.until(ending).reached).toBe(true);
    const endpoint = endpointsOf(cluster, "web").find(({ conditions }) => conditions?.terminating);
    expect(endpoint?.conditions).toEqual({ ready: false, serving: true, terminating: true });
  });

  it("writes nothing when nothing has changed, and puts right what somebody else changes", () => {
    const cluster = Cluster.create({ seed: 2 });
    createService(cluster, "web", web);
    deploy(cluster, "web", 2);
    const before = slicesOf(cluster, "web")[0] as EndpointSlice;
    patchService(cluster, "web", { metadata: { annotations: { note: "x" } } });
    expect(slicesOf(cluster, "web")[0]?.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    const discovery = { group: "discovery.k8s.io", version: "v1", namespace: "default", resource: "endpointslices" };
    const name = before.metadata.name;
    send(cluster, { ...discovery, verb: "patch", patchType: "merge", name, body: { endpoints: [] } });
    cluster.settle();
    expect(endpointsOf(cluster, "web")).toHaveLength(2);
    send(cluster, { ...discovery, verb: "delete", name });
    cluster.settle();
    expect(endpointsOf(cluster, "web")).toHaveLength(2);
    const labels = { "kubernetes.io/service-name": "web" };
    const managed = { ...labels, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" };
    const stranger = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.9.8.7"] }],
      ports: [],
    };
    for (const [own, set] of [
      ["kept", labels],
      ["gone", managed],
    ] as const) {
      send(cluster, { ...discovery, verb: "create", body: { ...stranger, metadata: { name: own, labels: set } } });
    }
    cluster.settle();
    expect(slicesOf(cluster, "web").map(({ metadata }) => metadata.name)).toEqual([
      "kept",
      expect.stringMatching(/^web-/),
    ]);
  });

  it("takes its slices along when it is deleted, and its labels follow", () => {
    const cluster = Cluster.create({ seed: 2 });
    createService(cluster, "web", web);
    patchService(cluster, "web", { metadata: { labels: { team: "red" } } });
    expect(slicesOf(cluster, "web")[0]?.metadata.labels?.team).toBe("red");
    send(cluster, { ...core, resource: "services", verb: "delete", name: "web" });
    cluster.settle();
    expect(slicesOf(cluster, "web")).toEqual([]);
  });

  it("makes a slice for each meaning of a named target port, and none without a selector", () => {
    const cluster = Cluster.create({ seed: 2 });
    createService(cluster, "web", { selector: { tier: "front" }, ports: [{ port: 80, targetPort: "http" }] });
    createService(cluster, "manual", { ports: [{ port: 80 }] });
    for (const [name, containerPort] of [
      ["a", 8080],
      ["b", 9090],
    ] as const) {
      const spec = { containers: [{ name: "c", image: "web:1", ports: [{ name: "http", containerPort }] }] };
      const body = { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { tier: "front" } }, spec };
      send(cluster, { ...core, resource: "pods", verb: "create", body });
    }
    cluster.settle();
    expect(
      slicesOf(cluster, "web")
        .map(({ ports }) => ports?.[0]?.port)
        .sort(),
    ).toEqual([8080, 9090]);
    expect(slicesOf(cluster, "manual")).toEqual([]);
  });

  it("publishes pods that are not ready where it is asked to, and names the pods of a headless one", () => {
    const cluster = Cluster.create({ seed: 2 });
    const headless = { clusterIP: "None", publishNotReadyAddresses: true, selector: { app: "db" } };
    createService(cluster, "db", headless);
    const never = { httpGet: { path: "/", port: 1 }, initialDelaySeconds: 3600 };
    const container = { name: "c", image: "postgres:16", readinessProbe: never };
    deploy(cluster, "db", 1, { hostname: "db-0", subdomain: "db", containers: [container] });
    expect(endpointsOf(cluster, "db")[0]).toMatchObject({ hostname: "db-0", conditions: { ready: true } });
    expect(slicesOf(cluster, "db")[0]?.metadata.labels).toHaveProperty("service.kubernetes.io/headless", "");
  });

  it("fills slices of a hundred", () => {
    const cluster = Cluster.create({ seed: 2, workersPerZone: 3 });
    createService(cluster, "web", web);
    deploy(cluster, "web", 130);
    expect(
      slicesOf(cluster, "web")
        .map(({ endpoints = [] }) => endpoints.length)
        .sort(),
    ).toEqual([100, 30]);
  });
});

describe("hints", () => {
  it("spread endpoints by the zones' CPU, stop when there are too few, and say so", () => {
    const cluster = Cluster.create({ seed: 2, zones: 2, workersPerZone: 1 });
    const metadata = { annotations: { "service.kubernetes.io/topology-mode": "Auto" } };
    createService(cluster, "web", web, metadata);
    deploy(cluster, "web", 6);
    expect(zonesOf(endpointsOf(cluster, "web")).sort()).toEqual([
      ...["us-south-1", "us-south-1", "us-south-1"],
      ...["us-south-2", "us-south-2", "us-south-2"],
    ]);
    expect(eventsOf(cluster, "TopologyAwareHintsEnabled")[0]?.message).toBe(
      "Topology Aware Hints has been enabled, addressType: IPv4",
    );
    scale(cluster, "web", 1);
    expect(zonesOf(endpointsOf(cluster, "web"))).toEqual([undefined]);
    expect(eventsOf(cluster, "TopologyAwareHintsDisabled").map(({ message }) => message)).toContain(
      "Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4",
    );
  });

  it("follow the zone of each endpoint with trafficDistribution, and go with it", () => {
    const cluster = Cluster.create({ seed: 2, zones: 2, workersPerZone: 1 });
    createService(cluster, "web", { ...web, trafficDistribution: "PreferClose" });
    deploy(cluster, "web", 3);
    for (const { zone, hints } of endpointsOf(cluster, "web")) expect(hints).toEqual({ forZones: [{ name: zone }] });
    patchService(cluster, "web", { spec: { trafficDistribution: null } });
    expect(zonesOf(endpointsOf(cluster, "web"))).toEqual([undefined, undefined, undefined]);
  });
});

describe("the cost of a change", () => {
  it("does not touch other Services", () => {
    const cluster = Cluster.create({ seed: 2 });
    for (const name of ["web", "other"]) createService(cluster, name, { ...web, selector: { app: name } });
    deploy(cluster, "other", 2);
    const before = slicesOf(cluster, "other")[0]?.metadata.resourceVersion;
    const first = cluster.steps;
    deploy(cluster, "web", 1);
    expect(slicesOf(cluster, "other")[0]?.metadata.resourceVersion).toBe(before);
    const work = cluster.snapshot(cluster.steps - first).journal.filter(({ verb }) => verb === "update slice");
    expect(work.length).toBeLessThanOrEqual(2);
  });
});
