/**
 * Decisions that routing takes beyond the lookup itself: which source address, whether a source is believable, whether a
 * packet is ours (Linux 6.18, net/ipv4/route.c, fib_frontend.c, devinet.c).
 * Left out: multicast, redirects, per-socket options other than a bound address.
 * Invariant: pure functions of one namespace's row.
 */
import { isOn, type Namespace, ownsAddress, setting } from "../namespace.ts";
import { hasCustomRules, lookup } from "../route/fib.ts";
import type { NextHop, Route, RouteAnswer } from "../route/route.ts";
import { contains, type Ipv4, isLoopback, isMartian, networkOf } from "../wire/ipv4.ts";
import type { Packet } from "../wire/packet.ts";

const isGlobal = (address: Ipv4) => !isLoopback(address);

/** The source address for what leaves by a device: one in the target's network, else its first, else any of the host's. */
export function selectSource(space: Namespace, device: string, target: Ipv4 | undefined): Ipv4 {
  const own = (space.devices[device]?.addresses ?? []).filter(
    ({ address, secondary }) => !secondary && isGlobal(address),
  );
  if (target !== undefined) {
    const near = own.find(({ address, length }) => networkOf(address, length) === networkOf(target, length));
    if (near !== undefined) return near.address;
  }
  if (own.length > 0) return own[0]!.address;
  for (const name in space.devices) {
    const other = space.devices[name]!.addresses.find(({ address, secondary }) => !secondary && isGlobal(address));
    if (other !== undefined) return other.address;
  }
  return 0;
}

/** The source address that a local packet takes when its socket is bound to none. */
export function sourceFor(space: Namespace, route: Route, hop: NextHop | undefined, dst: Ipv4): Ipv4 {
  if (route.src !== undefined) return route.src;
  if (route.type === "local") return dst;
  return hop === undefined ? 0 : selectSource(space, hop.device, hop.via);
}

/** Flows with equal numbers take the same of several next hops; `fib_multipath_hash_policy` says whether ports count. */
function flowHash(space: Namespace, { src, dst, sport, dport, proto }: Packet): number {
  const hasPorts = proto === "tcp" || proto === "udp";
  const withPorts = space.sysctls["net.ipv4.fib_multipath_hash_policy"] === "1" && hasPorts;
  let hash = 0x811c9dc5;
  for (const part of withPorts ? [src, dst, sport, dport] : [src, dst]) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Looks up the way of a packet of the host itself (`lo`) or one that came in; `oif` allows only routes by that device. */
export function wayOf(space: Namespace, packet: Packet, iif: string, oif?: string): RouteAnswer {
  const { dst, src, mark } = packet;
  const question = { dst, src, mark, iif, hash: flowHash(space, packet) };
  return lookup(space.routes, space.rules, oif === undefined ? question : { ...question, oif });
}

/** The way back to a source: the question that the reverse path filter asks. */
function wayBack(space: Namespace, packet: Packet, device: string, oif?: string): RouteAnswer {
  const mark = setting(space, device, "src_valid_mark") === 0 ? 0 : packet.mark;
  const question = { dst: packet.src, src: packet.dst, mark, iif: "lo", hash: 0 };
  return lookup(space.routes, space.rules, oif === undefined ? question : { ...question, oif });
}

/** Whether the way back to the source goes out by the device on which the packet came in, which rp_filter and xt_rpfilter ask. */
export function passesReverse(space: Namespace, packet: Packet, device: string): boolean {
  const answer = wayBack(space, packet, device);
  return answer.kind === "route" && answer.route.hops.some((hop) => hop.device === device);
}

/** Why a source address is not believed, or undefined: fib_validate_source. */
function sourceRefusal(space: Namespace, packet: Packet, device: string): string | undefined {
  const filter = Math.max(setting(space, device, "rp_filter"), setting(space, "all", "rp_filter"));
  const acceptsLocal = isOn(space, device, "accept_local");
  const isSimple = !space.hasOwnLocalRoutes && !hasCustomRules(space.rules);
  if (filter === 0 && (acceptsLocal || isSimple))
    return !acceptsLocal && ownsAddress(space, packet.src) ? "martian source" : undefined;
  const answer = wayBack(space, packet, device);
  if (answer.kind === "refusal") return filter === 0 ? undefined : "reverse path filter";
  const { type } = answer.route;
  if (type !== "unicast" && !(type === "local" && acceptsLocal)) return "martian source";
  if (answer.route.hops.some((hop) => hop.device === device)) return undefined;
  return filter === 1 ? "reverse path filter" : undefined;
}

/** What becomes of a packet that came in. */
export type InputDecision =
  | { readonly kind: "local" | "forward"; readonly answer: RouteAnswer & { readonly kind: "route" } }
  | { readonly kind: "martian"; readonly reason: string; readonly answer: RouteAnswer | undefined }
  | { readonly kind: "refused"; readonly answer: RouteAnswer & { readonly kind: "refusal" } };

/** Decides for one packet that came in on a device: ip_route_input_slow. */
export function decideInput(space: Namespace, packet: Packet, device: string): InputDecision {
  const martian = (reason: string, answer?: RouteAnswer): InputDecision => ({ kind: "martian", reason, answer });
  if (isMartian(packet.src)) return martian("martian source");
  if (isMartian(packet.dst)) return martian("martian destination");
  if (!isOn(space, device, "route_localnet")) {
    if (isLoopback(packet.dst)) return martian("martian destination");
    if (isLoopback(packet.src)) return martian("martian source");
  }
  const answer = wayOf(space, packet, device);
  if (answer.kind === "refusal") return { kind: "refused", answer };
  const refusal = sourceRefusal(space, packet, device);
  const { type } = answer.route;
  if (type === "local" || type === "broadcast")
    return refusal === undefined ? { kind: "local", answer } : martian(refusal, answer);
  return refusal === undefined ? { kind: "forward", answer } : martian(refusal, answer);
}

/**
 * The type of an address as addrtype and ARP ask for it: LOCAL, BROADCAST, MULTICAST, UNICAST, BLACKHOLE and so on. With a
 * device, a local address of another one is UNICAST (inet_dev_addr_type).
 */
export function addressType(space: Namespace, address: Ipv4, device?: string): string {
  if (address >>> 28 === 14) return "MULTICAST";
  if (address === 0 || address === 0xffffffff) return "BROADCAST";
  const local = space.routes.find((route) => route.table === "local" && contains(route.prefix, address));
  const isElsewhere = device !== undefined && local?.hops.every((hop) => hop.device !== device);
  return local === undefined || isElsewhere ? "UNICAST" : local.type.toUpperCase();
}
