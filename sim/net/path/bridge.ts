/**
 * Bridges: learning, forwarding, flooding, hairpin ports, and iptables' rules on bridged packets (Linux 6.18, net/bridge:
 * br_input.c, br_forward.c, br_netfilter_hooks.c).
 * Left out: spanning tree, VLANs, multicast snooping, ageing.
 * Invariant: with bridge-nf-call-iptables, PREROUTING runs once a packet, on the bridge, and not again when it goes up to IPv4.
 */
import type { Device } from "../device/device.ts";
import { macAddress, type Namespace, portsOf } from "../namespace.ts";
import { broadcastMac, type Frame } from "../wire/packet.ts";
import { decideInput } from "./decide.ts";
import { passHook } from "./hooks.ts";
import { drop, type Journey, keep, type Skb, spaceOf, transmit, transmitIp } from "./journey.ts";
import { receiveArp, sendToNeighbour } from "./neighbour.ts";

function callsIptables(space: Namespace): boolean {
  return (space.sysctls["net.bridge.bridge-nf-call-iptables"] ?? "1") !== "0";
}

/** A bridge's own addresses are its ports' as well. */
function isOwnMac(space: Namespace, bridge: Device, mac: string): boolean {
  return macAddress(space, bridge) === mac || portsOf(space, bridge.name).some((port) => port.mac === mac);
}

function learnPort(journey: Journey, name: string, bridge: string, mac: string, port: string): void {
  const space = spaceOf(journey, name);
  const key = `${bridge} ${mac}`;
  if (space.forwarding[key] !== port) keep(journey, { ...space, forwarding: { ...space.forwarding, [key]: port } });
}

/** The ports by which a frame leaves: the one where the address was seen, else all; never the one it came by, but for a hairpin. */
function exits(space: Namespace, bridge: string, to: string, cameBy: string | undefined): readonly Device[] {
  const known = to === broadcastMac ? undefined : space.forwarding[`${bridge} ${to}`];
  const ports = portsOf(space, bridge).filter((port) => known === undefined || port.name === known);
  return ports.filter((port) => port.up && (port.name !== cameBy || port.hairpin));
}

/** A frame of the host's own into the bridge; IPv4 has run its hooks already. */
export function sendIntoBridge(journey: Journey, name: string, bridge: string, frame: Frame): void {
  const space = spaceOf(journey, name);
  for (const port of exits(space, bridge, frame.to, undefined)) transmit(journey, name, port, frame);
}

/** A frame that came in by a port. */
export function receiveOnPort(journey: Journey, name: string, port: Device, frame: Frame): void {
  const space = spaceOf(journey, name);
  const bridge = space.devices[port.master ?? ""];
  if (bridge?.up !== true) return;
  learnPort(journey, name, bridge.name, frame.from, port.name);
  const { payload } = frame;
  if (payload.kind === "arp") {
    const isOurs = frame.to === broadcastMac || isOwnMac(space, bridge, frame.to);
    if (frame.to === broadcastMac || !isOurs) forwardFrame(journey, name, bridge, port, frame);
    if (isOurs) receiveArp(journey, name, bridge, payload.arp);
    return;
  }
  const { packet, role } = payload;
  const hooked = callsIptables(space);
  const arrival = journey.arrivals++;
  const physicalIn = hooked ? port.name : undefined;
  const skb: Skb = { packet, role, tracked: undefined, arrival, in: bridge.name, physicalIn };
  const passing: Passing = { journey, name, bridge, port, frame, skb, hooked };
  if (!hooked) return switchPacket(passing);
  const passed = passHook(journey, name, "PREROUTING", skb, { in: bridge.name });
  if (passed.kind !== "accept") return drop(journey, name, skb, "PREROUTING");
  const isMoved = passed.skb.packet.dst !== packet.dst;
  return (isMoved ? redirectTranslated : switchPacket)({ ...passing, skb: passed.skb });
}

/** A packet on its way through a bridge; `hooked` says whether iptables' rules see it. */
interface Passing {
  readonly journey: Journey;
  readonly name: string;
  readonly bridge: Device;
  readonly port: Device;
  readonly frame: Frame;
  readonly skb: Skb;
  readonly hooked: boolean;
}

/** A packet whose destination NAT changed: to another port it stays on the bridge, else it goes up to be routed. */
function redirectTranslated(passing: Passing): void {
  const { journey, name, bridge, frame, skb } = passing;
  const decision = decideInput(spaceOf(journey, name), skb.packet, bridge.name);
  if (decision.kind === "martian") return drop(journey, name, skb, decision.reason);
  if (decision.kind !== "forward" || decision.answer.hop?.device !== bridge.name) return goUp(passing);
  const target = decision.answer.hop.via ?? skb.packet.dst;
  const known = spaceOf(journey, name).neighbours[`${bridge.name} ${target}`];
  if (known === undefined || known.state === "FAILED")
    return sendToNeighbour(journey, name, bridge, target, skb, frame.from);
  switchPacket({ ...passing, frame: { ...frame, to: known.mac } });
}

function goUp({ journey, name, skb, hooked }: Passing): void {
  const arrival = journey.arrivals++;
  journey.work.push({ kind: "up", namespace: name, skb: { ...skb, arrival }, hooked, routed: false });
}

/** Up to IPv4 if the frame is for the bridge, else out by other ports. */
function switchPacket(passing: Passing): void {
  const { journey, name, bridge, port, frame } = passing;
  const space = spaceOf(journey, name);
  if (isOwnMac(space, bridge, frame.to)) return goUp(passing);
  for (const exit of exits(space, bridge.name, frame.to, port.name)) forwardPacket(passing, exit);
}

function forwardFrame(journey: Journey, name: string, bridge: Device, port: Device, frame: Frame): void {
  for (const exit of exits(spaceOf(journey, name), bridge.name, frame.to, port.name))
    transmit(journey, name, exit, frame);
}

/** One copy of a bridged packet, through FORWARD and POSTROUTING as seen on the bridge. */
function forwardPacket({ journey, name, bridge, frame, skb, hooked }: Passing, exit: Device): void {
  if (!hooked) return transmitIp(journey, name, exit, frame.to, skb, frame.from);
  const place = { in: bridge.name, out: bridge.name, physicalOut: exit.name };
  const forwarded = passHook(journey, name, "FORWARD", skb, place);
  if (forwarded.kind === "reject") {
    const { reply } = forwarded;
    journey.work.push({ kind: "reject", namespace: name, skb: forwarded.skb, reply, isLocal: false });
  }
  if (forwarded.kind !== "accept") return drop(journey, name, skb, "FORWARD");
  const passed = passHook(journey, name, "POSTROUTING", forwarded.skb, { ...place, in: undefined });
  if (passed.kind !== "accept") return drop(journey, name, skb, "POSTROUTING");
  transmitIp(journey, name, exit, frame.to, passed.skb, frame.from);
}

/** A translated packet whose neighbour had to be asked first takes the bridge's hooks when it leaves. */
export function switchWaiting(journey: Journey, name: string, bridgeName: string, frame: Frame, skb: Skb): void {
  const space = spaceOf(journey, name);
  const bridge = space.devices[bridgeName]!;
  const port = space.devices[skb.physicalIn ?? ""] ?? bridge;
  switchPacket({ journey, name, bridge, port, frame, skb, hooked: true });
}
