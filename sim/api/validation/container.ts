/**
 * Validation of containers, init containers and ephemeral containers
 * (Kubernetes 1.32, pkg/apis/core/validation/validation.go validateContainers).
 * Left out: security contexts, volume devices, resize policies.
 * Invariant: none beside the wording.
 */
import type {
  Container,
  ContainerPort,
  EnvVar,
  Probe,
  ProbeHandler,
  ResourceRequirements,
} from "../kinds/container.ts";
import type { PodSpec } from "../kinds/pod-spec.ts";
import { compareQuantities, formatQuantity, parseQuantity } from "../quantity.ts";
import type { JsonObject } from "../types.ts";
import { duplicate, type FieldError, forbidden, invalid, notFound, notSupported, required } from "./field-error.ts";
import { configMapKey, dnsLabel, envVarName, portName, portNumber, qualifiedName } from "./names.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];
const MESSAGE_POLICIES = ["FallbackToLogsOnError", "File"];
const OVERCOMMITTED = new Set(["cpu", "memory", "ephemeral-storage"]);
const PLAIN_RESOURCES = new Set(["cpu", "memory", "ephemeral-storage", "storage"]);
const ENV_SOURCES = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

function sentences(field: string, value: string | number, found: readonly string[]): FieldError[] {
  return found.map((sentence) => invalid(field, value, sentence));
}

