/**
 * What is under way while one probe is followed: rows that changed, work that waits, the trace so far.
 * Ours, after smoltcp: each layer takes one item and leaves items for the others; nothing calls upwards.
 * Left out: time between two items, but for one that waits: what waits for an answer that never comes fails when nothing else is left to do.
 * Invariant: a journey lives for one call of `probe` and is never kept; rows that it read are not changed, only replaced.
 */
import type { Device } from "../device/device.ts";
import { macAddress, type Namespace, type Namespaces } from "../namespace.ts";
import type { Tracked } from "../netfilter/conntrack.ts";
import { withoutExpired } from "../netfilter/expiry.ts";
import type { Hook, Rule, TableName } from "../netfilter/ruleset.ts";
import type { RuleStep } from "../netfilter/traverse.ts";
import type { Tuple } from "../netfilter/tuple.ts";
import type { RouteAnswer } from "../route/route.ts";
import type { Ipv4 } from "../wire/ipv4.ts";
import type { Frame, Packet, Role } from "../wire/packet.ts";

/** A packet inside a host, with what the Linux kernel keeps beside it in its sk_buff. */
export interface Skb {
  readonly packet: Packet;
  readonly role: Role;
  readonly tracked: Tracked | undefined;
  /** Counts each time a packet enters a stack: what happens to it between two arrivals belongs together. */
  readonly arrival: number;
  /** The device that it came in on; undefined for a packet of the host's own. */
  readonly in: string | undefined;
  readonly physicalIn: string | undefined;
}

/** One thing that happened, in the order in which it did. */
export type TraceStep = { readonly namespace: string; readonly role: Role } & (
  | { readonly kind: "frame"; readonly device: string; readonly direction: "in" | "out"; readonly frame: Frame }
  | { readonly kind: "route"; readonly purpose: "input" | "output"; readonly dst: Ipv4; readonly answer: RouteAnswer }
  | {
      readonly kind: "rules";
      readonly arrival: number;
      readonly hook: Hook;
      readonly table: TableName;
      readonly in: string | undefined;
      readonly out: string | undefined;
      readonly before: Packet;
      readonly after: Packet;
      readonly steps: readonly RuleStep[];
      readonly verdict: "accept" | "drop" | "reject";
    }
  | {
      readonly kind: "arrival";
      readonly arrival: number;
      readonly hook: Hook;
      readonly in: string | undefined;
      readonly out: string | undefined;
      readonly packet: Packet;
    }
  | { readonly kind: "neighbour"; readonly device: string; readonly address: Ipv4; readonly mac: string | undefined }
  | { readonly kind: "drop"; readonly reason: string; readonly packet: Packet }
  | {
      /** A packet was put into an outer one by a tunnel device, or taken out of it. */
      readonly kind: "encapsulate" | "decapsulate";
      readonly device: string;
      readonly tunnel: "ipip" | "vxlan";
      /** Undefined for an ARP message inside a VXLAN tunnel. */
      readonly inner: Packet | undefined;
      /** With the source 0 where the route has yet to choose it. */
      readonly outer: Packet;
    }
  | { readonly kind: "deliver"; readonly packet: Packet; readonly listener: string | undefined }
);

/** What waits to be done; each kind has one handler. */
export type Work =
  | { readonly kind: "frame"; readonly namespace: string; readonly device: string; readonly frame: Frame }
  | {
      readonly kind: "up";
      readonly namespace: string;
      readonly skb: Skb;
      readonly hooked: boolean;
      readonly routed: boolean;
    }
  | { readonly kind: "deliver"; readonly namespace: string; readonly skb: Skb }
  | {
      readonly kind: "bridge-out";
      readonly namespace: string;
      readonly bridge: string;
      readonly frame: Frame;
      readonly skb: Skb | undefined;
    }
  | { readonly kind: "tunnel"; readonly namespace: string; readonly packet: Packet; readonly role: Role }
  | {
      readonly kind: "ipip";
      readonly namespace: string;
      readonly device: string;
      readonly target: Ipv4;
      readonly skb: Skb;
    }
  | {
      readonly kind: "reject";
      readonly namespace: string;
      readonly skb: Skb;
      readonly reply: string;
      readonly isLocal: boolean;
    }
  | { readonly kind: "unreachable"; readonly namespace: string; readonly skb: Skb };

/** A packet whose next hop's Ethernet address is being asked for. */
export interface Waiting {
  readonly namespace: string;
  readonly device: string;
  readonly target: Ipv4;
  readonly skb: Skb;
  /** Frames that a bridge rewrites keep their sender's Ethernet address. */
  readonly from: string;
}

/** Everything that the Linux kernel leaves to chance. */
export interface Choices {
  /** Whether a rule that matches n times in 2^31 matches now. */
  readonly chance: (rule: Rule, of2to31: number) => boolean;
  /** A port between both ends, for `--random-fully` and for sockets that are not bound. */
  readonly port: (low: number, high: number) => number;
}

/** The socket that waits for an answer, and what it got. */
export interface Client {
  readonly namespace: string;
  readonly proto: "tcp" | "udp" | "icmp";
  readonly src: Ipv4;
  readonly sport: number;
  readonly dst: Ipv4;
  readonly dport: number;
}

/** What came back to the client. */
export type Reply =
  | { readonly kind: "answer"; readonly packet: Packet }
  | { readonly kind: "reset" }
  | {
      readonly kind: "icmp";
      readonly type: number;
      readonly code: number;
      readonly info: number;
      readonly sender: Ipv4;
    };

