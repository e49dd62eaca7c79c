/**
 * What an API server does to etcd now and then: compaction every five minutes, and the end of Events after an hour.
 * Source: Kubernetes 1.32, apiserver pkg/storage/etcd3/compact.go; --event-ttl=1h. Left out: leases shared by Events of a
 * minute: here the time of an Event's last write decides by itself.
 * A round is set only when there is something to do later, so an idle cluster has none.
 * Invariant: no revision that an informer still stands on is compacted.
 */
import { etcdStore } from "../../etcd/member.ts";
import type { Io, PeriodicBody } from "../../time/component.ts";
import { hour, minute, parseRfc3339, wallMs } from "../../time/instant.ts";
import type { Table } from "../../time/table.ts";
import type { KubeObject } from "../types.ts";
import { unindexObject } from "./indices.ts";
import { informersOf } from "./informer-rows.ts";
import { listPrefix, resourceOfKey, storeOf } from "./storage.ts";
import { bookmark } from "./watches.ts";

const compactionPeriod = 5 * minute;
const eventTtlMs = (1 * hour) / 1000;

interface MaintenanceRow {
  /** Revision at the last round: what the next one compacts to. */
  readonly revision: number;
  readonly armed: boolean;
}

function rowOf(io: Io): MaintenanceRow {
  return io.table<MaintenanceRow>("maintenance").get(io.self) ?? { revision: 0, armed: false };
}

/** Sets the next round if none is set: at the next whole five minutes. */
export function armMaintenance(io: Io): void {
  const row = rowOf(io);
  if (row.armed) return;
  io.table<MaintenanceRow>("maintenance").set(io.self, { ...row, armed: true });
  const body: PeriodicBody = { kind: "maintain", periodic: true };
  io.after(compactionPeriod - (io.now % compactionPeriod), body);
}

/** The server has just started: no round is set, and old Events may be waiting for one. */
export function startMaintenance(io: Io): void {
  const row = rowOf(io);
  io.table<MaintenanceRow>("maintenance").set(io.self, { ...row, armed: false });
  if (etcdStore(io).revision > row.revision || row.armed) armMaintenance(io);
}

/** One round. The next is set if this one found something that will be due later. */
export function maintain(io: Io): void {
  const before = rowOf(io);
  if (!io.reachable(`etcd/${io.machine}`)) {
    io.table<MaintenanceRow>("maintenance").set(io.self, { ...before, armed: false });
    return armMaintenance(io);
  }
  bookmark(io);
  const store = etcdStore(io);
  const events = expireEvents(io);
  compactTo(io, Math.min(before.revision, slowestCursor(io)));
  const again = events > 0 || store.revision > before.revision;
  io.table<MaintenanceRow>("maintenance").set(io.self, { revision: store.revision, armed: false });
  if (again) armMaintenance(io);
}

/** Deletes Events that nobody has written for an hour; returns how many are left. */
function expireEvents(io: Io): number {
  const store = storeOf(io);
  let left = 0;
  for (const version of listPrefix(io, "/registry/events/")) {
    const { metadata, lastTimestamp } = version.value as KubeObject & { readonly lastTimestamp?: string | null };
    const written = parseRfc3339(lastTimestamp ?? metadata.creationTimestamp ?? "");
    if (wallMs(io.now) - written >= eventTtlMs) store.commit([{ key: version.key, value: undefined }]);
    else left += 1;
  }
  return left;
}

function compactTo(io: Io, revision: number): void {
  const store = storeOf(io);
  if (revision <= store.compactedRevision || revision > store.revision) return;
  for (const change of store.changesSince(store.compactedRevision) ?? []) {
    if (change.modRevision > revision) break;
    const resource = resourceOfKey(change.key);
    const last = change.older?.value;
    if (
      change.value === undefined &&
      last !== undefined &&
      resource !== undefined &&
      store.version(change.key) === undefined
    ) {
      unindexObject(io, resource, change.key, last);
    }
  }
  store.compact(revision);
  io.note("compact", "", "", `compacted to revision ${revision}`);
}

/**
 * Revisions that somebody stands on who is no informer, by any name, e.g. the rules that an ended kube-proxy has left
 * behind: kept until the row is deleted.
 */
export function pinnedRevisions(io: Io): Table<number> {
  return io.table<number>("pinned revisions");
}

/** The oldest revision that any informer stands on, or that is pinned. */
function slowestCursor(io: Io): number {
  let slowest = Number.MAX_SAFE_INTEGER;
  for (const [, revision] of pinnedRevisions(io).entries()) slowest = Math.min(slowest, revision);
  for (const [, rows] of informersOf(io).entries()) {
    for (const resource of Object.keys(rows)) {
      const cursor = rows[resource]?.cursor ?? -1;
      if (cursor >= 0) slowest = Math.min(slowest, cursor);
    }
  }
  return slowest;
}
