/**
 * Reads: one key, a span, at a revision, filtered, sorted and cut.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/txn/range.go. Left out: the difference between linearizable
 * and serializable, which is about members and not about a store.
 * Invariant: `count` is of the whole span; filters, sort and limit apply to `kvs` in that order.
 */
import type { EtcdError } from "./errors.ts";
import { boundsOf, keysIn } from "./key-span.ts";
import type { MvccStore } from "./mvcc-store.ts";
import { type LiveVersion, toKeyValue } from "./version.ts";
import type { KeyValue, RangeRequest, RangeResponse } from "./wire.ts";

/** Answers a read that has a key; refuses revisions that cannot be read. */
export function range<V>(store: MvccStore<V>, request: RangeRequest): RangeResponse<V> | EtcdError {
  const refusal = store.refuses(request.revision ?? 0);
  if (refusal !== undefined) return refusal;
  const at = request.revision;
  const header_revision = store.revision;
  const { from, to } = boundsOf(request);
  if (request.count_only) return { header_revision, kvs: [], more: false, count: store.count(from, to, at) };
  const limit = request.limit ?? 0;
  const [found, count] = fetch(store, request, at, needsAll(request) ? 0 : limit);
  const ordered = sorted(store, found.filter(revisionFilter(request)), request);
  const kept = limit > 0 ? ordered.slice(0, limit) : ordered;
  const kvs = kept.map((version) => (request.keys_only ? keyOnly(store, request, version) : toKeyValue(version)));
  return { header_revision, kvs, more: kept.length < ordered.length, count };
}

/** etcd 3.7 answers from its index, which knows no leases, unless it needs the values for sorting. */
function keyOnly<V>(store: MvccStore<V>, request: RangeRequest, version: LiveVersion<V>): KeyValue<V> {
  const lease = request.sort_target === "VALUE" ? version.lease : 0;
  return { ...toKeyValue(version), value: store.rules.empty, lease };
}

/** One key more than the limit tells whether there are more; only then must the rest be counted. */
function fetch<V>(
  store: MvccStore<V>,
  request: RangeRequest,
  at: number | undefined,
  limit: number,
): [readonly LiveVersion<V>[], number] {
  if (limit <= 0) {
    const all = keysIn(store, request, at);
    return [all, all.length];
  }
  const some = keysIn(store, request, at, limit + 1);
  const { from, to } = boundsOf(request);
  return [some, some.length <= limit ? some.length : store.count(from, to, at)];
}

/** A sort target without an order does not count here: etcd 3.7 cuts first and sorts what is left. */
function needsAll(request: RangeRequest): boolean {
  const { min_mod_revision, max_mod_revision, min_create_revision, max_create_revision } = request;
  return (
    isOrdered(request) || Boolean(min_mod_revision || max_mod_revision || min_create_revision || max_create_revision)
  );
}

function isOrdered(request: RangeRequest): boolean {
  return request.sort_order === "ASCEND" || request.sort_order === "DESCEND";
}

function revisionFilter<V>(request: RangeRequest): (version: LiveVersion<V>) => boolean {
  const most = (limit: number | undefined) => limit || Number.MAX_SAFE_INTEGER;
  const [minMod, maxMod] = [request.min_mod_revision ?? 0, most(request.max_mod_revision)];
  const [minCreate, maxCreate] = [request.min_create_revision ?? 0, most(request.max_create_revision)];
  return ({ modRevision, createRevision }) =>
    modRevision >= minMod && modRevision <= maxMod && createRevision >= minCreate && createRevision <= maxCreate;
}

/** Ties keep key order: so does Go's sort up to twelve keys, beyond which its order of ties is not defined. */
function sorted<V>(
  store: MvccStore<V>,
  versions: readonly LiveVersion<V>[],
  request: RangeRequest,
): readonly LiveVersion<V>[] {
  const target = request.sort_target ?? "KEY";
  if (target === "KEY" && request.sort_order !== "DESCEND") return versions;
  const sign = request.sort_order === "DESCEND" ? -1 : 1;
  const order = orderBy(store, target);
  return versions.slice().sort((a, b) => sign * order(a, b));
}

type Order<V> = (a: LiveVersion<V>, b: LiveVersion<V>) => number;

function orderBy<V>(store: MvccStore<V>, target: NonNullable<RangeRequest["sort_target"]>): Order<V> {
  switch (target) {
    case "VERSION":
      return (a, b) => a.version - b.version;
    case "CREATE":
      return (a, b) => a.createRevision - b.createRevision;
    case "MOD":
      return (a, b) => a.modRevision - b.modRevision;
    case "VALUE":
      return (a, b) => store.rules.order(a.value, b.value);
    case "KEY":
      return (a, b) => (a.key < b.key ? -1 : 1);
  }
}
