/**
 * Node heartbeats: the renewals of each node's Lease, every 10 s (Kubernetes 1.32, pkg/kubelet and
 * staging/src/k8s.io/component-helpers/apimachinery/lease).
 * A renewal that is certain to succeed changes nothing but a time, so it is not an event until something could stop it:
 * `renewTime` is then a function of the clock. Renewals take no etcd revision (docs/fidelity.md).
 * Invariant: `lastBeat` is the same whether each renewal ran as an event (eager) or not.
 */
import type { Io } from "../../time/component.ts";
import { type Instant, rfc3339Micro, second } from "../../time/instant.ts";
import type { Table } from "../../time/table.ts";
import type { JsonObject, KubeObject } from "../types.ts";

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

const leasePrefix = "/registry/leases/kube-node-lease/";

/** A stored object as a reader gets it now: a node's Lease with the time of its last renewal, anything else as it is. */
export function renewed<T extends KubeObject>(io: Io, key: string, object: T): T {
  if (!key.startsWith(leasePrefix)) return object;
  const beat = lastBeat(io.table<HeartbeatRow>(heartbeatsTable), key.slice(leasePrefix.length), io.now);
  if (beat === undefined) return object;
  const { spec } = object as T & { readonly spec?: JsonObject };
  return { ...object, spec: { ...spec, renewTime: rfc3339Micro(beat) } };
}
