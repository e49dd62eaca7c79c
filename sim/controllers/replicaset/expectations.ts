/**
 * Expectations: the creations and deletions that a ReplicaSet's controller has asked for and not seen yet, so that it does
 * not ask again on the ground of an old view.
 * Source: Kubernetes 1.32, pkg/controller/controller_utils.go (UIDTrackingControllerExpectations).
 * Left out: nothing.
 * Invariant: after five minutes an expectation binds no more.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Change } from "../../client/informer.ts";
import type { Io } from "../../time/component.ts";
import { type Duration, type Instant, minute } from "../../time/instant.ts";
import type { Table } from "../../time/table.ts";
import { controllerOf } from "../owner.ts";

interface ExpectationRow {
  readonly epoch: number;
  readonly creations: number;
  readonly deletions: number;
  readonly since: Instant;
}

const timeout = 5 * minute;

function rows(io: Io): Table<ExpectationRow> {
  return io.table<ExpectationRow>("replicaset expectations");
}

/** Uid of a pod whose deletion is expected → uid of the ReplicaSet. */
function expectedDeletions(io: Io): Table<string> {
  return io.table<string>("replicaset expected deletions");
}

function current(io: Io, uid: string): ExpectationRow | undefined {
  const row = rows(io).get(`${io.self}|${uid}`);
  return row?.epoch === io.epoch ? row : undefined;
}

/** How long expectations still bind; 0 when all that was asked for has been seen, or too long ago to wait for. */
export function expectationsLeft(io: Io, uid: string): Duration {
  const row = current(io, uid);
  if (row === undefined || (row.creations <= 0 && row.deletions <= 0)) return 0;
  return Math.max(0, row.since + timeout - io.now);
}

/** So many pods will be created. */
export function expectCreations(io: Io, uid: string, count: number): void {
  rows(io).set(`${io.self}|${uid}`, { epoch: io.epoch, creations: count, deletions: 0, since: io.now });
}

/** These pods will be deleted. */
export function expectDeletions(io: Io, uid: string, pods: readonly Pod[]): void {
  rows(io).set(`${io.self}|${uid}`, { epoch: io.epoch, creations: 0, deletions: pods.length, since: io.now });
  for (const pod of pods) expectedDeletions(io).set(`${io.self}|${pod.metadata.uid}`, uid);
}

/** So many of the expected creations were seen, or will not happen. */
export function lowerCreations(io: Io, uid: string, count: number): void {
  const row = current(io, uid);
  if (row !== undefined && row.creations > 0)
    rows(io).set(`${io.self}|${uid}`, { ...row, creations: row.creations - count });
}

/** The deletion of this pod was seen, or will not happen. */
export function lowerDeletion(io: Io, podUid: string): void {
  const key = `${io.self}|${podUid}`;
  const uid = expectedDeletions(io).get(key);
  if (uid === undefined) return;
  expectedDeletions(io).delete(key);
  const row = current(io, uid);
  if (row !== undefined) rows(io).set(`${io.self}|${uid}`, { ...row, deletions: row.deletions - 1 });
}

/** Takes in what the process sees of a pod; creations count for owners of this kind only. */
export function observePod(io: Io, change: Change, kind: string): void {
  const { metadata } = change.object;
  const deleting = change.type === "DELETED" || metadata.deletionTimestamp !== undefined;
  if (change.type === "ADDED" && !deleting) {
    const owner = controllerOf(change.object);
    if (owner?.kind === kind) lowerCreations(io, owner.uid, 1);
  }
  if (deleting) lowerDeletion(io, metadata.uid ?? "");
}

/** The ReplicaSet is gone. */
export function dropExpectations(io: Io, uid: string): void {
  rows(io).delete(`${io.self}|${uid}`);
}
