/**
 * Validation of Ingresses and their classes (Kubernetes 1.32, pkg/apis/networking/validation/validation.go).
 * Left out: secrets of TLS, parameters of classes, wildcard hosts in several labels.
 * Invariant: none beside the wording.
 */
import type { Ingress, IngressBackend, IngressClass, IngressPath } from "../kinds/ingress.ts";
import { type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { ipv4Number } from "./ip-address.ts";
import { dnsLabel, dnsSubdomain, portName, portNumber } from "./names.ts";

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

function validateBackend({ service, resource }: IngressBackend, at: string): readonly FieldError[] {
  if (resource !== undefined && service !== undefined) {
    return [invalid(at, "", "cannot set both resource and service backends")];
  }
  if (resource !== undefined) return [];
  if (service === undefined) return [required(`${at}.service`)];
  const errors: FieldError[] = [];
  const { name, port = {} } = service;
  if (!name) errors.push(required(`${at}.service.name`));
  else errors.push(...dnsLabel(name).map((text) => invalid(`${at}.service.name`, name, text)));
  const portAt = `${at}.service.port`;
  if (port.name && port.number) errors.push(invalid(portAt, port.number, "cannot set both port name & port number"));
  else if (port.name) errors.push(...portName(port.name).map((text) => invalid(`${portAt}.name`, port.name, text)));
  else if (port.number) {
    errors.push(...portNumber(port.number).map((text) => invalid(`${portAt}.number`, port.number, text)));
  } else errors.push(required(portAt, "port name or number is required"));
  return errors;
}

function validatePath({ path = "", pathType, backend }: IngressPath, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!pathType) errors.push(required(`${at}.pathType`, "pathType must be specified"));
  else if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(`${at}.pathType`, pathType, PATH_TYPES));
  else if (pathType === "ImplementationSpecific" ? path !== "" && !path.startsWith("/") : !path.startsWith("/")) {
    errors.push(invalid(`${at}.path`, path, "must be an absolute path"));
  }
  return [...errors, ...validateBackend(backend, `${at}.backend`)];
}

function validateHost(host: string, at: string): readonly FieldError[] {
  if (ipv4Number(host) !== undefined) return [invalid(at, host, "must be a DNS name, not an IP address")];
  const name = host.startsWith("*.") ? host.slice(2) : host;
  return dnsSubdomain(name).map((text) => invalid(at, host, text));
}

/** Errors of an Ingress by itself. */
export function validateIngress({ spec }: Ingress): readonly FieldError[] {
  const { rules = [], defaultBackend } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && defaultBackend === undefined) {
    const nothing = { go: "[]networking.IngressRule(nil)" };
    errors.push(invalid("spec", nothing, "either `defaultBackend` or `rules` must be specified"));
  }
  if (defaultBackend !== undefined) errors.push(...validateBackend(defaultBackend, "spec.defaultBackend"));
  rules.forEach(({ host, http }, index) => {
    const at = `spec.rules[${index}]`;
    if (host) errors.push(...validateHost(host, `${at}.host`));
    if (http === undefined) return;
    if (!http.paths?.length) errors.push(required(`${at}.http.paths`));
    http.paths?.forEach((path, place) => {
      errors.push(...validatePath(path, `${at}.http.paths[${place}]`));
    });
  });
  const name = spec.ingressClassName;
  if (name !== undefined)
    errors.push(...dnsSubdomain(name).map((text) => invalid("spec.ingressClassName", name, text)));
  return errors;
}

/** Errors of an IngressClass by itself. */
export function validateIngressClass({ spec }: IngressClass): readonly FieldError[] {
  const { controller = "" } = spec;
  if (controller === "") return [required("spec.controller")];
  const [domain = "", ...rest] = controller.split("/");
  if (rest.join("/") !== "" && dnsSubdomain(domain).length === 0) return [];
  return [invalid("spec.controller", controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
}

/** Errors of a change of an IngressClass. */
export function validateIngressClassUpdate(next: IngressClass, previous: IngressClass): readonly FieldError[] {
  if (next.spec.controller === previous.spec.controller) return [];
  return [invalid("spec.controller", next.spec.controller, "field is immutable")];
}
