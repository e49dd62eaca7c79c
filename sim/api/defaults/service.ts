/**
 * Defaults of Services and EndpointSlices (Kubernetes 1.32, pkg/apis/core/v1/defaults.go SetDefaults_Service and
 * pkg/apis/discovery/v1/defaults.go).
 * Left out: nothing.
 * Invariant: what is allocated (addresses, node ports, families) is not a default; see ../allocation.
 */
import type { EndpointPort, EndpointSlice } from "../kinds/endpoint-slice.ts";
import type { Service, ServicePort, ServiceSpec, ServiceStatus } from "../kinds/service.ts";

const STICKY_SECONDS = 10_800;

/** Whether clients outside the cluster can reach the Service by its type. */
export function isExternallyAccessible({ type, externalIPs = [] }: ServiceSpec): boolean {
  return type === "LoadBalancer" || type === "NodePort" || (type === "ClusterIP" && externalIPs.length > 0);
}

function defaultPort(port: ServicePort): ServicePort {
  return { ...port, protocol: port.protocol || "TCP", targetPort: port.targetPort || port.port };
}

function defaultAffinity(spec: ServiceSpec): Pick<ServiceSpec, "sessionAffinity" | "sessionAffinityConfig"> {
  const sessionAffinity = spec.sessionAffinity || "None";
  if (sessionAffinity !== "ClientIP") return { sessionAffinity };
  const timeoutSeconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? STICKY_SECONDS;
  return { sessionAffinity, sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

function defaultStatus(status: ServiceStatus | undefined): ServiceStatus | undefined {
  const ingress = status?.loadBalancer?.ingress;
  if (ingress === undefined) return status;
  const modes = ingress.map((each) =>
    each.ip && each.ipMode === undefined ? { ...each, ipMode: "VIP" as const } : each,
  );
  return { ...status, loadBalancer: { ...status?.loadBalancer, ingress: modes } };
}

/** ClusterIP, no affinity, TCP, the same port at the target, and traffic policy Cluster. */
export function defaultService(service: Service): Service {
  const { sessionAffinityConfig: _config, ...given } = service.spec;
  const type = given.type || "ClusterIP";
  const spec: ServiceSpec = { ...given, ...defaultAffinity(service.spec), type };
  const status = type === "LoadBalancer" ? defaultStatus(service.status) : service.status;
  return {
    ...service,
    spec: {
      ...spec,
      ...(spec.ports ? { ports: spec.ports.map(defaultPort) } : {}),
      ...(isExternallyAccessible(spec) ? { externalTrafficPolicy: spec.externalTrafficPolicy || "Cluster" } : {}),
      ...(type === "ExternalName" ? {} : { internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster" }),
      ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true } : {}),
    },
    ...(status ? { status } : {}),
  };
}

function defaultSlicePort(port: EndpointPort): EndpointPort {
  return { ...port, name: port.name ?? "", protocol: port.protocol ?? "TCP" };
}

/** Ports have a name, which may be empty, and speak TCP. */
export function defaultEndpointSlice(slice: EndpointSlice): EndpointSlice {
  return slice.ports ? { ...slice, ports: slice.ports.map(defaultSlicePort) } : slice;
}
