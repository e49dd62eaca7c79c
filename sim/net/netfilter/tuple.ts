/**
 * What tells one direction of a connection from all others (Linux 6.18, include/net/netfilter/nf_conntrack_tuple.h).
 * Left out: layer-3 protocols other than IPv4, zones.
 * Invariant: two tuples are the same when all five parts are, and then have the same hash.
 */
import type { Ipv4 } from "../wire/ipv4.ts";
import type { Packet, Protocol } from "../wire/packet.ts";

/** The two ends and the protocol of one direction; for echo requests both ports are the identifier. */
export interface Tuple {
  readonly proto: Protocol;
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly sport: number;
  readonly dport: number;
}

/** The tuple of a packet. */
export function tupleOf({ proto, src, dst, sport, dport }: Packet): Tuple {
  return { proto, src, dst, sport, dport };
}

/** The tuple of an answer. */
export function inverted({ proto, src, dst, sport, dport }: Tuple): Tuple {
  return { proto, src: dst, dst: src, sport: dport, dport: sport };
}

/** Whether two tuples are of one direction of one connection. */
export function isSameTuple(a: Tuple, b: Tuple): boolean {
  return a.sport === b.sport && a.dport === b.dport && a.src === b.src && a.dst === b.dst && a.proto === b.proto;
}

/** 32 bits by which tuples are spread. */
export function hashOfTuple({ proto, src, dst, sport, dport }: Tuple): number {
  let hash = Math.imul(src ^ proto.length, 0x9e3779b1) ^ proto.charCodeAt(0);
  for (const part of [dst, sport, dport]) {
    hash = Math.imul(hash ^ (hash >>> 15) ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}
