/** StatefulSets, DaemonSets and Jobs on a whole cluster: their promises at every step, and their ends. */
import { describe, expect, it } from "vitest";
import type { ControllerRevision } from "../api/kinds/controller-revision.ts";
import type { DaemonSet } from "../api/kinds/daemon-set.ts";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Job } from "../api/kinds/job.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { JsonObject, KubeObject } from "../api/types.ts";
import { Cluster } from "../index.ts";
import { revisionHash, templatePatch } from "./history.ts";

const namespace = "default";
const places: Readonly<Record<string, readonly [string, string, string]>> = {
  StatefulSet: ["apps", "v1", "statefulsets"],
  DaemonSet: ["apps", "v1", "daemonsets"],
  Job: ["batch", "v1", "jobs"],
  Pod: ["", "v1", "pods"],
  PersistentVolume: ["", "v1", "persistentvolumes"],
  PersistentVolumeClaim: ["", "v1", "persistentvolumeclaims"],
};

function place(kind: string) {
  const [group, version, resource] = places[kind] as readonly [string, string, string];
  return { group, version, resource, ...(kind !== "PersistentVolume" && { namespace }) };
}

function create(cluster: Cluster, kind: string, name: string, spec: object): void {
  const { group, version } = place(kind);
  const body = { apiVersion: group === "" ? version : `${group}/${version}`, kind, metadata: { name }, spec };
  const answer = cluster.request({ ...place(kind), verb: "create", body: body as JsonObject });
  expect(answer.kind === "response" && [answer.response.code, (answer.response.body as JsonObject).message]).toEqual([
    201,
    undefined,
  ]);
}

function patch(cluster: Cluster, kind: string, name: string, spec: object): void {
  cluster.request({ ...place(kind), verb: "patch", patchType: "strategic", name, body: { spec } as JsonObject });
}

const template = (app: string, more: object = {}, image = "app:1") => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image, ...more }] },
});
const job = (command: readonly string[], more: object = {}) => {
  const made = template("job", { command });
  return { ...more, template: { ...made, spec: { ...made.spec, restartPolicy: "Never" } } };
};
const set = (app: string, replicas: number, more: object = {}) => ({
  ...{ serviceName: app, replicas, selector: { matchLabels: { app } }, template: template(app) },
  ...more,
});

const pods = (cluster: Cluster) => cluster.list("pods", namespace) as Pod[];
const isReady = (pod: Pod | undefined) =>
  pod?.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
const ordinal = (pod: Pod) => Number(pod.metadata.name.split("-").at(-1));
const names = (list: readonly KubeObject[]) => list.map((one) => one.metadata.name).sort();
const reasons = (cluster: Cluster, name: string) =>
  (cluster.list("events", namespace) as KubeEvent[])
    .filter((one) => one.involvedObject.name === name)
    .map((one) => one.reason);
const conditions = (cluster: Cluster, name: string) =>
  (cluster.get("jobs", name) as Job).status?.conditions?.map((one) => `${one.type}=${one.status}:${one.reason}`);

/** Steps until nothing is left to do, and looks after each step. */
function watched(cluster: Cluster, look: () => void): void {
  for (let steps = 0; cluster.hasWork && steps < 20_000; steps++) {
    cluster.step();
    look();
  }
}

