/**
 * `discovery.k8s.io/v1` EndpointSlice (Kubernetes 1.32, pkg/registry/discovery/endpointslice/strategy.go): its type and
 * its registration.
 * Left out: the "FQDN" address type beyond its validation.
 * Invariant: the address type of a slice never changes.
 */
import { defaultEndpointSlice } from "../defaults/service.ts";
import { equalJson } from "../schema/equal-json.ts";
import { endpointSlicePrinter } from "../tables/service-columns.ts";
import type { KubeObject } from "../types.ts";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "../validation/endpoint-slice.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";
import type { Protocol } from "./service.ts";

/** The state of one endpoint; an absent `ready` or `serving` counts as true, an absent `terminating` as false. */
export interface EndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** One backend of a Service. */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly hostname?: string;
  readonly targetRef?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[] };
}

/** One port that all endpoints of a slice share. */
export interface EndpointPort {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly port?: number;
  readonly appProtocol?: string;
}

/** An EndpointSlice. */
export interface EndpointSlice extends KubeObject {
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly endpoints?: readonly Endpoint[];
  readonly ports?: readonly EndpointPort[];
}

/** The label that names the Service of a slice. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** The kind EndpointSlice. */
export const endpointSliceKind: Kind<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  resource: "endpointslices",
  kind: "EndpointSlice",
  singular: "endpointslice",
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/endpointslices",
  struct: "EndpointSlice",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultEndpointSlice,
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
    changesGeneration: (next, previous) =>
      !equalJson(next.endpoints, previous.endpoints) ||
      !equalJson(next.ports, previous.ports) ||
      !equalJson(next.metadata.labels, previous.metadata.labels),
  },
  printer: endpointSlicePrinter,
};
