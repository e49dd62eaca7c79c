/**
 * Zones: how badly each is disrupted, and how fast its nodes may therefore be given up.
 * Source: Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go (ComputeZoneState, handleDisruption) and
 * scheduler/rate_limited_queue.go.
 * Left out: the 100 ms between two looks at the queues.
 * Invariant: at most one node of a zone is tainted per token; none while every zone is fully disrupted.
 */
import type { Node } from "../../api/kinds/node.ts";
import { type Instant, second } from "../../time/instant.ts";

/** How badly a zone is disrupted; Initial before its first tick. */
export type ZoneState = "Initial" | "Normal" | "FullDisruption" | "PartialDisruption";

/** A zone as it is remembered between ticks. */
export interface ZoneRow {
  readonly state: ZoneState;
  /** Time between two tokens; 0: none are given. */
  readonly interval: number;
  /** When the next token is there. */
  readonly tokenAt: Instant;
  /** Nodes to taint, first one first. */
  readonly queue: readonly string[];
}

const evictionInterval = 10 * second; // --node-eviction-rate 0.1 a second
const secondaryInterval = 100 * second; // --secondary-node-eviction-rate 0.01 a second
const largeZone = 50; // --large-cluster-size-threshold
const unhealthyPercent = 55; // --unhealthy-zone-threshold

/** A zone that was not seen before. */
export function newZone(now: Instant): ZoneRow {
  return { state: "Initial", interval: evictionInterval, tokenAt: now, queue: [] };
}

/** `region:NUL:zone`, the name of the zone of a node. */
export function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const region = labels["topology.kubernetes.io/region"] ?? "";
  const zone = labels["topology.kubernetes.io/zone"] ?? "";
  return region === "" && zone === "" ? "" : `${region}:\u0000:${zone}`;
}

/** The state that follows from the counts of ready and other nodes. */
export function zoneState(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return "FullDisruption";
  if (notReady > 2 && notReady * 100 >= unhealthyPercent * (ready + notReady)) return "PartialDisruption";
  return "Normal";
}

/** The zone in another state, with the rate that goes with it. */
export function inState(zone: ZoneRow, state: ZoneState, size: number, now: Instant): ZoneRow {
  const partial = size > largeZone ? secondaryInterval : 0;
  const interval = state === "PartialDisruption" ? partial : evictionInterval;
  return { ...withInterval(zone, interval, now), state };
}

/** The zone with another rate; a token that was not there before is not there now. */
export function withInterval(zone: ZoneRow, interval: number, now: Instant): ZoneRow {
  if (zone.interval === interval) return zone;
  const hadToken = zone.interval > 0 && zone.tokenAt <= now;
  return { ...zone, interval, tokenAt: hadToken ? now : now + interval };
}

/** Takes the first node of the queue if there is a token for it. */
export function takeNode(zone: ZoneRow, now: Instant): readonly [node: string | undefined, rest: ZoneRow] {
  const [first, ...queue] = zone.queue;
  if (first === undefined || zone.interval === 0 || zone.tokenAt > now) return [undefined, zone];
  return [first, { ...zone, queue, tokenAt: now + zone.interval }];
}
