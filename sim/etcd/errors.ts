/**
 * The refusals of an etcd 3.7 server, as a client sees them: a gRPC code and a text.
 * Source: go.etcd.io/etcd/api/v3 v3.7.3, v3rpc/rpctypes/error.go. Left out: refusals of authentication, quota,
 * membership and learners, which nothing here can provoke.
 * Invariant: code and text are those of the real server, letter by letter (recorded in test/oracles/etcd).
 */

/** The gRPC codes that appear in etcd's refusals. */
type GrpcCode = "InvalidArgument" | "NotFound" | "OutOfRange" | "FailedPrecondition";

/** A refusal, returned and not thrown, since it is an ordinary answer; `instanceof` tells it from a response. */
export class EtcdError {
  readonly code: GrpcCode;
  readonly text: string;

  constructor(code: GrpcCode, text: string) {
    this.code = code;
    this.text = text;
  }
}

const invalid = (text: string) => new EtcdError("InvalidArgument", `etcdserver: ${text}`);

/** Any request without a key, also inside a transaction. */
export const emptyKey = invalid("key is not provided");
/** A put with ignore_value or ignore_lease to a key that does not exist, or an empty operation in a transaction. */
export const keyNotFound = invalid("key not found");
/** A put with ignore_value that brings a value. */
export const valueProvided = invalid("value is provided");
/** A put with ignore_lease that brings a lease. */
export const leaseProvided = invalid("lease is provided");
/** More than 128 operations in a list of a transaction, nested levels added. */
export const tooManyOps = invalid("too many operations in txn request");
/** Two puts of one key, or a put of a key that the same transaction deletes. */
export const duplicateKey = invalid("duplicate key given in txn request");
/** A read at, or a compaction to, a revision at or below the compacted one. */
export const compacted = new EtcdError("OutOfRange", "etcdserver: mvcc: required revision has been compacted");
/** A read at, or a compaction to, a revision that is not yet reached. */
export const futureRevision = new EtcdError("OutOfRange", "etcdserver: mvcc: required revision is a future revision");
/** A put to, or a revocation of, a lease that does not exist. */
export const leaseNotFound = new EtcdError("NotFound", "etcdserver: requested lease not found");
/** A grant of an id that is in use. */
export const leaseExists = new EtcdError("FailedPrecondition", "etcdserver: lease already exists");
/** A grant of more than 9,000,000,000 seconds. */
export const leaseTooLong = new EtcdError("OutOfRange", "etcdserver: too large lease TTL");
