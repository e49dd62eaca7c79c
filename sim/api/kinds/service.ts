/**
 * `core/v1` Service (Kubernetes 1.32, pkg/registry/core/service/strategy.go): its type and its registration.
 * Left out: the proxy subresource; dual-stack upgrades of an existing Service.
 * Invariant: `spec.clusterIP` is the first of `spec.clusterIPs`, or both are absent.
 */
import { dropTypeDependent } from "../allocation/type-change.ts";
import { defaultService } from "../defaults/service.ts";
import { servicePrinter } from "../tables/service-columns.ts";
import type { KubeObject } from "../types.ts";
import { validateService, validateServiceStatus, validateServiceUpdate } from "../validation/service.ts";
import { serviceName } from "../validation/service-ports.ts";
import type { Kind } from "./kind.ts";

/** What a Service's ports speak. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** One port of a Service; `targetPort` is a number or the name of a container's port. */
export interface ServicePort {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly appProtocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

/** Whether traffic may leave the node that it arrived on. */
export type TrafficPolicy = "Cluster" | "Local";

/** An address family. */
export type IpFamily = "IPv4" | "IPv6";

/** What is wanted. */
export interface ServiceSpec {
  readonly ports?: readonly ServicePort[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  readonly externalIPs?: readonly string[];
  readonly sessionAffinity?: "None" | "ClientIP";
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly externalName?: string;
  readonly externalTrafficPolicy?: TrafficPolicy;
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses?: boolean;
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
  readonly ipFamilies?: readonly IpFamily[];
  readonly ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack";
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly loadBalancerClass?: string;
  readonly internalTrafficPolicy?: TrafficPolicy;
  readonly trafficDistribution?: string;
}

/** One address of a load balancer; `ipMode` "Proxy" means that packets arrive with a node's address instead. */
export interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ipMode?: "VIP" | "Proxy";
}

/** What the load balancer's provider reported. */
export interface ServiceStatus {
  readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] };
}

/** A Service. */
export interface Service extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status?: ServiceStatus;
}

/** The kind Service; its addresses and node ports are allocated before these rules see it (see ../allocation/allocate.ts). */
export const serviceKind: Kind<Service> = {
  group: "",
  version: "v1",
  resource: "services",
  kind: "Service",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/services/specs",
  struct: "Service",
  nameRule: serviceName,
  strategy: {
    defaults: defaultService,
    prepareForCreate: (service) => ({ ...service, status: { loadBalancer: {} } }),
    prepareForUpdate: dropTypeDependent,
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    validateStatusUpdate: validateServiceStatus,
  },
  printer: servicePrinter,
  fieldLabels: {
    "spec.clusterIP": ({ spec }) => spec.clusterIP ?? "",
    "spec.type": ({ spec }) => spec.type ?? "",
  },
  createsOnUpdate: true,
  returnsDeleted: true,
};
