/**
 * Informers: what a process has seen of a resource so far, as client-go's shared informers keep it.
 * Source: Kubernetes 1.32, staging/src/k8s.io/client-go/tools/cache. Left out: resync, bookmarks.
 * An informer is not a copy of the objects but a cursor on the one store: what the process sees is the store at the
 * revision that its watch has delivered. A process that is cut off keeps its old cursor, and so its old view.
 * Invariant: a cursor only grows within one incarnation of a process.
 */
import { objectAt, resourcePrefix, storageKey, storeOf } from "../api/server/storage.ts";
import type { DeliverBody, WatchBody } from "../api/server/protocol.ts";
import { deadConnectionUs } from "../api/server/protocol.ts";
import type { KubeObject } from "../api/types.ts";
import type { Io } from "../time/component.ts";
import { second } from "../time/instant.ts";
import type { Table } from "../time/table.ts";
import { serverOf } from "./requests.ts";

interface InformerRow {
  /** Revision that the process has seen of this resource; -1 until the first list. */
  readonly cursor: number;
  readonly field?: readonly [string, string];
  /** False while the process knows that it has no watch and has not asked for a new one. */
  readonly connected: boolean;
}

/** One change of one object, as a handler gets it. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: string;
  /** The object now; its last state if it was deleted. */
  readonly object: T;
  /** The object before; undefined if it was added. */
  readonly previous: T | undefined;
}

function rows(io: Io): Table<InformerRow> {
  return io.table<InformerRow>("informers");
}

function rowKey(self: string, resource: string): string {
  return `${self}|${resource}`;
}

/** Starts to list and watch a resource. */
export function startInformer(io: Io, resource: string, field?: readonly [string, string]): void {
  rows(io).set(rowKey(io.self, resource), { cursor: -1, connected: true, ...(field && { field }) });
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
  return rows(io).get(rowKey(io.self, resource))?.cursor ?? -1;
}

/** Whether all the resources have been listed (client-go's WaitForCacheSync). */
export function allSynced(io: Io, resources: readonly string[]): boolean {
  return resources.every((resource) => seenRevision(io, resource) >= 0);
}

/** Takes a delivery in: moves the cursor and returns the changes, in order. A first list comes as ADDED ones. */
export function takeDelivery(io: Io, body: DeliverBody): Change[] {
  const table = rows(io);
  const key = rowKey(io.self, body.resource);
  const row = table.get(key);
  if (row === undefined || (row.cursor >= body.upTo && body.listed === undefined)) return [];
  table.set(key, { ...row, cursor: body.upTo, connected: true });
  if (body.listed === true) return listedChanges(io, body, row);
  const revisions = row.cursor === body.from ? body.revisions : revisionsBetween(io, row.cursor, body);
  const changes: Change[] = [];
  for (const revision of revisions) for (const change of changesAt(io, body, revision)) changes.push(change);
  return changes;
}

function revisionsBetween(io: Io, cursor: number, body: DeliverBody): number[] {
  const prefix = resourcePrefix(body.resource);
  const revisions: number[] = [];
  for (const change of storeOf(io).changesSince(cursor)) {
    if (change.revision > body.upTo) break;
    if (change.key.startsWith(prefix) && revisions[revisions.length - 1] !== change.revision) revisions.push(change.revision);
  }
  return revisions;
}

function changesAt(io: Io, body: DeliverBody, revision: number): Change[] {
  const prefix = resourcePrefix(body.resource);
  const changes: Change[] = [];
  for (const change of storeOf(io).changesAt(revision)) {
    if (!change.key.startsWith(prefix)) continue;
    const found = asChange(io, body, change.key, revision);
    if (found !== undefined) changes.push(found);
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

function selected(object: KubeObject | undefined, field: readonly [string, string] | undefined): KubeObject | undefined {
  if (object === undefined || field === undefined) return object;
  return matchesField(object, field) ? object : undefined;
}

/** Whether an object matches one field selector that watches route by. */
export function matchesField(object: KubeObject, field: readonly [string, string]): boolean {
  let value: unknown = object;
  for (const part of field[0].split(".")) value = (value as Record<string, unknown> | undefined)?.[part];
  return (value ?? "") === field[1];
}

function listedChanges(io: Io, body: DeliverBody, before: InformerRow): Change[] {
  const changes: Change[] = [];
  const present = new Set<string>();
  for (const object of objectsAt(io, body, body.upTo)) {
    const key = storageKey(body.resource, object.metadata.namespace ?? "", object.metadata.name);
    present.add(key);
    const previous = before.cursor < 0 ? undefined : selected(objectAt(io, key, before.cursor), body.field);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
    changes.push({ type: previous === undefined ? "ADDED" : "MODIFIED", resource: body.resource, object, previous });
  }
  if (before.cursor < 0) return changes;
  for (const previous of objectsAt(io, body, before.cursor)) {
    const key = storageKey(body.resource, previous.metadata.namespace ?? "", previous.metadata.name);
    if (!present.has(key)) changes.push({ type: "DELETED", resource: body.resource, object: previous, previous });
  }
  return changes;
}

function objectsAt(io: Io, body: DeliverBody, revision: number): KubeObject[] {
  const objects: KubeObject[] = [];
  for (const version of storeOf(io).versionsWithPrefix(resourcePrefix(body.resource), revision)) {
    const object = selected(objectAt(io, version.key, revision), body.field);
    if (object !== undefined) objects.push(object);
  }
  return objects;
}

/** The server closed its end: asks for a new watch from where this one stood, a second later. */
export function reconnectAll(io: Io, delayUs: number): void {
  const prefix = `${io.self}|`;
  const table = rows(io);
  let armed = false;
  for (const key of table.keys()) {
    const row = table.get(key);
    if (row === undefined || !key.startsWith(prefix)) continue;
    table.set(key, { ...row, connected: false });
    armed = true;
  }
  if (armed) io.after(delayUs, { kind: "rewatch" });
}

/** Sends the watches that are missing again, where the server can be reached; else a repair will call this anew. */
export function rewatch(io: Io): void {
  if (!io.reachable(serverOf(io))) return;
  const prefix = `${io.self}|`;
  const table = rows(io);
  for (const key of table.keys()) {
    if (!key.startsWith(prefix)) continue;
    const row = table.get(key) as InformerRow;
    if (row.connected) continue;
    table.set(key, { ...row, connected: true });
    sendWatch(io, key.slice(prefix.length), row.cursor < 0 ? undefined : row.cursor, row.field);
  }
}

/** Forgets all informers of this process: it starts anew. */
export function dropInformers(io: Io): void {
  const prefix = `${io.self}|`;
  const table = rows(io);
  for (const key of table.keys()) if (key.startsWith(prefix)) table.delete(key);
}

/** Reflector's first back-off between two tries to connect. */
export const reconnectDelayUs = 1 * second;
