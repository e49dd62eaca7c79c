/**
 * The watch cache's other half: who watches what, and handing changes out to just those.
 * Source: Kubernetes 1.32, staging/src/k8s.io/apiserver/pkg/storage/cacher. Left out: bookmarks.
 * A change costs as many deliveries as there are interested watchers; watchers with a field selector are found by its
 * value, so that a pod's change reaches its own node's kubelet and no other.
 * Invariant: a watcher's cursor is the revision up to which it has been sent everything; one that can't be reached keeps
 * its cursor until it can.
 */
import type { Version } from "../../etcd/version.ts";
import type { Io, LostBody } from "../../time/component.ts";
import { second } from "../../time/instant.ts";
import type { KubeObject } from "../types.ts";
import { indexObject } from "./indices.ts";
import { informersOf } from "./informer-rows.ts";
import { type ClosedBody, type DeliverBody, deadConnectionUs, type WatchBody } from "./protocol.ts";
import { changesBetween, resourceOfKey, storeOf } from "./storage.ts";

interface WatchRow {
  readonly client: string;
  /** Incarnation of the client that opened it: its connection ends with it. */
  readonly epoch: number;
  readonly resource: string;
  readonly field?: readonly [string, string];
  /** -1: not even the list has arrived. */
  readonly cursor: number;
  /** Something that was due has not reached the client. */
  readonly stalled: boolean;
}

type Changed = readonly [string, number];

function watches(io: Io) {
  return io.table<WatchRow>("watches");
}

function routes(io: Io) {
  return io.table<readonly string[]>("watch routes");
}

function watchKey(io: Io, client: string, resource: string): string {
  return `${io.self}|${client}|${resource}`;
}

function routeKey(io: Io, resource: string, field?: readonly [string, string]): string {
  return field === undefined ? `${io.self}|${resource}` : `${io.self}|${resource}|${field[0]}=${field[1]}`;
}

/** Begins to serve a watch: a list first, or what has changed since the revision that the client names. */
export function openWatch(io: Io, body: WatchBody): void {
  const { resource, field, since } = body;
  const key = watchKey(io, io.from, resource);
  const client = { client: io.from, epoch: io.epochOf(io.from) };
  const row: WatchRow = { ...client, resource, cursor: since ?? -1, stalled: false, ...(field && { field }) };
  if (!watches(io).has(key)) {
    const route = routeKey(io, resource, field);
    routes(io).set(route, [...(routes(io).get(route) ?? []), key]);
  }
  const object = field === undefined ? resource : `${resource} with ${field[0]}=${field[1]}`;
  io.note("watch", "", "", `${io.from} watches ${object} ${since === undefined ? "after a list" : `since ${since}`}`);
  catchUp(io, key, row);
}

/** Sends a client what has changed since its cursor, or the whole state where that is not known any more. */
function catchUp(io: Io, key: string, row: WatchRow): void {
  const upTo = storeOf(io).revision;
  const from = row.cursor;
  const changes = from < 0 ? undefined : changesBetween(io, row.resource, from, upTo);
  watches(io).set(key, { ...row, stalled: false, cursor: changes?.length === 0 ? from : upTo });
  if (changes === undefined) deliver(io, row, { from: -1, upTo, changes: [], listed: true });
  else if (changes.length > 0) deliver(io, row, { from, upTo, changes });
}

/** How long until a packet that was lost on an open connection is sent again (TCP's first retransmission time-out). */
const resendUs = 1 * second;

function deliver(io: Io, row: WatchRow, what: Pick<DeliverBody, "from" | "upTo" | "changes" | "listed">): void {
  const body: DeliverBody = {
    kind: "deliver",
    resource: row.resource,
    ...what,
    ...(row.field && { field: row.field }),
    tellWhenLost: "sender",
    timeoutUs: resendUs,
  };
  io.reply(row.client, row.epoch, body);
}

/** Hands out everything that was committed after the last time; `causeOf` knows the step behind a revision. */
export function fanOut(io: Io, causeOf: (revision: number) => number): void {
  const fanned = io.table<number>("fanned revisions");
  const store = storeOf(io);
  const after = fanned.get(io.self) ?? 0;
  const changes = store.changesSince(after) ?? [];
  fanned.set(io.self, store.revision);
  const due = new Map<string, Changed[]>();
  for (const change of changes) route(io, change, due);
  for (const [key, list] of due) {
    io.because(causeOf((list[0] as Changed)[1]));
    hand(io, key, list);
  }
}

