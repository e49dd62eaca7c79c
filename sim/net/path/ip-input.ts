/**
 * The way in: PREROUTING, the routing decision, then INPUT to a socket or FORWARD to another device (Linux 6.18,
 * net/ipv4/ip_input.c, ip_forward.c).
 * Left out: options, source routes, redirects to a better gateway.
 * Invariant: TTL and size are checked before FORWARD sees the packet, as ip_forward does.
 */
import { forwards } from "../namespace.ts";
import type { NextHop, RouteRefusal } from "../route/route.ts";
import { decideInput } from "./decide.ts";
import { passHook } from "./hooks.ts";
import { reject, sendError } from "./icmp.ts";
import { finishOutput } from "./ip-output.ts";
import { drop, type Journey, type Skb, spaceOf } from "./journey.ts";

/** What a packet went through before it came up: a bridge may have run PREROUTING, and lo needs no decision. */
interface Before {
  readonly hooked: boolean;
  readonly routed: boolean;
}

/** A packet that came up to IPv4 by the device `skb.in`. */
export function receiveIp(journey: Journey, name: string, arrived: Skb, before: Before): void {
  const device = arrived.in ?? "lo";
  let skb = arrived;
  if (!before.hooked) {
    const passed = passHook(journey, name, "PREROUTING", arrived, { in: device });
    if (passed.kind !== "accept") return drop(journey, name, arrived, "PREROUTING");
    skb = passed.skb;
  }
  if (before.routed) return deliver(journey, name, skb, device);
  const { packet, role } = skb;
  const decision = decideInput(spaceOf(journey, name), packet, device);
  if (decision.kind === "martian") return drop(journey, name, skb, decision.reason);
  journey.trace.push({
    kind: "route",
    namespace: name,
    role,
    purpose: "input",
    dst: packet.dst,
    answer: decision.answer,
  });
  if (decision.kind === "local") return deliver(journey, name, skb, device);
  if (!forwards(spaceOf(journey, name), device)) return drop(journey, name, skb, "forwarding is off");
  if (decision.kind === "refused") return refuse(journey, name, skb, decision.answer.errno);
  forward(journey, name, skb, decision.answer.hop);
}

const unreachableCodes: Readonly<Record<RouteRefusal, number | undefined>> = {
  EHOSTUNREACH: 1,
  ENETUNREACH: 0,
  EACCES: 13,
  EINVAL: undefined,
};

/** No way: the source is told so, unless it is a blackhole. */
function refuse(journey: Journey, name: string, skb: Skb, errno: RouteRefusal): void {
  drop(journey, name, skb, errno);
  const code = unreachableCodes[errno];
  if (code !== undefined) sendError(journey, name, skb, { type: 3, code, info: 0 }, false);
}

function deliver(journey: Journey, name: string, skb: Skb, device: string): void {
  const passed = passHook(journey, name, "INPUT", skb, { in: device });
  if (passed.kind === "reject") reject(journey, name, passed.skb, passed.reply, true);
  if (passed.kind !== "accept") return drop(journey, name, skb, "INPUT");
  journey.work.push({ kind: "deliver", namespace: name, skb: passed.skb });
}

function forward(journey: Journey, name: string, skb: Skb, hop: NextHop | undefined): void {
  if (hop === undefined) return drop(journey, name, skb, "no next hop");
  const { packet } = skb;
  if (packet.ttl <= 1) {
    drop(journey, name, skb, "TTL exceeded");
    return sendError(journey, name, skb, { type: 11, code: 0, info: 0 }, false);
  }
  const mtu = spaceOf(journey, name).devices[hop.device]?.mtu ?? 1500;
  if (packet.df && packet.length > mtu) {
    drop(journey, name, skb, "longer than the MTU");
    return sendError(journey, name, skb, { type: 3, code: 4, info: mtu }, false);
  }
  const nearer: Skb = { ...skb, packet: { ...packet, ttl: packet.ttl - 1 } };
  const passed = passHook(journey, name, "FORWARD", nearer, { in: skb.in, out: hop.device });
  if (passed.kind === "reject") reject(journey, name, passed.skb, passed.reply, false);
  if (passed.kind !== "accept") return drop(journey, name, nearer, "FORWARD");
  finishOutput(journey, name, passed.skb, hop, false);
}
