/**
 * Node heartbeats: the renewals of each node's Lease, every 10 s (Kubernetes 1.32, pkg/kubelet and
 * staging/src/k8s.io/component-helpers/apimachinery/lease).
 * A renewal that is certain to succeed changes nothing but a time, so it is not an event until something could stop it:
 * `renewTime` is then a function of the clock. Renewals take no etcd revision (docs/fidelity.md).
 * Invariant: `lastBeat` is the same whether each renewal ran as an event (eager) or not.
 */
import { type Instant, second } from "../time/instant.ts";
import type { Table } from "../time/table.ts";

/** The kubelet's lease renewal interval: a quarter of the lease's 40 s. */
export const beatPeriod = 10 * second;

/** What is known of one node's renewals. */
export interface HeartbeatRow {
  /** Instant of one renewal; the others lie whole periods later. */
  readonly first: Instant;
  /** Renewals happen without events since `last`, and go on until somebody looks whether they still can. */
  readonly steady: boolean;
  /** Last renewal that was recorded. */
  readonly last: Instant;
}

/** Name of the table with a HeartbeatRow for each node, by node name. */
export const heartbeatsTable = "heartbeats";

/** When the node's lease was last renewed; undefined if never. */
export function lastBeat(heartbeats: Table<HeartbeatRow>, node: string, now: Instant): Instant | undefined {
  const row = heartbeats.get(node);
  if (row === undefined) return undefined;
  return row.steady ? row.first + Math.floor((now - row.first) / beatPeriod) * beatPeriod : row.last;
}

/** When the next renewal is due after `now`. */
export function nextBeat(row: HeartbeatRow, now: Instant): Instant {
  return row.first + (Math.floor((now - row.first) / beatPeriod) + 1) * beatPeriod;
}
