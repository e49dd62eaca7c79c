/**
 * Values that were allocated for a Service and that an update leaves out: they are taken over, so that the manifest which
 * made a Service can be applied again (Kubernetes 1.32, pkg/registry/core/service/storage/storage.go patchAllocatedValues,
 * normalizeClusterIPs).
 * Left out: secondary addresses of dual stack beyond what a client sends itself.
 * Invariant: what the update gives is never replaced.
 */
import type { Service, ServicePort, ServiceSpec } from "../kinds/service.ts";
import { equalJson } from "../schema/equal-json.ts";
import { needsHealthCheck } from "../validation/service.ts";

function carryAddresses(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  if (next.type === "ExternalName" || previous.type === "ExternalName") return next;
  const clusterIP = next.clusterIP || previous.clusterIP;
  const clusterIPs = next.clusterIPs?.length ? next.clusterIPs : previous.clusterIPs;
  return { ...next, ...(clusterIP ? { clusterIP } : {}), ...(clusterIPs ? { clusterIPs } : {}) };
}

/** A changed or new single address makes the list, where the client did not give a new list too. */
function normalized(next: ServiceSpec, previous: ServiceSpec | undefined): ServiceSpec {
  const { clusterIP, clusterIPs = [] } = next;
  if (!clusterIP) return next;
  const listIsOld = previous !== undefined && equalJson(next.clusterIPs, previous.clusterIPs);
  const isChanged = previous !== undefined && previous.clusterIP !== clusterIP && listIsOld;
  const isNew = previous === undefined && clusterIPs.length === 0;
  return isNew || isChanged ? { ...next, clusterIPs: [clusterIP] } : next;
}

function hasNodePorts({ type }: ServiceSpec): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

function carryNodePorts(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  if (!next.ports || !hasNodePorts(next) || !hasNodePorts(previous)) return next;
  const given = new Set(next.ports.map(({ nodePort }) => nodePort));
  const byName = new Map((previous.ports ?? []).map(({ name = "", nodePort }) => [name, nodePort]));
  const carry = (port: ServicePort): ServicePort => {
    const nodePort = byName.get(port.name ?? "");
    return port.nodePort || !nodePort || given.has(nodePort) ? port : { ...port, nodePort };
  };
  return { ...next, ports: next.ports.map(carry) };
}

function carryHealthCheck(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  const { healthCheckNodePort } = previous;
  if (next.healthCheckNodePort || !healthCheckNodePort) return next;
  return needsHealthCheck(next) && needsHealthCheck(previous) ? { ...next, healthCheckNodePort } : next;
}

/** The new or changed Service with everything that it keeps from before. */
export function carryOver(next: Service, previous: Service | undefined): Service {
  if (previous === undefined) return { ...next, spec: normalized(next.spec, undefined) };
  const before = previous.spec;
  const spec = carryHealthCheck(carryNodePorts(carryAddresses(next.spec, before), before), before);
  return { ...next, spec: normalized(spec, before) };
}
