/** Disruption budgets at work: what their status says, and what evictions may do. */
import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../api/kinds/pod-disruption-budget.ts";
import type { ApiRequest, ApiResponse, JsonObject, Status } from "../../api/types.ts";
import { Cluster } from "../../index.ts";

const core = { group: "", version: "v1", namespace: "default" } as const;
const apps = { group: "apps", version: "v1", namespace: "default" } as const;
const policy = { group: "policy", version: "v1", namespace: "default", resource: "poddisruptionbudgets" } as const;

function send(cluster: Cluster, request: Omit<ApiRequest, "user" | "userAgent">): ApiResponse {
  const answer = cluster.request(request);
  if (answer.kind !== "response") throw new Error(answer.kind);
  return answer.response;
}

const template = (spec: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "nginx" }], terminationGracePeriodSeconds: 1, ...spec },
});

function withBudget(
  kind: "Deployment" | "StatefulSet" | "ReplicaSet",
  replicas: number,
  spec: JsonObject,
  pod?: JsonObject,
) {
  const cluster = Cluster.create({ seed: 2, latency: "instant" });
  const selector = { matchLabels: { app: "web" } };
  const body = {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web" },
    spec: { replicas, selector, serviceName: "web", template: template(pod) },
  };
  if (kind !== "StatefulSet") delete (body.spec as { serviceName?: string }).serviceName;
  send(cluster, { ...apps, resource: `${kind.toLowerCase()}s`, verb: "create", body });
  const budget = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web" },
    spec: { selector, ...spec },
  };
  send(cluster, { ...policy, verb: "create", body: budget });
  cluster.settle();
  return cluster;
}

const status = (cluster: Cluster) => (cluster.get("poddisruptionbudgets", "web") as PodDisruptionBudget).status;
const pods = (cluster: Cluster) => cluster.list("pods", "default") as readonly Pod[];
const evict = (cluster: Cluster, name: string) =>
  send(cluster, {
    ...core,
    resource: "pods",
    subresource: "eviction",
    verb: "create",
    name,
    body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } },
  });

describe("the status of a disruption budget", () => {
  it.each([
    ["Deployment", 4, { minAvailable: 3 }, 3, 1],
    ["Deployment", 4, { minAvailable: "60%" }, 3, 1],
    ["ReplicaSet", 5, { maxUnavailable: "30%" }, 3, 2],
    ["StatefulSet", 3, { maxUnavailable: 1 }, 2, 1],
    ["Deployment", 2, { minAvailable: 5 }, 5, 0],
  ] as const)("of a %s of %d with %j wants %d healthy and allows %d", (kind, replicas, spec, desired, allowed) => {
    const cluster = withBudget(kind, replicas, spec);
    const state = allowed > 0 ? "True" : "False";
    const reason = allowed > 0 ? "SufficientPods" : "InsufficientPods";
    expect(status(cluster)).toMatchObject({
      observedGeneration: 1,
      expectedPods: replicas,
      currentHealthy: replicas,
      desiredHealthy: desired,
      disruptionsAllowed: allowed,
      conditions: [{ type: "DisruptionAllowed", status: state, reason, observedGeneration: 1 }],
    });
  });

  it("allows nothing for pods whose controller is not known, and says so", () => {
    const cluster = withBudget("Deployment", 1, { maxUnavailable: 1 });
    const spec = { template: template({ restartPolicy: "Never" }) };
    const body = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "odd" }, spec };
    send(cluster, { ...core, group: "batch", resource: "jobs", verb: "create", body });
    cluster.advance("1s");
    expect(status(cluster)).toMatchObject({ disruptionsAllowed: 0 });
    expect(status(cluster)?.conditions).toMatchObject([
      { status: "False", reason: "SyncFailed", message: expect.stringMatching(/^found no controllers for pod "odd-/) },
    ]);
  });
});

describe("evictions under a budget", () => {
  it("go one at a time, and the next one when a new pod is ready", () => {
    const cluster = withBudget("Deployment", 3, { minAvailable: 2 });
    const [first, second] = pods(cluster).map(({ metadata }) => metadata.name) as [string, string];
    expect(evict(cluster, first).code).toBe(201);
    const refused = evict(cluster, second);
    expect(refused.code).toBe(429);
    expect((refused.body as Status).message).toBe("Cannot evict pod as it would violate the pod's disruption budget.");
    cluster.settle();
    expect(status(cluster)).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 });
    expect(status(cluster)?.disruptedPods ?? {}).toEqual({});
    expect(evict(cluster, second).code).toBe(201);
  });

  it.each([
    ["AlwaysAllow", 201],
    ["IfHealthyBudget", 429],
  ])("with the policy %s of pods that are not ready answer %d", (unhealthyPodEvictionPolicy, code) => {
    const pod = {
      containers: [
        { name: "c", image: "no-such-image" },
        { name: "d", image: "nginx" },
      ],
      restartPolicy: "Always",
    };
    const cluster = withBudget("Deployment", 2, { minAvailable: 1, unhealthyPodEvictionPolicy }, pod);
    const name = pods(cluster)[0]?.metadata.name ?? "";
    // Pending pods may always go: this one says that it runs.
    const body = { status: { phase: "Running" } };
    cluster.kill(`kubelet/${pods(cluster)[0]?.spec.nodeName}`);
    send(cluster, { ...core, resource: "pods", subresource: "status", verb: "patch", patchType: "merge", name, body });
    expect(evict(cluster, name).code).toBe(code);
  });
});
