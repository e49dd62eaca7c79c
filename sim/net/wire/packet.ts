/**
 * What travels: IPv4 packets with a TCP, UDP or ICMP header, ARP messages, and the Ethernet frames that carry them.
 * Left out: bytes, checksums, sequence numbers and options; a segment is known by its flags, a payload by its length.
 * Invariant: a packet is an immutable value; whoever changes a header makes a new one.
 */
import type { Ipv4 } from "./ipv4.ts";

/** The protocols above IPv4 that are modelled; `ipip` is number 4, IPv4 in IPv4, which has no ports. */
export type Protocol = "tcp" | "udp" | "icmp" | "ipip";

/** An ICMP message; `about` is the packet that an error is about, as its sender saw it. */
export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** The next hop's MTU in a fragmentation-needed message, else 0. */
  readonly info: number;
  readonly about?: Packet;
}

/** An IPv4 packet. For ICMP echo, both ports hold the identifier, as conntrack compares it. */
export interface Packet {
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly proto: Protocol;
  readonly sport: number;
  readonly dport: number;
  readonly ttl: number;
  readonly df: boolean;
  /** The length of the whole packet in bytes, header included. */
  readonly length: number;
  /** The mark that netfilter keeps beside the packet; it never leaves the host. */
  readonly mark: number;
  /** TCP flags as tcpdump writes them: S, SA, A, RA. */
  readonly flags?: string;
  readonly icmp?: Icmp;
  readonly vxlan?: { readonly vni: number; readonly inner: Frame };
  /** The packet inside, of a packet whose protocol is `ipip` (RFC 2003). */
  readonly ipip?: { readonly inner: Packet };
  readonly fragment?: { readonly offset: number; readonly more: boolean };
}

/** An ARP message for IPv4 over Ethernet (RFC 826). */
export interface Arp {
  readonly op: "request" | "reply";
  readonly senderIp: Ipv4;
  readonly senderMac: string;
  readonly targetIp: Ipv4;
}

/** An Ethernet frame. On an IP-in-IP device there is no Ethernet header: both addresses are "" then. */
export interface Frame {
  readonly from: string;
  readonly to: string;
  readonly payload:
    | { readonly kind: "arp"; readonly arp: Arp }
    | { readonly kind: "ip"; readonly packet: Packet; readonly role: Role };
}

/** Whose packet it is: the sender's own, an answer to it, or an error about one of them; a trace can be read by role. */
export type Role = "request" | "answer" | "error";

/** The Ethernet address that reaches everybody on a segment. */
export const broadcastMac = "ff:ff:ff:ff:ff:ff";
