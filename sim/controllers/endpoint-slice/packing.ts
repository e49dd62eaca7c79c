/**
 * Which endpoints stand in which slice: as few writes as can be, not as few slices.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/reconciler.go (reconcileByPortMapping, getSliceToFill).
 * Left out: Go's random order of maps: slices are looked at by name, endpoints are added in the order of the pods.
 * Invariant: every desired endpoint stands in just one slice; no slice has more than the most; an endpoint that was in a
 * slice and is still desired stays there.
 */
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/kinds/endpoint-slice.ts";
import type { Service } from "../../api/kinds/service.ts";
import { identityOf, isSameState } from "./endpoint.ts";
import { changedDraft, labelsDiffer, newDraft, type SliceDraft } from "./slice-object.ts";

/** Most endpoints of one slice (--max-endpoints-per-slice). */
export const endpointsMax = 100;

/** What is to become of the slices of one group of ports. */
export interface Packing {
  readonly create: readonly SliceDraft[];
  readonly update: readonly SliceDraft[];
  readonly remove: readonly EndpointSlice[];
}

/** What the first look at the stored slices finds. */
interface Sorted {
  readonly update: SliceDraft[];
  readonly unchanged: EndpointSlice[];
  readonly remove: EndpointSlice[];
}

/** Takes what is no longer desired out of the slices; what is left in `desired` has no place yet. */
function keepDesired(slices: readonly EndpointSlice[], desired: Map<string, Endpoint>, service: Service): Sorted {
  const sorted: Sorted = { update: [], unchanged: [], remove: [] };
  for (const slice of slices) {
    const before = slice.endpoints ?? [];
    const kept: Endpoint[] = [];
    let changed = false;
    for (const endpoint of before) {
      const identity = identityOf(endpoint);
      const wanted = desired.get(identity);
      if (wanted === undefined) continue;
      desired.delete(identity);
      changed ||= !isSameState(wanted, endpoint);
      kept.push(wanted);
    }
    if (!changed && kept.length === before.length) {
      if (labelsDiffer(slice, service)) sorted.update.push(changedDraft(slice, service, before));
      else sorted.unchanged.push(slice);
    } else if (kept.length === 0) sorted.remove.push(slice);
    else sorted.update.push(changedDraft(slice, service, kept));
  }
  return sorted;
}

/** The unchanged slice that comes nearest to being full with so many more, if it has room for them. */
function sliceToFill(slices: readonly EndpointSlice[], more: number, most: number): EndpointSlice | undefined {
  let closest: EndpointSlice | undefined;
  let closestRoom = most;
  for (const slice of slices) {
    const room = most - (more + (slice.endpoints ?? []).length);
    if (room < 0 || room >= closestRoom) continue;
    closest = slice;
    closestRoom = room;
  }
  return closest;
}

function taken(from: Map<string, Endpoint>, count: number): Endpoint[] {
  const some: Endpoint[] = [];
  for (const [identity, endpoint] of from) {
    if (some.length >= count) break;
    some.push(endpoint);
    from.delete(identity);
  }
  return some;
}

/**
 * Packs the desired endpoints of one group of ports: first into slices that are written anyway, the fullest first; then,
 * if what is left fits into one other slice, there; else into new ones.
 */
export function packSlices(
  service: Service,
  ports: readonly EndpointPort[],
  slices: readonly EndpointSlice[],
  endpoints: readonly Endpoint[],
  most: number = endpointsMax,
): Packing {
  const left = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const { update, unchanged, remove } = keepDesired(slices, left, service);
  if (left.size > 0) {
    for (const draft of [...update].sort((a, b) => b.endpoints.length - a.endpoints.length)) {
      draft.endpoints = [...draft.endpoints, ...taken(left, most - draft.endpoints.length)];
    }
  }
  const create: SliceDraft[] = [];
  while (left.size > 0) {
    const fill = left.size < most ? sliceToFill(unchanged, left.size, most) : undefined;
    const draft = fill === undefined ? newDraft(service, ports) : changedDraft(fill, service, fill.endpoints ?? []);
    draft.endpoints = [...draft.endpoints, ...taken(left, most - draft.endpoints.length)];
    if (fill === undefined) create.push(draft);
    else {
      unchanged.splice(unchanged.indexOf(fill), 1);
      update.push(draft);
    }
  }
  return { create, update, remove };
}
