/**
 * The ticks of the node monitor: every 5 s from the start of the process, but events only where something can come of them.
 * Models the monitor loop of Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go (Run).
 * Left out: drift.
 * Invariant: eager mode runs every tick, lazy mode only those that were asked for; a tick runs once at most.
 */
import type { ControllerTimer } from "../../client/controller.ts";
import type { Io } from "../../time/component.ts";
import type { Instant } from "../../time/instant.ts";
import { monitorPeriod, tickAtOrAfter } from "./health.ts";

interface TickRow {
  readonly epoch: number;
  /** Instant of the first tick. */
  readonly start: Instant;
  /** Signs of life before this do not count: the process did not look then, or looked at a broken world. */
  readonly since: Instant;
  /** The tick that is armed; -1 if none. */
  readonly armed: Instant;
  /** It is armed for something that may come of it, so that `settle` waits for it. */
  readonly awaited: boolean;
  readonly last: Instant;
}

function row(io: Io): TickRow | undefined {
  const found = io.table<TickRow>("node monitor").get(io.self);
  return found?.epoch === io.epoch ? found : undefined;
}

function set(io: Io, next: TickRow): void {
  io.table<TickRow>("node monitor").set(io.self, next);
}

/** The process sees the cluster for the first time: ticks begin now. */
export function startTicks(io: Io): void {
  set(io, { epoch: io.epoch, start: io.now, since: io.now, armed: -1, awaited: false, last: -1 });
}

/** Since when the monitor looks; undefined before it does. */
export function watchingSince(io: Io): Instant | undefined {
  return row(io)?.since;
}

/** All nodes are given their time anew. */
export function watchAnew(io: Io): void {
  const known = row(io);
  if (known !== undefined) set(io, { ...known, since: io.now });
}

/**
 * Asks for the first tick at or after an instant, but after now. An earlier one that is armed will do: it asks again.
 * `awaited`: something may come of it; else it only brings the zones' states up to date.
 */
export function armTick(io: Io, controller: string, notBefore: Instant, awaited: boolean): void {
  const known = row(io);
  if (known === undefined) return;
  const wanted = tickAtOrAfter(known.start, Math.max(notBefore, io.now + 1));
  const earlier = known.armed > io.now && known.armed <= wanted;
  if (earlier && (known.awaited || !awaited)) return;
  const due = earlier ? known.armed : wanted;
  set(io, { ...known, armed: due, awaited });
  const body: ControllerTimer = { kind: "controller timer", controller, name: "tick", key: "" };
  io.after(due - io.now, awaited ? body : { ...body, periodic: true });
}

/** In eager mode: the next tick, whether anything can come of it or not. */
export function armEveryTick(io: Io, controller: string): void {
  if (!io.eager) return;
  const body: ControllerTimer = { kind: "controller timer", controller, name: "tick", key: "periodic", periodic: true };
  io.after(monitorPeriod, body);
}

/** Whether the tick that rings now is to run: it was asked for, or all are. */
export function takeTick(io: Io, timer: ControllerTimer): boolean {
  const known = row(io);
  if (known === undefined || known.last === io.now) return false;
  if (timer.key !== "periodic" && known.armed !== io.now) return false;
  set(io, { ...known, last: io.now, armed: known.armed === io.now ? -1 : known.armed });
  return true;
}
