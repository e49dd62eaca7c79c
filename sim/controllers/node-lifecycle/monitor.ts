/**
 * One look at all nodes: who has fallen silent, whose pods must leave, and how fast.
 * Source: Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go (monitorNodeHealth,
 * processTaintBaseEviction, doNoExecuteTaintingPass).
 * Left out: retries within a tick: what was not written is decided again at the next one.
 * Invariant: the eviction taint follows the condition that the tick found, not the one that it writes, so that a silent
 * node is tainted one tick after it is marked.
 */
import type { Node } from "../../api/kinds/node.ts";
import { type HeartbeatRow, heartbeatsTable, lastBeat } from "../../api/server/heartbeat.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import { serverOf } from "../../client/requests.ts";
import type { Io } from "../../time/component.ts";
import type { Instant } from "../../time/instant.ts";
import type { Table } from "../../time/table.ts";
import { disruptionOf, type Judged } from "./disruption.ts";
import { monitorPeriod, readyStatus, silenced, silentFrom } from "./health.ts";
import { type EvictionTaint, evictionTaint, evictionTaintOn } from "./taints.ts";
import { takeNode, type ZoneRow, zoneOf } from "./zones.ts";

/** What the monitor asks the controller to write. */
export interface MonitorWrites {
  /** The node fell silent: its conditions as they should be. `wasReady`: its pods are to be marked as well. */
  silence(node: Node, wasReady: boolean): void;
  /** The node's eviction taint is to be brought in line. */
  taint(node: string): void;
  /** The node is watched over from now on, or is no longer. `uid`: which node of that name. */
  watched(node: string, uid: string, change: "registered" | "removed"): void;
}

/** When the monitor must look again, if nothing else happens before; undefined: not for its own sake. */
export type NextLook = Instant | undefined;

function zonesOf(io: Io): Table<ZoneRow> {
  return io.table<ZoneRow>("node zones");
}

/** The nodes that this incarnation has registered, by name, with their uids (knownNodeSet). */
function knownOf(io: Io): Table<string> {
  return io.table<string>("known nodes");
}

function wantedOf(io: Io): Table<EvictionTaint | "none"> {
  return io.table<EvictionTaint | "none">("eviction taints");
}

/** A new incarnation knows nothing of zones and queues. */
export function forgetZones(io: Io): void {
  zonesOf(io).clear();
  knownOf(io).clear();
  wantedOf(io).clear();
}

/** The eviction taint that a node should have: as decided, else the one that it has. */
export function wantedEviction(io: Io, node: Node): EvictionTaint | undefined {
  const decided = wantedOf(io).get(node.metadata.name);
  if (decided === undefined) return evictionTaintOn(node);
  return decided === "none" ? undefined : decided;
}

/** The node is gone. */
export function forgetNode(io: Io, node: string): void {
  wantedOf(io).delete(node);
}

/** Tells of nodes that have come and gone since the last tick (classifyNodes). */
function classify(io: Io, nodes: readonly Node[], writes: MonitorWrites): void {
  const known = knownOf(io);
  for (const { metadata } of nodes) {
    if (known.has(metadata.name)) continue;
    known.set(metadata.name, metadata.uid ?? "");
    writes.watched(metadata.name, metadata.uid ?? "", "registered");
  }
  if (known.size === nodes.length) return;
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const [name, uid] of [...known.entries()]) {
    if (names.has(name)) continue;
    known.delete(name);
    writes.watched(name, uid, "removed");
  }
}

/** Runs one tick; `since`: from when on nodes are watched. `watchAnew` is called when silence must be counted anew. */
export function monitor(io: Io, since: Instant, writes: MonitorWrites, watchAnew: () => void): NextLook {
  const nodes = listAll<Node>(io, "nodes");
  classify(io, nodes, writes);
  const heartbeats = io.table<HeartbeatRow>(heartbeatsTable);
  const judged: Judged[] = [];
  let next: NextLook;
  const lookAt = (instant: Instant) => {
    next = next === undefined ? instant : Math.min(next, instant);
  };
  for (const node of nodes) {
    const lease = lastBeat(heartbeats, node.metadata.name, io.now);
    const silent = silentFrom(node, lease, since);
    const observed = readyStatus(node);
    const marked = io.now >= silent ? silenced(node, io.now) : node;
    if (marked !== node) {
      writes.silence(marked, observed === "True");
      lookAt(io.now + monitorPeriod);
    } else if (io.now < silent && !isSteady(io, heartbeats.get(node.metadata.name), node.metadata.name)) lookAt(silent);
    judged.push({ node, ready: readyStatus(marked) === "True" });
  }
  const before = new Map(zonesOf(io).entries());
  const { zones, entered, left } = disruptionOf(judged, before, io.now);
  for (const [name, zone] of zones) zonesOf(io).set(name, zone);
  for (const { node } of judged) decideEviction(io, node, entered ? "True" : readyStatus(node), writes);
  if (left) {
    watchAnew();
    lookAt(io.now + monitorPeriod);
  }
  return next;
}

/** Whether a node's signs of life will go on: as its heartbeat says, or in eager mode, where each is an event, as things stand. */
function isSteady(io: Io, heartbeat: HeartbeatRow | undefined, node: string): boolean {
  const kubelet = `kubelet/${node}`;
  if (!io.eager) return heartbeat?.steady === true;
  return heartbeat !== undefined && io.reachable(kubelet, kubelet) && io.reachable(serverOf(io), kubelet);
}

/** Queues a node that must be tainted; frees one that must not; swaps one taint for the other at once. */
function decideEviction(io: Io, node: Node, observed: "True" | "False" | "Unknown", writes: MonitorWrites): void {
  const { name } = node.metadata;
  const has = evictionTaintOn(node);
  const wanted = evictionTaint(observed);
  const zone = zonesOf(io).get(zoneOf(node)) as ZoneRow;
  if (wanted !== undefined && has === undefined) {
    if (wantedOf(io).get(name) === wanted || zone.queue.includes(name)) return;
    zonesOf(io).set(zoneOf(node), { ...zone, queue: [...zone.queue, name] });
    return;
  }
  if (zone.queue.includes(name)) {
    zonesOf(io).set(zoneOf(node), { ...zone, queue: zone.queue.filter((other) => other !== name) });
  }
  if ((wantedOf(io).get(name) ?? has ?? "none") === (wanted ?? "none")) return;
  wantedOf(io).set(name, wanted ?? "none");
  writes.taint(name);
}

/** Taints queued nodes as far as their zones' tokens reach. Returns when the next token for one is there. */
export function drainQueues(io: Io, writes: MonitorWrites): NextLook {
  let next: NextLook;
  for (const [name, zone] of zonesOf(io).entries()) {
    let rest = zone;
    for (;;) {
      const [taken, after] = takeNode(rest, io.now);
      if (taken === undefined) break;
      rest = after;
      const node = lookUp<Node>(io, "nodes", "", taken);
      const wanted = node && evictionTaint(readyStatus(node));
      if (wanted === undefined) continue;
      wantedOf(io).set(taken, wanted);
      writes.taint(taken);
    }
    zonesOf(io).set(name, rest);
    if (rest.queue.length > 0 && rest.interval > 0) next = Math.min(next ?? rest.tokenAt, rest.tokenAt);
  }
  return next;
}
