/**
 * Connection tracking: both tuples of a connection, its states, and which packet belongs to which (Linux 6.18,
 * net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_tcp.c).
 * Left out: time-outs, helpers, expectations, zones, windows (as with nf_conntrack_tcp_be_liberal).
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
  readonly tcp: "SYN_SENT" | "SYN_RECV" | "ESTABLISHED" | "CLOSE" | undefined;
  readonly replied: boolean;
  readonly assured: boolean;
  readonly mark: number;
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

/** The key under which a connection is found. */
export function keyOf({ proto, src, dst, sport, dport }: Tuple): string {
  return `${proto} ${src}:${sport} ${dst}:${dport}`;
}

type Connections = Readonly<Record<string, Connection>>;

function isOriginal(connection: Connection, key: string): boolean {
  return keyOf(connection.original) === key;
}

function trackingOf(connection: Connection, isOriginalSide: boolean, state: Tracking["state"]): Tracking {
  const direction = isOriginalSide ? "original" : "reply";
  return { connection, direction, state, confirmed: true, natDone: { src: true, dst: true } };
}

/** An error belongs to the connection of the packet that it is about, and goes the other way. */
function trackError(connections: Connections, about: Packet): Tracked {
  const key = keyOf(inverted(tupleOf(about)));
  const backwards = connections[key];
  if (backwards !== undefined) return trackingOf(backwards, isOriginal(backwards, key), "RELATED");
  return { state: "INVALID" };
}

/** Only a SYN or, as nf_conntrack_tcp_loose says, a bare ACK may begin a TCP connection. */
function mayBegin({ proto, flags, icmp }: Packet): boolean {
  if (proto === "tcp") return flags === "S" || flags === "A";
  return icmp === undefined || icmp.type === 8;
}

function begin(packet: Packet): Tracking {
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
  };
  return { connection, direction: "original", state: "NEW", confirmed: false, natDone: { src: false, dst: false } };
}

/** A closed connection makes room for a SYN of the same tuple. */
function isReopened(connection: Connection, packet: Packet, original: boolean): boolean {
  return connection.tcp === "CLOSE" && original && packet.flags === "S";
}

/** Finds or begins the connection of a packet. */
export function track(connections: Connections, packet: Packet): Tracked {
  if (packet.icmp?.about !== undefined) return trackError(connections, packet.icmp.about);
  const key = keyOf(tupleOf(packet));
  const connection = connections[key];
  if (connection === undefined) return mayBegin(packet) ? begin(packet) : { state: "INVALID" };
  const original = isOriginal(connection, key);
  if (isReopened(connection, packet, original)) return begin(packet);
  if (!original) return trackingOf(afterReply(connection, packet), false, "ESTABLISHED");
  return trackingOf(afterOriginal(connection, packet), true, connection.replied ? "ESTABLISHED" : "NEW");
}

function afterReply(connection: Connection, { flags }: Packet): Connection {
  const { tcp, replied } = connection;
  if (tcp === undefined) return replied ? connection : { ...connection, replied: true };
  if (flags?.includes("R") && !replied) return { ...connection, tcp: "CLOSE" };
  const next = flags?.includes("R") ? "CLOSE" : tcp === "SYN_SENT" && flags === "SA" ? "SYN_RECV" : tcp;
  return { ...connection, replied: true, tcp: next };
}

function afterOriginal(connection: Connection, { flags }: Packet): Connection {
  const { tcp, replied } = connection;
  if (tcp === undefined) return replied && !connection.assured ? { ...connection, assured: true } : connection;
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
  return Object.entries(connections).flatMap(([key, connection]) => (isOriginal(connection, key) ? [connection] : []));
}
