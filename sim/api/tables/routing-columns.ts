/**
 * Tables of ingresses, their classes, network policies and endpoints
 * (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { Endpoints } from "../kinds/endpoints.ts";
import type { Ingress, IngressClass } from "../kinds/ingress.ts";
import type { Printer } from "../kinds/kind.ts";
import type { NetworkPolicy } from "../kinds/network-policy.ts";
import { selectorText } from "../selectors/label-selector-object.ts";
import { AGE, NAME, NONE, text } from "./columns.ts";
import { ageOf } from "./duration.ts";

const SHOWN_MAX = 3;

function hostsText({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).flatMap(({ host }) => (host ? [host] : []));
  if (hosts.length === 0) return "*";
  const shown = hosts.slice(0, SHOWN_MAX).join(",");
  return hosts.length > SHOWN_MAX ? `${shown} + ${hosts.length - SHOWN_MAX} more...` : shown;
}

/** Class, hosts and address. */
export const ingressPrinter: Printer<Ingress> = {
  columns: [
    NAME,
    text("Class", "The class of its controller."),
    text("Hosts", "The hosts that it is for."),
    text("Address", "Where it can be reached."),
    text("Ports", "80, and 443 with TLS."),
    AGE,
  ],
  cells: (ingress, nowSeconds) => {
    const { metadata, spec, status } = ingress;
    const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
    return [
      metadata.name,
      spec.ingressClassName ?? NONE,
      hostsText(ingress),
      addresses.filter((one) => one !== "").join(","),
      spec.tls?.length ? "80, 443" : "80",
      ageOf(metadata.creationTimestamp, nowSeconds),
    ];
  },
};

function parametersText({ spec }: IngressClass): string {
  if (spec.parameters === undefined) return NONE;
  const { apiGroup, kind, name } = spec.parameters;
  return `${apiGroup ? `${kind}.${apiGroup}` : kind}/${name}`;
}

/** Whose it is. */
export const ingressClassPrinter: Printer<IngressClass> = {
  columns: [NAME, text("Controller", "Who serves it."), text("Parameters", "What configures it."), AGE],
  cells: (ingressClass, nowSeconds) => [
    ingressClass.metadata.name,
    ingressClass.spec.controller ?? "",
    parametersText(ingressClass),
    ageOf(ingressClass.metadata.creationTimestamp, nowSeconds),
  ],
};

/** Which pods it is about. */
export const networkPolicyPrinter: Printer<NetworkPolicy> = {
  columns: [NAME, text("Pod-Selector", "The pods that it is about."), AGE],
  cells: ({ metadata, spec }, nowSeconds) => [
    metadata.name,
    selectorText(spec.podSelector) || NONE,
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};

function endpointsText({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(":") ? `[${ip}]` : ip}:${port}`));
  });
  if (all.length === 0) return NONE;
  const shown = all.slice(0, SHOWN_MAX).join(",");
  return all.length > SHOWN_MAX ? `${shown} + ${all.length - SHOWN_MAX} more...` : shown;
}

/** The first addresses with their ports. */
export const endpointsPrinter: Printer<Endpoints> = {
  columns: [NAME, text("Endpoints", "Its addresses with their ports."), AGE],
  cells: (endpoints, nowSeconds) => [
    endpoints.metadata.name,
    endpointsText(endpoints),
    ageOf(endpoints.metadata.creationTimestamp, nowSeconds),
  ],
};
