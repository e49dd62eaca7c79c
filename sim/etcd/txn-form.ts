/**
 * What is wrong with a transaction by itself, whatever the store holds: missing keys, too many operations, and writes
 * of which the order would matter.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/api/v3rpc/key.go (checkTxnRequest, checkIntervals).
 * Left out: nothing. Invariant: deletions "from key on" (range_end "\0") are, as in etcd, not seen as overlapping anything.
 */
import { duplicateKey, EtcdError, emptyKey, keyNotFound, tooManyOps } from "./errors.ts";
import type { MvccStore } from "./mvcc-store.ts";
import type { RequestOp, TxnRequest } from "./wire.ts";
import { checkPutForm } from "./write.ts";

/** etcd's default for --max-txn-ops, counted as the longest list of each level, levels added. */
const OPS_MAX = 128;

/** The first fault of a transaction, in the order in which etcd looks. */
export function checkTxnForm<V>(store: MvccStore<V>, txn: TxnRequest<V>): EtcdError | undefined {
  const fault = checkLists(store, txn, OPS_MAX);
  if (fault !== undefined) return fault;
  for (const branch of [txn.success, txn.failure]) {
    const writes = writesOf(branch ?? []);
    if (writes instanceof EtcdError) return writes;
  }
  return undefined;
}

function checkLists<V>(store: MvccStore<V>, txn: TxnRequest<V>, opsLeft: number): EtcdError | undefined {
  const [compares, success, failure] = [txn.compare ?? [], txn.success ?? [], txn.failure ?? []];
  const longest = Math.max(compares.length, success.length, failure.length);
  if (longest > opsLeft) return tooManyOps;
  if (compares.some((compare) => !compare.key)) return emptyKey;
  for (const op of [...success, ...failure]) {
    const fault = checkOp(store, op, opsLeft - longest);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function checkOp<V>(store: MvccStore<V>, op: RequestOp<V>, opsLeft: number): EtcdError | undefined {
  if (op.request_put) return checkPutForm(store, op.request_put);
  if (op.request_txn) return checkLists(store, op.request_txn, opsLeft);
  const span = op.request_range ?? op.request_delete_range;
  if (span === undefined) return keyNotFound;
  return span.key ? undefined : emptyKey;
}

interface Writes {
  readonly puts: ReadonlySet<string>;
  readonly deletions: readonly (readonly [from: string, to: string])[];
}

/** All keys that a list may write, or the fault that two of its writes overlap. */
function writesOf<V>(ops: readonly RequestOp<V>[]): Writes | EtcdError {
  const puts = new Set<string>();
  const deletions: (readonly [string, string])[] = [];
  const collides = (key: string) => deletions.some(([from, to]) => from <= key && key < to);
  for (const { request_delete_range: span } of ops) {
    if (span) deletions.push([span.key ?? "", span.range_end || `${span.key}\0`]);
  }
  for (const { request_txn: txn } of ops) {
    if (!txn) continue;
    const then = writesOf(txn.success ?? []);
    if (then instanceof EtcdError) return then;
    const otherwise = writesOf(txn.failure ?? []);
    if (otherwise instanceof EtcdError) return otherwise;
    const nested = new Set([...then.puts, ...otherwise.puts]);
    for (const key of nested) if (puts.has(key) || collides(key)) return duplicateKey;
    for (const key of nested) puts.add(key);
    deletions.push(...then.deletions, ...otherwise.deletions);
  }
  for (const { request_put: put } of ops) {
    const key = put?.key;
    if (key === undefined) continue;
    if (puts.has(key) || collides(key)) return duplicateKey;
    puts.add(key);
  }
  return { puts, deletions };
}
