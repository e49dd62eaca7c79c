/**
 * The way out: packets of the host's own through OUTPUT, and every leaving packet through POSTROUTING, fragmentation and the
 * neighbour (Linux 6.18, net/ipv4/ip_output.c, netfilter.c).
 * Left out: corking, segmentation offload, reassembly before filtering: later fragments take the way of the first.
 * Invariant: what rules see as the out device in OUTPUT is the one of the first lookup, even when NAT then picks another.
 */

import type { Tracked } from "../netfilter/conntrack.ts";
import type { NextHop, RouteAnswer, RouteRefusal } from "../route/route.ts";
import { formatIpv4 } from "../wire/ipv4.ts";
import type { Packet, Role } from "../wire/packet.ts";
import { sourceFor, wayOf } from "./decide.ts";
import { passHook } from "./hooks.ts";
import { drop, type Journey, type Skb, spaceOf } from "./journey.ts";
import { sendToNeighbour } from "./neighbour.ts";

/** Why a packet of the host's own did not leave. `mtu` is set when it was too long and must not be fragmented. */
export interface SendRefusal {
  readonly errno: RouteRefusal | "EPERM" | "EMSGSIZE";
  readonly mtu?: number;
}

/** The bytes of an IPv4 header. */
const HEADER_BYTES = 20;

/** A packet in pieces that fit; each but the last carries a multiple of eight bytes (RFC 791). */
function fragments(packet: Packet, mtu: number): readonly Packet[] {
  if (packet.length <= mtu) return [packet];
  const room = Math.floor((mtu - HEADER_BYTES) / 8) * 8;
  const total = packet.length - HEADER_BYTES;
  const start = packet.fragment?.offset ?? 0;
  const pieces: Packet[] = [];
  for (let offset = 0; offset < total; offset += room) {
    const size = Math.min(room, total - offset);
    const more = offset + size < total || (packet.fragment?.more ?? false);
    pieces.push({ ...packet, length: size + HEADER_BYTES, fragment: { offset: start + offset, more } });
  }
  return pieces;
}

/** The last steps of every packet that leaves: POSTROUTING, then the device. */
export function finishOutput(journey: Journey, name: string, skb: Skb, hop: NextHop, isLocal: boolean): void {
  const out = isLocal ? "lo" : hop.device;
  const passed = passHook(journey, name, "POSTROUTING", skb, { in: skb.in, out });
  if (passed.kind !== "accept") return drop(journey, name, skb, "POSTROUTING");
  const left = passed.skb;
  if (isLocal) {
    const arrival = journey.arrivals++;
    const back = { ...left, tracked: left.tracked, arrival, in: "lo" };
    journey.work.push({ kind: "up", namespace: name, skb: back, hooked: false, routed: true });
    return;
  }
  const device = spaceOf(journey, name).devices[out];
  if (device === undefined || !device.up) return drop(journey, name, left, `device ${out} is down`);
  const target = hop.via ?? left.packet.dst;
  const mtu = skb.in === undefined ? mtuOf(journey, name, left.packet, out) : device.mtu;
  for (const packet of fragments(left.packet, mtu)) sendToNeighbour(journey, name, device, target, { ...left, packet });
}

function noteRoute(journey: Journey, name: string, skb: Skb, answer: RouteAnswer): void {
  journey.trace.push({
    kind: "route",
    namespace: name,
    role: skb.role,
    purpose: "output",
    dst: skb.packet.dst,
    answer,
  });
}

/** The largest packet that may go this way without being cut: the device's, or less if a router said so. */
function mtuOf(journey: Journey, name: string, packet: Packet, device: string): number {
  const space = spaceOf(journey, name);
  const mtu = space.devices[device]?.mtu ?? 1500;
  return Math.min(mtu, space.pathMtus[formatIpv4(packet.dst)] ?? mtu);
}

/** Sends a packet of the host's own; a source of 0 is chosen by the route. Says why if it did not leave. */
export function sendLocal(
  journey: Journey,
  name: string,
  packet: Packet,
  role: Role,
  tracked?: Tracked,
): SendRefusal | undefined {
  const first = wayOf(spaceOf(journey, name), packet, "lo");
  const own: Skb = { packet, role, tracked, arrival: journey.arrivals++, in: undefined, physicalIn: undefined };
  noteRoute(journey, name, own, first);
  if (first.kind === "refusal") return { errno: first.errno };
  const src = packet.src === 0 ? sourceFor(spaceOf(journey, name), first.route, first.hop, packet.dst) : packet.src;
  const skb: Skb = { ...own, packet: { ...packet, src } };
  const isFirstLocal = first.route.type === "local";
  const out = isFirstLocal ? "lo" : (first.hop?.device ?? "lo");
  const mtu = mtuOf(journey, name, packet, out);
  if (packet.df && packet.length > mtu && packet.proto === "udp") return { errno: "EMSGSIZE", mtu };
  const passed = passHook(journey, name, "OUTPUT", skb, { out });
  if (passed.kind === "reject")
    journey.work.push({ kind: "reject", namespace: name, skb: passed.skb, reply: passed.reply, isLocal: isFirstLocal });
  if (passed.kind !== "accept") {
    drop(journey, name, skb, "OUTPUT");
    return { errno: "EPERM" };
  }
  const sent = passed.skb;
  const moved = passed.remarked || sent.packet.dst !== skb.packet.dst;
  const answer = moved ? wayOf(spaceOf(journey, name), sent.packet, "lo") : first;
  if (moved) noteRoute(journey, name, sent, answer);
  if (answer.kind === "refusal") return { errno: answer.errno };
  const isLocal = answer.route.type === "local";
  finishOutput(journey, name, sent, answer.hop ?? { device: "lo", weight: 1 }, isLocal);
  return undefined;
}
