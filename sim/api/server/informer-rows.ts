/**
 * The rows of informers: up to which revision each process has seen each resource.
 * Source: Kubernetes 1.32, staging/src/k8s.io/client-go/tools/cache (the reflector's last synced resource version).
 * They stand here, below the clients, because the server moves idle ones forward and keeps what they stand on.
 * Invariant: one row of rows a process, made anew with each change.
 */
import type { Io } from "../../time/component.ts";
import type { Table } from "../../time/table.ts";

/** What one process has seen of one resource. */
export interface InformerRow {
  /** Revision that the process has seen of this resource; -1 until the first list. */
  readonly cursor: number;
  readonly field?: readonly [string, string];
  /** False while the process knows that it has no watch and has not asked for a new one. */
  readonly connected: boolean;
}

/** All informers of one process, by resource. */
export type InformerRows = Readonly<Record<string, InformerRow>>;

/** The informers of all processes, by process id. */
export function informersOf(io: Io): Table<InformerRows> {
  return io.table<InformerRows>("informers");
}
