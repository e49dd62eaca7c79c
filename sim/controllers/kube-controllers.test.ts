/** The loops at work in a whole cluster: what becomes of objects, from the outside. */
import { describe, expect, it } from "vitest";
import type { Deployment } from "../api/kinds/deployment.ts";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { ReplicaSet } from "../api/kinds/replicaset.ts";
import type { ApiRequest, JsonObject, KubeObject } from "../api/types.ts";
import { Cluster } from "../index.ts";

const apps = { group: "apps", version: "v1", namespace: "default" } as const;
const core = { group: "", version: "v1", namespace: "default" } as const;

function template(app: string, spec: JsonObject = {}): JsonObject {
  return {
    metadata: { labels: { app } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image: "web:1" }], ...spec },
  };
}

function workload(kind: string, name: string, replicas: number, spec: JsonObject = {}): JsonObject {
  const selector = { matchLabels: { app: name } };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: { replicas, selector, template: template(name), ...spec },
  };
}

function send(cluster: Cluster, request: Omit<ApiRequest, "user" | "userAgent">): KubeObject {
  const answer = cluster.request(request);
  if (answer.kind !== "response" || answer.response.code >= 400) throw new Error(JSON.stringify(answer));
  return answer.response.body as KubeObject;
}

function create(cluster: Cluster, resource: string, body: JsonObject): void {
  send(cluster, { ...apps, resource, verb: "create", body });
  cluster.settle();
}

function patch(cluster: Cluster, resource: string, name: string, body: JsonObject, where = apps as ApiPlace): void {
  send(cluster, { ...where, resource, verb: "patch", patchType: "merge", name, body });
}

type ApiPlace = Pick<ApiRequest, "group" | "version" | "namespace">;

const podsIn = (cluster: Cluster) => cluster.list("pods", "default") as readonly Pod[];
const names = (objects: readonly KubeObject[]) => objects.map((object) => object.metadata.name);
const words = (cluster: Cluster, reason: string) =>
  (cluster.list("events") as readonly KubeEvent[])
    .filter((event) => event.reason === reason)
    .map((event) => event.message);

describe("a ReplicaSet", () => {
  it("adopts pods that match, and deletes what is too many", () => {
    const cluster = Cluster.create({ seed: 3 });
    for (const name of ["a", "b"]) {
      const body = { apiVersion: "v1", kind: "Pod", ...template("rs"), metadata: { name, labels: { app: "rs" } } };
      send(cluster, { ...core, resource: "pods", verb: "create", body });
    }
    cluster.settle();
    create(cluster, "replicasets", workload("ReplicaSet", "rs", 3));
    const owned = podsIn(cluster).filter((pod) => pod.metadata.ownerReferences?.[0]?.name === "rs");
    expect(owned).toHaveLength(3);
    expect(names(owned)).toEqual(expect.arrayContaining(["a", "b"]));
    patch(cluster, "replicasets", "rs", { spec: { replicas: 2 } });
    cluster.settle();
    expect(names(podsIn(cluster))).toEqual(["a", "b"]);
  });

  it("releases a pod whose labels no longer match, and takes it back", () => {
    const cluster = Cluster.create({ seed: 3 });
    create(cluster, "replicasets", workload("ReplicaSet", "rs", 2));
    const [first] = podsIn(cluster) as [Pod, Pod];
    patch(cluster, "pods", first.metadata.name, { metadata: { labels: { app: "free" } } }, core);
    cluster.settle();
    expect(podsIn(cluster)).toHaveLength(3);
    expect(cluster.get("pods", first.metadata.name)?.metadata.ownerReferences).toBeUndefined();
    patch(cluster, "pods", first.metadata.name, { metadata: { labels: { app: "rs" } } }, core);
    cluster.settle();
    expect(podsIn(cluster)).toHaveLength(2);
  });

  it("counts a pod as available when it has been ready for minReadySeconds", () => {
    const cluster = Cluster.create({ seed: 3 });
    create(cluster, "replicasets", workload("ReplicaSet", "rs", 2, { minReadySeconds: 30 }));
    const readyAt = Math.max(
      ...podsIn(cluster).map((pod) =>
        Date.parse(String(pod.status?.conditions?.find((one) => one.type === "Ready")?.lastTransitionTime)),
      ),
    );
    expect((cluster.get("replicasets", "rs") as ReplicaSet).status).toMatchObject({
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(cluster.wallMs - readyAt).toBeGreaterThanOrEqual(30_000);
    expect(cluster.wallMs - readyAt).toBeLessThan(31_000);
  });

  it("asks for one pod only while creation is refused, says why, and recovers", () => {
    const cluster = Cluster.create({ seed: 3 });
    const before = cluster.steps;
    create(
      cluster,
      "replicasets",
      workload("ReplicaSet", "rs", 50, { template: template("rs", { serviceAccountName: "robot" }) }),
    );
    const { status } = cluster.get("replicasets", "rs") as ReplicaSet;
    expect(status?.conditions).toMatchObject([{ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }]);
    expect(words(cluster, "FailedCreate")).toEqual([
      expect.stringMatching(/^Error creating: pods .*serviceaccount "robot" not found$/),
    ]);
    expect(cluster.steps - before).toBeLessThan(200);
    send(cluster, {
      ...core,
      resource: "serviceaccounts",
      verb: "create",
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } },
    });
    cluster.advance("20s");
    cluster.settle();
    expect((cluster.get("replicasets", "rs") as ReplicaSet).status).toMatchObject({ replicas: 50 });
  });

  it("makes pods that share the template's spec and labels", () => {
    const cluster = Cluster.create({ seed: 3 });
    create(cluster, "replicasets", workload("ReplicaSet", "rs", 3));
    const [a, b, c] = podsIn(cluster) as [Pod, Pod, Pod];
    expect(a.metadata.labels).toBe(b.metadata.labels);
    expect(b.spec.containers[0]?.image).toBe(c.spec.containers[0]?.image);
    expect(a.metadata.ownerReferences).toBe(c.metadata.ownerReferences);
  });

  it("costs no more a pod with many pods than with few", () => {
    const stepsFor = (replicas: number) => {
      const cluster = Cluster.create({ seed: 3, workersPerZone: 4, cpus: 64, latency: "instant" });
      const before = cluster.steps;
      create(cluster, "replicasets", workload("ReplicaSet", "rs", replicas));
      return (cluster.steps - before) / replicas;
    };
    expect(stepsFor(400)).toBeLessThan(stepsFor(40) + 1);
    expect(stepsFor(400)).toBeLessThan(30);
  });
});

