/**
 * One sync of a Service as a plan: which slices to create, to update and to delete, so that they say what its pods are.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/reconciler.go (reconcileByAddressType, finalize).
 * Left out: dual stack: of an IPv6 Service nothing is published, as no pod has such an address.
 * Invariant: pure; the plan is empty when the slices say the truth already.
 */
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/kinds/endpoint-slice.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import { endpointOf, isEndpoint, portsKey, portsOf } from "./endpoint.ts";
import { packSlices } from "./packing.ts";
import { isOwned, isPlaceholder, newDraft, type SliceDraft } from "./slice-object.ts";

/** What to do. Updates with `stored` of another group of ports reuse a slice that would be deleted. */
export interface SlicePlan {
  create: SliceDraft[];
  update: SliceDraft[];
  remove: EndpointSlice[];
  /** Slices that need no write by themselves; hints may still be missing. */
  unchanged: EndpointSlice[];
  /** Nodes that pods are bound to and that do not exist, with the pod's name. */
  readonly missingNodes: readonly (readonly [pod: string, node: string])[];
}

interface Group {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

/** Finds the zone of a node: undefined if the node does not exist, "" if it has none. */
export type ZoneOf = (node: string) => string | undefined;

/** The desired endpoints by group of ports. */
function groupsOf(service: Service, pods: readonly Pod[], zoneOf: ZoneOf) {
  const groups = new Map<string, Group>();
  const missingNodes: (readonly [string, string])[] = [];
  for (const pod of pods) {
    if (!isEndpoint(pod)) continue;
    const ports = portsOf(pod, service);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    const { nodeName = "" } = pod.spec;
    const zone = zoneOf(nodeName);
    if (zone === undefined && service.spec.publishNotReadyAddresses !== true) {
      missingNodes.push([pod.metadata.name, nodeName]);
      continue;
    }
    group.endpoints.push(endpointOf(pod, service, zone));
  }
  return { groups, missingNodes };
}

/** Plans a sync from the pods that the Service selects and the slices that are managed for it. */
export function planSlices(
  service: Service,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
  zoneOf: ZoneOf,
): SlicePlan {
  const { groups, missingNodes } = groupsOf(service, pods, zoneOf);
  const plan: SlicePlan = { create: [], update: [], remove: [], unchanged: [], missingNodes };
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = portsKey(slice.ports);
    if (!isOwned(slice, service)) plan.remove.push(slice);
    else if (byPorts.has(key)) byPorts.get(key)?.push(slice);
    else byPorts.set(key, [slice]);
  }
  for (const [key, { ports, endpoints }] of groups) {
    const packing = packSlices(service, ports, byPorts.get(key) ?? [], endpoints);
    plan.create.push(...packing.create);
    plan.update.push(...packing.update);
    plan.remove.push(...packing.remove);
  }
  for (const [key, group] of byPorts) if (!groups.has(key)) plan.remove.push(...group);
  keepPlaceholder(plan, service, slices);
  const touched = new Set([...plan.remove, ...plan.update.map(({ stored }) => stored)]);
  plan.unchanged = slices.filter((slice) => !touched.has(slice));
  return plan;
}

/** A Service whose slices would all go keeps, or gets, one without endpoints and ports. */
function keepPlaceholder(plan: SlicePlan, service: Service, slices: readonly EndpointSlice[]): void {
  if (plan.remove.length !== slices.length || plan.create.length > 0) return;
  const [only] = plan.remove;
  if (plan.remove.length === 1 && only !== undefined && isPlaceholder(only, service)) plan.remove = [];
  else plan.create.push(newDraft(service, []));
}

/**
 * Turns creations into updates of slices that would be deleted otherwise; a Service that is being deleted gets no new
 * slices, so as not to fight with the garbage collector.
 */
export function reuseSlices(plan: SlicePlan, service: Service): void {
  const remove: EndpointSlice[] = [];
  for (const slice of plan.remove) {
    const last = isOwned(slice, service) ? plan.create.pop() : undefined;
    if (last === undefined) remove.push(slice);
    else plan.update.push({ ...last, stored: slice });
  }
  plan.remove = remove;
  if (service.metadata.deletionTimestamp !== undefined) plan.create = [];
}
