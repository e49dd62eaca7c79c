/**
 * Who has an address: asking, answering, answering for others, and packets that wait for an answer (RFC 826, RFC 1027;
 * Linux 6.18, net/ipv4/arp.c, net/core/neighbour.c).
 * Left out: ageing, probes of known neighbours, gratuitous messages, arp_ignore and arp_announce other than 0.
 * Invariant: a packet waits for at most one answer, and either leaves or fails as unreachable.
 */
import type { Device } from "../device/device.ts";
import { forwards, isOn, macAddress, type Namespace, type Neighbour, ownsAddress } from "../namespace.ts";
import type { Ipv4 } from "../wire/ipv4.ts";
import { type Arp, broadcastMac, type Packet } from "../wire/packet.ts";
import { decideInput, selectSource } from "./decide.ts";
import { type Journey, keep, type Skb, spaceOf, transmit, transmitIp } from "./journey.ts";

function neighbourOf(space: Namespace, device: string, address: Ipv4): Neighbour | undefined {
  return space.neighbours[`${device} ${address}`];
}

function learn(journey: Journey, name: string, neighbour: Neighbour): void {
  const space = spaceOf(journey, name);
  const known = neighbourOf(space, neighbour.device, neighbour.address);
  if (known?.state === "PERMANENT" || (known?.mac === neighbour.mac && known.state === neighbour.state)) return;
  const key = `${neighbour.device} ${neighbour.address}`;
  keep(journey, { ...space, neighbours: { ...space.neighbours, [key]: neighbour } });
}

/**
 * A packet leaves by a device towards a neighbour, at once if its Ethernet address is known, else when it has answered. An
 * IP-in-IP device asks nobody (NOARP).
 */
export function sendToNeighbour(
  journey: Journey,
  name: string,
  device: Device,
  target: Ipv4,
  skb: Skb,
  from?: string,
): void {
  if (device.type.kind === "ipip") {
    journey.work.push({ kind: "ipip", namespace: name, device: device.name, target, skb });
    return;
  }
  const space = spaceOf(journey, name);
  const known = neighbourOf(space, device.name, target);
  if (known !== undefined && known.state !== "FAILED") return transmitIp(journey, name, device, known.mac, skb, from);
  const source = from ?? macAddress(space, device);
  const isAsked = journey.waiting.some(
    (one) => one.namespace === name && one.device === device.name && one.target === target,
  );
  journey.waiting.push({ namespace: name, device: device.name, target, skb, from: source });
  if (isAsked) return;
  const { src } = skb.packet;
  const senderIp = ownsAddress(space, src) ? src : selectSource(space, device.name, target);
  const senderMac = macAddress(space, device);
  const arp: Arp = { op: "request", senderIp, senderMac, targetIp: target };
  transmit(journey, name, device, { from: senderMac, to: broadcastMac, payload: { kind: "arp", arp } });
}

/** An ARP question seen as a packet, which is how the Linux kernel decides whether it may answer. */
function asPacket({ senderIp, targetIp }: Arp): Packet {
  const nothing = { sport: 0, dport: 0, ttl: 1, df: false, length: 28, mark: 0 };
  return { src: senderIp, dst: targetIp, proto: "udp", ...nothing };
}

/** Whether to answer: for an address of ours, or for one behind another device if the one that asks is a proxy for it. */
function answers(space: Namespace, device: string, arp: Arp): boolean {
  const decision = decideInput(space, asPacket(arp), device);
  if (decision.kind === "local") return decision.answer.route.type === "local";
  if (decision.kind !== "forward" || !forwards(space, device) || !isOn(space, device, "proxy_arp")) return false;
  return decision.answer.hop?.device !== device;
}

/** An ARP message that reached the host by a device. */
export function receiveArp(journey: Journey, name: string, device: Device, arp: Arp): void {
  const space = spaceOf(journey, name);
  const { senderIp, senderMac, targetIp } = arp;
  if (arp.op === "reply") {
    learn(journey, name, { device: device.name, address: senderIp, mac: senderMac, state: "REACHABLE" });
    return release(journey, name, device, senderIp, senderMac);
  }
  if (!answers(space, device.name, arp)) return;
  learn(journey, name, { device: device.name, address: senderIp, mac: senderMac, state: "STALE" });
  const mac = macAddress(space, device);
  const answer: Arp = { op: "reply", senderIp: targetIp, senderMac: mac, targetIp: senderIp };
  transmit(journey, name, device, { from: mac, to: senderMac, payload: { kind: "arp", arp: answer } });
}

/** Sends what waited for this answer. */
function release(journey: Journey, name: string, device: Device, address: Ipv4, mac: string): void {
  const { waiting } = journey;
  for (let index = 0; index < waiting.length; ) {
    const one = waiting[index]!;
    if (one.namespace !== name || one.device !== device.name || one.target !== address) {
      index++;
      continue;
    }
    waiting.splice(index, 1);
    journey.trace.push({ kind: "neighbour", namespace: name, role: one.skb.role, device: device.name, address, mac });
    transmitIp(journey, name, device, mac, one.skb, one.from);
  }
}

/** Three questions, a second apart (mcast_solicit, retrans_time_ms). */
const RESOLUTION_US = 3_000_000;

/** Nobody answered: the oldest packet that waits is unreachable. Says whether there was one. */
export function failOldest(journey: Journey): boolean {
  const [oldest] = journey.waiting;
  if (oldest === undefined) return false;
  const { namespace, device, target: address, skb } = oldest;
  journey.waiting.shift();
  journey.elapsedUs += RESOLUTION_US;
  journey.trace.push({ kind: "neighbour", namespace, role: skb.role, device, address, mac: undefined });
  learn(journey, namespace, { device, address, mac: broadcastMac, state: "FAILED" });
  journey.work.push({ kind: "unreachable", namespace, skb });
  return true;
}
