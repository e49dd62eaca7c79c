/**
 * What is kept of each node's kube-proxy: on which revisions its rules stand, and when it may sync again.
 * Source: Kubernetes 1.32, pkg/proxy/iptables/proxier.go (the change trackers) and pkg/util/async/bounded_frequency_runner.go.
 * Left out: the rules themselves: they follow from the revisions (see rules-on-node.ts).
 * Invariant: while a kube-proxy has nothing to sync, the rules of its row's revisions are those of all that it has seen.
 */
import { type InformerRows, informersOf } from "../api/server/informer-rows.ts";
import { pinnedRevisions } from "../api/server/maintenance.ts";
import type { Io } from "../time/component.ts";
import type { Instant } from "../time/instant.ts";
import type { Table } from "../time/table.ts";

/** Revisions of what the rules are made from. */
export interface SeenRevisions {
  readonly services: number;
  readonly endpointSlices: number;
  readonly node: number;
}

/** The last sync of a node's kube-proxy. */
export interface ProxyRow extends SeenRevisions {
  /** How many syncs there have been since the process started. */
  readonly syncs: number;
  readonly at: Instant;
  /** Whether the last sync wrote everything anew. */
  readonly fullSync: boolean;
}

/** The runner of one incarnation: what is waiting, and the budget for syncs in short succession. */
export interface RunnerRow {
  readonly epoch: number;
  /** The sync under way; undefined if there is none. */
  readonly running: (SeenRevisions & { readonly full: boolean; readonly changed: readonly string[] }) | undefined;
  /** Keys of Services that have changed since the last sync began. */
  readonly changed: readonly string[];
  readonly needsFull: boolean;
  readonly syncs: number;
  /** Budget in microseconds of waiting saved up, as of `savedAt`; a sync costs one minimal period. */
  readonly saved: number;
  readonly savedAt: Instant;
  readonly lastRun: Instant;
  /** When the next try is set for; -1 if none is. */
  readonly due: Instant;
}

/** The last sync of every node's kube-proxy, by machine: stays when the process ends, as its rules do. */
export function proxyRows(io: Io): Table<ProxyRow> {
  return io.table<ProxyRow>("kube-proxy");
}

/** The runners, by machine. */
export function runners(io: Io): Table<RunnerRow> {
  return io.table<RunnerRow>("kube-proxy runners");
}

function processOf(machine: string): string {
  return `kube-proxy/${machine}`;
}

/** The revisions that informers stand on; undefined unless all of them have been listed. */
function cursorsOf(rows: InformerRows | undefined): SeenRevisions | undefined {
  const services = rows?.services?.cursor ?? -1;
  const endpointSlices = rows?.endpointslices?.cursor ?? -1;
  const node = rows?.nodes?.cursor ?? -1;
  return services < 0 || endpointSlices < 0 || node < 0 ? undefined : { services, endpointSlices, node };
}

/** What the kube-proxy of a machine has seen by now. */
export function cursorsOn(io: Io, machine: string): SeenRevisions | undefined {
  return cursorsOf(informersOf(io).get(processOf(machine)));
}

/** Keeps the revisions of the row from being compacted: the process has seen more than its rules show. */
export function pinRow(io: Io, machine: string): void {
  const row = proxyRows(io).get(machine);
  if (row === undefined) return;
  pinnedRevisions(io).set(processOf(machine), Math.min(row.services, row.endpointSlices, row.node));
}

/** The rules show all that the process has seen. */
export function unpinRow(io: Io, machine: string): void {
  pinnedRevisions(io).delete(processOf(machine));
}

/**
 * The revisions on which the rules of a machine stand; undefined before the first sync. Without a pin they are those of
 * the informers, since no change between the row and them has a part in the rules.
 */
export function syncedRevisions(io: Io, machine: string): SeenRevisions | undefined {
  const row = proxyRows(io).get(machine);
  if (row === undefined || pinnedRevisions(io).has(processOf(machine))) return row;
  return cursorsOn(io, machine) ?? row;
}
