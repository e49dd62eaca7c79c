/**
 * Tables of Services and EndpointSlices (Kubernetes 1.32, pkg/printers/internalversion/printers.go printService,
 * printEndpointSlice).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { EndpointSlice } from "../kinds/endpoint-slice.ts";
import type { Printer } from "../kinds/kind.ts";
import type { Service, ServicePort } from "../kinds/service.ts";
import { AGE, NAME, NONE, text, wide } from "./columns.ts";
import { ageOf } from "./duration.ts";

const LOAD_BALANCER_WIDTH = 16;
const SHOWN_MAX = 3;

/** The addresses of the load balancer, cut as in the narrow table; kubectl's wide form would show them whole. */
function loadBalancerText({ status }: Service): string {
  const names = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
  const joined = [...new Set(names.filter((name) => name !== ""))].sort().join(",");
  return joined.length > LOAD_BALANCER_WIDTH ? `${joined.slice(0, LOAD_BALANCER_WIDTH - 3)}...` : joined;
}

function externalText(service: Service): string {
  const { type, externalIPs = [], externalName } = service.spec;
  if (type === "ExternalName") return externalName ?? "";
  if (type !== "LoadBalancer") return externalIPs.join(",") || NONE;
  const balancer = loadBalancerText(service);
  return [...(balancer === "" ? [] : [balancer]), ...externalIPs].join(",") || "<pending>";
}

function portText({ port, nodePort, protocol }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

function selectorCell(selector: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.keys(selector)
    .sort()
    .map((key) => `${key}=${selector[key]}`);
  return pairs.join(",") || NONE;
}

/** Type, addresses and ports. */
export const servicePrinter: Printer<Service> = {
  columns: [
    NAME,
    text("Type", "How the Service is reached."),
    text("Cluster-IP", "Its address inside the cluster."),
    text("External-IP", "Its addresses for the outside."),
    text("Port(s)", "Its ports, with node ports."),
    AGE,
    wide(text("Selector", "The labels that select its pods.")),
  ],
  cells: (service, nowSeconds) => {
    const { metadata, spec } = service;
    return [
      metadata.name,
      spec.type ?? "",
      spec.clusterIPs?.[0] ?? NONE,
      externalText(service),
      (spec.ports ?? []).map(portText).join(",") || NONE,
      ageOf(metadata.creationTimestamp, nowSeconds),
      selectorCell(spec.selector),
    ];
  },
};

function shortened(list: readonly string[]): string {
  if (list.length === 0) return "<unset>";
  const shown = list.slice(0, SHOWN_MAX).join(",");
  return list.length > SHOWN_MAX ? `${shown} + ${list.length - SHOWN_MAX} more...` : shown;
}

/** Ports and the first addresses. */
export const endpointSlicePrinter: Printer<EndpointSlice> = {
  columns: [
    NAME,
    text("AddressType", "The family of its addresses."),
    text("Ports", "The ports that its endpoints share."),
    text("Endpoints", "The addresses of its endpoints."),
    AGE,
  ],
  cells: ({ metadata, addressType, ports, endpoints }, nowSeconds) => [
    metadata.name,
    addressType,
    shortened((ports ?? []).map(({ port, name }) => String(port ?? (name === undefined ? "*" : name)))),
    shortened((endpoints ?? []).flatMap(({ addresses }) => addresses)),
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};
