/**
 * `core/v1` Endpoints (Kubernetes 1.32, pkg/registry/core/endpoint): its type and its registration.
 * Left out: nothing.
 * Invariant: none beside those of all kinds.
 */
import { endpointsPrinter } from "../tables/routing-columns.ts";
import type { KubeObject } from "../types.ts";
import { validateEndpoints } from "../validation/endpoints.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { ObjectReference } from "./event.ts";
import type { Kind } from "./kind.ts";

/** One address. */
export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: ObjectReference;
}

/** Addresses that share their ports. */
export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly protocol?: string;
    readonly appProtocol?: string;
  }[];
}

/** Endpoints of a Service. */
export interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[];
}

function withProtocols(endpoints: Endpoints): Endpoints {
  if (endpoints.subsets === undefined) return endpoints;
  const subsets = endpoints.subsets.map((subset) => {
    const ports = subset.ports?.map((port) => ({ ...port, protocol: port.protocol || "TCP" }));
    return ports ? { ...subset, ports } : subset;
  });
  return { ...endpoints, subsets };
}

/** The kind Endpoints. */
export const endpointsKind: Kind<Endpoints> = {
  group: "",
  version: "v1",
  resource: "endpoints",
  kind: "Endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/services/endpoints",
  struct: "Endpoints",
  nameRule: dnsSubdomain,
  strategy: { defaults: withProtocols, validate: validateEndpoints },
  printer: endpointsPrinter,
};
