/**
 * `networking.k8s.io/v1` Ingress and IngressClass (Kubernetes 1.32, pkg/registry/networking): types and registrations.
 * Left out: the annotation that named a class before there were classes is carried along only.
 * Invariant: an ingress has rules, or a backend for everything.
 */
import { equalJson } from "../schema/equal-json.ts";
import { ingressClassPrinter, ingressPrinter } from "../tables/routing-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { validateIngress, validateIngressClass, validateIngressClassUpdate } from "../validation/ingress.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";

/** Where requests go: a port of a Service, or another object. */
export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } };
  readonly resource?: JsonObject;
}

/** A path of a host and its backend. */
export interface IngressPath {
  readonly path?: string;
  readonly pathType?: "Exact" | "Prefix" | "ImplementationSpecific" | null;
  readonly backend: IngressBackend;
}

/** The paths of a host; without a host, of any. */
export interface IngressRule {
  readonly host?: string;
  readonly http?: { readonly paths: readonly IngressPath[] | null };
}

/** An Ingress. */
export interface Ingress extends KubeObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly rules?: readonly IngressRule[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}

/** An IngressClass: whose ingresses a controller serves. */
export interface IngressClass extends KubeObject {
  readonly spec: {
    readonly controller?: string;
    readonly parameters?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

const NO_STATUS = { loadBalancer: {} };

/** The kind Ingress. */
export const ingressKind: Kind<Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "ingresses",
  kind: "Ingress",
  singular: "ingress",
  shortNames: ["ing"],
  categories: [],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/ingress",
  struct: "Ingress",
  nameRule: dnsSubdomain,
  strategy: {
    prepareForCreate: (ingress) => ({ ...ingress, status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? NO_STATUS }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateIngress,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: ingressPrinter,
};

/** The kind IngressClass. */
export const ingressClassKind: Kind<IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "ingressclasses",
  kind: "IngressClass",
  singular: "ingressclass",
  shortNames: [],
  categories: [],
  namespaced: false,
  subresources: [],
  storagePrefix: "/registry/ingressclasses",
  struct: "IngressClass",
  nameRule: dnsSubdomain,
  strategy: {
    validate: validateIngressClass,
    validateUpdate: validateIngressClassUpdate,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: ingressClassPrinter,
};