function route(io: Io, change: Version<KubeObject>, due: Map<string, Changed[]>): void {
  const resource = resourceOfKey(change.key);
  if (resource === undefined) return;
  const { value, older } = change;
  if (value !== undefined) indexObject(io, resource, change.key, value, older?.value);
  const changed: Changed = [change.key, change.modRevision];
  add(io, due, routeKey(io, resource), changed);
  if (resource === "nodes") {
    const name = change.key.slice(change.key.lastIndexOf("/") + 1);
    return add(io, due, routeKey(io, resource, ["metadata.name", name]), changed);
  }
  if (resource !== "pods") return;
  const now = nodeName(value);
  const before = nodeName(older?.value);
  if (before !== "" && before !== now) add(io, due, routeKey(io, resource, ["spec.nodeName", before]), changed);
  if (now !== "") add(io, due, routeKey(io, resource, ["spec.nodeName", now]), changed);
}

function nodeName(object: KubeObject | undefined): string {
  return (object as { readonly spec?: { readonly nodeName?: string } } | undefined)?.spec?.nodeName ?? "";
}

function add(io: Io, due: Map<string, Changed[]>, routeName: string, changed: Changed): void {
  const keys = routes(io).get(routeName);
  if (keys === undefined) return;
  for (const key of keys) {
    const list = due.get(key);
    if (list === undefined) due.set(key, [changed]);
    else list.push(changed);
  }
}

function hand(io: Io, key: string, changes: readonly Changed[]): void {
  const row = watches(io).get(key) as WatchRow;
  if (row.epoch !== io.epochOf(row.client)) return closeWatch(io, key, row);
  if (row.stalled) return;
  if (!io.reachable(row.client)) {
    watches(io).set(key, { ...row, stalled: true });
    return;
  }
  const upTo = (changes[changes.length - 1] as Changed)[1];
  watches(io).set(key, { ...row, cursor: upTo });
  deliver(io, row, { from: row.cursor, upTo, changes });
}

/** Something about links or machines has changed: sends what stalled watchers have missed, if they can be reached now. */
export function retryStalled(io: Io): void {
  for (const [key, row] of watches(io).entries()) if (row.stalled && key.startsWith(`${io.self}|`)) retry(io, key, row);
}

function retry(io: Io, key: string, row: WatchRow): void {
  if (row.epoch !== io.epochOf(row.client)) return closeWatch(io, key, row);
  if (io.reachable(row.client)) catchUp(io, key, row);
}

/** A delivery was lost on the way: the client still stands where it stood, and gets it again when it can be reached. */
export function deliveryLost(io: Io, { body, peer }: LostBody): void {
  const { resource, from } = body as DeliverBody;
  const key = watchKey(io, peer, resource);
  const row = watches(io).get(key);
  if (row === undefined || row.epoch !== io.epochOf(peer)) return;
  const stalled = { ...row, stalled: true, cursor: Math.min(row.cursor, from) };
  watches(io).set(key, stalled);
  retry(io, key, stalled);
}

/** The client has ended, and with it its connection. */
function closeWatch(io: Io, key: string, { resource, field }: WatchRow): void {
  watches(io).delete(key);
  const route = routeKey(io, resource, field);
  const others = (routes(io).get(route) ?? []).filter((other) => other !== key);
  if (others.length > 0) routes(io).set(route, others);
  else routes(io).delete(route);
}

/**
 * Moves those forward for whom nothing has changed, so that old revisions need not be kept for them. Models the
 * bookmarks of a watch; as they change nothing that anybody sees, they are no messages here.
 */
export function bookmark(io: Io): void {
  const informers = informersOf(io);
  const upTo = io.table<number>("fanned revisions").get(io.self) ?? 0;
  for (const [key, row] of watches(io).entries()) {
    if (row.stalled || row.cursor >= upTo || !key.startsWith(`${io.self}|`) || !io.reachable(row.client)) continue;
    const rows = informers.get(row.client);
    const informer = rows?.[row.resource];
    if (informer?.cursor !== row.cursor || row.epoch !== io.epochOf(row.client)) continue;
    informers.set(row.client, { ...rows, [row.resource]: { ...informer, cursor: upTo } });
    watches(io).set(key, { ...row, cursor: upTo });
  }
}

/** The server ends: its clients' connections are closed, and it remembers nobody. */
export function closeWatches(io: Io): void {
  const told = new Set<string>();
  for (const [key, row] of watches(io).entries()) {
    if (!key.startsWith(`${io.self}|`)) continue;
    watches(io).delete(key);
    // A watch of an incarnation that has ended says nothing about the connection of the present one.
    if (told.has(row.client) || row.epoch !== io.epochOf(row.client)) continue;
    told.add(row.client);
    const closed: ClosedBody = { kind: "closed", tellWhenLost: "receiver", timeoutUs: deadConnectionUs };
    io.reply(row.client, row.epoch, closed);
  }
  for (const key of routes(io).keys()) if (key.startsWith(`${io.self}|`)) routes(io).delete(key);
}
