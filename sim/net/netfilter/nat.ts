/**
 * Network address translation: how a new connection gets its reply tuple, and how each later packet is rewritten by it
 * (Linux 6.18, net/netfilter/nf_nat_core.c, nf_nat_proto.c).
 * Left out: address ranges by hash of the source (the first address is taken), helpers, netmap.
 * Invariant: the rules are asked once a connection; every later packet, and every error about one, follows the two tuples.
 */
import type { Ipv4 } from "../wire/ipv4.ts";
import type { Packet } from "../wire/packet.ts";
import { type Connections, connectionAt, type Tracking } from "./conntrack.ts";
import type { PortRange } from "./ruleset.ts";
import { inverted, isSameTuple, type Tuple } from "./tuple.ts";

/** Which half of a packet is rewritten: destinations before routing, sources after. */
export type Half = "src" | "dst";

/** What a NAT rule asks for. Nothing asked means that only a clash of ports may change something. */
export interface Wish {
  readonly address: Ipv4 | undefined;
  readonly ports: PortRange | undefined;
  /** Whether the port is drawn even when the old one is free. */
  readonly random: boolean;
}

/** Draws a port between both ends, both included. */
export type DrawPort = (low: number, high: number) => number;

/** Ports are remapped within their class: system ports stay system ports. */
function portClass(port: number): PortRange {
  if (port < 512) return { low: 1, high: 511 };
  return port < 1024 ? { low: 600, high: 1023 } : { low: 1024, high: 65535 };
}

function withHalf(tuple: Tuple, half: Half, address: Ipv4, port: number): Tuple {
  return half === "src" ? { ...tuple, src: address, sport: port } : { ...tuple, dst: address, dport: port };
}

function isTaken(connections: Connections, tuple: Tuple): boolean {
  return connectionAt(connections, inverted(tuple)) !== undefined;
}

/** The nearest tuple to the present one that the wish allows and nobody uses. */
function uniqueTuple(connections: Connections, now: Tuple, half: Half, wish: Wish, draw: DrawPort): Tuple {
  const address = wish.address ?? (half === "src" ? now.src : now.dst);
  if (now.proto === "ipip") return withHalf(now, half, address, 0);
  const port = half === "src" ? now.sport : now.dport;
  const range = wish.ports ?? portClass(port);
  const inRange = wish.ports === undefined || (port >= range.low && port <= range.high);
  const same = withHalf(now, half, address, port);
  if (half === "dst") return wish.ports === undefined || inRange ? same : withHalf(now, half, address, range.low);
  if (!wish.random && inRange && !isTaken(connections, same)) return same;
  const size = range.high - range.low + 1;
  const first = wish.random ? draw(range.low, range.high) : range.low;
  for (let step = 0; step < Math.min(size, 128); step++) {
    const tuple = withHalf(now, half, address, range.low + ((first - range.low + step) % size));
    if (!isTaken(connections, tuple)) return tuple;
  }
  return same;
}

/** Decides one half of a new connection's translation. */
export function setUp(connections: Connections, tracking: Tracking, half: Half, wish: Wish, draw: DrawPort): Tracking {
  const { connection } = tracking;
  const now = inverted(connection.reply);
  const chosen = uniqueTuple(connections, now, half, wish, draw);
  const natDone = { ...tracking.natDone, [half]: true };
  if (isSameTuple(chosen, now)) return { ...tracking, natDone };
  const flag = half === "src" ? { snat: true } : { dnat: true };
  return { ...tracking, natDone, connection: { ...connection, ...flag, reply: inverted(chosen) } };
}

function rewrite(packet: Packet, half: Half, to: Tuple): Packet {
  if (packet.icmp?.about === undefined) {
    return half === "src" ? { ...packet, src: to.src, sport: to.sport } : { ...packet, dst: to.dst, dport: to.dport };
  }
  const { about } = packet.icmp;
  const inner: Packet =
    half === "src" ? { ...about, dst: to.src, dport: to.sport } : { ...about, src: to.dst, sport: to.dport };
  const icmp = { ...packet.icmp, about: inner };
  return half === "src" ? { ...packet, src: to.src, icmp } : { ...packet, dst: to.dst, icmp };
}

/** The packet as the connection's translation makes it, which for most packets is the packet itself. */
export function translate(packet: Packet, { connection, direction }: Tracking, half: Half): Packet {
  const isOriginal = direction === "original";
  const applies = (half === "src") === isOriginal ? connection.snat : connection.dnat;
  return applies ? rewrite(packet, half, inverted(isOriginal ? connection.reply : connection.original)) : packet;
}
