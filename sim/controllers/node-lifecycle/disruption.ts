/**
 * What a tick does about zones: finds out their states, and stops giving up nodes when all of them look dead, since then the
 * fault is rather with the one who looks.
 * Source: Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go (handleDisruption).
 * Left out: zones of deleted nodes are kept.
 * Invariant: pure.
 */
import type { Node } from "../../api/kinds/node.ts";
import type { Instant } from "../../time/instant.ts";
import { inState, newZone, withInterval, type ZoneRow, type ZoneState, zoneOf, zoneState } from "./zones.ts";

/** A node with what this tick made of it. */
export interface Judged {
  readonly node: Node;
  readonly ready: boolean;
}

/** Zones after a tick. `entered`: all zones have just become fully disrupted; `left`: that has just ended. */
export interface Disruption {
  readonly zones: ReadonlyMap<string, ZoneRow>;
  readonly entered: boolean;
  readonly left: boolean;
}

/** The zones after a tick. */
export function disruptionOf(
  judged: readonly Judged[],
  before: ReadonlyMap<string, ZoneRow>,
  now: Instant,
): Disruption {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const { node, ready } of judged) {
    const zone = zoneOf(node);
    const count = counts.get(zone) ?? { ready: 0, notReady: 0 };
    counts.set(zone, { ready: count.ready + Number(ready), notReady: count.notReady + Number(!ready) });
  }
  const states = new Map<string, ZoneState>();
  for (const [zone, { ready, notReady }] of counts) states.set(zone, zoneState(ready, notReady));
  const allAre = [...states.values()].every((state) => state === "FullDisruption");
  const allWere = [...before.values()].every((zone) => zone.state === "FullDisruption") && before.size > 0;
  const zones = new Map(before);
  for (const zone of [...states.keys()].sort()) if (!zones.has(zone)) zones.set(zone, newZone(now));
  if (states.size === 0 || (allAre && allWere)) return { zones, entered: false, left: false };
  for (const [name, zone] of zones) {
    const count = counts.get(name) ?? { ready: 0, notReady: 0 };
    const state = states.get(name) ?? zone.state;
    if (allAre) zones.set(name, { ...withInterval(zone, 0, now), state: "FullDisruption", queue: [] });
    else if (allWere || state !== zone.state) zones.set(name, inState(zone, state, count.ready + count.notReady, now));
  }
  return { zones, entered: allAre, left: allWere };
}
