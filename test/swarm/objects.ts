/** The objects that a swarm run makes: Deployments and pods of several behaviours. */
import type { JsonObject } from "../../sim/api/types.ts";

const tiny = { requests: { cpu: "10m", memory: "16Mi" } };
const shell = (script: string) => ["sh", "-c", script];

const containers: Readonly<Record<string, JsonObject>> = {
  server: { name: "c", image: "nginx:1.27", resources: tiny },
  crash: { name: "c", image: "busybox", command: shell("exit 3") },
  "exit 0": { name: "c", image: "busybox", command: shell("sleep 3; exit 0") },
  sleep: { name: "c", image: "busybox", command: ["sleep", "40"] },
  "missing image": { name: "c", image: "nginx:no-such-tag" },
  init: {
    name: "c",
    image: "redis",
    resources: tiny,
    readinessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 3 },
  },
  "init crash": { name: "c", image: "redis" },
  huge: { name: "c", image: "nginx", resources: { requests: { cpu: "900" } } },
  stubborn: { name: "c", image: "busybox", command: ["sleep", "1d"] },
};

/** A pod spec of one of `podKinds`. */
export function podSpec(kind: string, policy = "Always"): JsonObject {
  const inits =
    kind === "init"
      ? [
          { name: "a", image: "busybox", command: ["sleep", "1"] },
          { name: "b", image: "busybox", command: ["true"] },
        ]
      : kind === "init crash"
        ? [{ name: "a", image: "busybox", command: ["false"] }]
        : [];
  return {
    restartPolicy: policy,
    containers: [containers[kind] as JsonObject],
    ...(inits.length > 0 && { initContainers: inits }),
  };
}

const strategies: readonly (JsonObject | undefined)[] = [
  undefined,
  { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 2 } },
  { type: "RollingUpdate", rollingUpdate: { maxSurge: "50%", maxUnavailable: "50%" } },
  { type: "Recreate" },
];

/** A Deployment of pods of that kind. */
export function deployment(name: string, kind: string, replicas: number, strategy: number): JsonObject {
  const chosen = strategies[strategy];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(kind) },
      ...(chosen && { strategy: chosen }),
    },
  };
}

const serviceForms: readonly JsonObject[] = [
  { type: "ClusterIP" },
  { type: "NodePort" },
  { type: "NodePort", externalTrafficPolicy: "Local" },
  { type: "LoadBalancer" },
  { type: "LoadBalancer", externalTrafficPolicy: "Local" },
  { type: "ClusterIP", sessionAffinity: "ClientIP" },
];

/** The part of a Service's spec that its form decides. */
export function serviceForm(form: number): JsonObject {
  return serviceForms[form] as JsonObject;
}

/** A Service in front of the pods of a Deployment. */
export function service(name: string, app: string, form: number): JsonObject {
  const spec = { selector: { app }, ports: [{ port: 80 }], ...serviceForm(form) };
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec };
}

const setStrategies: readonly JsonObject[] = [
  {},
  { podManagementPolicy: "Parallel" },
  { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } },
  { updateStrategy: { type: "OnDelete" } },
];

/** A StatefulSet of pods of that kind; without volumes, as nobody makes any. */
export function statefulSet(name: string, kind: string, replicas: number, form: number): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name },
    spec: { replicas, serviceName: name, ...templated(name, podSpec(kind)), ...setStrategies[form] },
  };
}

const daemonForms: readonly JsonObject[] = [
  {},
  { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "50%" } } },
  { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
  { updateStrategy: { type: "OnDelete" } },
];

/** A DaemonSet of servers. */
export function daemonSet(name: string, form: number): JsonObject {
  const spec = { ...templated(name, podSpec("server")), ...daemonForms[form] };
  return { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name }, spec };
}

const jobForms: readonly JsonObject[] = [
  {},
  { parallelism: 3 },
  { parallelism: 2, completionMode: "Indexed" },
  { parallelism: 2, ttlSecondsAfterFinished: 60 },
];

/** A Job of pods that end. */
export function job(name: string, kind: string, completions: number, form: number): JsonObject {
  const template = { spec: podSpec(kind, form === 0 ? "OnFailure" : "Never") };
  const spec = { completions, backoffLimit: 2, template, ...jobForms[form] };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec };
}

function templated(app: string, spec: JsonObject): JsonObject {
  return { selector: { matchLabels: { app } }, template: { metadata: { labels: { app } }, spec } };
}
