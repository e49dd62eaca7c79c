/**
 * Transactions: compare, choose a branch, do all of it as one revision.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/txn/txn.go. Left out: nothing but tracing.
 * Invariant: every branch, also of nested transactions, is chosen on the state before the first write, and every
 * refusal is found before it too; later operations do see what earlier ones wrote.
 */
import { holds } from "./compare.ts";
import { EtcdError } from "./errors.ts";
import type { MvccStore } from "./mvcc-store.ts";
import { range } from "./range.ts";
import { checkTxnForm } from "./txn-form.ts";
import type { RequestOp, ResponseOp, TxnRequest, TxnResponse } from "./wire.ts";
import { checkPut, deleteRange, put } from "./write.ts";

/** A transaction with its branches chosen. */
interface Chosen<V> {
  readonly succeeded: boolean;
  readonly ops: readonly (RequestOp<V> | Chosen<V>)[];
}

/** Runs a transaction as one batch, or refuses it and changes nothing. */
export function txn<V>(store: MvccStore<V>, request: TxnRequest<V>): TxnResponse<V> | EtcdError {
  const fault = checkTxnForm(store, request);
  if (fault !== undefined) return fault;
  const chosen = choose(store, request);
  const refusal = check(store, chosen);
  if (refusal !== undefined) return refusal;
  const responses = execute(store, chosen);
  return { header_revision: store.seal(), succeeded: chosen.succeeded, responses };
}

function choose<V>(store: MvccStore<V>, request: TxnRequest<V>): Chosen<V> {
  const succeeded = holds(store, request.compare ?? []);
  const branch = (succeeded ? request.success : request.failure) ?? [];
  return { succeeded, ops: branch.map((op) => (op.request_txn ? choose(store, op.request_txn) : op)) };
}

function check<V>(store: MvccStore<V>, chosen: Chosen<V>): EtcdError | undefined {
  for (const op of chosen.ops) {
    const refusal = "ops" in op ? check(store, op) : checkOp(store, op);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkOp<V>(store: MvccStore<V>, op: RequestOp<V>): EtcdError | undefined {
  if (op.request_put) return checkPut(store, op.request_put);
  return op.request_range && store.refuses(op.request_range.revision ?? 0);
}

function execute<V>(store: MvccStore<V>, chosen: Chosen<V>): readonly ResponseOp<V>[] {
  return chosen.ops.map((op): ResponseOp<V> => {
    if ("ops" in op) {
      const responses = execute(store, op);
      return { response_txn: { header_revision: 0, succeeded: op.succeeded, responses } };
    }
    if (op.request_put) return { response_put: put(store, op.request_put) };
    if (op.request_delete_range) return { response_delete_range: deleteRange(store, op.request_delete_range) };
    const answer = range(store, op.request_range!);
    if (answer instanceof EtcdError) throw new RangeError(`a checked read was refused: ${answer.text}`);
    return { response_range: answer };
  });
}
