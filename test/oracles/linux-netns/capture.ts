/** Frames seen on a device, in the recorded form, and what of them must agree. */
import type { TraceStep } from "../../../sim/net/path/journey.ts";
import { formatIpv4 } from "../../../sim/net/wire/ipv4.ts";
import type { Frame, Packet } from "../../../sim/net/wire/packet.ts";

interface Seen {
  readonly arp?: { readonly op: string; readonly senderIP: string; readonly targetIP: string };
  readonly ip?: SeenIp;
  readonly dir?: string;
}

interface SeenIp {
  readonly src: string;
  readonly dst: string;
  readonly proto: string;
  readonly ttl: number;
  readonly df: boolean;
  readonly totalLen: number;
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  readonly dport?: number;
  readonly tcpFlags?: string;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly vxlan?: { readonly vni: number; readonly inner: Seen };
}

function ipOf(packet: Packet): SeenIp {
  const { src, dst, proto, ttl, df, length, flags, icmp, fragment, vxlan } = packet;
  return {
    src: formatIpv4(src),
    dst: formatIpv4(dst),
    proto,
    ttl,
    totalLen: length,
    df,
    ...(fragment === undefined ? {} : { fragment }),
    ...(proto === "icmp" || (fragment?.offset ?? 0) > 0 ? {} : { dport: packet.dport }),
    ...(flags === undefined ? {} : { tcpFlags: flags }),
    ...(icmp === undefined ? {} : { icmpType: icmp.type, icmpCode: icmp.code }),
    ...(vxlan === undefined ? {} : { vxlan: { vni: vxlan.vni, inner: frameOf(vxlan.inner) } }),
  };
}

function frameOf({ from, to, payload }: Frame): Seen & { readonly ethSrc: string; readonly ethDst: string } {
  const ends = { ethSrc: from, ethDst: to };
  if (payload.kind === "ip") return { ...ends, ip: ipOf(payload.packet) };
  const { op, senderIp, senderMac, targetIp } = payload.arp;
  const arp = { op, senderIP: formatIpv4(senderIp), senderMAC: senderMac, targetIP: formatIpv4(targetIp) };
  return { ...ends, arp };
}

export function captureOf(trace: readonly TraceStep[], devices: readonly string[]): Record<string, readonly object[]> {
  const seenOn = (place: string) =>
    trace.flatMap((step) =>
      step.kind === "frame" && `${step.namespace}/${step.device}` === place
        ? [{ ...frameOf(step.frame), dir: step.direction }]
        : [],
    );
  return Object.fromEntries(devices.map((place) => [place, seenOn(place)]));
}

/**
 * Of TCP only SYN, its answer and resets count: what follows comes in numbers that vary. Ephemeral ports vary too,
 * and the bridges' own multicast reports come at times of their own. */
function fact({ arp, ip, dir }: Seen): readonly string[] {
  if (arp !== undefined) return [`${dir} ${arp.op} ${arp.senderIP} ${arp.targetIP}`];
  if (ip === undefined || ip.dst.startsWith("224.") || (ip.tcpFlags !== undefined && !/[SR]/.test(ip.tcpFlags)))
    return [];
  const { src, dst, proto, ttl, fragment, tcpFlags, icmpType, vxlan } = ip;
  const piece = fragment === undefined ? "" : `${fragment.offset}+${fragment.more} ${ip.totalLen}`;
  const tunnel = vxlan === undefined ? "" : `vni ${vxlan.vni} (${fact(vxlan.inner).join()})`;
  const segment = /R/.test(tcpFlags ?? "") ? "R" : (tcpFlags ?? "");
  if (vxlan !== undefined && fact(vxlan.inner).length === 0) return [];
  return [`${dir} ${src} ${dst} ${proto} ${ttl} ${ip.df} ${segment} ${icmpType ?? ""} ${piece} ${tunnel}`];
}

/** What a capture says about the protocol, as a set, in one text. */
export function facts(capture: Readonly<Record<string, readonly object[]>>): string {
  const lines = Object.entries(capture).flatMap(([place, frames]) =>
    frames.flatMap((frame) => fact(frame as Seen).map((line) => `${place} ${line}`)),
  );
  return [...new Set(lines)].sort().join("\n");
}
