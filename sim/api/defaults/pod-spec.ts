/**
 * Defaults of pod specs, in pods and in templates (Kubernetes 1.32, pkg/apis/core/v1/defaults.go and zz_generated.defaults.go).
 * Left out: defaults of cloud volume sources.
 * Invariant: the result for one spec object is remembered, so that pods of one template share it.
 */
import type { Container, Probe } from "../kinds/container.ts";
import type { PodSpec, Volume } from "../kinds/pod-spec.ts";
import type { JsonObject } from "../types.ts";

const remembered = new WeakMap<PodSpec, PodSpec>();

/** Always for `:latest` or no tag, else IfNotPresent; a digest counts as a tag. */
function pullPolicy(image: string | undefined): "Always" | "IfNotPresent" {
  const text = image ?? "";
  if (text.includes("@")) return "IfNotPresent";
  const colon = text.lastIndexOf(":");
  const tag = colon > text.lastIndexOf("/") ? text.slice(colon + 1) : "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultHttpGet(action: NonNullable<Probe["httpGet"]>): NonNullable<Probe["httpGet"]> {
  if (action.path && action.scheme) return action;
  return { ...action, path: action.path || "/", scheme: action.scheme || "HTTP" };
}

function defaultProbe(probe: Probe): Probe {
  return {
    ...probe,
    ...(probe.httpGet ? { httpGet: defaultHttpGet(probe.httpGet) } : {}),
    ...(probe.grpc ? { grpc: { ...probe.grpc, service: probe.grpc.service ?? "" } } : {}),
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

function defaultLifecycle(lifecycle: NonNullable<Container["lifecycle"]>): NonNullable<Container["lifecycle"]> {
  const { postStart, preStop } = lifecycle;
  return {
    ...lifecycle,
    ...(postStart?.httpGet ? { postStart: { ...postStart, httpGet: defaultHttpGet(postStart.httpGet) } } : {}),
    ...(preStop?.httpGet ? { preStop: { ...preStop, httpGet: defaultHttpGet(preStop.httpGet) } } : {}),
  };
}

function defaultEnv(env: NonNullable<Container["env"]>): NonNullable<Container["env"]> {
  if (!env.some((variable) => variable.valueFrom?.fieldRef)) return env;
  return env.map((variable) => {
    const reference = variable.valueFrom?.fieldRef as JsonObject | undefined;
    if (!reference || reference.apiVersion) return variable;
    return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { apiVersion: "v1", ...reference } } };
  });
}

/** A host-network pod's ports are the host's, so each container port is also the host port. */
function defaultPorts(ports: NonNullable<Container["ports"]>, hostNetwork: boolean): NonNullable<Container["ports"]> {
  return ports.map((port) => ({
    ...port,
    protocol: port.protocol ?? "TCP",
    ...(hostNetwork && !port.hostPort ? { hostPort: port.containerPort } : {}),
  }));
}

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  const { ports, env, livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  return {
    ...container,
    ...(ports ? { ports: defaultPorts(ports, hostNetwork) } : {}),
    ...(env ? { env: defaultEnv(env) } : {}),
    ...(livenessProbe ? { livenessProbe: defaultProbe(livenessProbe) } : {}),
    ...(readinessProbe ? { readinessProbe: defaultProbe(readinessProbe) } : {}),
    ...(startupProbe ? { startupProbe: defaultProbe(startupProbe) } : {}),
    ...(lifecycle ? { lifecycle: defaultLifecycle(lifecycle) } : {}),
    terminationMessagePath: container.terminationMessagePath || "/dev/termination-log",
    terminationMessagePolicy: container.terminationMessagePolicy || "File",
    imagePullPolicy: container.imagePullPolicy || pullPolicy(container.image),
  };
}

const MODE_0644 = 420;
const SOURCES_WITH_MODE = ["configMap", "secret", "downwardAPI", "projected"] as const;
const TOKEN_SECONDS = 3600;

function defaultFieldRefs(items: readonly JsonObject[] | undefined): readonly JsonObject[] | undefined {
  return items?.map((item) => {
    const reference = item.fieldRef as JsonObject | undefined;
    return reference && !reference.apiVersion ? { ...item, fieldRef: { apiVersion: "v1", ...reference } } : item;
  });
}

function defaultProjection(source: JsonObject): JsonObject {
  const token = source.serviceAccountToken as JsonObject | undefined;
  const downward = source.downwardAPI as JsonObject | undefined;
  const items = defaultFieldRefs(downward?.items as readonly JsonObject[] | undefined);
  return {
    ...source,
    ...(token && token.expirationSeconds === undefined
      ? { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, ...token } }
      : {}),
    ...(items ? { downwardAPI: { ...downward, items } } : {}),
  };
}

function defaultVolume(volume: Volume): Volume {
  const named = SOURCES_WITH_MODE.find((source) => volume[source]);
  if (volume.hostPath)
    return volume.hostPath.type === undefined ? { ...volume, hostPath: { ...volume.hostPath, type: "" } } : volume;
  if (Object.keys(volume).length === 1) return { ...volume, emptyDir: {} };
  if (!named) return volume;
  const source = volume[named]!;
  const items = named === "downwardAPI" ? defaultFieldRefs(source.items as readonly JsonObject[]) : undefined;
  const sources = named === "projected" ? (source.sources as readonly JsonObject[]).map(defaultProjection) : undefined;
  return {
    ...volume,
    [named]: {
      ...source,
      ...(items ? { items } : {}),
      ...(sources ? { sources } : {}),
      defaultMode: source.defaultMode ?? MODE_0644,
    },
  };
}

/** The spec with every default that templates get too. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const known = remembered.get(spec);
  if (known) return known;
  const hostNetwork = spec.hostNetwork ?? false;
  const containers = (list: readonly Container[]) => list.map((container) => defaultContainer(container, hostNetwork));
  const result: PodSpec = {
    ...spec,
    ...(spec.volumes ? { volumes: spec.volumes.map(defaultVolume) } : {}),
    ...(spec.initContainers ? { initContainers: containers(spec.initContainers) } : {}),
    containers: spec.containers ? containers(spec.containers) : spec.containers,
    ...(spec.ephemeralContainers ? { ephemeralContainers: containers(spec.ephemeralContainers) } : {}),
    restartPolicy: spec.restartPolicy || "Always",
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec.dnsPolicy || "ClusterFirst",
    ...serviceAccountNames(spec),
    securityContext: spec.securityContext ?? {},
    schedulerName: spec.schedulerName || "default-scheduler",
  };
  remembered.set(spec, result);
  remembered.set(result, result);
  return result;
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are kept equal. */
function serviceAccountNames(spec: PodSpec): Partial<PodSpec> {
  const name = spec.serviceAccountName || spec.serviceAccount;
  return name ? { serviceAccountName: name, serviceAccount: name } : {};
}
