import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import { longDate, type Page, yesNo } from "./page.ts";

/** What a describer of containers needs beside them. */
interface ContainerFrame {
  /** "" for a pod, one blank for a template, where the whole block stands further in. */
  readonly inset: string;
  readonly statuses: readonly Json[];
  /** The pod whose fields stand in for `fieldRef`; absent for a template. */
  readonly pod?: JsonObject;
}

/** A block of containers with all that is known of each. */
export function describeContainers(
  page: Page,
  title: string,
  containers: readonly Json[],
  frame: ContainerFrame,
): void {
  page.line(0, `${frame.inset}${title}:${containers.length === 0 ? " <none>" : ""}`);
  for (const container of containers) if (isObject(container)) describeContainer(page, container, frame);
}

function describeContainer(page: Page, container: JsonObject, frame: ContainerFrame): void {
  const status = frame.statuses.find((one) => textAt(one, "name") === textAt(container, "name"));
  page.line(1, `${frame.inset === "" ? "" : " "}${textAt(container, "name")}:`);
  if (status !== undefined) page.line(2, `Container ID:\t${textAt(status, "containerID")}`);
  page.line(2, `Image:\t${textAt(container, "image")}`);
  if (status !== undefined) page.line(2, `Image ID:\t${textAt(status, "imageID")}`);
  const ports = listAt(container, "ports");
  const shown = (field: string) =>
    ports.map((port) => `${at(port, field) ?? 0}/${textAt(port, "protocol") || "TCP"}`).join(", ") || "<none>";
  const s = ports.length > 1 ? "s" : "";
  page.line(2, `Port${s}:\t${shown("containerPort")}`).line(2, `Host Port${s}:\t${shown("hostPort")}`);
  for (const [field, title] of [
    ["command", "Command"],
    ["args", "Args"],
  ] as const) {
    const words = listAt(container, field);
    if (words.length === 0) continue;
    page.line(2, `${title}:`);
    for (const word of words) for (const line of String(word).split("\n")) page.line(3, line);
  }
  if (status !== undefined) describeState(page, status as JsonObject);
  for (const [field, title] of [
    ["limits", "Limits"],
    ["requests", "Requests"],
  ] as const) {
    const amounts = objectAt(container, "resources", field);
    if (sortedKeys(amounts).length === 0) continue;
    page.line(2, `${title}:`);
    for (const key of sortedKeys(amounts)) page.line(3, `${key}:\t${String(amounts[key])}`);
  }
  for (const [field, title] of [
    ["livenessProbe", "Liveness"],
    ["readinessProbe", "Readiness"],
    ["startupProbe", "Startup"],
  ] as const) {
    if (isObject(at(container, field))) page.line(2, `${title}:\t${probeText(objectAt(container, field))}`);
  }
  describeEnvironment(page, container, frame);
  describeMounts(page, container);
}

function describeState(page: Page, status: JsonObject): void {
  oneState(page, "State", objectAt(status, "state"));
  if (isObject(at(status, "lastState", "terminated"))) oneState(page, "Last State", objectAt(status, "lastState"));
  page.line(2, `Ready:\t${yesNo(status["ready"])}`).line(2, `Restart Count:\t${at(status, "restartCount") ?? 0}`);
}

function oneState(page: Page, title: string, state: JsonObject): void {
  const { running, waiting, terminated } = state;
  if (isObject(running)) {
    page.line(2, `${title}:\tRunning`).line(3, `Started:\t${longDate(textAt(running, "startedAt"))}`);
  } else if (isObject(terminated)) {
    page.line(2, `${title}:\tTerminated`);
    const reason = textAt(terminated, "reason");
    const message = textAt(terminated, "message");
    if (reason !== "") page.line(3, `Reason:\t${reason}`);
    if (message !== "") page.line(3, `Message:\t${message}`);
    page.line(3, `Exit Code:\t${at(terminated, "exitCode") ?? 0}`);
    if (at(terminated, "signal")) page.line(3, `Signal:\t${at(terminated, "signal")}`);
    page.line(3, `Started:\t${longDate(textAt(terminated, "startedAt"))}`);
    page.line(3, `Finished:\t${longDate(textAt(terminated, "finishedAt"))}`);
  } else {
    page.line(2, `${title}:\tWaiting`);
    const reason = textAt(waiting, "reason");
    if (reason !== "") page.line(3, `Reason:\t${reason}`);
  }
}

