/**
 * What is remembered of Services with zone hints: whether they have some, how many endpoints serve each zone, and the
 * shares of the zones.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/topologycache/topologycache.go and the node handlers of
 * pkg/controller/endpointslice/endpointslice_controller.go.
 * Left out: nothing. The shares are counted when a hinted Service asks for them, not at every change of a Node.
 * Invariant: an Event about hints is recorded when they begin, cannot be given, or end.
 */
import type { Node } from "../../api/kinds/node.ts";
import type { Service } from "../../api/kinds/service.ts";
import { keyOf } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll } from "../../client/lister.ts";
import type { EventText } from "../../client/recorder.ts";
import type { Io } from "../../time/component.ts";
import { ZONE_LABEL } from "./endpoint.ts";
import { hintByShares, hintOwnZones, removeHints, wantsZoneHints } from "./hints.ts";
import type { SlicePlan } from "./plan.ts";
import { isNodeReady, isOverloaded, zoneShares } from "./zone-shares.ts";

interface HintedRow {
  readonly epoch: number;
  readonly served: Readonly<Record<string, number>>;
}

function hintedServices(io: Io) {
  return io.table<HintedRow>("endpointslice zone hints");
}

function rowKey(io: Io, key: string): string {
  return `${io.self}|${key}`;
}

function isHinted(io: Io, key: string): boolean {
  return hintedServices(io).get(rowKey(io, key))?.epoch === io.epoch;
}

const addressType = ", addressType: IPv4";

/** Puts the hints that the Service asks for into the plan; returns what is to be recorded about it. */
export function planHints(io: Io, service: Service, plan: SlicePlan): readonly EventText[] {
  const key = keyOf(service);
  if (wantsZoneHints(service)) {
    const outcome = hintByShares(plan, service, zoneShares(listAll<Node>(io, "nodes")));
    if (outcome.kind === "disabled") {
      dropHints(io, key);
      return [{ type: "Warning", reason: "TopologyAwareHintsDisabled", message: outcome.message + addressType }];
    }
    const before = isHinted(io, key);
    hintedServices(io).set(rowKey(io, key), { epoch: io.epoch, served: outcome.served });
    const message = `Topology Aware Hints has been enabled${addressType}`;
    return before ? [] : [{ type: "Normal", reason: "TopologyAwareHintsEnabled", message }];
  }
  const ended = isHinted(io, key);
  dropHints(io, key);
  if (service.spec.trafficDistribution === "PreferClose") hintOwnZones(plan, service);
  else removeHints(plan, service);
  const message = `Topology Aware Hints has been disabled${addressType}`;
  return ended ? [{ type: "Warning", reason: "TopologyAwareHintsDisabled", message }] : [];
}

/** The Service has no zone hints any more. */
export function dropHints(io: Io, key: string): void {
  hintedServices(io).delete(rowKey(io, key));
}

/** Keys of the hinted Services that a change of a Node leaves with too few endpoints in some zone. */
export function overloadedBy(io: Io, { type, object, previous }: Change): readonly string[] {
  if (hintedServices(io).size === 0 || (type === "MODIFIED" && !hasMoved(object as Node, previous as Node))) return [];
  const shares = zoneShares(listAll<Node>(io, "nodes"));
  const keys: string[] = [];
  for (const [name, { epoch, served }] of hintedServices(io).entries()) {
    const isOwn = name.startsWith(`${io.self}|`) && epoch === io.epoch;
    if (isOwn && isOverloaded(served, shares)) keys.push(name.slice(io.self.length + 1));
  }
  return keys;
}

function hasMoved(now: Node, before: Node): boolean {
  return (
    isNodeReady(now) !== isNodeReady(before) ||
    now.metadata.labels?.[ZONE_LABEL] !== before.metadata.labels?.[ZONE_LABEL]
  );
}
