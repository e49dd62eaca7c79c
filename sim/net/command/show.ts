/**
 * What a namespace looks like as text: devices, addresses, neighbours, connections (iproute2 6.1, ip/ipaddress.c,
 * ip/ipneigh.c; conntrack-tools 1.4).
 * Left out: life times, queue lengths' effects, statistics; numbers that only age have the value of a fresh entry.
 * Invariant: pure functions of rows; equal rows print equal text.
 */
import type { Device } from "../device/device.ts";
import { macAddress, type Namespace, type Namespaces, type Neighbour, portsOf } from "../namespace.ts";
import { type Connection, listConnections } from "../netfilter/conntrack.ts";
import { secondsLeft } from "../netfilter/expiry.ts";
import type { Tuple } from "../netfilter/tuple.ts";
import { routeLines } from "../route/route-text.ts";
import { formatIpv4 } from "../wire/ipv4.ts";
import { broadcastMac } from "../wire/packet.ts";
import { lines } from "./command.ts";

const nowhere: Namespaces = { get: () => undefined };

/** The other end of a veth pair, as far as it is known. */
function peerOf({ type }: Device, rows: Namespaces): Device | undefined {
  return type.kind === "veth" ? rows.get(type.peerNamespace)?.devices[type.peer] : undefined;
}

/** Whether there is somebody at the other end: a veth needs its peer up, a bridge with ports one that is. */
function hasCarrier(space: Namespace, device: Device, rows: Namespaces): boolean {
  if (device.type.kind === "veth") return peerOf(device, rows)?.up ?? true;
  if (device.type.kind !== "bridge") return true;
  const ports = portsOf(space, device.name);
  return ports.length === 0 || ports.some((port) => port.up && hasCarrier(space, port, rows));
}

function natureOf({ type }: Device): readonly string[] {
  if (type.kind === "loopback") return ["LOOPBACK"];
  if (type.kind === "dummy") return ["BROADCAST", "NOARP"];
  if (type.kind === "ipip") return type.remote === undefined ? ["NOARP"] : ["POINTOPOINT", "NOARP"];
  return ["BROADCAST", "MULTICAST"];
}

function flagsOf(space: Namespace, device: Device, rows: Namespaces): string {
  const carrier = hasCarrier(space, device, rows);
  const noCarrier = device.up && !carrier ? ["NO-CARRIER"] : [];
  const up = device.up ? ["UP", ...(carrier ? ["LOWER_UP"] : [])] : [];
  const peer =
    device.type.kind === "veth" && device.type.peerNamespace === space.name ? peerOf(device, rows) : undefined;
  const lowerDown = peer !== undefined && !peer.up ? ["M-DOWN"] : [];
  return [...noCarrier, ...natureOf(device), ...up, ...lowerDown].join(",");
}

function stateOf(space: Namespace, device: Device, rows: Namespaces): string {
  const { kind } = device.type;
  if (!device.up) return "DOWN";
  if (!hasCarrier(space, device, rows))
    return device.type.kind === "veth" && device.type.peerNamespace === space.name ? "LOWERLAYERDOWN" : "DOWN";
  if (kind === "veth") return "UP";
  return kind === "bridge" && portsOf(space, device.name).length > 0 ? "UP" : "UNKNOWN";
}

/** A device's name with what it is tied to: the peer of a veth, or nothing for a tunnel without an own device below it. */
function nameOf(device: Device, rows: Namespaces, here: string): string {
  const { name, type } = device;
  if (type.kind === "ipip") return `${name}@NONE`;
  if (type.kind !== "veth" || type.cable) return name;
  if (type.peerNamespace === here) return `${name}@${type.peer}`;
  return `${name}@if${peerOf(device, rows)?.index ?? 2}`;
}

function hardwareText(space: Namespace, device: Device): string {
  const { type } = device;
  if (type.kind === "loopback") return "link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00";
  if (type.kind !== "ipip") return `link/ether ${macAddress(space, device)} brd ${broadcastMac}`;
  const { local, remote } = type;
  return `link/ipip ${formatIpv4(local)} ${remote === undefined ? "brd 0.0.0.0" : `peer ${formatIpv4(remote)}`}`;
}

/** Where the other end of a veth pair is; a container's side knows its host by number only. */
function netnsText({ type }: Device, here: string): string {
  if (type.kind !== "veth" || type.cable || type.peerNamespace === here) return "";
  return type.peerNamespace.startsWith("cni-") ? ` link-netns ${type.peerNamespace}` : " link-netnsid 0";
}

/** The two lines of `ip link` about a device; `ip address` leaves the mode out. */
export function linkLines(space: Namespace, device: Device, rows: Namespaces = nowhere, withMode = false): string[] {
  const isPlain = device.type.kind === "loopback" || device.up;
  const queue = isPlain && device.up ? "noqueue" : "noop";
  const master = device.master === undefined ? "" : ` master ${device.master}`;
  const name = nameOf(device, rows, space.name);
  const state = stateOf(space, device, rows);
  const mode = withMode ? "mode DEFAULT " : "";
  return [
    `${device.index}: ${name}: <${flagsOf(space, device, rows)}> mtu ${device.mtu} qdisc ${queue}${master} state ${state} ${mode}group default qlen 1000`,
    `    ${hardwareText(space, device)}${netnsText(device, space.name)}`,
  ];
}

