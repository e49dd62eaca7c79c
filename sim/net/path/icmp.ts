/**
 * Messages about packets that could not be delivered, and the replies of REJECT (RFC 792; Linux 6.18, net/ipv4/icmp.c,
 * net/ipv4/netfilter/nf_reject_ipv4.c).
 * Left out: rate limits, redirects, source quench.
 * Invariant: there is never an error about an error; an error about a tracked packet belongs to that packet's connection.
 */

import type { Tracked } from "../netfilter/conntrack.ts";
import { formatIpv4 } from "../wire/ipv4.ts";
import type { Icmp, Packet } from "../wire/packet.ts";
import { addressType } from "./decide.ts";
import { sendLocal } from "./ip-output.ts";
import { type Journey, keep, type Skb, spaceOf } from "./journey.ts";

/** What an error carries of the packet that it is about, with its own headers: the Linux kernel fills up to 576 bytes. */
const ERROR_BYTES_MAX = 576;

/** The other direction of the packet's connection, for an answer that the host makes itself. */
function answering(tracked: Tracked | undefined, state: "RELATED" | "ESTABLISHED"): Tracked | undefined {
  if (tracked === undefined || !("connection" in tracked)) return undefined;
  return { ...tracked, direction: tracked.direction === "original" ? "reply" : "original", state };
}

/** Sends an ICMP error to a packet's source. If the packet was for this host, it comes from the packet's destination. */
export function sendError(journey: Journey, name: string, skb: Skb, icmp: Omit<Icmp, "about">, isLocal: boolean): void {
  const { packet } = skb;
  const isError = packet.icmp !== undefined && packet.icmp.type !== 8 && packet.icmp.type !== 0;
  const isLater = packet.fragment !== undefined && packet.fragment.offset > 0;
  if (isError || isLater || packet.src === 0 || addressType(spaceOf(journey, name), packet.dst) === "BROADCAST") return;
  const error: Packet = {
    src: isLocal ? packet.dst : 0,
    dst: packet.src,
    proto: "icmp",
    sport: 0,
    dport: 0,
    ttl: 64,
    df: false,
    length: Math.min(packet.length + 28, ERROR_BYTES_MAX),
    mark: 0,
    icmp: { ...icmp, about: packet },
  };
  sendLocal(journey, name, error, "error", answering(skb.tracked, "RELATED"));
}

const rejections: Readonly<Record<string, number>> = {
  "icmp-net-unreachable": 0,
  "icmp-host-unreachable": 1,
  "icmp-proto-unreachable": 2,
  "icmp-port-unreachable": 3,
  "icmp-net-prohibited": 9,
  "icmp-host-prohibited": 10,
  "icmp-admin-prohibited": 13,
};

/** Answers a segment with a reset, as a host does that has no socket for it. Only a REJECT's reset knows its connection. */
export function sendReset(journey: Journey, name: string, { packet }: Skb, tracked?: Tracked): void {
  if (packet.flags === undefined || packet.flags.includes("R")) return;
  const { src, dst, sport, dport } = packet;
  const flags = packet.flags.includes("A") ? "R" : "RA";
  const reset: Packet = {
    src: dst,
    dst: src,
    proto: "tcp",
    sport: dport,
    dport: sport,
    ttl: 64,
    df: true,
    length: 40,
    mark: 0,
    flags,
  };
  sendLocal(journey, name, reset, "answer", tracked);
}

/** What a REJECT rule sends back. */
export function reject(journey: Journey, name: string, skb: Skb, reply: string, isLocal: boolean): void {
  if (reply === "tcp-reset") return sendReset(journey, name, skb, answering(skb.tracked, "ESTABLISHED"));
  sendError(journey, name, skb, { type: 3, code: rejections[reply] ?? 3, info: 0 }, isLocal);
}

/** A router's word that longer packets do not get through is remembered by the host that asked. */
export function learnPathMtu(journey: Journey, name: string, { type, code, info, about }: Icmp): void {
  if (type !== 3 || code !== 4 || about === undefined) return;
  const space = spaceOf(journey, name);
  keep(journey, { ...space, pathMtus: { ...space.pathMtus, [formatIpv4(about.dst)]: info } });
}