describe("a Deployment", () => {
  it("keeps to its bounds at every step of a rollout, under any latency", () => {
    for (const latency of ["instant", "lesson", "realistic"] as const) {
      const cluster = Cluster.create({ seed: 11, latency });
      const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } };
      create(cluster, "deployments", workload("Deployment", "web", 6, { strategy }));
      patch(cluster, "deployments", "web", {
        spec: { template: template("web", { containers: [{ name: "c", image: "web:2" }] }) },
      });
      while (cluster.hasWork) {
        cluster.step();
        const live = podsIn(cluster).filter((pod) => pod.metadata.deletionTimestamp === undefined);
        const ready = live.filter((pod) =>
          pod.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
        );
        expect(live.length).toBeLessThanOrEqual(8);
        expect(ready.length).toBeGreaterThanOrEqual(5);
      }
      expect(podsIn(cluster).map((pod) => pod.spec.containers[0]?.image)).toEqual(Array(6).fill("web:2"));
    }
  });

  it("goes back to an old ReplicaSet when its template comes again, under a new revision", () => {
    const cluster = Cluster.create({ seed: 3 });
    create(cluster, "deployments", workload("Deployment", "web", 2));
    for (const image of ["web:2", "web:1"]) {
      patch(cluster, "deployments", "web", {
        spec: { template: template("web", { containers: [{ name: "c", image }] }) },
      });
      cluster.settle();
    }
    const sets = cluster.list("replicasets", "default") as readonly ReplicaSet[];
    const revisions = sets.map((one) => [
      one.spec.replicas,
      one.metadata.annotations?.["deployment.kubernetes.io/revision"],
    ]);
    expect(revisions.sort()).toEqual([
      [0, "2"],
      [2, "3"],
    ]);
    expect(cluster.get("deployments", "web")?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  });

  it("says so when a rollout makes no progress within its deadline", () => {
    const cluster = Cluster.create({ seed: 3 });
    const body = workload("Deployment", "web", 1, {
      progressDeadlineSeconds: 60,
      template: template("web", { nodeSelector: { no: "such" } }),
    });
    create(cluster, "deployments", body);
    const reason = () =>
      (cluster.get("deployments", "web") as Deployment).status?.conditions?.find((one) => one.type === "Progressing")
        ?.reason;
    cluster.advance("50s");
    expect(reason()).toBe("ReplicaSetUpdated");
    cluster.advance("20s");
    expect(reason()).toBe("ProgressDeadlineExceeded");
  });

  it("counts a collision of names and takes another one", () => {
    const probe = Cluster.create({ seed: 3 });
    create(probe, "deployments", workload("Deployment", "web", 1));
    const [taken = ""] = names(probe.list("replicasets", "default"));
    const cluster = Cluster.create({ seed: 3 });
    create(cluster, "replicasets", { ...workload("ReplicaSet", "other", 0), metadata: { name: taken } });
    create(cluster, "deployments", workload("Deployment", "web", 1));
    expect(cluster.get("deployments", "web")).toMatchObject({ status: { collisionCount: 1, availableReplicas: 1 } });
  });
});

