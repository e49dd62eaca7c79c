/**
 * How etcd writes a span of keys: `key` alone, [key, range_end), or from `key` on when range_end is "\0".
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/txn/range.go.
 * Left out: nothing. Invariant: an inverted span holds no key and is no error (but a watch of one is).
 */
import type { MvccStore } from "./mvcc-store.ts";
import type { LiveVersion } from "./version.ts";
import type { KeySpan } from "./wire.ts";

/** The character after which no shorter key fits: `key + NUL` is the next key after `key`. */
const NUL = "\0";

/** from <= key < to, or no upper end. */
export interface Bounds {
  readonly from: string;
  readonly to: string | undefined;
}

/** The span as bounds. */
export function boundsOf(span: KeySpan): Bounds {
  const from = span.key ?? "";
  if (span.range_end === undefined || span.range_end === "") return { from, to: from + NUL };
  return { from, to: span.range_end === NUL ? undefined : span.range_end };
}

/** The keys of a span, ascending, as they are now or at a readable revision. */
export function keysIn<V>(store: MvccStore<V>, span: KeySpan, at?: number, limit?: number): readonly LiveVersion<V>[] {
  const { from, to } = boundsOf(span);
  if (to !== from + NUL) return store.list(from, to, at, limit);
  const version = store.version(from, at);
  return version === undefined ? [] : [version];
}
