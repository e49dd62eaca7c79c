/**
 * Packets as header fields, for traces: what a capture at one point would show.
 * Source: the fields' forms are those of tcpdump and of iptables' LOG target.
 * Left out: what packets here do not have (checksums, options, sequence numbers).
 * Invariant: equal packets give equal fields.
 */
import { formatIpv4 } from "../../net/wire/ipv4.ts";
import type { Icmp, Packet } from "../../net/wire/packet.ts";
import type { HeaderFields } from "../../trace.ts";

const icmpWords: Readonly<Record<string, string>> = {
  "0/0": "echo reply",
  "3/0": "network unreachable",
  "3/1": "host unreachable",
  "3/2": "protocol unreachable",
  "3/3": "port unreachable",
  "3/4": "fragmentation needed",
  "3/9": "network prohibited",
  "3/10": "host prohibited",
  "3/13": "communication prohibited",
  "8/0": "echo request",
  "11/0": "time exceeded",
};

/** An ICMP message in words. */
export function icmpText({ type, code }: Pick<Icmp, "type" | "code">): string {
  return icmpWords[`${type}/${code}`] ?? `type ${type} code ${code}`;
}

/** The packet inside all tunnels, with the headers outside. */
function innermost(packet: Packet): { readonly inner: Packet; readonly outer: HeaderFields["outer"] } {
  const { src, dst, ttl } = packet;
  const outer = { src: formatIpv4(src), dst: formatIpv4(dst), ttl };
  if (packet.ipip !== undefined) return { inner: packet.ipip.inner, outer: { ...outer, proto: "ipip" } };
  const carried = packet.vxlan?.inner.payload;
  if (carried?.kind === "ip") return { inner: carried.packet, outer: { ...outer, proto: "vxlan" } };
  return { inner: packet, outer: undefined };
}

/** The fields of a packet. */
export function headerFields(packet: Packet): HeaderFields {
  const { inner, outer } = innermost(packet);
  const isIcmp = inner.icmp !== undefined;
  return {
    src: formatIpv4(inner.src),
    dst: formatIpv4(inner.dst),
    proto: inner.proto === "ipip" ? "icmp" : inner.proto,
    sport: isIcmp ? 0 : inner.sport,
    dport: isIcmp ? 0 : inner.dport,
    ttl: inner.ttl,
    flags: inner.icmp === undefined ? (inner.flags ?? "") : icmpText(inner.icmp),
    mark: inner.mark === 0 ? "" : `0x${inner.mark.toString(16)}`,
    length: inner.length,
    ...(outer === undefined ? {} : { outer }),
  };
}

/** Whether two sets of fields name the same ends. */
export function sameEnds(a: HeaderFields, b: HeaderFields): boolean {
  return a.src === b.src && a.dst === b.dst && a.sport === b.sport && a.dport === b.dport;
}

/** `10.0.0.1:80`, or the address alone for ICMP. */
export function endText(address: string, port: number): string {
  return port === 0 ? address : `${address}:${port}`;
}