describe("deletion", () => {
  const remove = (cluster: Cluster, propagationPolicy: "Orphan" | "Background" | "Foreground") => {
    create(cluster, "deployments", workload("Deployment", "web", 2));
    send(cluster, { ...apps, resource: "deployments", verb: "delete", name: "web", propagationPolicy });
  };
  const counts = (cluster: Cluster) =>
    ["deployments", "replicasets", "pods"].map((resource) => cluster.list(resource, "default").length);

  it("in the background takes the owner first", () => {
    const cluster = Cluster.create({ seed: 3 });
    remove(cluster, "Background");
    expect(counts(cluster)).toEqual([0, 1, 2]);
    cluster.settle();
    expect(counts(cluster)).toEqual([0, 0, 0]);
  });

  it("in the foreground takes the pods first", () => {
    const cluster = Cluster.create({ seed: 3 });
    remove(cluster, "Foreground");
    while (cluster.hasWork) {
      cluster.step();
      const [deployments = 0, replicaSets = 0, pods = 0] = counts(cluster);
      if (replicaSets === 0) expect(pods).toBe(0);
      if (deployments === 0) expect(replicaSets).toBe(0);
    }
    expect(counts(cluster)).toEqual([0, 0, 0]);
  });

  it("can leave orphans, which a new Deployment adopts", () => {
    const cluster = Cluster.create({ seed: 3 });
    remove(cluster, "Orphan");
    cluster.settle();
    const before = names(podsIn(cluster));
    expect(counts(cluster)).toEqual([0, 1, 2]);
    expect(cluster.list("replicasets", "default")[0]?.metadata.ownerReferences).toBeUndefined();
    create(cluster, "deployments", workload("Deployment", "web", 2));
    expect(names(podsIn(cluster))).toEqual(before);
  });

  it("collects an object whose owner never was", () => {
    const cluster = Cluster.create({ seed: 3 });
    const ownerReferences = [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: "ghost", uid: "00000000-0000-4000-8000-000000000000" },
    ];
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "haunted", ownerReferences } };
    send(cluster, { ...core, resource: "configmaps", verb: "create", body });
    cluster.settle();
    expect(cluster.get("configmaps", "haunted")).toBeUndefined();
  });
});

describe("a namespace", () => {
  it("gets its service account and certificate authority, and gets them back", () => {
    const cluster = Cluster.create({ seed: 3 });
    send(cluster, {
      group: "",
      version: "v1",
      resource: "namespaces",
      verb: "create",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } },
    });
    cluster.settle();
    const expectBoth = () => {
      expect(cluster.get("serviceaccounts", "default", "team")).toBeDefined();
      expect(cluster.get("configmaps", "kube-root-ca.crt", "team")).toHaveProperty("data");
    };
    expectBoth();
    const where = { ...core, namespace: "team" };
    send(cluster, { ...where, resource: "serviceaccounts", verb: "delete", name: "default" });
    patch(cluster, "configmaps", "kube-root-ca.crt", { data: { "ca.crt": "forged" } }, where);
    cluster.settle();
    expectBoth();
    expect(JSON.stringify(cluster.get("configmaps", "kube-root-ca.crt", "team"))).not.toContain("forged");
  });

  it("is emptied before it goes, and says what it waits for", () => {
    const cluster = Cluster.create({ seed: 3 });
    const where = { ...apps, namespace: "team" };
    send(cluster, {
      group: "",
      version: "v1",
      resource: "namespaces",
      verb: "create",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } },
    });
    cluster.settle();
    send(cluster, { ...where, resource: "deployments", verb: "create", body: workload("Deployment", "web", 2) });
    const held = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "held", finalizers: ["example.com/hold"] } };
    send(cluster, { ...core, namespace: "team", resource: "configmaps", verb: "create", body: held });
    cluster.settle();
    send(cluster, { group: "", version: "v1", resource: "namespaces", verb: "delete", name: "team" });
    cluster.advance("30s");
    const reasons = (
      cluster.get("namespaces", "team", "") as unknown as {
        status: { conditions: { reason: string; message: string }[] };
      }
    ).status.conditions;
    expect(reasons.map((one) => one.reason)).toEqual([
      "ResourcesDiscovered",
      "ParsedGroupVersions",
      "ContentDeleted",
      "SomeResourcesRemain",
      "SomeFinalizersRemain",
    ]);
    expect(reasons[3]?.message).toBe("Some resources are remaining: configmaps. has 1 resource instances");
    expect(reasons[4]?.message).toBe(
      "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    );
    patch(cluster, "configmaps", "held", { metadata: { finalizers: null } }, { ...core, namespace: "team" });
    cluster.advance("20s");
    expect(cluster.get("namespaces", "team", "")).toBeUndefined();
    expect(cluster.list("pods", "team")).toEqual([]);
  });
});
