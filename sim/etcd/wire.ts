/**
 * etcd's gRPC messages as plain values, under the field names of the .proto files, generic over the value type.
 * Source: go.etcd.io/etcd/api/v3 v3.7.3, etcdserverpb/rpc.proto and mvccpb/kv.proto. A request leaves out what has its
 * default; a response header is its revision alone (cluster id, member id and Raft term belong to the member).
 * Invariant: these are values without behaviour; a response never shares a mutable part with the store.
 */

/** One key at one revision. A tombstone in a watch event carries key and mod_revision only. */
export interface KeyValue<V> {
  readonly key: string;
  readonly create_revision: number;
  readonly mod_revision: number;
  readonly version: number;
  readonly value: V;
  readonly lease: number;
}

/** Keys from `key` up to, not including, `range_end`: absent = that key alone, "\0" = all from `key` on. */
export interface KeySpan {
  readonly key?: string;
  readonly range_end?: string;
}

/** A read. Filters by revision apply before the limit and do not change `count`. */
export interface RangeRequest extends KeySpan {
  readonly limit?: number;
  readonly revision?: number;
  readonly sort_order?: "NONE" | "ASCEND" | "DESCEND";
  readonly sort_target?: "KEY" | "VERSION" | "CREATE" | "MOD" | "VALUE";
  readonly serializable?: boolean;
  readonly keys_only?: boolean;
  readonly count_only?: boolean;
  readonly min_mod_revision?: number;
  readonly max_mod_revision?: number;
  readonly min_create_revision?: number;
  readonly max_create_revision?: number;
}

/** Every response's header, cut down to what the store decides. */
interface Headed {
  readonly header_revision: number;
}

/** The keys read; `count` is how many the span holds, whatever limit and filters left of them. */
export interface RangeResponse<V> extends Headed {
  readonly kvs: readonly KeyValue<V>[];
  readonly more: boolean;
  readonly count: number;
}

/** A write of one key. */
export interface PutRequest<V> {
  readonly key?: string;
  readonly value?: V;
  readonly lease?: number;
  readonly prev_kv?: boolean;
  readonly ignore_value?: boolean;
  readonly ignore_lease?: boolean;
}

/** The answer to a put. */
export interface PutResponse<V> extends Headed {
  readonly prev_kv?: KeyValue<V>;
}

/** A deletion of one key or a span. */
export interface DeleteRangeRequest extends KeySpan {
  readonly prev_kv?: boolean;
}

/** The answer to a deletion. */
export interface DeleteRangeResponse<V> extends Headed {
  readonly deleted: number;
  readonly prev_kvs: readonly KeyValue<V>[];
}

/** A condition on every key of a span; a key that does not exist counts as all zeroes, and never meets one on VALUE. */
export interface Compare<V> extends KeySpan {
  readonly result?: "EQUAL" | "GREATER" | "LESS" | "NOT_EQUAL";
  readonly target?: "VERSION" | "CREATE" | "MOD" | "VALUE" | "LEASE";
  readonly version?: number;
  readonly create_revision?: number;
  readonly mod_revision?: number;
  readonly value?: V;
  readonly lease?: number;
}

/** One operation of a transaction: exactly one field is set. */
export interface RequestOp<V> {
  readonly request_range?: RangeRequest;
  readonly request_put?: PutRequest<V>;
  readonly request_delete_range?: DeleteRangeRequest;
  readonly request_txn?: TxnRequest<V>;
}

/** If all compares hold then `success` else `failure`, as one revision. */
export interface TxnRequest<V> {
  readonly compare?: readonly Compare<V>[];
  readonly success?: readonly RequestOp<V>[];
  readonly failure?: readonly RequestOp<V>[];
}

/** The answer to one operation of a transaction, under the operation's own kind. */
export type ResponseOp<V> =
  | { readonly response_range: RangeResponse<V> }
  | { readonly response_put: PutResponse<V> }
  | { readonly response_delete_range: DeleteRangeResponse<V> }
  | { readonly response_txn: TxnResponse<V> };

/** The answer to a transaction. A nested one carries header revision 0. */
export interface TxnResponse<V> extends Headed {
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp<V>[];
}

/** A compaction. `physical` asks to wait for the disk, which here takes no time. */
export interface CompactionRequest {
  readonly revision?: number;
  readonly physical?: boolean;
}

/** A lease by its number, in whatever request. TTL in seconds; `keys` asks for the keys that it holds. */
export interface LeaseRequest {
  readonly ID?: number;
  readonly TTL?: number;
  readonly keys?: boolean;
}

/** The answers about leases; TTLs in seconds. */
export interface LeaseResponse extends Headed {
  readonly ID?: number;
  readonly TTL?: number;
  readonly grantedTTL?: number;
  readonly keys?: readonly string[];
  readonly leases?: readonly { readonly ID: number }[];
}

/** A watch of a span, from `start_revision` on, or from now on. */
export interface WatchCreateRequest extends KeySpan {
  readonly start_revision?: number;
  readonly progress_notify?: boolean;
  readonly filters?: readonly ("NOPUT" | "NODELETE")[];
  readonly prev_kv?: boolean;
}

/** One change, as a watcher gets it. */
export interface WatchEvent<V> {
  readonly type: "PUT" | "DELETE";
  readonly kv: KeyValue<V> | { readonly key: string; readonly mod_revision: number };
  readonly prev_kv?: KeyValue<V>;
}

/** What a watcher is sent: events, or word that the watch began, ended or stands at a revision. */
export interface WatchResponse<V> extends Headed {
  readonly watch_id: number;
  readonly created?: boolean;
  readonly canceled?: boolean;
  readonly compact_revision?: number;
  readonly cancel_reason?: string;
  readonly events?: readonly WatchEvent<V>[];
}
