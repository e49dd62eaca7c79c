/** Pods that refer to Secrets, ConfigMaps and claims: what they wait for, what is said meanwhile, what processes find. */
import { describe, expect, it } from "vitest";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { JsonObject } from "../api/types.ts";
import { Cluster } from "../index.ts";

const core = { group: "", version: "v1", namespace: "default" } as const;

function create(cluster: Cluster, kind: string, name: string, more: object): void {
  const body = { apiVersion: "v1", kind, metadata: { name }, ...more } as JsonObject;
  cluster.request({ ...core, resource: `${kind.toLowerCase()}s`, verb: "create", body });
}

const waiting = (cluster: Cluster, name: string) =>
  (cluster.get("pods", name) as Pod).status?.containerStatuses?.[0]?.state?.waiting;
const warnings = (cluster: Cluster, name: string) =>
  (cluster.list("events", "default") as KubeEvent[])
    .filter((one) => one.involvedObject.name === name && one.type === "Warning")
    .map((one) => `${one.reason}: ${one.message}`);
const isRunning = (cluster: Cluster, name: string) => (cluster.get("pods", name) as Pod).status?.phase === "Running";

describe("a pod's volumes", () => {
  it.each([
    [{ secret: { secretName: "db" } }, "Secret", 'secret "db" not found'],
    [{ configMap: { name: "db" } }, "ConfigMap", 'configmap "db" not found'],
    [{ projected: { sources: [{ secret: { name: "db" } }] } }, "Secret", 'secret "db" not found'],
  ])("%j keeps the pod waiting until the %s is there", (source, kind, why) => {
    const cluster = Cluster.create({ seed: 1 });
    const volumes = [{ name: "files", ...source }];
    create(cluster, "Pod", "user", { spec: { containers: [{ name: "c", image: "nginx:1" }], volumes } });
    cluster.settle();
    expect(waiting(cluster, "user")).toEqual({ reason: "ContainerCreating" });
    cluster.advance("10s");
    expect(warnings(cluster, "user")).toEqual([`FailedMount: MountVolume.SetUp failed for volume "files" : ${why}`]);
    create(cluster, kind, "db", { data: { a: "Yg==" } });
    cluster.settle();
    expect(isRunning(cluster, "user")).toBe(true);
  });

  it("that are optional keep nobody waiting; a missing key does", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "ConfigMap", "some", { data: { a: "b" } });
    const containers = [{ name: "c", image: "nginx:1" }];
    const optional = [{ name: "v", secret: { secretName: "none", optional: true } }];
    create(cluster, "Pod", "easy", { spec: { containers, volumes: optional } });
    const keyed = [{ name: "v", configMap: { name: "some", items: [{ key: "x", path: "x" }] } }];
    create(cluster, "Pod", "strict", { spec: { containers, volumes: keyed } });
    cluster.settle();
    expect(isRunning(cluster, "easy")).toBe(true);
    expect(warnings(cluster, "strict")).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: x',
    ]);
  });
});

describe("a container's environment", () => {
  it("can't be made without what it refers to", () => {
    const cluster = Cluster.create({ seed: 1 });
    const env = [{ name: "P", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }];
    create(cluster, "Pod", "user", { spec: { containers: [{ name: "c", image: "nginx:1", env }] } });
    cluster.settle();
    const state = { reason: "CreateContainerConfigError", message: 'secret "db" not found' };
    expect(waiting(cluster, "user")).toEqual(state);
    expect(warnings(cluster, "user")).toEqual(['Failed: Error: secret "db" not found']);
    create(cluster, "Secret", "db", { stringData: { other: "x" } });
    cluster.settle();
    expect(waiting(cluster, "user")?.message).toBe("couldn't find key password in Secret default/db");
    cluster.request({
      ...{ ...core, resource: "secrets", verb: "patch", patchType: "merge", name: "db" },
      body: { stringData: { password: "hush" } },
    });
    cluster.settle();
    expect(isRunning(cluster, "user")).toBe(true);
  });

  it("and the files of volumes are told to whoever runs a command there", () => {
    const cluster = Cluster.create({ seed: 1 });
    create(cluster, "Secret", "db", { stringData: { password: "grüß" } });
    create(cluster, "ConfigMap", "settings", { data: { mode: "prod", "app.ini": "x=1\n" } });
    const container = {
      ...{ name: "c", image: "nginx:1", envFrom: [{ prefix: "S_", configMapRef: { name: "settings" } }] },
      env: [
        { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
        { name: "BOTH", value: "$(S_mode)/$(PASSWORD) $$(X) $(NONE)" },
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      ],
      volumeMounts: [
        { name: "cfg", mountPath: "/etc/cfg/" },
        { name: "key", mountPath: "/run/key", subPath: "password" },
      ],
    };
    const volumes = [
      { name: "cfg", configMap: { name: "settings" } },
      { name: "key", secret: { secretName: "db" } },
    ];
    create(cluster, "Pod", "user", { spec: { containers: [container], volumes } });
    cluster.settle();
    const stream = { container: "c", command: ["env"] };
    const answer = cluster.request({
      ...core,
      resource: "pods",
      verb: "create",
      subresource: "exec",
      name: "user",
      stream,
    });
    const body = answer.kind === "response" ? (answer.response.body as JsonObject) : {};
    const node = (cluster.get("pods", "user") as Pod).spec.nodeName;
    expect(Object.fromEntries(body.environment as never)).toEqual({
      ...{ S_mode: "prod", "S_app.ini": "x=1\n", PASSWORD: "grüß", BOTH: "prod/grüß $(X) $(NONE)", NODE: node },
    });
    expect(Object.fromEntries(body.files as never)).toMatchObject({
      ...{ "/etc/cfg/mode": "prod", "/etc/cfg/app.ini": "x=1\n", "/run/key": "grüß" },
    });
  });
});

describe("the name of a StatefulSet's pod", () => {
  it("leads to it through the headless Service", () => {
    const cluster = Cluster.create({ seed: 1 });
    const labels = { app: "db" };
    create(cluster, "Service", "db", { spec: { clusterIP: "None", selector: labels, ports: [{ port: 80 }] } });
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx:1" }] } };
    const spec = { serviceName: "db", replicas: 2, selector: { matchLabels: labels }, template };
    const body = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" }, spec } as JsonObject;
    cluster.request({
      group: "apps",
      version: "v1",
      resource: "statefulsets",
      namespace: "default",
      verb: "create",
      body,
    });
    cluster.settle();
    const trace = cluster.trace("pod/db-0", "http://db-1.db.default.svc.cluster.local");
    expect(trace.outcome.kind).toBe("answered");
  });
});
