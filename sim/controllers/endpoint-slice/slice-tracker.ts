/**
 * The slices of each Service as this process sees them, and which of their changes are its own.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go, and the slice handlers of
 * pkg/controller/endpointslice/endpointslice_controller.go.
 * Left out: nothing. Here the index stands for a lister with a label selector.
 * Invariant: a change that somebody else made brings the Service up for a sync; an own one does not, unless a sync waits
 * to see it.
 */
import type { EndpointSlice } from "../../api/kinds/endpoint-slice.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { KubeObject } from "../../api/types.ts";
import { keyOf } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { lookUp } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";
import { serviceOf } from "./slice-object.ts";

const separator = "\u0000";

/** Uid of a slice → the newest generation that this process has written. */
function generations(io: Io) {
  return io.table<number>("endpointslice generations");
}

/** Keys that came up while this process had not yet seen its own writes. */
function waiting(io: Io) {
  return io.table<1>("endpointslice waiting");
}

function names(io: Io) {
  return io.sorted<1>("endpointslices by service");
}

function spanOf(io: Io, key: string): readonly [string, string] {
  const from = `${io.self}|${key}${separator}`;
  return [from, `${from.slice(0, -1)}\u0001`];
}

function uidRow(io: Io, { metadata }: KubeObject): string {
  return `${io.self}|${metadata.uid}`;
}

/** This process has written a slice: when it sees that generation, it is no news. */
export function trackSlice(io: Io, slice: KubeObject): void {
  generations(io).set(uidRow(io, slice), slice.metadata.generation ?? 0);
}

/** A sync came up too early; it comes up again when the process sees what it wrote. */
export function awaitOwnWrites(io: Io, key: string): void {
  waiting(io).set(`${io.self}|${key}`, 1);
}

/** Takes a change of a slice in. Returns the keys of the Services that need a sync for it. */
export function takeSlice(io: Io, { type, object, previous }: Change): readonly string[] {
  const after = type === "DELETED" ? undefined : serviceOf(object);
  const before = previous && serviceOf(previous);
  const { name } = object.metadata;
  if (before !== undefined && before !== after) names(io).delete(`${spanOf(io, before)[0]}${name}`);
  if (after !== undefined) names(io).set(`${spanOf(io, after)[0]}${name}`, 1);
  const written = generations(io).get(uidRow(io, object)) ?? -1;
  const moved = previous !== undefined && before !== after;
  const isOwn = !moved && written >= (object.metadata.generation ?? 0);
  if (type === "DELETED") generations(io).delete(uidRow(io, object));
  const keys = new Set([after, before].filter((key) => key !== undefined));
  return [...keys].filter((key) => waiting(io).delete(`${io.self}|${key}`) || !isOwn);
}

/** The slices that are managed for a Service, but for those that are being deleted. */
export function slicesOf(io: Io, service: Service): EndpointSlice[] {
  const key = keyOf(service);
  const [from, to] = spanOf(io, key);
  const slices: EndpointSlice[] = [];
  for (const [entry] of names(io).range(from, to)) {
    const name = entry.slice(from.length);
    const slice = lookUp<EndpointSlice>(io, "endpointslices", service.metadata.namespace ?? "", name);
    const isLeaving = slice?.metadata.deletionTimestamp !== undefined;
    if (slice !== undefined && serviceOf(slice) === key && !isLeaving) slices.push(slice);
  }
  return slices;
}
