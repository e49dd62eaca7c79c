/**
 * The top of the stack: listeners, refusals, and the one client that a probe is about (Linux 6.18, net/ipv4/udp.c, tcp_ipv4.c,
 * icmp.c).
 * Left out: streams; a TCP connection is its handshake, a UDP server answers each datagram from the address that it was sent to.
 * Invariant: the client takes only what belongs to its own four addresses and ports, and only the first answer.
 */
import type { Listener } from "../namespace.ts";
import type { Packet } from "../wire/packet.ts";
import { learnPathMtu, sendError, sendReset } from "./icmp.ts";
import { sendLocal } from "./ip-output.ts";
import { type Client, drop, type Journey, type Skb, spaceOf } from "./journey.ts";
import { noteDecapsulation, receiveIpip } from "./tunnel.ts";

function listenerFor(listeners: readonly Listener[], { proto, dst, dport }: Packet): Listener | undefined {
  return listeners.find(
    (one) => one.proto === proto && one.port === dport && (one.address === 0 || one.address === dst),
  );
}

function isFor(client: Client | undefined, name: string, { proto, src, dst, sport, dport }: Packet): boolean {
  if (client === undefined || client.namespace !== name || client.proto !== proto) return false;
  return client.src === dst && client.sport === dport && client.dst === src && client.dport === sport;
}

/** The packet that answers another, from where that one was sent to. */
function answerTo({ src, dst, sport, dport, proto }: Packet, length: number): Packet {
  return { src: dst, dst: src, proto, sport: dport, dport: sport, ttl: 64, df: true, length, mark: 0 };
}

/** Lengths of what recorded servers send: a name in a datagram, a SYN's answer with its options. */
const DATAGRAM_BYTES = 70;
const SYN_BYTES = 60;
const ACK_BYTES = 52;

function receiveUdp(journey: Journey, name: string, skb: Skb): void {
  const { packet, role } = skb;
  if (packet.vxlan !== undefined) return leaveTunnel(journey, name, skb);
  if (isFor(journey.client, name, packet)) {
    journey.reply ??= { kind: "answer", packet };
    return;
  }
  const listener = listenerFor(spaceOf(journey, name).listeners, packet);
  journey.trace.push({ kind: "deliver", namespace: name, role, packet, listener: listener?.name });
  if (listener === undefined) return sendError(journey, name, skb, { type: 3, code: 3, info: 0 }, true);
  journey.seen ??= { listener: listener.name, namespace: name, packet };
  sendLocal(journey, name, answerTo(packet, DATAGRAM_BYTES), "answer");
}

function leaveTunnel(journey: Journey, name: string, skb: Skb): void {
  const { vxlan, dport } = skb.packet;
  for (const device of Object.values(spaceOf(journey, name).devices)) {
    const { type } = device;
    if (type.kind !== "vxlan" || type.dstport !== dport || type.vni !== vxlan!.vni) continue;
    const { inner } = vxlan!;
    const within = inner.payload.kind === "ip" ? inner.payload.packet : undefined;
    noteDecapsulation(journey, name, device.name, "vxlan", within, skb);
    journey.work.push({ kind: "frame", namespace: name, device: device.name, frame: inner });
    return;
  }
  drop(journey, name, skb, "no tunnel with this VNI");
}

function receiveTcp(journey: Journey, name: string, skb: Skb): void {
  const { packet, role } = skb;
  const { flags = "" } = packet;
  if (isFor(journey.client, name, packet)) return receiveTcpAnswer(journey, name, packet);
  const listener = listenerFor(spaceOf(journey, name).listeners, packet);
  if (flags === "S") journey.trace.push({ kind: "deliver", namespace: name, role, packet, listener: listener?.name });
  if (flags === "S" && listener !== undefined) {
    journey.seen ??= { listener: listener.name, namespace: name, packet };
    sendLocal(journey, name, { ...answerTo(packet, SYN_BYTES), flags: "SA" }, "answer");
  } else if (flags !== "A" || listener === undefined) sendReset(journey, name, skb);
}

function receiveTcpAnswer(journey: Journey, name: string, packet: Packet): void {
  const { flags = "" } = packet;
  if (flags.includes("R")) journey.reply ??= { kind: "reset" };
  if (flags !== "SA" || journey.reply !== undefined) return;
  journey.reply = { kind: "answer", packet };
  sendLocal(journey, name, { ...answerTo(packet, ACK_BYTES), flags: "A" }, "answer");
}

function receiveIcmp(journey: Journey, name: string, skb: Skb): void {
  const { packet, role } = skb;
  const icmp = packet.icmp!;
  if (icmp.type === 8) {
    journey.trace.push({ kind: "deliver", namespace: name, role, packet, listener: "echo" });
    journey.seen ??= { listener: "echo", namespace: name, packet };
    const reply = { ...answerTo(packet, packet.length), icmp: { type: 0, code: 0, info: 0 } };
    sendLocal(journey, name, reply, "answer");
  } else if (icmp.about === undefined) {
    if (isFor(journey.client, name, packet)) journey.reply ??= { kind: "answer", packet };
  } else {
    learnPathMtu(journey, name, icmp);
    const { src, dst, sport, dport, proto } = icmp.about;
    const turned = { ...icmp.about, src: dst, dst: src, sport: dport, dport: sport, proto };
    if (!isFor(journey.client, name, turned)) return;
    const { type, code, info } = icmp;
    journey.reply ??= { kind: "icmp", type, code, info, sender: packet.src };
  }
}

/** A packet that INPUT let through. Later fragments add nothing to the first. */
export function receiveOnSocket(journey: Journey, name: string, skb: Skb): void {
  const { proto, fragment } = skb.packet;
  if (fragment !== undefined && fragment.offset > 0) return;
  if (proto === "udp") receiveUdp(journey, name, skb);
  else if (proto === "tcp") receiveTcp(journey, name, skb);
  else if (proto === "ipip") receiveIpip(journey, name, skb);
  else receiveIcmp(journey, name, skb);
}
