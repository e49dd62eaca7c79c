/**
 * What one pod contributes to a Service: whether it counts at all, its endpoint, its ports.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/{utils.go,util/controller_utils.go,util/endpointset.go}.
 * Left out: IPv6 addresses of pods.
 * Invariant: an endpoint is the same one as another if address, hostname and pod are equal; all else is its state.
 */
import type { Container } from "../../api/kinds/container.ts";
import type { Endpoint, EndpointPort } from "../../api/kinds/endpoint-slice.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service, ServicePort } from "../../api/kinds/service.ts";
import { isReady } from "../pod-state.ts";

/** The label of a Node that names its zone. */
export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** The address of a pod that an IPv4 Service uses; undefined before the pod has one. */
export function addressOf(pod: Pod): string | undefined {
  const { podIP, podIPs } = pod.status ?? {};
  const all = podIPs === undefined || podIPs.length === 0 ? [podIP] : podIPs.map(({ ip }) => ip);
  return all.find((ip) => ip?.includes("."));
}

/** Whether a pod is an endpoint of the Services that select it: it has an address and has not finished. */
export function isEndpoint(pod: Pod): boolean {
  return !isOver(pod) && addressOf(pod) !== undefined;
}

/** Whether a change of a pod can change any endpoint (podEndpointsChanged). */
export function concernsEndpoints(before: Pod, after: Pod): boolean {
  return (
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.spec.hostname !== after.spec.hostname ||
    addressOf(before) !== addressOf(after) ||
    isReady(before) !== isReady(after) ||
    isOver(before) !== isOver(after)
  );
}

function isOver({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** The endpoint of a pod. `zone` is that of its node; undefined where the node has none. */
export function endpointOf(pod: Pod, service: Service, zone: string | undefined): Endpoint {
  const { name, namespace = "", uid = "", deletionTimestamp } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const targetRef = { kind: "Pod", namespace, name, uid };
  const hasHostname = hostname !== undefined && hostname !== "" && subdomain === service.metadata.name;
  return {
    addresses: [addressOf(pod) ?? ""],
    conditions: { ready, serving, terminating },
    ...(hasHostname && { hostname }),
    targetRef,
    ...(nodeName !== undefined && nodeName !== "" && { nodeName }),
    ...(zone !== undefined && zone !== "" && { zone }),
  };
}

/** What makes two endpoints the same one. */
export function identityOf({ addresses, hostname = "", targetRef }: Endpoint): string {
  return `${addresses.join(",")} ${hostname} ${targetRef?.namespace ?? ""}/${targetRef?.name ?? ""}`;
}

/** Whether two endpoints of one identity are in the same state; hints are decided elsewhere. */
export function isSameState(a: Endpoint, b: Endpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    uidOf(a) === uidOf(b) &&
    a.targetRef?.kind === b.targetRef?.kind
  );
}

function uidOf({ targetRef }: Endpoint): string | undefined {
  return (targetRef as { readonly uid?: string } | undefined)?.uid;
}

/** Whether an endpoint takes new connections. */
export function isReadyEndpoint({ conditions }: Endpoint): boolean {
  return conditions?.ready === true;
}

/** The ports of a Service as this pod offers them; a named target port that the pod does not have is passed over. */
export function portsOf(pod: Pod, { spec }: Service): readonly EndpointPort[] {
  const found: EndpointPort[] = [];
  for (const servicePort of spec.ports ?? []) {
    const port = targetPort(pod, servicePort);
    if (port === undefined) continue;
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    found.push({ name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) });
  }
  return found;
}

/** The number of the container's port behind a Service's port (findPort). */
function targetPort(pod: Pod, { targetPort: target, port, protocol = "TCP" }: ServicePort): number | undefined {
  if (typeof target === "number") return target;
  if (target === undefined) return port;
  const sidecars = (pod.spec.initContainers ?? []).filter(
    (container) => (container as Container & { readonly restartPolicy?: string }).restartPolicy === "Always",
  );
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const each of container.ports ?? []) {
      if (each.name === target && (each.protocol ?? "TCP") === protocol) return each.containerPort;
    }
  }
  return undefined;
}

/** What makes two lists of ports the same one, in whatever order they stand. */
export function portsKey(ports: readonly EndpointPort[] | undefined): string {
  const texts = (ports ?? []).map(({ name, protocol, port, appProtocol }) =>
    [name ?? "", protocol ?? "TCP", port ?? "", appProtocol ?? ""].join(" "),
  );
  return texts.sort().join("|");
}
