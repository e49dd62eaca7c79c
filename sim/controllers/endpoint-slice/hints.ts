/**
 * Hints: which zones an endpoint is meant for, by the annotation topology-mode (spread by the zones' CPU) or by
 * `trafficDistribution: PreferClose` (each zone its own).
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/topologycache/{topologycache,utils,sliceinfo}.go and
 * trafficdist/trafficdist.go.
 * Left out: Go's random choice among zones that want equally much: the first by name has it.
 * Invariant: an endpoint that is not ready gets no new hint; a slice whose hints are right is not written.
 */
import type { Endpoint, EndpointSlice } from "../../api/kinds/endpoint-slice.ts";
import type { Service } from "../../api/kinds/service.ts";
import { isReadyEndpoint } from "./endpoint.ts";
import type { SlicePlan } from "./plan.ts";
import { changedDraft, type SliceDraft } from "./slice-object.ts";
import { type Allocation, allocate, type ZoneShares } from "./zone-shares.ts";

/** What hints by CPU came to: endpoints served by zone, or why there are none. */
export type HintOutcome =
  | { readonly kind: "hinted"; readonly served: Readonly<Record<string, number>> }
  | { readonly kind: "disabled"; readonly message: string };

type Allocations = ReadonlyMap<string, Allocation>;
type Counts = Map<string, number>;

/** Whether the Service asks for hints by the annotation, in its old or its new spelling. */
export function wantsZoneHints({ metadata }: Service): boolean {
  const { annotations = {} } = metadata;
  const mode =
    annotations["service.kubernetes.io/topology-aware-hints"] ?? annotations["service.kubernetes.io/topology-mode"];
  return mode === "Auto" || mode === "auto";
}

