/**
 * Connection tracking: both tuples of a connection, its states, and which packet belongs to which (Linux 6.18,
 * net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_tcp.c).
 * Left out: helpers, expectations, zones, windows (as with nf_conntrack_tcp_be_liberal); time-outs are in expiry.ts.
 * Invariant: a confirmed connection is found by its original and by its reply tuple, and no two share a tuple.
 */
import type { Ipv4 } from "../wire/ipv4.ts";
import type { Packet, Protocol } from "../wire/packet.ts";

/** What tells one direction of a connection from all others. */
export interface Tuple {
  readonly proto: Protocol;
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly sport: number;
  readonly dport: number;
}

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

/** The tuple of a packet. */
export function tupleOf({ proto, src, dst, sport, dport }: Packet): Tuple {
  return { proto, src, dst, sport, dport };
}

/** The tuple of an answer. */
export function inverted({ proto, src, dst, sport, dport }: Tuple): Tuple {
  return { proto, src: dst, dst: src, sport: dport, dport: sport };
}

const keys = new WeakMap<Tuple, string>();

/** The key under which a connection is found; kept with the tuple, of which a connection's packets ask many times. */
export function keyOf(tuple: Tuple): string {
  let key = keys.get(tuple);
  if (key === undefined) {
    const { proto, src, dst, sport, dport } = tuple;
    key = `${proto} ${src}:${sport} ${dst}:${dport}`;
    keys.set(tuple, key);
  }
  return key;
}

/** Whether two tuples are of one direction of one connection. */
export function isSameTuple(a: Tuple, b: Tuple): boolean {
  return a.sport === b.sport && a.dport === b.dport && a.src === b.src && a.dst === b.dst && a.proto === b.proto;
}

type Connections = Readonly<Record<string, Connection>>;

function trackingOf(connection: Connection, isOriginalSide: boolean, state: Tracking["state"]): Tracking {
  const direction = isOriginalSide ? "original" : "reply";
  return { connection, direction, state, confirmed: true, natDone: { src: true, dst: true } };
}

/** An error belongs to the connection of the packet that it is about, and goes the other way. */
function trackError(connections: Connections, about: Packet): Tracked {
  const tuple = inverted(tupleOf(about));
  const backwards = connections[keyOf(tuple)];
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
  const connection = connections[keyOf(tuple)];
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

/** The table with a connection written under both of its tuples. */
export function confirmed(connections: Connections, connection: Connection): Connections {
  const original = keyOf(connection.original);
  const reply = keyOf(connection.reply);
  if (connections[original] === connection && connections[reply] === connection) return connections;
  const kept = { ...connections };
  const former = connections[original];
  if (former !== undefined && keyOf(former.reply) !== reply) delete kept[keyOf(former.reply)];
  kept[original] = connection;
  kept[reply] = connection;
  return kept;
}

/** The table without a connection. */
export function forgotten(connections: Connections, connection: Connection): Connections {
  const { [keyOf(connection.original)]: _original, [keyOf(connection.reply)]: _reply, ...kept } = connections;
  return kept;
}

/** Whether nothing but a reset ever answered: such a connection is forgotten at once. */
export function isStillborn({ tcp, replied }: Connection): boolean {
  return tcp === "CLOSE" && !replied;
}

/** Every connection once, in the order in which they began. */
export function listConnections(connections: Connections): readonly Connection[] {
  return Object.entries(connections).flatMap(([key, connection]) =>
    keyOf(connection.original) === key ? [connection] : [],
  );
}
