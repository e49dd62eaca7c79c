/**
 * Informers: what a process has seen of a resource so far, as client-go's shared informers keep it.
 * Source: Kubernetes 1.32, staging/src/k8s.io/client-go/tools/cache. Left out: resync, bookmarks.
 * An informer is not a copy of the objects but a cursor on the one store: what the process sees is the store at the
 * revision that its watch has delivered. A process that is cut off keeps its old cursor, and so its old view.
 * Invariant: a cursor only grows within one incarnation of a process.
 */
import { type InformerRow, type InformerRows, informersOf } from "../api/server/informer-rows.ts";
import { type DeliverBody, deadConnectionUs, type WatchBody } from "../api/server/protocol.ts";
import { changesBetween, objectAt, objectKey, objectsAt } from "../api/server/storage.ts";
import type { KubeObject } from "../api/types.ts";
import type { Io, LostBody } from "../time/component.ts";
import { second } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";
import { serverOf } from "./requests.ts";

/** One change of one object, as a handler gets it. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: string;
  /** The object now; its last state if it was deleted. */
  readonly object: T;
  /** The object before; undefined if it was added. */
  readonly previous: T | undefined;
}

const none: InformerRows = {};

function rowsOf(io: Io): InformerRows {
  return informersOf(io).get(io.self) ?? none;
}

function setRow(io: Io, resource: string, row: InformerRow): void {
  informersOf(io).set(io.self, { ...rowsOf(io), [resource]: row });
}

/** Starts to list and watch a resource. */
export function startInformer(io: Io, resource: string, field?: readonly [string, string]): void {
  setRow(io, resource, { cursor: -1, connected: true, ...(field && { field }) });
  sendWatch(io, resource, undefined, field);
}

function sendWatch(io: Io, resource: string, since: number | undefined, field?: readonly [string, string]): void {
  const body: WatchBody = {
    kind: "watch",
    resource,
    tellWhenLost: "sender",
    timeoutUs: deadConnectionUs,
    ...(field && { field }),
    ...(since !== undefined && { since }),
  };
  io.send(serverOf(io), body);
}

/** Revision that this process has seen of a resource; -1 if it has not listed it yet. */
export function seenRevision(io: Io, resource: string): number {
  return rowsOf(io)[resource]?.cursor ?? -1;
}

/** Whether all the resources have been listed (client-go's WaitForCacheSync). */
export function allSynced(io: Io, resources: readonly string[]): boolean {
  const rows = rowsOf(io);
  for (const resource of resources) if ((rows[resource]?.cursor ?? -1) < 0) return false;
  return true;
}

/** Takes a delivery in: moves the cursor and returns the changes, in order. A first list comes as ADDED ones. */
export function takeDelivery(io: Io, body: DeliverBody): Change[] {
  const row = rowsOf(io)[body.resource];
  // A message may overtake another; what the slower one tells is known by then.
  if (row === undefined || row.cursor >= body.upTo) return [];
  setRow(io, body.resource, { ...row, cursor: body.upTo });
  if (body.listed === true || row.cursor < 0) return listedChanges(io, body, row);
  const changed = row.cursor === body.from ? body.changes : changesBetween(io, body.resource, row.cursor, body.upTo);
  if (changed === undefined) return listedChanges(io, body, row);
  const changes: Change[] = [];
  for (const [key, revision] of changed) {
    const change = asChange(io, body, key, revision);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/** What a watch with this selector shows of a change: an object that begins to match is ADDED, one that stops DELETED. */
function asChange(io: Io, body: DeliverBody, key: string, revision: number): Change | undefined {
  const now = selected(objectAt(io, key, revision), body.field);
  const before = selected(objectAt(io, key, revision - 1), body.field);
  if (now === undefined) {
    return before && { type: "DELETED", resource: body.resource, object: before, previous: before };
  }
  return { type: before === undefined ? "ADDED" : "MODIFIED", resource: body.resource, object: now, previous: before };
}

function selected(
  object: KubeObject | undefined,
  field: readonly [string, string] | undefined,
): KubeObject | undefined {
  if (object === undefined || field === undefined) return object;
  let value: unknown = object;
  for (const part of field[0].split(".")) value = (value as Record<string, unknown> | undefined)?.[part];
  return (value ?? "") === field[1] ? object : undefined;
}

function listedChanges(io: Io, body: DeliverBody, before: InformerRow): Change[] {
  const { resource, field, upTo } = body;
  const changes: Change[] = [];
  const present = new Set<string>();
  for (const listed of objectsAt(io, resource, upTo, field)) {
    const object = selected(listed, field);
    if (object === undefined) continue;
    const key = objectKey(resource, object);
    present.add(key);
    const previous = before.cursor < 0 ? undefined : selected(objectAt(io, key, before.cursor), field);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
    const isSame = previous?.metadata.uid === object.metadata.uid;
    if (previous !== undefined && !isSame) changes.push({ type: "DELETED", resource, object: previous, previous });
    if (isSame) changes.push({ type: "MODIFIED", resource, object, previous });
    else changes.push({ type: "ADDED", resource, object, previous: undefined });
  }
  if (before.cursor < 0) return changes;
  for (const previous of objectsAt(io, resource, before.cursor, field)) {
    if (selected(previous, field) === undefined || present.has(objectKey(resource, previous))) continue;
    changes.push({ type: "DELETED", resource, object: previous, previous });
  }
  return changes;
}

/** The server closed its end, or it seems dead: asks for new watches from where these stood, after a delay. */
function reconnectAll(io: Io, delayUs: number): void {
  disconnectAll(io);
  io.after(delayUs, { kind: "rewatch" });
}

/** Sends the watches that are missing again, where the server can be reached; else a repair will call this anew. */
function rewatch(io: Io): void {
  if (!io.reachable(serverOf(io))) return;
  const rows = rowsOf(io);
  for (const resource of Object.keys(rows)) {
    const row = rows[resource] as InformerRow;
    if (row.connected) continue;
    setRow(io, resource, { ...row, connected: true });
    sendWatch(io, resource, row.cursor < 0 ? undefined : row.cursor, row.field);
  }
}

/** Handles the events that every client of the API server gets; false if this is another one. */
export function informerEvent(io: Io, body: Body): boolean {
  switch (body.kind) {
    case "closed":
      reconnectAll(io, reconnectDelayUs);
      return true;
    case "rewatch":
      rewatch(io);
      return true;
    case "connection dead":
      if (!io.reachable(serverOf(io))) disconnectAll(io);
      return true;
    case "lost": {
      const { kind } = (body as LostBody).body;
      if (kind !== "watch" && kind !== "closed") return false;
      reconnectAll(io, reconnectDelayUs);
      return true;
    }
    default:
      return false;
  }
}

/** Links or machines have changed: asks for missing watches, or begins to wait until the connection counts as dead. */
export function onDisturbed(io: Io): void {
  if (io.reachable(serverOf(io))) rewatch(io);
  else io.after(deadConnectionUs, { kind: "connection dead" });
}

function disconnectAll(io: Io): void {
  const rows = rowsOf(io);
  for (const resource of Object.keys(rows))
    setRow(io, resource, { ...(rows[resource] as InformerRow), connected: false });
}

/** Forgets all informers of this process: it ends. What they had seen need not be kept any longer. */
export function dropInformers(io: Io): void {
  informersOf(io).delete(io.self);
}

/** Reflector's first back-off between two tries to connect. */
const reconnectDelayUs = 1 * second;