function validatePorts(ports: readonly ContainerPort[] | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports?.forEach((port, index) => {
    const at = `${field}[${index}]`;
    const { name, containerPort, hostPort, protocol } = port;
    if (name) {
      const wrong = sentences(`${at}.name`, name, portName(name));
      errors.push(...wrong);
      if (wrong.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`));
    else errors.push(...sentences(`${at}.containerPort`, containerPort, portNumber(containerPort)));
    if (hostPort) errors.push(...sentences(`${at}.hostPort`, hostPort, portNumber(hostPort)));
    if (!protocol) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  });
  return errors;
}

function validateEnv(env: readonly EnvVar[] | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  env?.forEach(({ name, value, valueFrom }, index) => {
    const at = `${field}[${index}]`;
    if (!name) errors.push(required(`${at}.name`));
    else errors.push(...sentences(`${at}.name`, name, envVarName(name)));
    if (!valueFrom) return;
    const sources = ENV_SOURCES.filter((source) => valueFrom[source]);
    if (sources.length === 0) {
      errors.push(
        invalid(
          `${at}.valueFrom`,
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
        ),
      );
    }
    if (value) errors.push(invalid(`${at}.valueFrom`, "", "may not be specified when `value` is not empty"));
    if (sources.length > 1)
      errors.push(invalid(`${at}.valueFrom`, "", "may not have more than one field specified at a time"));
    for (const source of ["configMapKeyRef", "secretKeyRef"]) {
      const reference = valueFrom[source] as JsonObject | undefined;
      if (!reference) continue;
      if (!reference.name) errors.push(required(`${at}.valueFrom.${source}.name`));
      if (!reference.key) errors.push(required(`${at}.valueFrom.${source}.key`));
      else
        errors.push(
          ...sentences(`${at}.valueFrom.${source}.key`, String(reference.key), configMapKey(String(reference.key))),
        );
    }
  });
  return errors;
}

function validateMounts(container: Container, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  container.volumeMounts?.forEach((mount, index) => {
    const at = `${field}[${index}]`;
    if (!mount.name) errors.push(required(`${at}.name`));
    if (!mount.mountPath) errors.push(required(`${at}.mountPath`));
    if (!volumes.has(mount.name)) errors.push(notFound(`${at}.name`, mount.name));
    if (paths.has(mount.mountPath)) errors.push(invalid(`${at}.mountPath`, mount.mountPath, "must be unique"));
    paths.add(mount.mountPath);
    if (mount.subPath?.startsWith("/")) errors.push(invalid(`${at}.subPath`, mount.subPath, "must be a relative path"));
    if (mount.subPath && mount.subPathExpr)
      errors.push(invalid(`${at}.subPathExpr`, mount.subPathExpr, "subPathExpr and subPath are mutually exclusive"));
  });
  return errors;
}

function validateResourceName(name: string, field: string): FieldError[] {
  const wrong = sentences(field, name, qualifiedName(name));
  if (wrong.length > 0 || name.includes("/") || PLAIN_RESOURCES.has(name) || name.startsWith("hugepages-"))
    return wrong;
  return [
    invalid(field, name, "must be a standard resource type or fully qualified"),
    invalid(field, name, "must be a standard resource for containers"),
  ];
}

function validateResources({ limits, requests }: ResourceRequirements, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const negative = "must be greater than or equal to 0";
  for (const [name, amount] of Object.entries(limits ?? {})) {
    errors.push(...validateResourceName(name, `${field}.limits`));
    if (compareQuantities(amount, 0) < 0) errors.push(invalid(`${field}.limits[${name}]`, amount, negative));
  }
  for (const [name, amount] of Object.entries(requests ?? {})) {
    errors.push(...validateResourceName(name, `${field}.requests`));
    if (compareQuantities(amount, 0) < 0) errors.push(invalid(`${field}.requests[${name}]`, amount, negative));
    const limit = limits?.[name];
    if (limit === undefined) {
      if (name.includes("/"))
        errors.push(required(`${field}.limits`, "Limit must be set for non overcommitable resources"));
      continue;
    }
    const order = compareQuantities(amount, limit);
    if (!OVERCOMMITTED.has(name) && order !== 0) {
      errors.push(
        invalid(
          `${field}.requests`,
          amount,
          `must be equal to ${name} limit of ${formatQuantity(parseQuantity(limit))}`,
        ),
      );
    } else if (order > 0) {
      errors.push(
        invalid(
          `${field}.requests`,
          amount,
          `must be less than or equal to ${name} limit of ${formatQuantity(parseQuantity(limit))}`,
        ),
      );
    }
  }
  return errors;
}

function validateHandlerPort(port: number | string, field: string): FieldError[] {
  if (typeof port === "number") return sentences(field, port, portNumber(port));
  return sentences(field, port, portName(port));
}

function validateHandler(handler: ProbeHandler & { readonly sleep?: unknown }, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const given = (["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const).filter((name) => handler[name]);
  if (given.length === 0) return [required(field, "must specify a handler type")];
  for (const name of given.slice(1))
    errors.push(forbidden(`${field}.${name}`, "may not specify more than 1 handler type"));
  const { exec, httpGet, tcpSocket, grpc } = handler;
  if (exec && !exec.command?.length) errors.push(required(`${field}.exec.command`));
  if (httpGet) {
    if (!httpGet.path) errors.push(required(`${field}.httpGet.path`));
    errors.push(...validateHandlerPort(httpGet.port, `${field}.httpGet.port`));
    if (httpGet.scheme && httpGet.scheme !== "HTTP" && httpGet.scheme !== "HTTPS") {
      errors.push(notSupported(`${field}.httpGet.scheme`, httpGet.scheme, ["HTTP", "HTTPS"]));
    }
  }
  if (tcpSocket) errors.push(...validateHandlerPort(tcpSocket.port, `${field}.tcpSocket.port`));
  if (grpc) errors.push(...sentences(`${field}.grpc.port`, grpc.port, portNumber(grpc.port)));
  return errors;
}

function validateProbe(probe: Probe | undefined, field: string, mustSucceedOnce: boolean): FieldError[] {
  if (!probe) return [];
  const errors = validateHandler(probe, field);
  const counts = [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ] as const;
  for (const name of counts) {
    const count = probe[name] ?? 0;
    if (count < 0) errors.push(invalid(`${field}.${name}`, count, "must be greater than or equal to 0"));
  }
  if (mustSucceedOnce && probe.successThreshold !== 1) {
    errors.push(invalid(`${field}.successThreshold`, probe.successThreshold, "must be 1"));
  }
  return errors;
}

function enumerated(value: string | undefined, field: string, supported: readonly string[]): FieldError[] {
  if (!value) return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** Errors that app, init and ephemeral containers have in common. */
function validateContainer(container: Container, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const { name, image, lifecycle } = container;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${field}.name`));
  else errors.push(...sentences(`${field}.name`, name, dnsLabel(name)));
  if (!image) errors.push(required(`${field}.image`));
  else if (image !== image.trim())
    errors.push(invalid(`${field}.image`, image, "must not have leading or trailing whitespace"));
  errors.push(
    ...enumerated(container.terminationMessagePolicy, `${field}.terminationMessagePolicy`, MESSAGE_POLICIES),
    ...validatePorts(container.ports, `${field}.ports`),
    ...validateEnv(container.env, `${field}.env`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...enumerated(container.imagePullPolicy, `${field}.imagePullPolicy`, PULL_POLICIES),
    ...(container.resources ? validateResources(container.resources, `${field}.resources`) : []),
  );
  if (lifecycle?.postStart) errors.push(...validateHandler(lifecycle.postStart, `${field}.lifecycle.postStart`));
  if (lifecycle?.preStop) errors.push(...validateHandler(lifecycle.preStop, `${field}.lifecycle.preStop`));
  errors.push(
    ...validateProbe(container.livenessProbe, `${field}.livenessProbe`, true),
    ...validateProbe(container.readinessProbe, `${field}.readinessProbe`, false),
    ...validateProbe(container.startupProbe, `${field}.startupProbe`, true),
  );
  return errors;
}

/** Host ports are the node's: two containers of a pod cannot have the same. */
function validateHostPorts(containers: readonly Container[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  containers.forEach((container, index) => {
    container.ports?.forEach((port, place) => {
      if (!port.hostPort) return;
      const text = `${port.protocol}/${port.hostIP ?? ""}/${port.hostPort}`;
      if (seen.has(text)) errors.push(duplicate(`${field}[${index}].ports[${place}].hostPort`, text));
      seen.add(text);
    });
  });
  return errors;
}

function validateInit(container: Container, field: string): FieldError[] {
  if (container.restartPolicy === "Always") return [];
  const errors: FieldError[] = [];
  for (const name of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) {
    if (container[name])
      errors.push(forbidden(`${field}.${name}`, "may not be set for init containers without restartPolicy=Always"));
  }
  return errors;
}

/** Errors of all containers of a spec at `field`; `volumes` are the names that may be mounted. */
export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const each = (
    list: readonly Container[] | undefined,
    at: string,
    more?: (one: Container, place: string) => FieldError[],
  ) => {
    list?.forEach((container, index) => {
      const place = `${at}[${index}]`;
      errors.push(...validateContainer(container, volumes, place));
      if (container.name && names.has(container.name)) errors.push(duplicate(`${place}.name`, container.name));
      names.add(container.name);
      if (more) errors.push(...more(container, place));
    });
  };
  if (!spec.containers?.length) errors.push(required(`${field}.containers`));
  each(spec.containers, `${field}.containers`);
  errors.push(...validateHostPorts(spec.containers ?? [], `${field}.containers`));
  each(spec.initContainers, `${field}.initContainers`, validateInit);
  each(spec.ephemeralContainers, `${field}.ephemeralContainers`);
  return errors;
}