function add(counts: Counts, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function hinted(endpoint: Endpoint, zone: string): Endpoint {
  return { ...endpoint, hints: { forZones: [{ name: zone }] } };
}

function unhinted(endpoint: Endpoint): Endpoint {
  if (endpoint.hints === undefined) return endpoint;
  const { hints: _hints, ...rest } = endpoint;
  return rest;
}

function drafts(plan: SlicePlan): SliceDraft[] {
  return [...plan.create, ...plan.update];
}

/** Moves unchanged slices that fail a test to those that are written. */
function rewriteUnless(plan: SlicePlan, service: Service, isRight: (slice: EndpointSlice) => boolean): void {
  const right: EndpointSlice[] = [];
  for (const slice of plan.unchanged) {
    if (isRight(slice)) right.push(slice);
    else plan.update.push(changedDraft(slice, service, slice.endpoints ?? []));
  }
  plan.unchanged = right;
}

/** Takes all hints away. */
export function removeHints(plan: SlicePlan, service: Service): void {
  rewriteUnless(plan, service, (slice) => !(slice.endpoints ?? []).some(({ hints }) => hints !== undefined));
  for (const draft of drafts(plan)) draft.endpoints = draft.endpoints.map(unhinted);
}

/** Each ready endpoint is meant for the zone that it is in. */
export function hintOwnZones(plan: SlicePlan, service: Service): void {
  const wanted = (endpoint: Endpoint): Endpoint =>
    endpoint.zone === undefined ? unhinted(endpoint) : hinted(endpoint, endpoint.zone);
  const isRight = (endpoint: Endpoint): boolean => {
    const zones = endpoint.hints?.forZones ?? [];
    return endpoint.zone === undefined ? zones.length === 0 : zones.length === 1 && zones[0]?.name === endpoint.zone;
  };
  rewriteUnless(plan, service, (slice) =>
    (slice.endpoints ?? []).every((endpoint) => !isReadyEndpoint(endpoint) || isRight(endpoint)),
  );
  for (const draft of drafts(plan)) {
    draft.endpoints = draft.endpoints.map((endpoint) => (isReadyEndpoint(endpoint) ? wanted(endpoint) : endpoint));
  }
}

/** Spreads the ready endpoints over the zones by the zones' shares of CPU. */
export function hintByShares(plan: SlicePlan, service: Service, shares: ZoneShares | undefined): HintOutcome {
  const disabled = (message: string): HintOutcome => {
    removeHints(plan, service);
    return { kind: "disabled", message };
  };
  const all = [...drafts(plan), ...plan.unchanged].flatMap((slice) => slice.endpoints ?? []);
  const allocations = allocate(shares, all.filter(isReadyEndpoint).length);
  if ("message" in allocations) return disabled(allocations.message);
  const served: Counts = new Map();
  rewriteUnless(plan, service, (slice) => {
    const own = zonesHinted(slice, served, allocations);
    own?.forEach((count, zone) => {
      add(served, zone, count);
    });
    return own !== undefined;
  });
  for (const draft of drafts(plan)) {
    for (const endpoint of draft.endpoints) {
      if (!isReadyEndpoint(endpoint)) continue;
      if (!endpoint.zone) return disabled("One or more endpoints do not have a zone specified");
      add(served, endpoint.zone, 1);
    }
    draft.endpoints = draft.endpoints.map((endpoint) =>
      isReadyEndpoint(endpoint) ? hinted(endpoint, endpoint.zone as string) : endpoint,
    );
  }
  redistribute(plan, allocations, served);
  if (served.size === 0) return disabled("No hints allocated for zones");
  return { kind: "hinted", served: Object.fromEntries([...served].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The hints of an unchanged slice by zone; undefined if one is missing, or they leave other zones too little. */
function zonesHinted(slice: EndpointSlice, served: Counts, allocations: Allocations): Counts | undefined {
  const counts: Counts = new Map();
  for (const endpoint of slice.endpoints ?? []) {
    if (!isReadyEndpoint(endpoint)) continue;
    const zones = endpoint.hints?.forZones ?? [];
    if (zones.length === 0) return undefined;
    for (const { name } of zones) add(counts, name, 1);
  }
  for (const [zone, count] of counts) {
    const allocation = allocations.get(zone);
    if (allocation === undefined || count + (served.get(zone) ?? 0) > allocation.maximum) return undefined;
  }
  return counts;
}

/** The zone that most is left for; "" if there is none. */
function most(counts: Counts): readonly [zone: string, count: number] {
  let best: readonly [string, number] = ["", 0];
  for (const [zone, count] of counts) if (count > best[1]) best = [zone, count];
  return best;
}

/** How many endpoints each zone gives away and gets, in whole ones (getGivingAndReceivingZones). */
function exchanges(allocations: Allocations, served: Counts): { readonly giving: Counts; readonly receiving: Counts } {
  const tooMany: Counts = new Map();
  const tooFew: Counts = new Map();
  for (const [zone, { desired }] of allocations) {
    const has = served.get(zone) ?? 0;
    if (has > desired) tooMany.set(zone, has - desired);
    else if (has < desired) tooFew.set(zone, desired - has);
  }
  const giving: Counts = new Map();
  const receiving: Counts = new Map();
  for (;;) {
    const [giver, give] = most(tooMany);
    const [receiver, want] = most(tooFew);
    if (giver === "" || receiver === "" || (give < 1 && want < 1) || give < 0.5 || want < 0.5) break;
    add(giving, giver, 1);
    add(tooMany, giver, -1);
    add(receiving, receiver, 1);
    add(tooFew, receiver, -1);
  }
  return { giving, receiving };
}

/** Hints of zones that serve more than their share go to zones that serve less. */
function redistribute(plan: SlicePlan, allocations: Allocations, served: Counts): void {
  const { giving, receiving } = exchanges(allocations, served);
  for (const draft of drafts(plan)) {
    draft.endpoints = draft.endpoints.map((endpoint) => {
      const zone = endpoint.zone ?? "";
      if (!isReadyEndpoint(endpoint) || (giving.get(zone) ?? 0) === 0) return endpoint;
      const receiver = [...receiving].find(([, left]) => left > 0)?.[0];
      if (receiver === undefined) return endpoint;
      add(giving, zone, -1);
      add(receiving, receiver, -1);
      add(served, zone, -1);
      add(served, receiver, 1);
      return hinted(endpoint, receiver);
    });
  }
}
