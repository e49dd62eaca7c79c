/**
 * One probe: a socket sends, and the packet is followed through every namespace until nothing moves any more.
 * Ours; what it follows is Linux 6.18's IPv4 (net/ipv4, net/bridge, net/netfilter). Left out: retransmission, time between hops.
 * Invariant: pure: rows in, trace and changed rows out. The same rows and choices give the same trace.
 */
import type { Namespace, Namespaces } from "./namespace.ts";
import { macAddress } from "./namespace.ts";
import { confirmed, connectionAt } from "./netfilter/conntrack.ts";
import { receiveOnPort, sendIntoBridge, switchWaiting } from "./path/bridge.ts";
import { sourceFor, wayOf } from "./path/decide.ts";
import { reject, sendError } from "./path/icmp.ts";
import { receiveIp } from "./path/ip-input.ts";
import { type SendRefusal, sendLocal } from "./path/ip-output.ts";
import {
  beginJourney,
  type Choices,
  type Journey,
  keep,
  type Skb,
  spaceOf,
  type TraceStep,
  type Work,
} from "./path/journey.ts";
import { failOldest, receiveArp } from "./path/neighbour.ts";
import { receiveOnSocket } from "./path/socket.ts";
import { sendThroughIpip } from "./path/tunnel.ts";
import type { RouteAnswer } from "./route/route.ts";
import type { Ipv4 } from "./wire/ipv4.ts";
import { broadcastMac, type Frame, type Packet } from "./wire/packet.ts";

/** What the client does: connect and send one datagram, one SYN or one echo request. */
export interface Probe {
  readonly from: string;
  readonly proto: "tcp" | "udp" | "icmp";
  readonly dst: Ipv4;
  readonly port: number;
  /** The source address to which the socket is bound. */
  readonly bind?: Ipv4;
  /** The source port; without it one is drawn. */
  readonly sport?: number;
  readonly ttl?: number;
  /** Whether the packet must not be fragmented; without a word it need not be. */
  readonly df?: boolean;
  /** Bytes of payload. */
  readonly size?: number;
  /**
   * Whether a TCP connection is closed by both ends once it was made, as a client does that asks one thing: its FINs are not
   * followed hop by hop, but connection tracking has seen them. Without a word it stays open.
   */
  readonly closes?: boolean;
}

/** What the client sees. */
export type Outcome =
  | { readonly kind: "connected"; readonly listener: string; readonly namespace: string; readonly request: Packet }
  | { readonly kind: "refused" | "timeout" }
  | {
      readonly kind: "error";
      readonly type: number;
      readonly code: number;
      readonly info: number;
      readonly sender: Ipv4;
    }
  | { readonly kind: "local-error"; readonly refusal: SendRefusal };

/** The whole story of one probe. */
export interface Traced {
  readonly outcome: Outcome;
  /** The source address and port that the client had. */
  readonly clientSrc: Ipv4;
  readonly clientPort: number;
  /** How long after it sent the client knew: a client that waits less sees a time-out. */
  readonly afterUs: number;
  readonly trace: readonly TraceStep[];
  /** Rows to write back: neighbours, connections and the like as they are now. */
  readonly changed: ReadonlyMap<string, Namespace>;
}

function receiveFrame(journey: Journey, name: string, deviceName: string, frame: Frame): void {
  const space = spaceOf(journey, name);
  const device = space.devices[deviceName];
  if (device?.up !== true) return;
  const { payload } = frame;
  const role = payload.kind === "ip" ? payload.role : "request";
  journey.trace.push({ kind: "frame", namespace: name, role, device: deviceName, direction: "in", frame });
  if (device.master !== undefined) return receiveOnPort(journey, name, device, frame);
  if (frame.to !== broadcastMac && frame.to !== macAddress(space, device)) return;
  if (payload.kind === "arp") return receiveArp(journey, name, device, payload.arp);
  const arrival = journey.arrivals++;
  const skb: Skb = { packet: payload.packet, role, tracked: undefined, arrival, in: deviceName, physicalIn: undefined };
  receiveIp(journey, name, skb, { hooked: false, routed: false });
}

/** An address could not be resolved: whoever sent is told, as arp_error_report does. */
function unreachable(journey: Journey, name: string, skb: Skb): void {
  journey.trace.push({ kind: "drop", namespace: name, role: skb.role, reason: "no neighbour", packet: skb.packet });
  sendError(journey, name, skb, { type: 3, code: 1, info: 0 }, false);
}

function work(journey: Journey, item: Work): void {
  const { namespace } = item;
  switch (item.kind) {
    case "frame":
      return receiveFrame(journey, namespace, item.device, item.frame);
    case "up":
      return receiveIp(journey, namespace, item.skb, item);
    case "deliver":
      return receiveOnSocket(journey, namespace, item.skb);
    case "bridge-out":
      return item.skb?.physicalIn !== undefined && item.frame.from !== ownMac(journey, namespace, item.bridge)
        ? switchWaiting(journey, namespace, item.bridge, item.frame, item.skb)
        : sendIntoBridge(journey, namespace, item.bridge, item.frame);
    case "tunnel":
      sendLocal(journey, namespace, item.packet, item.role);
      return;
    case "ipip":
      return sendThroughIpip(journey, namespace, item.device, item.target, item.skb);
    case "reject":
      return reject(journey, namespace, item.skb, item.reply, item.isLocal);
    case "unreachable":
      return unreachable(journey, namespace, item.skb);
  }
}

function ownMac(journey: Journey, name: string, device: string): string {
  const space = spaceOf(journey, name);
  return macAddress(space, space.devices[device]!);
}