describe("a StatefulSet", () => {
  it.each([1, 2, 3])("makes and gives up pods one at a time, in order (seed %i)", (seed) => {
    const cluster = Cluster.create({ seed, workersPerZone: 3, latency: "realistic" });
    create(cluster, "StatefulSet", "db", set("db", 4));
    let before = new Set<string>();
    const look = (): void => {
      const now = pods(cluster);
      for (const pod of now) {
        if (before.has(pod.metadata.uid ?? "")) continue;
        for (const other of now) if (ordinal(other) < ordinal(pod)) expect(isReady(other)).toBe(true);
      }
      expect(new Set(now.map(ordinal)).size).toBe(now.length);
      before = new Set(now.map((pod) => pod.metadata.uid ?? ""));
    };
    watched(cluster, look);
    expect(names(pods(cluster))).toEqual(["db-0", "db-1", "db-2", "db-3"]);
    patch(cluster, "StatefulSet", "db", { replicas: 1 });
    watched(cluster, () => {
      const going = pods(cluster).filter((pod) => pod.metadata.deletionTimestamp !== undefined);
      expect(going.length).toBeLessThanOrEqual(1);
    });
    expect(names(pods(cluster))).toEqual(["db-0"]);
  });

  it("holds pods below the partition back, and brings the rest to the new template", () => {
    const cluster = Cluster.create({ seed: 1 });
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 2 } };
    create(cluster, "StatefulSet", "db", set("db", 3, { updateStrategy }));
    cluster.settle();
    patch(cluster, "StatefulSet", "db", { template: template("db", {}, "app:2") });
    cluster.settle();
    const images = () => pods(cluster).map((pod) => pod.spec.containers[0]?.image);
    expect(images()).toEqual(["app:1", "app:1", "app:2"]);
    cluster.request({ ...place("Pod"), verb: "delete", name: "db-0" });
    cluster.settle();
    expect(images()).toEqual(["app:1", "app:1", "app:2"]);
    patch(cluster, "StatefulSet", "db", { updateStrategy: { rollingUpdate: { partition: 0 } } });
    cluster.settle();
    expect(images()).toEqual(["app:2", "app:2", "app:2"]);
    const revisions = cluster.list("controllerrevisions", namespace) as ControllerRevision[];
    expect(revisions.map((one) => one.revision).sort()).toEqual([1, 2]);
  });

  it("makes all pods at once when it may, and deletes none itself with OnDelete", () => {
    const cluster = Cluster.create({ seed: 1 });
    const more = { podManagementPolicy: "Parallel", updateStrategy: { type: "OnDelete" } };
    create(cluster, "StatefulSet", "db", set("db", 3, more));
    cluster.until((one) => (one.list("pods", namespace) as Pod[]).length === 3);
    expect(pods(cluster).some(isReady)).toBe(false);
    cluster.settle();
    patch(cluster, "StatefulSet", "db", { template: template("db", {}, "app:2") });
    cluster.settle();
    expect(pods(cluster).map((pod) => pod.spec.containers[0]?.image)).toEqual(["app:1", "app:1", "app:1"]);
  });

  it("keeps or deletes claims as the retention policy says", () => {
    const cluster = Cluster.create({ seed: 1 });
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: { ...claim, storageClassName: "" } }];
    for (const number of [0, 1]) {
      const spec = {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: `/tmp/${number}` },
      };
      create(cluster, "PersistentVolume", `disk-${number}`, { ...spec, persistentVolumeReclaimPolicy: "Delete" });
    }
    const persistentVolumeClaimRetentionPolicy = { whenScaled: "Delete", whenDeleted: "Retain" };
    create(cluster, "StatefulSet", "db", set("db", 2, { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy }));
    cluster.settle();
    expect(names(cluster.list("persistentvolumeclaims", namespace))).toEqual(["data-db-0", "data-db-1"]);
    expect(pods(cluster).every(isReady)).toBe(true);
    patch(cluster, "StatefulSet", "db", { replicas: 1 });
    cluster.settle();
    expect(names(cluster.list("persistentvolumeclaims", namespace))).toEqual(["data-db-0"]);
    expect(cluster.list("persistentvolumes")).toHaveLength(1);
  });

  it("names revisions as upstream does", () => {
    const containers = [
      {
        name: "main",
        image: "nginx:1.27",
        ports: [{ name: "main", containerPort: 80, protocol: "TCP" }],
        resources: {},
        volumeMounts: [{ name: "scratch", mountPath: "/data" }],
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "IfNotPresent",
      },
    ] as const;
    const spec = {
      volumes: [{ name: "scratch", emptyDir: {} }],
      containers,
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 5,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    } as const;
    expect(revisionHash(templatePatch({ metadata: { labels: { app: "web" } }, spec }), 0)).toBe("7dc9f94695");
  });
});