/** The words of one address, behind `inet`. */
function addressWords(device: Device, { address, length, secondary, broadcast }: Device["addresses"][number]): string {
  const end = broadcast === undefined ? "" : ` brd ${formatIpv4(broadcast)}`;
  const scope = address >>> 24 === 127 ? "host" : "global";
  return `${formatIpv4(address)}/${length}${end} scope ${scope} ${secondary ? "secondary " : ""}${device.name}`;
}

/** Addresses as the Linux kernel keeps them: the secondary ones behind all others. */
function ordered({ addresses }: Device): Device["addresses"] {
  return [...addresses.filter(({ secondary }) => !secondary), ...addresses.filter(({ secondary }) => secondary)];
}

/** The lines of `ip address` about a device's addresses. */
export function addressLines(device: Device): string[] {
  return ordered(device).flatMap((own) => [
    `    inet ${addressWords(device, own)}`,
    "       valid_lft forever preferred_lft forever",
  ]);
}

/** The lines of `ip -oneline address`. */
export function oneLineAddresses(device: Device): string[] {
  return ordered(device).map(
    (own) =>
      `${device.index}: ${device.name}    inet ${addressWords(device, own)}\\       valid_lft forever preferred_lft forever`,
  );
}

function briefHead(space: Namespace, device: Device, rows: Namespaces): string {
  return `${nameOf(device, rows, space.name).padEnd(16)} ${stateOf(space, device, rows).padEnd(14)} `;
}

/** The line of `ip -brief address`. */
export function briefAddress(space: Namespace, device: Device, rows: Namespaces): string {
  const texts = ordered(device).map(({ address, length }) => `${formatIpv4(address)}/${length} `);
  return briefHead(space, device, rows) + texts.join("");
}

/** The line of `ip -brief link`. */
export function briefLink(space: Namespace, device: Device, rows: Namespaces): string {
  const [, address = ""] = hardwareText(space, device).split(" ");
  return `${briefHead(space, device, rows)}${address} <${flagsOf(space, device, rows)}> `;
}

/** What `ip addr` prints. With rows, the state of a veth's other end is known. */
export function showAddresses(space: Namespace, rows?: Namespaces): string {
  const devices = Object.values(space.devices);
  return lines(devices.flatMap((device) => [...linkLines(space, device, rows), ...addressLines(device)]));
}

/** What `ip route show table T` prints, without the blanks at the ends of its lines. */
export function showRoutes(space: Namespace, table = "main"): string {
  return lines(routeLines(space.routes, table));
}

/** One line of `ip neigh`, without the blank at its end. */
export function neighbourText({ address, device, mac, state }: Neighbour, withoutDevice = false): string {
  const learnt = state === "FAILED" ? "" : ` lladdr ${mac}`;
  return `${formatIpv4(address)}${withoutDevice ? "" : ` dev ${device}`}${learnt} ${state}`;
}

/** What `ip neigh` prints, without the blanks at the ends of its lines. */
export function showNeighbours(space: Namespace): string {
  return lines(Object.values(space.neighbours).map((one) => neighbourText(one)));
}

/** One direction of a connection. Echo requests are told apart by their identifier; other protocols may have no ports. */
function half({ proto, src, dst, sport, dport }: Tuple, isAnswer: boolean): string {
  const ends = `src=${formatIpv4(src)} dst=${formatIpv4(dst)}`;
  if (proto === "icmp") return `${ends} type=${isAnswer ? 0 : 8} code=0 id=${isAnswer ? dport : sport}`;
  return proto === "ipip" ? ends : `${ends} sport=${sport} dport=${dport}`;
}

const protocolNumbers = { tcp: 6, udp: 17, icmp: 1, ipip: 4 } as const;

/**
 * One line of `conntrack -L`. With a time it is the real line, with the seconds that are left; without one, those, the
 * padding and the count of users are left out.
 */
export function connectionText(connection: Connection, nowUs?: number): string {
  const { original, reply, tcp, replied, assured, mark } = connection;
  const proto = original.proto === "ipip" ? "unknown" : original.proto;
  const words = [
    nowUs === undefined ? proto : proto.padEnd(8),
    protocolNumbers[original.proto],
    nowUs === undefined ? undefined : secondsLeft(connection, nowUs),
    tcp,
    half(original, false),
    replied || tcp === "CLOSE" ? undefined : "[UNREPLIED]",
    half(reply, true),
    assured ? "[ASSURED]" : undefined,
    `mark=${mark}`,
    nowUs === undefined ? undefined : "use=1",
  ];
  return words.filter((word) => word !== undefined).join(" ");
}

/** What `conntrack -L` prints to standard output. */
export function showConnections(space: Namespace, nowUs?: number): string {
  return lines(listConnections(space.connections).map((connection) => connectionText(connection, nowUs)));
}
