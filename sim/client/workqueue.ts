/**
 * Workqueues: keys to reconcile, each at most once in the queue, with delays and per-key back-off.
 * Source: Kubernetes 1.32, staging/src/k8s.io/client-go/util/workqueue. The timeline itself holds the queue: a queued
 * key is one pending event. Left out: limits on the number of workers.
 * Invariant: a key is handed out at its due time and at no other: an event of an adding that an earlier one overtook
 * finds another due time, or none, and is stale.
 */
import type { Io } from "../time/component.ts";
import { type Duration, millisecond, second } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";

/** A key whose turn it is. */
export interface WorkBody extends Body {
  readonly kind: "work";
  readonly controller: string;
  readonly key: string;
  readonly periodic?: true;
}

interface QueueRow {
  /** When it is due; -1 while the key is not queued but has failures to remember. */
  readonly due: number;
  readonly failures: number;
}

const idle: QueueRow = { due: -1, failures: 0 };
const backoffFirst = 5 * millisecond;
const backoffMax = 1000 * second;
/** A key that failed this often in a row is retried for ever; `settle` does not wait for it any more. */
const hopelessFailures = 8;

function rowKey(io: Io, controller: string, key: string): string {
  return `${io.self}|${controller}|${key}`;
}

/** Adds a key now; nothing happens if it is queued for as early already. */
export function enqueue(io: Io, controller: string, key: string): void {
  enqueueAfter(io, controller, key, io.latency("reconcile"));
}

/** Adds a key after a delay. An earlier due time wins. `periodic`: `settle` need not wait for it. */
export function enqueueAfter(io: Io, controller: string, key: string, delay: Duration, periodic?: boolean): void {
  const table = io.table<QueueRow>("workqueues");
  const name = rowKey(io, controller, key);
  const row = table.get(name) ?? idle;
  const due = io.now + delay;
  if (row.due >= 0 && row.due <= due) return;
  table.set(name, { due, failures: row.failures });
  const body: WorkBody =
    periodic === true ? { kind: "work", controller, key, periodic } : { kind: "work", controller, key };
  io.after(delay, body);
}

/** Adds a key that failed, later with each failure: 5 ms, 10 ms, 20 ms … up to 1000 s. */
export function enqueueRateLimited(io: Io, controller: string, key: string): void {
  const table = io.table<QueueRow>("workqueues");
  const name = rowKey(io, controller, key);
  const row = table.get(name) ?? idle;
  const delay = Math.min(backoffMax, backoffFirst * 2 ** Math.min(row.failures, 30));
  table.set(name, { due: row.due, failures: row.failures + 1 });
  enqueueAfter(io, controller, key, delay, row.failures >= hopelessFailures || undefined);
}

/** Takes a key whose turn it is out of the queue; false if the event is stale. */
export function takeWork(io: Io, body: WorkBody): boolean {
  const table = io.table<QueueRow>("workqueues");
  const name = rowKey(io, body.controller, body.key);
  const row = table.get(name);
  if (row === undefined || row.due !== io.now) return false;
  if (row.failures === 0) table.delete(name);
  else table.set(name, { due: -1, failures: row.failures });
  return true;
}

/** The key was reconciled without an error: its back-off starts anew. */
export function forget(io: Io, controller: string, key: string): void {
  const table = io.table<QueueRow>("workqueues");
  const name = rowKey(io, controller, key);
  const row = table.get(name);
  if (row === undefined || row.failures === 0) return;
  if (row.due < 0) table.delete(name);
  else table.set(name, { due: row.due, failures: 0 });
}

/** Forgets the queues of this process: it starts anew. */
export function dropQueues(io: Io): void {
  const table = io.table<QueueRow>("workqueues");
  const prefix = `${io.self}|`;
  for (const key of table.keys()) if (key.startsWith(prefix)) table.delete(key);
}
