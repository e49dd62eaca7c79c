/**
 * Watches: cursors on the store's one log of changes.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, storage/mvcc/{watchable_store,watcher_group}.go and etcdserver/api/v3rpc/watch.go.
 * Left out: queues to slow watchers, fragments, and the periodic progress notice of `progress_notify`.
 * Invariant: a watch is a value; `poll` never changes the store, and sends each matching change exactly once, in log
 * order, one response a revision (but one for many revisions when the watch catches up with the past).
 */
import { boundsOf } from "./key-span.ts";
import type { MvccStore } from "./mvcc-store.ts";
import { isLive, toKeyValue, type Version, visibleAt } from "./version.ts";
import type { WatchCreateRequest, WatchEvent, WatchResponse } from "./wire.ts";

/** How many revisions one response may hold while catching up. */
const CATCH_UP_MAX = 1000;
/** The watch id of answers that belong to no single watch. */
const NO_WATCH = -1;

/** An open watch: what it wants and how far it has been told. */
export interface Watch {
  readonly id: number;
  readonly from: string;
  readonly to: string | undefined;
  readonly filters: readonly ("NOPUT" | "NODELETE")[];
  readonly hasPrevious: boolean;
  /** The revision it asked to begin with; until then a progress request stays unanswered. */
  readonly startRevision: number;
  /** The lowest revision it has not been told of. */
  readonly nextRevision: number;
  /** Whether it began in the past and has not reached the present yet. */
  readonly isBehind: boolean;
}

/** What a watch becomes, and what it is sent meanwhile; an ended watch is undefined. */
export interface WatchTurn<V> {
  readonly watch: Watch | undefined;
  readonly responses: readonly WatchResponse<V>[];
}

/** Opens a watch; history, if it asked for some, comes with the first `poll`. An empty span ends it at once. */
export function createWatch<V>(store: MvccStore<V>, id: number, request: WatchCreateRequest): WatchTurn<V> {
  const { from, to } = boundsOf({ ...request, key: request.key || "\0" });
  const header_revision = store.revision;
  if (to !== undefined && from >= to) {
    const cancel_reason = "mvcc: watcher range is empty";
    const refusal = { header_revision, watch_id: NO_WATCH, created: true, canceled: true, cancel_reason };
    return { watch: undefined, responses: [refusal] };
  }
  const startRevision = request.start_revision ?? 0;
  const isBehind = startRevision !== 0 && startRevision <= store.revision;
  const watch = {
    id,
    from,
    to,
    filters: request.filters ?? [],
    hasPrevious: request.prev_kv ?? false,
    startRevision,
    nextRevision: isBehind ? startRevision : Math.max(startRevision, store.revision + 1),
    isBehind,
  };
  return { watch, responses: [{ header_revision, watch_id: id, created: true }] };
}

/** Brings a watch up to the present. One that wants what compaction took away ends with the compacted revision. */
export function pollWatch<V>(store: MvccStore<V>, watch: Watch): WatchTurn<V> {
  if (watch.nextRevision > store.revision) return { watch, responses: [] };
  const changes = store.changesSince(Math.max(0, watch.nextRevision - 1));
  if (changes === undefined || watch.nextRevision < store.compactedRevision) {
    const compact_revision = store.compactedRevision;
    return {
      watch: undefined,
      responses: [{ header_revision: 0, watch_id: watch.id, canceled: true, compact_revision }],
    };
  }
  const wanted = changes.filter((change) => isWatched(watch, change.key));
  const responses: WatchResponse<V>[] = [];
  for (const batch of watch.isBehind ? inBatches(wanted) : byRevision(wanted)) {
    const header_revision = watch.isBehind ? store.revision : batch[0]!.modRevision;
    const events = batch.filter((change) => !isFiltered(watch, change)).map((change) => eventOf(store, watch, change));
    if (events.length > 0) responses.push({ header_revision, watch_id: watch.id, events });
  }
  return { watch: { ...watch, nextRevision: store.revision + 1, isBehind: false }, responses };
}

/** Ends a watch at the client's wish. */
export function cancelWatch<V>(store: MvccStore<V>, watch: Watch): WatchTurn<V> {
  return { watch: undefined, responses: [{ header_revision: store.revision, watch_id: watch.id, canceled: true }] };
}

/** Answers a progress request for a stream of watches, all polled; silent while one waits for a revision to come. */
export function progress<V>(store: MvccStore<V>, watches: readonly Watch[]): WatchResponse<V> | undefined {
  const isWaiting = watches.some((watch) => watch.isBehind || watch.startRevision > store.revision);
  return watches.length === 0 || isWaiting ? undefined : { header_revision: store.revision, watch_id: NO_WATCH };
}

function isWatched(watch: Watch, key: string): boolean {
  return key >= watch.from && (watch.to === undefined || key < watch.to);
}

function isFiltered<V>(watch: Watch, change: Version<V>): boolean {
  return watch.filters.includes(isLive(change) ? "NOPUT" : "NODELETE");
}

function byRevision<V>(changes: readonly Version<V>[]): Version<V>[][] {
  const batches: Version<V>[][] = [];
  for (const change of changes) {
    const last = batches.at(-1);
    if (last !== undefined && last[0]!.modRevision === change.modRevision) last.push(change);
    else batches.push([change]);
  }
  return batches;
}

function inBatches<V>(changes: readonly Version<V>[]): Version<V>[][] {
  const revisions = byRevision(changes);
  const batches: Version<V>[][] = [];
  for (let i = 0; i < revisions.length; i += CATCH_UP_MAX) batches.push(revisions.slice(i, i + CATCH_UP_MAX).flat());
  return batches;
}

/** The previous value is what a reader saw one revision earlier: unknown once that is compacted, none for a creation. */
function eventOf<V>(store: MvccStore<V>, watch: Watch, change: Version<V>): WatchEvent<V> {
  const { key, modRevision } = change;
  const event: WatchEvent<V> = isLive(change)
    ? { type: "PUT", kv: toKeyValue(change) }
    : { type: "DELETE", kv: { key, mod_revision: modRevision } };
  const isLost = modRevision - 1 < store.compactedRevision;
  if (!watch.hasPrevious || isLost || change.createRevision === modRevision) return event;
  const previous = visibleAt(change.older, modRevision - 1);
  return previous === undefined ? event : { ...event, prev_kv: toKeyValue(previous) };
}
