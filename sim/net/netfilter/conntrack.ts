/**
 * Connection tracking: both tuples of a connection, its states, and which packet belongs to which (Linux 6.18,
 * net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_tcp.c).
 * Left out: helpers, expectations, zones, windows (as with nf_conntrack_tcp_be_liberal); time-outs are in expiry.ts.
 * Invariant: a confirmed connection is found by its original and by its reply tuple, and no two share a tuple.
 */
import type { Packet } from "../wire/packet.ts";
import { inverted, isSameTuple, type Tuple, tupleOf } from "./tuple.ts";
import { emptyTree, entriesOf, smallest, type TupleTree, valueAt, withoutTuple, withValue } from "./tuple-tree.ts";

/** A tracked connection; the reply tuple is the original turned around, with what NAT changed. */
export interface Connection {
  readonly original: Tuple;
  readonly reply: Tuple;
  /** Whether the source (SNAT, masquerade) or the destination (DNAT) is translated. */
  readonly snat: boolean;
  readonly dnat: boolean;
  /** TCP's state in conntrack's words; other protocols have none. */
  readonly tcp: "SYN_SENT" | "SYN_RECV" | "ESTABLISHED" | "TIME_WAIT" | "CLOSE" | undefined;
  readonly replied: boolean;
  readonly assured: boolean;
  readonly mark: number;
  /** When its first and its last packet so far came, in microseconds. */
  readonly sinceUs: number;
  readonly usedUs: number;
}

/** What conntrack says about one packet. Direction and state are fixed when the packet comes in. */
export interface Tracking {
  readonly connection: Connection;
  readonly direction: "original" | "reply";
  readonly state: "NEW" | "ESTABLISHED" | "RELATED";
  readonly confirmed: boolean;
  /** Which half of NAT was decided for this new connection. */
  readonly natDone: { readonly src: boolean; readonly dst: boolean };
}

/** What a packet is to conntrack: tracked, or why not. */
export type Tracked = Tracking | { readonly state: "INVALID" | "UNTRACKED" };

/** A connection with the number under which it began. */
interface Numbered {
  readonly number: number;
  readonly connection: Connection;
}

/** All connections of a namespace; an object without anything in it is a table without any. */
export interface Connections {
  /** How many began so far. */
  readonly began?: number;
  /** How many there are. */
  readonly count?: number;
  /** Each under both of its tuples. */
  readonly byTuple?: TupleTree<Numbered>;
}

/** The connection that has a tuple, as its original or as its reply. */
export function connectionAt({ byTuple }: Connections, tuple: Tuple): Connection | undefined {
  return byTuple && valueAt(byTuple, tuple)?.connection;
}

function trackingOf(connection: Connection, isOriginalSide: boolean, state: Tracking["state"]): Tracking {
  const direction = isOriginalSide ? "original" : "reply";
  return { connection, direction, state, confirmed: true, natDone: { src: true, dst: true } };
}

/** An error belongs to the connection of the packet that it is about, and goes the other way. */
function trackError(connections: Connections, about: Packet): Tracked {
  const tuple = inverted(tupleOf(about));
  const backwards = connectionAt(connections, tuple);
  if (backwards !== undefined) return trackingOf(backwards, isSameTuple(backwards.original, tuple), "RELATED");
  return { state: "INVALID" };
}

/** Only a SYN or, as nf_conntrack_tcp_loose says, a bare ACK may begin a TCP connection. */
function mayBegin({ proto, flags, icmp }: Packet): boolean {
  if (proto === "tcp") return flags === "S" || flags === "A";
  return icmp === undefined || icmp.type === 8;
}

function begin(packet: Packet, nowUs: number): Tracking {
  const original = tupleOf(packet);
  const tcp = packet.proto !== "tcp" ? undefined : packet.flags === "S" ? "SYN_SENT" : "ESTABLISHED";
  const connection: Connection = {
    original,
    reply: inverted(original),
    snat: false,
    dnat: false,
    tcp,
    replied: false,
    assured: false,
    mark: 0,
    sinceUs: nowUs,
    usedUs: nowUs,
  };
  return { connection, direction: "original", state: "NEW", confirmed: false, natDone: { src: false, dst: false } };
}

/** A closed connection makes room for a SYN of the same tuple. */
function isReopened(connection: Connection, packet: Packet, original: boolean): boolean {
  return (connection.tcp === "CLOSE" || connection.tcp === "TIME_WAIT") && original && packet.flags === "S";
}

