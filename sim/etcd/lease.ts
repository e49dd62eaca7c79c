/**
 * Leases: keys that vanish together when nobody renews.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, lease/lessor.go. Left out: checkpoints of the remaining time over a change
 * of leader, and the limit of 1,000 revocations a second.
 * Invariant: the lessor reads no clock and revokes nothing: the owner asks `expired(now)` and turns the answer into
 * revocations, so that expiry is a write like any other. A key is attached to at most one lease.
 */
import { mixNumber, scramble } from "../time/hash.ts";
import { SortedMap } from "../time/sorted-map.ts";
import { Table } from "../time/table.ts";
import { type EtcdError, leaseExists, leaseNotFound, leaseTooLong } from "./errors.ts";

const TTL_MAX_S = 9_000_000_000;
/** One and a half election time-outs of 1 s, in whole seconds: a shorter lease could expire while a leader is elected. */
const TTL_MIN_S = 2;
const SECOND_US = 1_000_000;
/** Where ids that the server picks begin; real ones hold a member id and a clock reading. */
const GENERATED_IDS = 0x6e0000000000;

/** One lease: its granted length in seconds, and the simulated microsecond at which it ends unless renewed. */
export interface Lease {
  readonly id: number;
  readonly ttlS: number;
  readonly expiryUs: number;
}

/** All leases of one store and the keys that hang on them. */
export class Lessor {
  private leases = new Table<Lease>();
  /** Lease and key → the order in which they were attached. */
  private attached = new SortedMap<number>();
  private attachments = 0;
  private generated = 0;

  /** Whether the lease exists, even if its time is over: it lives until revoked. */
  has(id: number): boolean {
    return this.leases.has(String(id));
  }

  /** Makes a lease of at least 2 s; id 0 asks for a new id. Refuses an id in use and more than 9,000,000,000 s. */
  grant(id: number, ttlS: number, nowUs: number): Lease | EtcdError {
    if (ttlS > TTL_MAX_S) return leaseTooLong;
    if (this.has(id)) return leaseExists;
    const granted = Math.max(ttlS, TTL_MIN_S);
    const lease = { id: id === 0 ? this.freshId() : id, ttlS: granted, expiryUs: nowUs + granted * SECOND_US };
    this.leases.set(String(lease.id), lease);
    return lease;
  }

  /** Starts the lease's time anew. A lease whose time is over cannot be saved any more. */
  renew(id: number, nowUs: number): Lease | EtcdError {
    const lease = this.alive(id, nowUs);
    if (lease === undefined) return leaseNotFound;
    const renewed = { ...lease, expiryUs: nowUs + lease.ttlS * SECOND_US };
    this.leases.set(String(id), renewed);
    return renewed;
  }

  /** The lease, unless its time is over. */
  alive(id: number, nowUs: number): Lease | undefined {
    const lease = this.leases.get(String(id));
    return lease !== undefined && lease.expiryUs > nowUs ? lease : undefined;
  }

  /** Forgets a lease; its keys must have been deleted. */
  forget(id: number): void {
    this.leases.delete(String(id));
  }

  /** All leases, the next to expire first. */
  list(): readonly Lease[] {
    const leases = Array.from(this.leases.entries(), ([, lease]) => lease);
    return leases.sort((a, b) => a.expiryUs - b.expiryUs || a.id - b.id);
  }

  /** The ids of the leases whose time is over at an instant, the longest overdue first. */
  expired(nowUs: number): readonly number[] {
    const over = this.list().filter((lease) => lease.expiryUs <= nowUs);
    return over.map((lease) => lease.id);
  }

  /** When the next lease will expire unless renewed, in simulated microseconds: the owner's next timer. */
  nextExpiryUs(): number | undefined {
    return this.list()[0]?.expiryUs;
  }

  /** The keys on a lease, in the order in which they were attached. */
  keysOf(id: number): readonly string[] {
    const prefix = `${id}/`;
    const keys = [...this.attached.range(prefix, `${id}0`)].sort((a, b) => a[1] - b[1]);
    return keys.map(([key]) => key.slice(prefix.length));
  }

  /** Moves a key from one lease to another, where 0 is none. The store calls this with every write. */
  move(key: string, from: number, to: number): void {
    if (from === to) return;
    if (from !== 0) this.attached.delete(`${from}/${key}`);
    if (to !== 0) this.attached.set(`${to}/${key}`, ++this.attachments);
  }

  /** A hash of the leases; what hangs on them is part of the keys' own hash. */
  hash(): number {
    let h = mixNumber(this.generated, this.leases.size);
    for (const [, lease] of this.leases.entries())
      h = mixNumber(mixNumber(mixNumber(h, lease.id), lease.ttlS), lease.expiryUs);
    return scramble(h);
  }

  /** Independent leases that continue where these stand. */
  fork(): Lessor {
    const copy = new Lessor();
    copy.leases = this.leases.fork();
    copy.attached = this.attached.fork();
    copy.attachments = this.attachments;
    copy.generated = this.generated;
    return copy;
  }

  private freshId(): number {
    do this.generated++;
    while (this.has(GENERATED_IDS + this.generated));
    return GENERATED_IDS + this.generated;
  }
}
