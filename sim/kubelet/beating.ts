/**
 * The kubelet's side of node heartbeats: renewing its Lease every ten seconds, and posting Ready again after a gap.
 * Source: Kubernetes 1.32, component-helpers/apimachinery/lease/controller.go.
 * Invariant: a renewal happens at the same instants whether it is an event or not (see api/server/heartbeat.ts).
 */
import { beatPeriod, type HeartbeatRow, heartbeatsTable, lastBeat, nextBeat } from "../api/server/heartbeat.ts";
import { serverOf } from "../client/requests.ts";
import type { Io, PeriodicBody } from "../time/component.ts";
import { postNodeStatus } from "./node-registration.ts";

/** After a gap of this many periods without a renewal, the node's status is posted anew. */
const gapPeriods = 1;

function rows(io: Io) {
  return io.table<HeartbeatRow>(heartbeatsTable);
}

function canRenew(io: Io): boolean {
  const server = serverOf(io);
  if (!io.reachable(server)) return false;
  return io.reachable(server.replace("kube-apiserver", "etcd"), server);
}

/** The kubelet has started: its first renewal is now. */
export function startBeating(io: Io): void {
  io.table<number>("armed beats").delete(io.machine);
  rows(io).set(io.machine, { first: io.now, steady: false, last: rows(io).get(io.machine)?.last ?? io.now });
  beat(io);
}

/** The kubelet ends: no renewal after the last one. */
export function stopBeating(io: Io): void {
  const row = rows(io).get(io.machine);
  if (row !== undefined)
    rows(io).set(io.machine, { ...row, steady: false, last: lastBeat(rows(io), io.machine, io.now) ?? row.last });
}

/**
 * A renewal is due, or something has changed that may stop or allow renewals. Between two due instants only the steady
 * state is looked at again.
 */
export function beat(io: Io): void {
  const row = rows(io).get(io.machine);
  if (row === undefined) return;
  const due = (io.now - row.first) % beatPeriod === 0;
  const able = canRenew(io);
  if (!able) {
    stopBeating(io);
    return;
  }
  if (!due) {
    if (!row.steady) armBeat(io, row);
    return;
  }
  const gap = !row.steady && io.now - row.last > gapPeriods * beatPeriod;
  rows(io).set(io.machine, { ...row, steady: !io.eager, last: io.now });
  if (gap) postNodeStatus(io);
  if (io.eager) armBeat(io, row);
}

function armBeat(io: Io, row: HeartbeatRow): void {
  const due = nextBeat(row, io.now);
  const armed = io.table<number>("armed beats");
  if (armed.get(io.machine) === due) return;
  armed.set(io.machine, due);
  const body: PeriodicBody = { kind: "beat", periodic: true };
  io.after(due - io.now, body);
}
