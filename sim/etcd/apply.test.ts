import { describe, expect, test } from "vitest";
import { apply, type EtcdRequest } from "./apply.ts";
import { duplicateKey, type EtcdError, emptyKey, keyNotFound, leaseNotFound, tooManyOps } from "./errors.ts";
import { MvccStore, textValues } from "./mvcc-store.ts";
import type { RequestOp, TxnRequest } from "./wire.ts";

const SECOND_US = 1_000_000;

class Member {
  readonly store = new MvccStore(textValues);

  do(op: EtcdRequest<string>["op"], req: object = {}, nowUs = 0): unknown {
    return apply(this.store, { op, req } as EtcdRequest<string>, nowUs);
  }
}

const putOf = (key: string, value = "v"): RequestOp<string> => ({ request_put: { key, value } });

describe("leases", () => {
  test("expire when nobody renews, and take their keys along in one revision", () => {
    const member = new Member();
    member.do("leaseGrant", { ID: 1, TTL: 10 });
    for (const key of ["b", "a"]) member.do("put", { key, value: "v", lease: 1 });
    expect(member.store.leases.nextExpiryUs()).toBe(10 * SECOND_US);
    expect(member.do("leaseKeepAlive", { ID: 1 }, 5 * SECOND_US)).toMatchObject({ TTL: 10 });
    expect(member.store.leases.expired(14 * SECOND_US)).toEqual([]);
    expect(member.store.leases.expired(15 * SECOND_US)).toEqual([1]);
    expect(member.do("leaseKeepAlive", { ID: 1 }, 15 * SECOND_US)).toMatchObject({ TTL: 0 });
    expect(member.do("leaseTimeToLive", { ID: 1 }, 15 * SECOND_US)).toMatchObject({ TTL: -1 });
    expect(member.do("leaseRevoke", { ID: 1 })).toEqual({ header_revision: 4 });
    const deleted = member.store.changesSince(3)!;
    expect(deleted.map(({ key, value, modRevision }) => [key, value, modRevision])).toEqual([
      ["a", undefined, 4],
      ["b", undefined, 4],
    ]);
    expect(member.do("leaseRevoke", { ID: 1 })).toBe(leaseNotFound);
  });

  test("a key belongs to the lease of its last put", () => {
    const member = new Member();
    for (const ID of [1, 2]) member.do("leaseGrant", { ID, TTL: 10 * ID });
    member.do("put", { key: "a", value: "v", lease: 1 });
    member.do("put", { key: "a", value: "v", lease: 2 });
    expect(member.do("leaseTimeToLive", { ID: 2, keys: true })).toMatchObject({ keys: ["a"], grantedTTL: 20 });
    member.do("put", { key: "a", value: "w", ignore_lease: true });
    expect(member.store.leases.keysOf(2)).toEqual(["a"]);
    member.do("put", { key: "a", value: "w" });
    expect([member.store.leases.keysOf(1), member.store.leases.keysOf(2)]).toEqual([[], []]);
  });

  test("are given an id and at least two seconds, and listed by expiry", () => {
    const member = new Member();
    const granted = member.do("leaseGrant", { TTL: 1 }) as { ID: number; TTL: number };
    expect(granted.TTL).toBe(2);
    member.do("leaseGrant", { ID: 5, TTL: 60 });
    member.do("leaseGrant", { ID: 6, TTL: 30 });
    expect(member.do("leaseLeases")).toMatchObject({ leases: [{ ID: granted.ID }, { ID: 6 }, { ID: 5 }] });
  });

  test("count in the hash and fork apart", () => {
    const member = new Member();
    const fork = member.store.fork();
    member.do("leaseGrant", { ID: 1, TTL: 10 });
    expect(fork.leases.has(1)).toBe(false);
    expect(fork.hash()).not.toBe(member.store.hash());
    fork.leases.grant(1, 10, 0);
    expect(fork.hash()).toBe(member.store.hash());
  });
});

describe("transactions", () => {
  const refusal = (txn: TxnRequest<string>) => new Member().do("txn", txn) as EtcdError;
  const nested = (depth: number): TxnRequest<string> => ({
    success: depth === 0 ? [putOf("deep")] : [{ request_txn: nested(depth - 1) }],
  });

  test("choose all branches before the first write", () => {
    const member = new Member();
    const isMissing = { key: "a", version: 0 };
    const inner: TxnRequest<string> = { compare: [isMissing], success: [putOf("b", "was missing")] };
    member.do("txn", { compare: [isMissing], success: [putOf("a"), { request_txn: inner }] });
    expect(member.store.version("b")!.value).toBe("was missing");
    expect(member.store.revision).toBe(2);
  });

  test("that only read leave the revision as it is", () => {
    const member = new Member();
    expect(member.do("txn", { success: [{ request_range: { key: "a" } }] })).toMatchObject({ header_revision: 1 });
  });

  test("refuse writes of which the order would matter, in whatever branch", () => {
    expect(refusal({ success: [putOf("a"), putOf("a")] })).toBe(duplicateKey);
    expect(refusal({ failure: [putOf("b"), { request_delete_range: { key: "a", range_end: "c" } }] })).toBe(
      duplicateKey,
    );
    expect(refusal({ success: [putOf("a"), { request_txn: { failure: [putOf("a")] } }] })).toBe(duplicateKey);
    const either: TxnRequest<string> = { success: [putOf("a")], failure: [putOf("a")] };
    expect(refusal({ success: [{ request_txn: either }] })).toMatchObject({ header_revision: 2 });
    expect(refusal({ success: [{ request_txn: either }, { request_txn: either }] })).toBe(duplicateKey);
  });

  test("refuse missing keys, empty operations and more than 128 operations", () => {
    expect(refusal({ compare: [{ key: "" }] })).toBe(emptyKey);
    expect(refusal({ success: [{ request_range: {} }] })).toBe(emptyKey);
    expect(refusal({ success: [{}] })).toBe(keyNotFound);
    expect(refusal({ success: Array.from({ length: 129 }, (_, i) => putOf(`k${i}`)) })).toBe(tooManyOps);
    expect(refusal(nested(127))).toMatchObject({ header_revision: 2 });
    expect(refusal(nested(128))).toBe(tooManyOps);
  });

  test("a refusal changes nothing", () => {
    const member = new Member();
    const before = member.store.hash();
    const ops = [putOf("a"), { request_put: { key: "b", value: "v", lease: 9 } }];
    expect(member.do("txn", { success: ops })).toBe(leaseNotFound);
    expect([member.store.hash(), member.store.revision]).toEqual([before, 1]);
  });
});