describe("a DaemonSet", () => {
  const daemons = (more: object = {}) => ({
    selector: { matchLabels: { app: "agent" } },
    template: template("agent"),
    ...more,
  });

  it("runs on nodes that come, stays on cordoned ones, and leaves those it may not be on", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "DaemonSet", "agent", daemons());
    cluster.settle();
    const nodes = () =>
      pods(cluster)
        .map((pod) => pod.spec.nodeName)
        .sort();
    expect(nodes()).toEqual(["worker-1", "worker-2"]);
    cluster.addWorker();
    cluster.settle();
    expect(nodes()).toEqual(["worker-1", "worker-2", "worker-3"]);
    const node = { group: "", version: "v1", resource: "nodes", verb: "patch", patchType: "strategic" } as const;
    cluster.request({ ...node, name: "worker-1", body: { spec: { unschedulable: true } } });
    cluster.settle();
    expect(nodes()).toEqual(["worker-1", "worker-2", "worker-3"]);
    cluster.request({ ...node, name: "worker-2", body: { spec: { taints: [{ key: "own", effect: "NoExecute" }] } } });
    cluster.settle();
    expect(nodes()).toEqual(["worker-1", "worker-3"]);
    expect((cluster.get("daemonsets", "agent") as DaemonSet).status).toMatchObject({
      desiredNumberScheduled: 2,
      numberAvailable: 2,
      numberMisscheduled: 0,
    });
  });

  it("replaces pods with surge without losing one", () => {
    const cluster = Cluster.create({ seed: 1, workersPerZone: 3 });
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    create(cluster, "DaemonSet", "agent", daemons({ updateStrategy }));
    cluster.settle();
    patch(cluster, "DaemonSet", "agent", { template: template("agent", {}, "app:2") });
    watched(cluster, () => expect(pods(cluster).filter(isReady).length).toBeGreaterThanOrEqual(3));
    expect(pods(cluster).map((pod) => pod.spec.containers[0]?.image)).toEqual(["app:2", "app:2", "app:2"]);
  });
});

describe("a Job", () => {
  it("gives each index its pod, its variable and its host name", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "Job", "sum", job(["true"], { completionMode: "Indexed", completions: 3, parallelism: 2 }));
    watched(cluster, () => expect((cluster.get("jobs", "sum") as Job).status?.active ?? 0).toBeLessThanOrEqual(2));
    expect((cluster.get("jobs", "sum") as Job).status).toMatchObject({ completedIndexes: "0-2", succeeded: 3 });
    expect(pods(cluster).map((pod) => pod.spec.hostname)).toEqual(["sum-0", "sum-1", "sum-2"]);
    expect(pods(cluster)[0]?.spec.containers[0]?.env?.[0]?.name).toBe("JOB_COMPLETION_INDEX");
  });

  it("waits while it is suspended and runs when it is resumed", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "Job", "later", job(["sleep", "1"], { suspend: true }));
    cluster.settle();
    expect(pods(cluster)).toHaveLength(0);
    expect(conditions(cluster, "later")).toEqual(["Suspended=True:JobSuspended"]);
    patch(cluster, "Job", "later", { suspend: false });
    cluster.settle();
    expect(conditions(cluster, "later")).toContain("Complete=True:CompletionsReached");
    expect(reasons(cluster, "later")).toEqual(expect.arrayContaining(["Suspended", "Resumed", "Completed"]));
  });

  it("fails when it is too old, when a rule says so, and not for failures that a rule ignores", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "Job", "slow", job(["sleep", "9000"], { activeDeadlineSeconds: 20 }));
    const onExitCodes = { operator: "In", values: [42] };
    const rules = [{ action: "FailJob", onExitCodes }];
    create(cluster, "Job", "ruled", job(["sh", "-c", "exit 42"], { podFailurePolicy: { rules } }));
    cluster.settle();
    expect(conditions(cluster, "ruled")).toEqual([
      "FailureTarget=True:PodFailurePolicy",
      "Failed=True:PodFailurePolicy",
    ]);
    cluster.advance("60s");
    cluster.settle();
    expect(conditions(cluster, "slow")).toEqual([
      "FailureTarget=True:DeadlineExceeded",
      "Failed=True:DeadlineExceeded",
    ]);
    expect(reasons(cluster, "slow")).toContain("DeadlineExceeded");
  });

  it("goes away with its pods when its time after the end is up", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "Job", "short", job(["true"], { ttlSecondsAfterFinished: 30 }));
    cluster.settle();
    expect(conditions(cluster, "short")).toContain("Complete=True:CompletionsReached");
    cluster.advance("40s");
    cluster.settle();
    expect(cluster.list("jobs", namespace)).toHaveLength(0);
    expect(pods(cluster)).toHaveLength(0);
  });
});

