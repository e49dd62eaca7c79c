import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { KubectlError } from "../failure.ts";
import { at, isObject, listAt, objectAt, textAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import { attempt, messageOf } from "../manifest.ts";
import type { Call } from "../verb.ts";
import { endpointsOf } from "./describe-service.ts";
import type { Page } from "./page.ts";
import { labelSelectorText } from "./selector-text.ts";

const SERVICE = BUILT_IN_KINDS.find((kind) => kind.kind === "Service")!;

/** An Ingress with the endpoints behind each path (describe.go, describeIngressV1), without its events. */
export function describeIngress(page: Page, object: JsonObject, call: Call): void {
  const namespace = textAt(object, "metadata", "namespace");
  const backend = (one: Json | undefined) => backendText(call, namespace, one);
  page.field("Name", textAt(object, "metadata", "name")).labels("Labels", objectAt(object, "metadata", "labels"));
  page.field("Namespace", namespace);
  const addresses = listAt(object, "status", "loadBalancer", "ingress").map(
    (one) => textAt(one, "ip") || textAt(one, "hostname"),
  );
  page.field("Address", addresses.join(","));
  page.field("Ingress Class", textAt(object, "spec", "ingressClassName") || "<none>");
  const fallback = at(object, "spec", "defaultBackend");
  page.field("Default backend", fallback === undefined ? "<default>" : backend(fallback));
  const tls = listAt(object, "spec", "tls");
  if (tls.length > 0) page.line(0, "TLS:");
  for (const one of tls) {
    const hosts = listAt(one, "hosts").join(",");
    const secret = textAt(one, "secretName");
    page.line(1, secret === "" ? `SNI routes ${hosts}` : `${secret} terminates ${hosts}`);
  }
  page.line(0, "Rules:").line(1, "Host\tPath\tBackends").line(1, "----\t----\t--------");
  const rules = listAt(object, "spec", "rules").filter((rule) => isObject(at(rule, "http")));
  for (const rule of rules) {
    page.line(1, `${textAt(rule, "host") || "*"}\t`);
    for (const path of listAt(rule, "http", "paths")) {
      page.line(2, `\t${textAt(path, "path")} \t${backend(at(path, "backend"))}`);
    }
  }
  if (rules.length === 0) page.line(1, `*\t*\t${fallback === undefined ? "<default>" : backend(fallback)}`);
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
}

function backendText(call: Call, namespace: string, backend: Json | undefined): string {
  const resource = at(backend, "resource");
  if (isObject(resource)) {
    const group = textAt(resource, "apiGroup") || "<none>";
    return `APIGroup: ${group}, Kind: ${textAt(resource, "kind")}, Name: ${textAt(resource, "name")}`;
  }
  const name = textAt(backend, "service", "name");
  const port = at(backend, "service", "port", "number") ?? textAt(backend, "service", "port", "name");
  const shown = `${name}:${String(port)}`;
  const service = attempt(() => call.api.get(SERVICE, namespace, name));
  if (service instanceof KubectlError) return `${shown} (<error: ${messageOf(service)}>)`;
  const found = listAt(service, "spec", "ports").find(
    (one) => at(one, "port") === port || textAt(one, "name") === port,
  );
  return `${shown} (${endpointsOf(service as unknown as JsonObject, call, textAt(found, "name"))})`;
}

/** An IngressClass (describe.go, describeIngressClassV1), without its events. */
export function describeIngressClass(page: Page, object: JsonObject): void {
  page.field("Name", textAt(object, "metadata", "name")).labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.field("Controller", textAt(object, "spec", "controller"));
  const parameters = at(object, "spec", "parameters");
  if (!isObject(parameters)) return;
  page.line(0, "Parameters:");
  if (textAt(parameters, "apiGroup") !== "") page.line(1, `APIGroup:\t${textAt(parameters, "apiGroup")}`);
  page.line(1, `Kind:\t${textAt(parameters, "kind")}`).line(1, `Name:\t${textAt(parameters, "name")}`);
}

/** A NetworkPolicy in words (describe.go, describeNetworkPolicy). */
export function describeNetworkPolicy(page: Page, object: JsonObject): void {
  const created = textAt(object, "metadata", "creationTimestamp").replace("T", " ").replace("Z", " +0000 UTC");
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("Created on", created).labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  const all = "<none> (Allowing the specific traffic to all pods in this namespace)";
  page.line(0, "Spec:").line(1, `PodSelector:     ${labelSelectorText(objectAt(object, "spec", "podSelector"), all)}`);
  const types = listAt(object, "spec", "policyTypes").map(String);
  for (const direction of ["ingress", "egress"] as const) {
    const isOn = types.some((type) => type.toLowerCase() === direction);
    page.line(1, isOn ? `Allowing ${direction} traffic:` : `Not affecting ${direction} traffic`);
    if (isOn) describeRules(page, listAt(object, "spec", direction), direction);
  }
  page.line(1, `Policy Types: ${types.join(", ")}`);
}

function describeRules(page: Page, rules: readonly Json[], direction: "ingress" | "egress"): void {
  const [side, peers, unrestricted] =
    direction === "ingress"
      ? (["From", "from", "traffic not restricted by source"] as const)
      : (["To", "to", "traffic not restricted by destination"] as const);
  if (rules.length === 0) page.line(2, `<none> (Selected pods are isolated for ${direction} connectivity)`);
  rules.forEach((rule, i) => {
    const ports = listAt(rule, "ports");
    if (ports.length === 0) page.line(2, "To Port: <any> (traffic allowed to all ports)");
    for (const port of ports) page.line(2, `To Port: ${portText(port)}`);
    const allowed = listAt(rule, peers);
    if (allowed.length === 0) page.line(2, `${side}: <any> (${unrestricted})`);
    for (const peer of allowed) {
      page.line(2, `${side}:`);
      for (const line of peerLines(peer)) page.line(3, line);
    }
    if (i < rules.length - 1) page.line(2, "----------");
  });
}

function portText(port: Json): string {
  const end = at(port, "endPort");
  const shown = at(port, "port") === undefined ? "<nil>" : String(at(port, "port"));
  return `${shown}${end === undefined ? "" : `-${String(end)}`}/${textAt(port, "protocol") || "TCP"}`;
}

function peerLines(peer: Json): readonly string[] {
  const selectors = (["namespaceSelector", "podSelector"] as const).filter((field) => isObject(at(peer, field)));
  if (selectors.length > 0) {
    return selectors.map((field) => {
      const title = field === "podSelector" ? "PodSelector" : "NamespaceSelector";
      return `${title}: ${labelSelectorText(objectAt(peer, field))}`;
    });
  }
  const block = objectAt(peer, "ipBlock");
  return ["IPBlock:", `  CIDR: ${textAt(block, "cidr")}`, `  Except: ${listAt(block, "except").join(", ")}`];
}
