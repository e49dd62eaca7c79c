/**
 * One sync at a time: upstream's worker blocks in each write, so that a key is not reconciled again before its writes are
 * answered, and the next sync reads what they wrote (Kubernetes 1.32, the worker loop of every controller under
 * pkg/controller; client-go's optimistic locking would refuse the write of a sync that stood on an older state).
 * Left out: conflicts of a controller with its own writes, which upstream answers with a retry.
 * Invariant: `mayReconcile` is true only if no write of the key is under way and this process has seen the ones before.
 */
import type { ApiResponse, Json, JsonObject, KubeObject, Status } from "../api/types.ts";
import { type ControllerContext, keyOf } from "../client/controller.ts";
import { type Change, seenRevision } from "../client/informer.ts";
import { type ClientRequest, sendRequest, succeeded } from "../client/requests.ts";
import { enqueue, enqueueRateLimited, forget } from "../client/workqueue.ts";
import type { Io } from "../time/component.ts";

interface SyncRow {
  readonly epoch: number;
  readonly outstanding: number;
  /** The key came up while its writes were under way. */
  readonly again: boolean;
  readonly failed: boolean;
  /** By resource: the revision that this process must have seen before the next sync. */
  readonly awaits: Readonly<Record<string, number>>;
}

/** The context of a write of a sync: which key, and what the controller adds for itself. */
export interface SyncContext extends ControllerContext {
  readonly key: string;
  readonly resource: string;
  readonly epoch: number;
}

function rowKey(io: Io, controller: string, key: string): string {
  return `${io.self}|${controller}|${key}`;
}

function rowOf(io: Io, controller: string, key: string): SyncRow | undefined {
  const row = io.table<SyncRow>("syncs").get(rowKey(io, controller, key));
  return row?.epoch === io.epoch ? row : undefined;
}

/** Whether a key may be reconciled now. If not, it will come up again by itself. */
export function mayReconcile(io: Io, controller: string, key: string): boolean {
  const row = rowOf(io, controller, key);
  if (row === undefined) return true;
  const table = io.table<SyncRow>("syncs");
  if (row.outstanding > 0) {
    if (!row.again) table.set(rowKey(io, controller, key), { ...row, again: true });
    return false;
  }
  for (const resource in row.awaits) if (seenRevision(io, resource) < (row.awaits[resource] as number)) return false;
  table.delete(rowKey(io, controller, key));
  return true;
}

/** Sends one write of a sync; `more` comes back in the context. */
export function sendWrite(
  io: Io,
  controller: string,
  key: string,
  request: ClientRequest,
  more: JsonObject = {},
): void {
  const row = rowOf(io, controller, key) ?? {
    epoch: io.epoch,
    outstanding: 0,
    again: false,
    failed: false,
    awaits: {},
  };
  io.table<SyncRow>("syncs").set(rowKey(io, controller, key), { ...row, outstanding: row.outstanding + 1 });
  const context: Json = { ...more, controller, key, resource: request.resource, epoch: io.epoch };
  sendRequest(io, request, context);
}

/** Puts a key in the queue, or has it come up again when its writes are answered. */
export function requestSync(io: Io, controller: string, key: string): void {
  const row = rowOf(io, controller, key);
  if (row === undefined || row.outstanding === 0) return enqueue(io, controller, key);
  if (!row.again) io.table<SyncRow>("syncs").set(rowKey(io, controller, key), { ...row, again: true });
}

/** How many writes of a key have no answer yet. */
export function writesUnderWay(io: Io, controller: string, key: string): number {
  return rowOf(io, controller, key)?.outstanding ?? 0;
}

/** Whether an answer belongs to this incarnation of the process. */
export function isCurrent(io: Io, context: SyncContext): boolean {
  return context.epoch === io.epoch;
}

/**
 * Takes in the answer to one write; writes that follow from it must be sent before. With the last one the sync is over:
 * a failed one is tried again with back-off. `failed` overrules the judgement by the answer's code.
 */
export function finishWrite(io: Io, context: SyncContext, response: ApiResponse | undefined, failed?: boolean): void {
  const { controller, key } = context;
  const row = rowOf(io, controller, key);
  if (row === undefined || !isCurrent(io, context)) return;
  const bad = failed ?? (response === undefined || !succeeded(response));
  const outstanding = row.outstanding - 1;
  const awaits = awaited(row, context.resource, response);
  const next: SyncRow = { epoch: row.epoch, outstanding, again: row.again, failed: row.failed || bad, awaits };
  if (outstanding > 0) {
    io.table<SyncRow>("syncs").set(rowKey(io, controller, key), next);
    return;
  }
  io.table<SyncRow>("syncs").set(rowKey(io, controller, key), { ...next, again: false, failed: false });
  if (next.failed) return enqueueRateLimited(io, controller, key);
  forget(io, controller, key);
  if (next.again) enqueue(io, controller, key);
}

function awaited(row: SyncRow, resource: string, response: ApiResponse | undefined): SyncRow["awaits"] {
  if (response === undefined || !succeeded(response)) return row.awaits;
  if ("items" in response.body) return row.awaits;
  const revision = Number((response.body as KubeObject).metadata?.resourceVersion ?? 0);
  return revision > (row.awaits[resource] ?? 0) ? { ...row.awaits, [resource]: revision } : row.awaits;
}

/** The object of a key has changed: its turn comes; if it is gone, nothing of its sync needs remembering. */
export function syncChanged(io: Io, controller: string, { type, object }: Change): void {
  if (type === "DELETED") dropSync(io, controller, keyOf(object));
  requestSync(io, controller, keyOf(object));
}

/** The object of the key is gone: nothing of its sync needs remembering. */
export function dropSync(io: Io, controller: string, key: string): void {
  io.table<SyncRow>("syncs").delete(rowKey(io, controller, key));
}

/** Whether an answer says that nothing can be created as the namespace is being deleted: no use to try again. */
export function isEndingNamespace(response: ApiResponse | undefined): boolean {
  const causes = (response?.body as Status | undefined)?.details?.causes;
  return response?.code === 403 && causes?.some(({ reason }) => reason === "NamespaceTerminating") === true;
}
