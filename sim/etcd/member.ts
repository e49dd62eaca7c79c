/**
 * The etcd process: takes proposals, writes them to its log, and applies them once the disk has confirmed.
 * Source: go.etcd.io/etcd/server/v3 v3.7.3, etcdserver/{server,raft}.go. Left out here: other members (Raft comes with
 * them); with one member an entry is committed when its own disk has it.
 * Everything that arrives while one fsync is under way goes into the next one, as in etcd.
 * Invariant: entries are applied in log order; an answer is sent only for an entry that is on disk. What was proposed
 * but not yet on disk is lost when the process ends.
 */
import type { Component, Io, Message } from "../time/component.ts";
import { guarded } from "../time/freeze.ts";
import { Log } from "../time/log.ts";
import type { Body } from "../time/timeline.ts";
import { MvccStore, type ValueRules, type Write } from "./mvcc-store.ts";

/** A transaction: writes that happen if all compares hold. */
export interface Proposal {
  /** The proposer's own number for it; comes back with the result. */
  readonly token: number;
  /** Key and the mod revision that it must have; 0: it must not exist. */
  readonly compares: readonly (readonly [string, number])[];
  readonly writes: readonly Write<object>[];
}

/** The API server asks for a transaction. */
export interface ProposeBody extends Message {
  readonly kind: "propose";
  readonly proposal: Proposal;
}

/** What became of proposals that one fsync covered, in log order. */
export interface CommittedBody extends Message {
  readonly kind: "committed";
  readonly results: readonly { readonly token: number; readonly revision: number; readonly succeeded: boolean }[];
}

interface Entry {
  readonly from: string;
  readonly proposal: Proposal;
}

interface MemberRow {
  /** Log index up to which entries are being written to disk now; -1: the disk is idle. */
  readonly syncingTo: number;
  /** Entries below this index have been applied. */
  readonly applied: number;
}

/** Values as the API server stores them: API objects, which etcd does not look into. */
const objectValues: ValueRules<object> = { empty: {}, order: () => 0 };

/** The store that this world's etcd keeps. */
export function etcdStore(io: Io): MvccStore<object> {
  return io.container("etcd store", () => new MvccStore<object>(objectValues));
}

function logOf(io: Io): Log<Entry> {
  return io.container("etcd log", () => new Log<Entry>());
}

function rowOf(io: Io): MemberRow {
  return io.table<MemberRow>("etcd members").get(io.self) ?? { syncingTo: -1, applied: 0 };
}

function setRow(io: Io, row: MemberRow): void {
  io.table<MemberRow>("etcd members").set(io.self, row);
}

/** The etcd process of a control-plane machine. */
export const etcdMember: Component = {
  name: "etcd",
  start(io) {
    setRow(io, { syncingTo: -1, applied: logOf(io).end });
    io.note("start", "", "", `serving client traffic; revision ${etcdStore(io).revision}`);
  },
  handle(body, io) {
    if (body.kind === "propose") propose(io, (body as ProposeBody).proposal);
    else if (body.kind === "fsynced") apply(io);
    else throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
  },
};

function propose(io: Io, proposal: Proposal): void {
  logOf(io).push({ from: io.from, proposal: guarded(proposal) });
  const row = rowOf(io);
  if (row.syncingTo < 0) sync(io, row.applied);
}

function sync(io: Io, applied: number): void {
  setRow(io, { applied, syncingTo: logOf(io).end });
  const fsynced: Body = { kind: "fsynced" };
  io.after(io.latency("fsync"), fsynced);
}

function apply(io: Io): void {
  const log = logOf(io);
  const { applied, syncingTo } = rowOf(io);
  const results = new Map<string, CommittedBody["results"][number][]>();
  for (let index = applied; index < syncingTo; index++) {
    const { from, proposal } = log.at(index) as Entry;
    const result = transact(etcdStore(io), proposal);
    const mine = results.get(from);
    if (mine === undefined) results.set(from, [result]);
    else mine.push(result);
  }
  log.dropBefore(syncingTo);
  if (log.end > syncingTo) sync(io, syncingTo);
  else setRow(io, { applied: syncingTo, syncingTo: -1 });
  const first = syncingTo - applied === 1 ? "1 entry" : `${syncingTo - applied} entries`;
  io.note("commit", "", "", `${first}, revision ${etcdStore(io).revision}`);
  for (const [from, list] of results) {
    const committed: CommittedBody = { kind: "committed", results: list };
    io.call(from, committed);
  }
}

function transact(store: MvccStore<object>, { token, compares, writes }: Proposal): CommittedBody["results"][number] {
  for (const [key, modRevision] of compares) {
    if ((store.version(key)?.modRevision ?? 0) !== modRevision)
      return { token, revision: store.revision, succeeded: false };
  }
  return { token, revision: store.commit(writes), succeeded: true };
}
