/**
 * How much of a cluster's CPU each zone has, and how many endpoints of a Service each zone should get from that.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/topologycache/topologycache.go (SetNodes, getAllocations).
 * Left out: nothing.
 * Invariant: shares exist only if every ready worker says its zone and its CPU, and there are two zones at least.
 */
import type { Node } from "../../api/kinds/node.ts";
import { milli } from "../../api/quantity.ts";
import { ZONE_LABEL } from "./endpoint.ts";

/** The share of each zone, adding up to 1; undefined where the nodes do not tell. */
export type ZoneShares = ReadonlyMap<string, number>;

/** How many endpoints a zone should serve. */
export interface Allocation {
  readonly maximum: number;
  readonly desired: number;
}

/** Why there are no hints, in upstream's words. */
export interface NoHints {
  readonly message: string;
}

const excluded = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];
/** How much more than its share an endpoint may have to carry: a fifth. */
const overload = 0.2;

/** Whether a node's Ready condition is True. */
export function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

/** The shares of the zones; undefined where they can't be told. */
export function zoneShares(nodes: readonly Node[]): ZoneShares | undefined {
  const milliByZone = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    const labels = node.metadata.labels ?? {};
    if (excluded.some((label) => label in labels) || !isNodeReady(node)) continue;
    const zone = labels[ZONE_LABEL] ?? "";
    const cpu = cpuMilli(node);
    if (zone === "" || cpu === 0) return undefined;
    milliByZone.set(zone, (milliByZone.get(zone) ?? 0) + cpu);
    total += cpu;
  }
  if (total === 0 || milliByZone.size < 2) return undefined;
  return new Map([...milliByZone].sort(byKey).map(([zone, milli]) => [zone, milli / total]));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function cpuMilli({ status }: Node): number {
  const cpu = status?.allocatable?.cpu;
  return cpu === undefined ? 0 : milli(cpu);
}

/** How many of so many ready endpoints each zone should serve, or why that can't work. */
export function allocate(shares: ZoneShares | undefined, endpoints: number): ReadonlyMap<string, Allocation> | NoHints {
  if (shares === undefined) {
    return { message: "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes" };
  }
  const counts = `(${endpoints} endpoints, ${shares.size} zones)`;
  if (shares.size > endpoints) return { message: `Insufficient number of endpoints ${counts}` };
  const minimums = [...shares].map(([zone, share]) => {
    const desired = share * endpoints;
    return { zone, desired, minimum: leastFor(desired) };
  });
  const spare = minimums.reduce((left, { minimum }) => left - minimum, endpoints);
  if (spare < 0) {
    const words = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold";
    return { message: `${words} ${counts}` };
  }
  return new Map(
    minimums.map(({ zone, desired, minimum }) => [
      zone,
      { maximum: minimum + spare, desired: Math.max(desired, minimum) },
    ]),
  );
}

function leastFor(desired: number): number {
  return Math.ceil(desired * (1 / (1 + overload)));
}

/** Whether some zone serves fewer endpoints than its share asks for. */
export function isOverloaded(served: Readonly<Record<string, number>>, shares: ZoneShares | undefined): boolean {
  const zones = Object.keys(served);
  if (zones.length === 0) return false;
  if (shares === undefined) return true;
  const total = zones.reduce((sum, zone) => sum + (served[zone] ?? 0), 0);
  return [...shares].some(([zone, share]) => !(zone in served) || (served[zone] ?? 0) < leastFor(total * share));
}