/** The working set of one probe. */
export interface Journey {
  readonly rows: Namespaces;
  readonly changed: Map<string, Namespace>;
  readonly trace: TraceStep[];
  readonly work: Work[];
  readonly waiting: Waiting[];
  readonly choices: Choices;
  readonly nowUs: number;
  arrivals: number;
  /** How long it took so far: only an address that nobody has takes time. */
  elapsedUs: number;
  /** Frames that may still travel; a storm in a loop of bridges ends here. */
  framesLeft: number;
  /** The connections that began on this journey and were written down, by namespace and original tuple. */
  readonly begun: { readonly namespace: string; readonly original: Tuple }[];
  client: Client | undefined;
  reply: Reply | undefined;
  /** Where the request arrived, as the listener saw it. */
  seen: { readonly listener: string; readonly namespace: string; readonly packet: Packet } | undefined;
}

/** More frames than any real path needs, loops of 64 hops included. */
const FRAMES_MAX = 4096;

/** A journey over rows that nobody else changes meanwhile. */
export function beginJourney(rows: Namespaces, choices: Choices, nowUs: number): Journey {
  return {
    rows,
    changed: new Map(),
    trace: [],
    work: [],
    waiting: [],
    choices,
    nowUs,
    arrivals: 0,
    elapsedUs: 0,
    framesLeft: FRAMES_MAX,
    begun: [],
    client: undefined,
    reply: undefined,
    seen: undefined,
  };
}

/** The row of a namespace as the journey left it. Throws RangeError for a name that is none. */
export function spaceOf(journey: Journey, name: string): Namespace {
  const changed = journey.changed.get(name);
  if (changed !== undefined) return changed;
  const space = journey.rows.get(name);
  if (space === undefined) throw new RangeError(`There is no network namespace "${name}".`);
  return withoutExpired(space, journey.nowUs);
}

/** Replaces a row. */
export function keep(journey: Journey, space: Namespace): void {
  journey.changed.set(space.name, space);
}

/** Notes that a packet ends here, and why. */
export function drop(journey: Journey, namespace: string, { role, packet }: Skb, reason: string): void {
  journey.trace.push({ kind: "drop", namespace, role, reason, packet });
}

const roleOf = ({ payload }: Frame): Role => (payload.kind === "ip" ? payload.role : "request");

/** A frame leaves by a device: to a veth's other end, into a bridge, into a tunnel. Devices that are down lose it. */
export function transmit(journey: Journey, namespace: string, device: Device, frame: Frame, skb?: Skb): void {
  if (!device.up || journey.framesLeft-- <= 0) return;
  const { trace, work } = journey;
  trace.push({ kind: "frame", namespace, role: roleOf(frame), device: device.name, direction: "out", frame });
  const { type } = device;
  if (type.kind === "veth") {
    const far = spaceOf(journey, type.peerNamespace).devices[type.peer];
    if (far?.up !== true) return;
    work.push({ kind: "frame", namespace: type.peerNamespace, device: type.peer, frame: unmarked(frame) });
  } else if (type.kind === "bridge") {
    work.push({ kind: "bridge-out", namespace, bridge: device.name, frame, skb });
  } else if (type.kind === "vxlan") encapsulate(journey, namespace, device, frame);
}

/** A mark does not leave its namespace. */
function unmarked(frame: Frame): Frame {
  const { payload } = frame;
  if (payload.kind !== "ip" || payload.packet.mark === 0) return frame;
  return { ...frame, payload: { ...payload, packet: { ...payload.packet, mark: 0 } } };
}

/** VXLAN's own headers: Ethernet 14, VXLAN 8, UDP 8, IPv4 20 bytes (RFC 7348). */
const VXLAN_BYTES = 50;

function encapsulate(journey: Journey, namespace: string, { name, type }: Device, frame: Frame): void {
  const { forwarding } = spaceOf(journey, namespace);
  const far = forwarding[`${name} ${frame.to}`] ?? forwarding[`${name} 00:00:00:00:00:00`];
  if (type.kind !== "vxlan" || far === undefined) return;
  const inner = frame.payload.kind === "ip" ? frame.payload.packet : undefined;
  const ports = inner === undefined ? 0 : (inner.src ^ inner.dst ^ (inner.sport << 8) ^ inner.dport) >>> 0;
  const packet: Packet = {
    src: type.local,
    dst: Number(far),
    proto: "udp",
    sport: 32768 + (ports % 28232),
    dport: type.dstport,
    ttl: 64,
    df: false,
    length: (inner?.length ?? 28) + VXLAN_BYTES,
    mark: 0,
    vxlan: { vni: type.vni, inner: unmarked(frame) },
  };
  const role = roleOf(frame);
  journey.trace.push({ kind: "encapsulate", namespace, role, device: name, tunnel: "vxlan", inner, outer: packet });
  journey.work.push({ kind: "tunnel", namespace, packet, role });
}

/** A packet leaves by a device towards a known Ethernet address. */
export function transmitIp(
  journey: Journey,
  namespace: string,
  device: Device,
  to: string,
  skb: Skb,
  from?: string,
): void {
  const payload = { kind: "ip", packet: skb.packet, role: skb.role } as const;
  const source = from ?? macAddress(spaceOf(journey, namespace), device);
  transmit(journey, namespace, device, { from: source, to, payload }, skb);
}