describe("volumes", () => {
  const asks = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "hand",
    resources: { requests: { storage: "2Gi" } },
  };
  const volume = (size: string, more: object = {}) => ({
    ...{ capacity: { storage: size }, accessModes: ["ReadWriteOnce"], storageClassName: "hand" },
    ...{ hostPath: { path: "/mnt/x" }, ...more },
  });

  it("a claim gets the smallest volume that fits, and keeps it while a pod uses it", () => {
    const cluster = Cluster.create({ seed: 1 });
    for (const [name, size] of Object.entries({ small: "1Gi", right: "3Gi", large: "9Gi" }))
      create(cluster, "PersistentVolume", name, volume(size, { persistentVolumeReclaimPolicy: "Delete" }));
    create(cluster, "PersistentVolumeClaim", "mine", asks);
    const volumes = [{ name: "d", persistentVolumeClaim: { claimName: "mine" } }];
    create(cluster, "Pod", "user", { ...template("user").spec, volumes });
    cluster.settle();
    expect(cluster.get("persistentvolumeclaims", "mine")).toMatchObject({
      spec: { volumeName: "right" },
      status: { phase: "Bound", capacity: { storage: "3Gi" } },
    });
    cluster.request({ ...place("PersistentVolumeClaim"), verb: "delete", name: "mine" });
    cluster.settle();
    expect(names(cluster.list("persistentvolumeclaims", namespace))).toEqual(["mine"]);
    cluster.request({ ...place("Pod"), verb: "delete", name: "user" });
    cluster.settle();
    expect(cluster.list("persistentvolumeclaims", namespace)).toHaveLength(0);
    const right = cluster.list("persistentvolumes").find((one) => one.metadata.name === "right");
    expect(right).toMatchObject({
      status: { phase: "Failed", message: "host_path deleter only supports /tmp/.+ but received provided /mnt/x" },
    });
  });
});

describe.each([1, 2, 3])("faults, seed %i", (seed) => {
  it("restarts and a cut-off manager change nothing about the end", () => {
    const cluster = Cluster.create({ seed, workersPerZone: 3, latency: "realistic" });
    create(cluster, "StatefulSet", "db", set("db", 3));
    create(cluster, "DaemonSet", "agent", { selector: { matchLabels: { app: "agent" } }, template: template("agent") });
    create(cluster, "Job", "work", job(["sleep", "2"], { completions: 5, parallelism: 2 }));
    for (let round = 0; round < 5; round++) {
      cluster.step(20 + ((seed * 31 + round * 47) % 120));
      if (round % 2 === 0) {
        cluster.kill("kube-controller-manager/master-1");
        cluster.advance("2s");
        cluster.start("kube-controller-manager/master-1");
      } else {
        cluster.cut("kube-controller-manager", "kube-apiserver");
        cluster.advance("40s");
        cluster.heal("kube-controller-manager", "kube-apiserver");
      }
      expect((cluster.get("jobs", "work") as Job).status?.succeeded ?? 0).toBeLessThanOrEqual(5);
    }
    cluster.settle();
    cluster.advance("20m");
    const of = (app: string) => pods(cluster).filter((pod) => pod.metadata.labels?.app === app);
    expect(names(of("db").filter(isReady))).toEqual(["db-0", "db-1", "db-2"]);
    expect(
      new Set(
        of("agent")
          .filter(isReady)
          .map((pod) => pod.spec.nodeName),
      ).size,
    ).toBe(3);
    expect(of("agent")).toHaveLength(3);
    expect((cluster.get("jobs", "work") as Job).status).toMatchObject({ succeeded: 5 });
    expect(conditions(cluster, "work")).toContain("Complete=True:CompletionsReached");
    expect(pods(cluster).every((pod) => pod.metadata.finalizers === undefined)).toBe(true);
  });
});
