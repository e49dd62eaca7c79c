/**
 * IP-in-IP: a packet into an outer one on its way out, and out of it again on the other host (RFC 2003; Linux 6.18,
 * net/ipv4/ipip.c, ip_tunnel.c).
 * Left out: keys and checksums, which only GRE has; collect_md; the error count by which a tunnel delays its own errors.
 * Invariant: the outer packet is the host's own and takes OUTPUT and POSTROUTING again; TTL and DF are those of the inner one,
 * as with Calico's tunl0.
 */
import type { Device } from "../device/device.ts";
import { formatIpv4, type Ipv4 } from "../wire/ipv4.ts";
import type { Packet } from "../wire/packet.ts";
import { wayOf } from "./decide.ts";
import { sendError } from "./icmp.ts";
import { sendLocal } from "./ip-output.ts";
import { drop, type Journey, type Skb, spaceOf } from "./journey.ts";

/** The outer header's bytes. */
const OUTER_BYTES = 20;

type Ipip = Device["type"] & { readonly kind: "ipip" };

function outerOf({ local, remote }: Ipip, target: Ipv4, inner: Packet): Packet {
  const { ttl, df, mark } = inner;
  const length = inner.length + OUTER_BYTES;
  const dst = remote ?? target;
  return { src: local, dst, proto: "ipip", sport: 0, dport: 0, ttl, df, length, mark, ipip: { inner } };
}

/** A packet leaves by an IP-in-IP device; `target` is the next hop of its route, which is the far end of the tunnel. */
export function sendThroughIpip(journey: Journey, name: string, deviceName: string, target: Ipv4, skb: Skb): void {
  const space = spaceOf(journey, name);
  const device = space.devices[deviceName];
  if (device === undefined || device.type.kind !== "ipip") return;
  const { packet, role } = skb;
  const frame = { from: "", to: "", payload: { kind: "ip", packet, role } } as const;
  journey.trace.push({ kind: "frame", namespace: name, role, device: deviceName, direction: "out", frame });
  const outer = outerOf(device.type, target, packet);
  const way = wayOf(space, outer, "lo");
  if (way.kind === "refusal") {
    drop(journey, name, skb, `no route to the tunnel's far end ${formatIpv4(outer.dst)}`);
    return sendError(journey, name, skb, { type: 3, code: 1, info: 0 }, false);
  }
  if (way.hop?.device === deviceName) return drop(journey, name, skb, "the tunnel would go through itself");
  const under = space.devices[way.hop?.device ?? "lo"]?.mtu ?? 1500;
  const mtu = Math.min(under, space.pathMtus[formatIpv4(outer.dst)] ?? under) - OUTER_BYTES;
  if (packet.df && packet.length > mtu) {
    drop(journey, name, skb, "longer than the tunnel's MTU");
    return sendError(journey, name, skb, { type: 3, code: 4, info: mtu }, false);
  }
  journey.trace.push({
    kind: "encapsulate",
    namespace: name,
    role,
    device: deviceName,
    tunnel: "ipip",
    inner: packet,
    outer,
  });
  sendLocal(journey, name, outer, role);
}

/** Which device takes an outer packet: the one made for both ends, for the far, for the near end, or the one for all. */
function tunnelFor(devices: readonly Device[], { src, dst }: Packet): Device | undefined {
  const score = ({ type }: Device) => {
    if (type.kind !== "ipip") return 0;
    const { local, remote } = type;
    if ((local !== 0 && local !== dst) || (remote !== undefined && remote !== src)) return 0;
    return 1 + (local === 0 ? 0 : 1) + (remote === undefined ? 0 : 2);
  };
  let best: Device | undefined;
  for (const device of devices) if (device.up && score(device) > (best === undefined ? 0 : score(best))) best = device;
  return best;
}

/** Notes that a packet came out of a tunnel. */
export function noteDecapsulation(
  journey: Journey,
  namespace: string,
  device: string,
  tunnel: "ipip" | "vxlan",
  inner: Packet | undefined,
  { packet: outer, role }: Skb,
): void {
  journey.trace.push({ kind: "decapsulate", namespace, role, device, tunnel, inner, outer });
}

/** An outer packet that INPUT let through: what is inside comes in by the tunnel's device, without a connection yet. */
export function receiveIpip(journey: Journey, name: string, skb: Skb): void {
  const { packet, role } = skb;
  const devices = Object.values(spaceOf(journey, name).devices);
  const device = tunnelFor(devices, packet);
  if (device === undefined) {
    const isKnown = devices.some(({ type }) => type.kind === "ipip");
    drop(journey, name, skb, "no tunnel for this packet");
    return sendError(journey, name, skb, { type: 3, code: isKnown ? 3 : 2, info: 0 }, true);
  }
  const inner: Packet = { ...packet.ipip!.inner, mark: packet.mark };
  noteDecapsulation(journey, name, device.name, "ipip", inner, skb);
  const frame = { from: "", to: "", payload: { kind: "ip", packet: inner, role } } as const;
  journey.trace.push({ kind: "frame", namespace: name, role, device: device.name, direction: "in", frame });
  const arrival = journey.arrivals++;
  const up: Skb = { packet: inner, role, tracked: undefined, arrival, in: device.name, physicalIn: undefined };
  journey.work.push({ kind: "up", namespace: name, skb: up, hooked: false, routed: false });
}