function probeText(probe: JsonObject): string {
  const number = (field: string, fallback: number) => at(probe, field) ?? fallback;
  const times = `delay=${number("initialDelaySeconds", 0)}s timeout=${number("timeoutSeconds", 1)}s period=${number("periodSeconds", 10)}s`;
  const rest = `${times} #success=${number("successThreshold", 1)} #failure=${number("failureThreshold", 3)}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (isObject(exec)) return `exec [${listAt(exec, "command").join(" ")}] ${rest}`;
  if (isObject(httpGet)) {
    const scheme = (textAt(httpGet, "scheme") || "HTTP").toLowerCase();
    return `http-get ${scheme}://${textAt(httpGet, "host")}:${at(httpGet, "port")}${textAt(httpGet, "path")} ${rest}`;
  }
  if (isObject(tcpSocket)) return `tcp-socket ${textAt(tcpSocket, "host")}:${at(tcpSocket, "port")} ${rest}`;
  if (isObject(grpc)) return `grpc <pod>:${at(grpc, "port")} ${textAt(grpc, "service")} ${rest}`;
  return `unknown ${rest}`;
}

function describeEnvironment(page: Page, container: JsonObject, frame: ContainerFrame): void {
  const sources = listAt(container, "envFrom");
  if (sources.length > 0) page.line(2, "Environment Variables from:");
  for (const source of sources) {
    const kind = isObject(at(source, "configMapRef")) ? "ConfigMap" : "Secret";
    const from = objectAt(source, kind === "ConfigMap" ? "configMapRef" : "secretRef");
    const prefix = textAt(source, "prefix");
    const note = prefix === "" ? "" : ` with prefix '${prefix}'`;
    page.line(3, `${textAt(from, "name")}\t${kind}${note}\tOptional: ${from["optional"] === true}`);
  }
  const env = listAt(container, "env");
  page.line(2, env.length === 0 ? "Environment:\t<none>" : "Environment:");
  for (const one of env) if (isObject(one)) page.line(3, variableText(one, frame.pod));
}

function variableText(one: JsonObject, pod: JsonObject | undefined): string {
  const name = textAt(one, "name");
  const from = objectAt(one, "valueFrom");
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = from;
  if (isObject(fieldRef)) {
    const path = textAt(fieldRef, "fieldPath");
    return `${name}:\t${fieldValue(pod, path)} (${textAt(fieldRef, "apiVersion") || "v1"}:${path})`;
  }
  if (isObject(resourceFieldRef)) return `${name}:\t (${textAt(resourceFieldRef, "resource")})`;
  for (const [ref, words] of [
    [secretKeyRef, "in secret"],
    [configMapKeyRef, "of config map"],
  ] as const) {
    if (!isObject(ref)) continue;
    const key = `<set to the key '${textAt(ref, "key")}' ${words} '${textAt(ref, "name")}'>`;
    return `${name}:\t${key}\tOptional: ${ref["optional"] === true}`;
  }
  return `${name}:\t${textAt(one, "value")
    .split("\n")
    .join(`\n${"  ".repeat(3)}\t`)}`;
}

/** Only what metadata holds is put in, as kubectl does; everything else stays empty. */
function fieldValue(pod: JsonObject | undefined, path: string): string {
  if (!/^metadata\.(name|namespace|uid)$/.test(path)) return "";
  return textAt(pod, ...path.split("."));
}

function describeMounts(page: Page, container: JsonObject): void {
  const mounts = [...listAt(container, "volumeMounts")].sort((a, b) =>
    textAt(a, "mountPath") < textAt(b, "mountPath") ? -1 : 1,
  );
  page.line(2, mounts.length === 0 ? "Mounts:\t<none>" : "Mounts:");
  for (const mount of mounts) {
    const path = textAt(mount, "subPath");
    const flags = `${at(mount, "readOnly") === true ? "ro" : "rw"}${path === "" ? "" : `,path="${path}"`}`;
    page.line(3, `${textAt(mount, "mountPath")} from ${textAt(mount, "name")} (${flags})`);
  }
}
