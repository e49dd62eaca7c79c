/**
 * The state machine of an etcd member: one request in, one response or refusal out, the store changed.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/apply/apply.go and api/v3rpc/{key,lease}.go.
 * Left out: Raft (a later layer decides which requests get here, and when), authentication, alarms, streams.
 * Invariant: the outcome depends on the store, the request and its instant only, so members that apply the same list
 * of requests stay equal.
 */
import { EtcdError, emptyKey, leaseNotFound } from "./errors.ts";
import type { MvccStore } from "./mvcc-store.ts";
import { range } from "./range.ts";
import { txn } from "./txn.ts";
import type * as wire from "./wire.ts";
import { checkPut, checkPutForm, deleteRange, put } from "./write.ts";

/** A request with the name of its method. */
export type EtcdRequest<V> =
  | { readonly op: "range"; readonly req: wire.RangeRequest }
  | { readonly op: "put"; readonly req: wire.PutRequest<V> }
  | { readonly op: "deleteRange"; readonly req: wire.DeleteRangeRequest }
  | { readonly op: "txn"; readonly req: wire.TxnRequest<V> }
  | { readonly op: "compact"; readonly req: wire.CompactionRequest }
  | { readonly op: LeaseOp; readonly req: wire.LeaseRequest };

type LeaseOp = "leaseGrant" | "leaseRevoke" | "leaseKeepAlive" | "leaseTimeToLive" | "leaseLeases";

/** The response to some request. */
export type EtcdResponse<V> =
  | wire.RangeResponse<V>
  | wire.PutResponse<V>
  | wire.DeleteRangeResponse<V>
  | wire.TxnResponse<V>
  | wire.LeaseResponse
  | { readonly header_revision: number };

/** Applies one request at an instant in simulated microseconds, which only leases look at. */
export function apply<V>(store: MvccStore<V>, request: EtcdRequest<V>, nowUs: number): EtcdResponse<V> | EtcdError {
  switch (request.op) {
    case "range":
      return request.req.key ? range(store, request.req) : emptyKey;
    case "put":
      return applyPut(store, request.req);
    case "deleteRange":
      return request.req.key ? sealed(store, deleteRange(store, request.req)) : emptyKey;
    case "txn":
      return txn(store, request.req);
    case "compact":
      return store.compact(request.req.revision ?? 0) ?? { header_revision: store.revision };
    default:
      return applyLease(store, request.op, request.req, nowUs);
  }
}

function sealed<V, R>(store: MvccStore<V>, response: R): R {
  store.seal();
  return response;
}

function applyPut<V>(store: MvccStore<V>, request: wire.PutRequest<V>): wire.PutResponse<V> | EtcdError {
  const refusal = checkPutForm(store, request) ?? checkPut(store, request);
  return refusal ?? sealed(store, put(store, request));
}

function applyLease<V>(
  store: MvccStore<V>,
  op: LeaseOp,
  request: wire.LeaseRequest,
  nowUs: number,
): wire.LeaseResponse | EtcdError {
  const ID = request.ID ?? 0;
  const header_revision = store.revision;
  switch (op) {
    case "leaseGrant": {
      const lease = store.leases.grant(ID, request.TTL ?? 0, nowUs);
      return lease instanceof EtcdError ? lease : { header_revision, ID: lease.id, TTL: lease.ttlS };
    }
    case "leaseRevoke":
      return store.leases.has(ID) ? { header_revision: revoke(store, ID) } : leaseNotFound;
    case "leaseKeepAlive": {
      const lease = store.leases.renew(ID, nowUs);
      return { header_revision, ID, TTL: lease instanceof EtcdError ? 0 : lease.ttlS };
    }
    case "leaseTimeToLive":
      return timeToLive(store, request, nowUs);
    case "leaseLeases":
      return { header_revision, leases: store.leases.list().map(({ id }) => ({ ID: id })) };
  }
}

/** Deletes all keys of a lease, in key order and as one revision, and then the lease. */
function revoke<V>(store: MvccStore<V>, id: number): number {
  for (const key of store.leases.keysOf(id).toSorted()) store.remove(key);
  store.leases.forget(id);
  return store.seal();
}

/** Whole seconds left, rounded down; -1 for no such lease. */
function timeToLive<V>(store: MvccStore<V>, request: wire.LeaseRequest, nowUs: number): wire.LeaseResponse {
  const ID = request.ID ?? 0;
  const lease = store.leases.alive(ID, nowUs);
  if (lease === undefined) return { header_revision: store.revision, ID, TTL: -1 };
  const TTL = Math.floor((lease.expiryUs - nowUs) / 1_000_000);
  const keys = request.keys ? store.leases.keysOf(ID) : [];
  return { header_revision: store.revision, ID, TTL, grantedTTL: lease.ttlS, keys };
}
