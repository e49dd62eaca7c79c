import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { KubectlError } from "../failure.ts";
import { at, isObject, listAt, objectAt, textAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import { attempt } from "../manifest.ts";
import type { Call } from "../verb.ts";
import { type Page, selectorText } from "./page.ts";

const ENDPOINT_SLICE = BUILT_IN_KINDS.find((kind) => kind.kind === "EndpointSlice")!;
const ENDPOINTS_SHOWN = 3;

/** A Service with its endpoints (describe.go, describeService), without its events. */
export function describeService(page: Page, object: JsonObject, call: Call): void {
  const spec = objectAt(object, "spec");
  const joined = (field: string) => listAt(spec, field).join(",");
  page
    .head(object)
    .field("Selector", selectorText(objectAt(spec, "selector")))
    .field("Type", textAt(spec, "type"));
  page.optional("IP Family Policy", textAt(spec, "ipFamilyPolicy"));
  page.field("IP Families", joined("ipFamilies") || "<none>");
  page.field("IP", textAt(spec, "clusterIP")).field("IPs", joined("clusterIPs") || "<none>");
  page.optional("External IPs", joined("externalIPs"));
  page.optional("Desired LoadBalancer IP", textAt(spec, "loadBalancerIP"));
  const ingress = listAt(object, "status", "loadBalancer", "ingress").map(ingressText);
  page.optional("LoadBalancer Ingress", ingress.join(", "));
  page.optional("External Name", textAt(spec, "externalName"));
  const slices = slicesOf(object, call);
  for (const port of listAt(spec, "ports")) describePort(page, port, slices);
  page.field("Session Affinity", textAt(spec, "sessionAffinity"));
  page.optional("External Traffic Policy", textAt(spec, "externalTrafficPolicy"));
  page.optional("Internal Traffic Policy", textAt(spec, "internalTrafficPolicy"));
  page.optional("Traffic Distribution", textAt(spec, "trafficDistribution"));
  page.optional("HealthCheck NodePort", at(spec, "healthCheckNodePort") ? String(at(spec, "healthCheckNodePort")) : "");
  page.optional("LoadBalancer Source Ranges", joined("loadBalancerSourceRanges"));
}

function ingressText(ingress: Json): string {
  const mode = textAt(ingress, "ipMode");
  return `${textAt(ingress, "ip") || textAt(ingress, "hostname")}${mode === "" ? "" : ` (${mode})`}`;
}

function slicesOf(object: JsonObject, call: Call): readonly Json[] {
  const { namespace = "", name = "" } = objectAt(object, "metadata");
  const labelSelector = `kubernetes.io/service-name=${name}`;
  const found = attempt(() => call.api.list(ENDPOINT_SLICE, { namespace: String(namespace), labelSelector }));
  return found instanceof KubectlError ? [] : (found.items as unknown as readonly Json[]);
}

function describePort(page: Page, port: Json, slices: readonly Json[]): void {
  const name = textAt(port, "name");
  const shown = name || "<unset>";
  const protocol = textAt(port, "protocol") || "TCP";
  page.line(0, `Port:\t${shown}\t${at(port, "port")}/${protocol}`);
  page.line(0, `TargetPort:\t${at(port, "targetPort") ?? 0}/${protocol}`);
  const nodePort = at(port, "nodePort");
  if (nodePort) page.line(0, `NodePort:\t${shown}\t${nodePort}/${protocol}`);
  page.field("Endpoints", endpointsText(slices, name));
}

function endpointsText(slices: readonly Json[], portName: string): string {
  const all = slices.flatMap((slice) =>
    listAt(slice, "ports")
      .filter((port) => textAt(port, "name") === portName)
      .flatMap((port) =>
        listAt(slice, "endpoints")
          .filter((endpoint) => at(endpoint, "conditions", "ready") !== false)
          .flatMap((endpoint) => listAt(endpoint, "addresses").map((address) => `${address}:${at(port, "port")}`)),
      ),
  );
  if (all.length === 0) return "<none>";
  const more = all.length > ENDPOINTS_SHOWN ? ` + ${all.length - ENDPOINTS_SHOWN} more...` : "";
  return all.slice(0, ENDPOINTS_SHOWN).join(",") + more;
}

/** The ready addresses behind one named port of a Service, the first three; `<none>` without any. */
export function endpointsOf(service: JsonObject, call: Call, portName: string): string {
  return endpointsText(slicesOf(service, call), portName);
}

/** An EndpointSlice (describe.go, describeEndpointSliceV1), without its events. */
export function describeEndpointSlice(page: Page, object: JsonObject): void {
  page.head(object).field("AddressType", textAt(object, "addressType"));
  const ports = listAt(object, "ports");
  page.line(0, ports.length === 0 ? "Ports: <unset>" : "Ports:");
  if (ports.length > 0) page.line(1, "Name\tPort\tProtocol").line(1, "----\t----\t--------");
  for (const port of ports) {
    page.line(1, `${textAt(port, "name") || "<unset>"}\t${at(port, "port") ?? "<unset>"}\t${textAt(port, "protocol")}`);
  }
  const endpoints = listAt(object, "endpoints");
  page.line(0, endpoints.length === 0 ? "Endpoints: <none>" : "Endpoints:");
  for (const one of endpoints) describeEndpoint(page, one);
}

function describeEndpoint(page: Page, one: Json): void {
  page.line(1, `- Addresses:\t${listAt(one, "addresses").join(", ")}`).line(2, "Conditions:");
  page.line(3, `Ready:\t${at(one, "conditions", "ready") ?? "<unset>"}`);
  page.line(2, `Hostname:\t${textAt(one, "hostname") || "<unset>"}`);
  const target = at(one, "targetRef");
  if (isObject(target)) page.line(2, `TargetRef:\t${textAt(target, "kind")}/${textAt(target, "name")}`);
  page.line(2, `NodeName:\t${textAt(one, "nodeName") || "<unset>"}`);
  page.line(2, `Zone:\t${textAt(one, "zone") || "<unset>"}`);
  const zones = listAt(one, "hints", "forZones").map((zone) => textAt(zone, "name"));
  if (zones.length > 0) page.line(2, "Hints:").line(3, `Zones:\t${zones.join(", ")}`);
}
