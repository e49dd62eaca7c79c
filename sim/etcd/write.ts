/**
 * Single writes inside an open batch: put and deleteRange, for requests of their own and for transactions.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/txn/{put,delete}.go and v3rpc/key.go for the checks.
 * Left out: the crash of 3.7.3 when a transaction puts with ignore_lease what it deleted before by a span "a".."\0":
 * here the key then counts as empty and without lease.
 * Invariant: checks change nothing; writes cannot fail.
 */
import { type EtcdError, emptyKey, keyNotFound, leaseNotFound, leaseProvided, valueProvided } from "./errors.ts";
import { keysIn } from "./key-span.ts";
import type { MvccStore } from "./mvcc-store.ts";
import { toKeyValue } from "./version.ts";
import type { DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse } from "./wire.ts";

/** What is wrong with a put by itself, whatever the store holds. */
export function checkPutForm<V>(store: MvccStore<V>, put: PutRequest<V>): EtcdError | undefined {
  if (!put.key) return emptyKey;
  if (put.ignore_value && put.value !== undefined && put.value !== store.rules.empty) return valueProvided;
  return put.ignore_lease && put.lease ? leaseProvided : undefined;
}

/** What the store has against a put: its lease must exist, and its key too if it is to keep its value or lease. */
export function checkPut<V>(store: MvccStore<V>, put: PutRequest<V>): EtcdError | undefined {
  if (put.lease && !store.leases.has(put.lease)) return leaseNotFound;
  const keeps = put.ignore_value || put.ignore_lease;
  return keeps && store.version(put.key ?? "") === undefined ? keyNotFound : undefined;
}

/** Writes one key into the open batch. */
export function put<V>(store: MvccStore<V>, request: PutRequest<V>): PutResponse<V> {
  const key = request.key ?? "";
  const before = store.version(key);
  const given = request.ignore_value ? before?.value : request.value;
  const lease = request.ignore_lease ? before?.lease : request.lease;
  store.put(key, given ?? store.rules.empty, lease ?? 0);
  const header_revision = store.revision;
  return request.prev_kv && before !== undefined
    ? { header_revision, prev_kv: toKeyValue(before) }
    : { header_revision };
}

/** Deletes a span in the open batch. */
export function deleteRange<V>(store: MvccStore<V>, request: DeleteRangeRequest): DeleteRangeResponse<V> {
  const doomed = keysIn(store, request);
  for (const { key } of doomed) store.remove(key);
  return {
    header_revision: store.revision,
    deleted: doomed.length,
    prev_kvs: request.prev_kv ? doomed.map(toKeyValue) : [],
  };
}