/** Works until nothing is left; then those who wait for a neighbour fail, oldest first. Returns when the client had its answer. */
function settle(journey: Journey): number {
  let repliedUs = 0;
  do {
    const isOpen = journey.reply === undefined;
    for (let next = 0; next < journey.work.length; next++) work(journey, journey.work[next]!);
    journey.work.length = 0;
    if (isOpen) repliedUs = journey.elapsedUs;
  } while (failOldest(journey));
  return repliedUs;
}

const headerBytes = { tcp: 60, udp: 28, icmp: 28 } as const;
const defaultPayload = { tcp: 0, udp: 2, icmp: 56 } as const;

/** The longest packet that IPv4's length field can say. */
const LENGTH_MAX = 65_535;

function requestOf(probe: Probe, src: Ipv4, sport: number): Packet {
  const { proto, dst, port, ttl = 64, df = true, size = defaultPayload[proto] } = probe;
  const whole = headerBytes[proto] + size;
  const length = proto === "tcp" ? Math.min(whole, LENGTH_MAX) : whole;
  const request: Packet = { src, dst, proto, sport, dport: port, ttl, df, length, mark: 0 };
  if (proto === "tcp") return { ...request, flags: "S" };
  return proto === "udp" ? request : { ...request, dport: sport, icmp: { type: 8, code: 0, info: 0 } };
}

function outcomeOf({ reply, seen }: Journey): Outcome {
  if (reply === undefined) return { kind: "timeout" };
  if (reply.kind === "reset") return { kind: "refused" };
  if (reply.kind === "icmp") {
    const { type, code, info, sender } = reply;
    return { kind: "error", type, code, info, sender };
  }
  const { listener, namespace, packet } = seen!;
  return { kind: "connected", listener, namespace, request: packet };
}

/** To whom a socket turns that is told 0.0.0.0 and is bound to no address: to its own host. */
const LOOPBACK: Ipv4 = 0x7f000001;

/**
 * What a socket refuses before anything is sent: a TTL that it can't set, a datagram longer than IPv4 can say, a TCP
 * connection to more than one host, a broadcast that it was not allowed, and 0.0.0.0/8 (ip_setsockopt, tcp_v4_connect,
 * ip4_datagram_connect, __ip_append_data, __mkroute_output).
 */
function socketRefusal(way: RouteAnswer, { proto, dst, ttl, length }: Packet): SendRefusal | undefined {
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > 255) return { errno: "EINVAL" };
  if (!(length <= LENGTH_MAX)) return { errno: "EMSGSIZE" };
  if (way.kind === "refusal") return undefined;
  const isBroadcast = dst === 0xffffffff || way.route.type === "broadcast";
  const isMulticast = dst >>> 28 === 14;
  if (proto === "tcp" && (isBroadcast || isMulticast)) return { errno: "ENETUNREACH" };
  if (isBroadcast) return { errno: "EACCES" };
  return dst >>> 24 === 0 ? { errno: "EINVAL" } : undefined;
}

/**
 * Sends one packet and follows it, its answer and every error to the end.
 * Throws RangeError for a namespace that is none. `nowUs` is what xt_recent takes for the time.
 */
export function trace(rows: Namespaces, asked: Probe, choices: Choices, nowUs = 0): Traced {
  const journey = beginJourney(rows, choices, nowUs);
  const { from: namespace, proto, bind = 0, port } = asked;
  const dst = asked.dst !== 0 ? asked.dst : bind !== 0 ? bind : LOOPBACK;
  const probe = { ...asked, dst };
  const clientPort = probe.sport ?? choices.port(32768, 60999);
  const first = requestOf(probe, bind, clientPort);
  const space = spaceOf(journey, namespace);
  const way = wayOf(space, first, "lo");
  const clientSrc = bind !== 0 || way.kind === "refusal" ? bind : sourceFor(space, way.route, way.hop, dst);
  const request = { ...first, src: clientSrc };
  journey.client = {
    namespace,
    proto,
    src: clientSrc,
    sport: clientPort,
    dst,
    dport: proto === "icmp" ? clientPort : port,
  };
  const refusal =
    socketRefusal(way, request) ??
    withoutWord(probe, sendLocal(journey, namespace, fitting(journey, probe, request), "request"));
  const afterUs = refusal === undefined ? settle(journey) : 0;
  if (probe.closes === true) closeConnections(journey);
  const outcome: Outcome = refusal === undefined ? outcomeOf(journey) : { kind: "local-error", refusal };
  return { outcome, clientSrc, clientPort, afterUs, trace: journey.trace, changed: journey.changed };
}

/** What this probe opened is closed, in every namespace that tracked it. */
function closeConnections(journey: Journey): void {
  for (const { namespace, original } of journey.begun) {
    const space = spaceOf(journey, namespace);
    const connection = connectionAt(space.connections, original);
    if (connection?.tcp !== "ESTABLISHED") continue;
    keep(journey, { ...space, connections: confirmed(space.connections, { ...connection, tcp: "TIME_WAIT" }) });
  }
}

/** A socket that was not told otherwise lets its host cut what is too long: it sends such packets without DF. */
function fitting(journey: Journey, { df, from }: Probe, request: Packet): Packet {
  if (df !== undefined) return request;
  const answer = wayOf(spaceOf(journey, from), request, "lo");
  const device = answer.kind === "route" ? answer.hop?.device : undefined;
  const mtu = spaceOf(journey, from).devices[device ?? "lo"]?.mtu ?? 1500;
  return request.length > mtu ? { ...request, df: false } : request;
}

/** TCP keeps silent about a filter of its own host and tries again; only a REJECT's message ends that. */
function withoutWord({ proto }: Probe, refusal: SendRefusal | undefined): SendRefusal | undefined {
  return proto === "tcp" && refusal?.errno === "EPERM" ? undefined : refusal;
}