/** Finds or begins the connection of a packet that comes at a time. */
export function track(connections: Connections, packet: Packet, nowUs: number): Tracked {
  if (packet.icmp?.about !== undefined) return trackError(connections, packet.icmp.about);
  const tuple = tupleOf(packet);
  const connection = connectionAt(connections, tuple);
  if (connection === undefined) return mayBegin(packet) ? begin(packet, nowUs) : { state: "INVALID" };
  const isEchoReply = packet.icmp?.type === 0;
  const original = !isEchoReply && isSameTuple(connection.original, tuple);
  if (isReopened(connection, packet, original)) return begin(packet, nowUs);
  const used = usedAt(connection, nowUs);
  if (!original) return trackingOf(afterReply(used, packet), false, "ESTABLISHED");
  return trackingOf(afterOriginal(used, packet), true, connection.replied ? "ESTABLISHED" : "NEW");
}

/** A UDP flow that was answered and still has packets after two seconds is a stream, and assured. */
const STREAM_AFTER_US = 2_000_000;

function usedAt(connection: Connection, nowUs: number): Connection {
  const { original, replied, assured, sinceUs, usedUs } = connection;
  const isStream = original.proto === "udp" && replied && nowUs > sinceUs + STREAM_AFTER_US;
  if (usedUs === nowUs && (!isStream || assured)) return connection;
  return { ...connection, usedUs: nowUs, assured: assured || isStream };
}

function afterReply(connection: Connection, { flags }: Packet): Connection {
  const { tcp, replied } = connection;
  if (tcp === undefined) return replied ? connection : { ...connection, replied: true };
  if (flags?.includes("R") && !replied) return { ...connection, tcp: "CLOSE" };
  const next = flags?.includes("R") ? "CLOSE" : tcp === "SYN_SENT" && flags === "SA" ? "SYN_RECV" : tcp;
  return { ...connection, replied: true, tcp: next };
}

function afterOriginal(connection: Connection, { flags }: Packet): Connection {
  const { tcp } = connection;
  if (tcp === undefined) return connection;
  if (flags?.includes("R")) return { ...connection, tcp: "CLOSE" };
  if (tcp === "SYN_RECV" && flags === "A") return { ...connection, tcp: "ESTABLISHED", assured: true };
  return connection;
}

/** The connection that began with a tuple, not one whose answers have it. */
function begunWith(byTuple: TupleTree<Numbered>, original: Tuple): Numbered | undefined {
  const found = valueAt(byTuple, original);
  return found !== undefined && isSameTuple(found.connection.original, original) ? found : undefined;
}

/** The table with a connection written under both of its tuples. */
export function confirmed(connections: Connections, connection: Connection): Connections {
  const { original, reply } = connection;
  const { began = 0, count = 0, byTuple = emptyTree } = connections;
  const former = begunWith(byTuple, original);
  if (former?.connection === connection && valueAt(byTuple, reply)?.connection === connection) return connections;
  const isNew = former === undefined;
  const numbered: Numbered = { number: former?.number ?? began, connection };
  const isTurned = former !== undefined && !isSameTuple(former.connection.reply, reply);
  const kept = isTurned ? withoutTuple(byTuple, former.connection.reply) : byTuple;
  return {
    began: isNew ? began + 1 : began,
    count: isNew ? count + 1 : count,
    byTuple: withValue(withValue(kept, original, numbered), reply, numbered),
  };
}

/** The table without a connection. */
export function forgotten(connections: Connections, { original, reply }: Connection): Connections {
  const { began = 0, count = 0, byTuple = emptyTree } = connections;
  if (begunWith(byTuple, original) === undefined) return connections;
  return { began, count: count - 1, byTuple: withoutTuple(withoutTuple(byTuple, original), reply) };
}

/** Whether nothing but a reset ever answered: such a connection is forgotten at once. */
export function isStillborn({ tcp, replied }: Connection): boolean {
  return tcp === "CLOSE" && !replied;
}

/** Whether no further connection may begin: a table takes `net.netfilter.nf_conntrack_max`, where 0 is no limit. */
export function isFull({ count = 0 }: Connections, max: number): boolean {
  return max > 0 && count >= max;
}

/** Every connection once, in the order in which they began. */
export function listConnections({ byTuple = emptyTree }: Connections): readonly Connection[] {
  const originals = entriesOf<Numbered>(byTuple).filter(({ tuple, value }) =>
    isSameTuple(tuple, value.connection.original),
  );
  return originals
    .map(({ value }) => value)
    .sort((a, b) => a.number - b.number)
    .map(({ connection }) => connection);
}

/** The smallest number that a connection has, infinity without one; `known` keeps what was worked out before. */
export function leastOf(
  { byTuple = emptyTree }: Connections,
  numberOf: (connection: Connection) => number,
  known: WeakMap<object, number>,
): number {
  return smallest<Numbered>(byTuple, ({ connection }) => numberOf(connection), known);
}
