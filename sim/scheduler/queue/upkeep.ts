/**
 * The scheduling queue inside the running scheduler: its tables, its timers, and what cluster events do to it.
 * Source: Kubernetes 1.32, pkg/scheduler/backend/queue/scheduling_queue.go (`Run`) and eventhandlers.go.
 * Invariant: a timer is set for the earliest instant at which the queue changes by itself, and for no other.
 */
import type { Io, PeriodicBody } from "../../time/component.ts";
import { second } from "../../time/instant.ts";
import type { ClusterEvent } from "../events.ts";
import { backoffEndUs, type QueuedPod, type QueueTables } from "./queued-pod.ts";
import { moveOnEvent, nextBackoff } from "./scheduling-queue.ts";

const flushPeriod = 30 * second;

/** The queue's tables of this world. */
export function queueOf(io: Io): QueueTables & { readonly waitingCount: number } {
  const waiting = io.table<QueuedPod>("scheduler waiting");
  return {
    pods: io.table<QueuedPod>("scheduler pods"),
    waiting,
    active: io.sorted<string>("scheduler active"),
    backoff: io.sorted<string>("scheduler backoff"),
    waitingCount: waiting.size,
  };
}

/** Forgets the queue: the process starts anew. */
export function dropQueue(io: Io): void {
  io.table<QueuedPod>("scheduler pods").clear();
  io.table<QueuedPod>("scheduler waiting").clear();
  for (const name of ["scheduler active", "scheduler backoff"]) {
    const order = io.sorted<string>(name);
    for (const [key] of [...order.range("")]) order.delete(key);
  }
  io.table<number>("scheduler timers").clear();
}

/** Something happened that may help waiting pods. */
export function moveForPod(io: Io, event: ClusterEvent): void {
  const queue = queueOf(io);
  if (queue.waitingCount > 0) moveOnEvent(queue, event, [], io.now);
}

/** A pod that failed so often in a row will go on failing, e.g. where there is no node: nobody waits for it. */
const failuresAwaited = 8;

/** But for so long after a node has come, everybody is worth waiting for again. */
const hopeUs = 60 * second;

/** A node has come. */
export function noteNode(io: Io): void {
  io.table<number>("scheduler timers").set("node came", io.now);
}

/** Sets the timer for the end of the next back-off. */
export function armBackoff(io: Io): void {
  const next = nextBackoff(queueOf(io));
  const timers = io.table<number>("scheduler timers");
  if (next === undefined) return;
  const due = backoffEndUs(next);
  const hopeful = io.now - (timers.get("node came") ?? -hopeUs) < hopeUs;
  const awaited = hopeful || next.attempts <= failuresAwaited;
  const kind = awaited ? "awaited backoff" : "backoff";
  if (timers.get(kind) === due) return;
  timers.set(kind, due);
  const body: PeriodicBody = { kind: "flush backoff" };
  io.after(Math.max(0, due - io.now), awaited ? body : { ...body, periodic: true });
}

/** Sets the timer that tries pods again which no event has helped for five minutes; `fired`: the last one has just run. */
export function armUnschedulable(io: Io, fired: boolean): void {
  const timers = io.table<number>("scheduler timers");
  if (fired) timers.delete("unschedulable");
  if (timers.has("unschedulable") || queueOf(io).waitingCount === 0) return;
  timers.set("unschedulable", io.now);
  const body: PeriodicBody = { kind: "flush unschedulable", periodic: true };
  io.after(flushPeriod - (io.now % flushPeriod), body);
}
