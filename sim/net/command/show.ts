/**
 * What a namespace looks like as text: `ip addr`, `ip route`, `ip neigh`, `conntrack -L` (iproute2, ip/ipaddress.c,
 * ip/ipneigh.c; conntrack-tools).
 * Left out: life times, queue lengths' effects, statistics; numbers that only age have the value of a fresh entry.
 * Invariant: pure functions of one row; equal rows print equal text.
 */
import type { Device } from "../device/device.ts";
import { macAddress, type Namespace } from "../namespace.ts";
import { type Connection, listConnections, type Tuple } from "../netfilter/conntrack.ts";
import { routeLines } from "../route/route-text.ts";
import { formatIpv4 } from "../wire/ipv4.ts";
import { broadcastMac } from "../wire/packet.ts";

function flagsOf({ type, up }: Device): string {
  const nature = type.kind === "loopback" ? ["LOOPBACK"] : ["BROADCAST", "MULTICAST"];
  return [...nature, ...(up ? ["UP", "LOWER_UP"] : [])].join(",");
}

function nameOf({ name, type }: Device): string {
  return type.kind === "veth" ? `${name}@${type.peer}` : name;
}

function linkLines(space: Namespace, device: Device): readonly string[] {
  const isLoop = device.type.kind === "loopback";
  const state = isLoop ? "UNKNOWN" : device.up ? "UP" : "DOWN";
  const queue = isLoop || device.up ? "noqueue" : "noop";
  const master = device.master === undefined ? "" : ` master ${device.master}`;
  const broadcast = isLoop ? "00:00:00:00:00:00" : broadcastMac;
  return [
    `${device.index}: ${nameOf(device)}: <${flagsOf(device)}> mtu ${device.mtu} qdisc ${queue}${master} state ${state} group default qlen 1000`,
    `    link/${isLoop ? "loopback" : "ether"} ${macAddress(space, device)} brd ${broadcast}`,
  ];
}

function addressLines(device: Device): readonly string[] {
  return device.addresses.flatMap(({ address, length, secondary }) => {
    const scope = address >>> 24 === 127 ? "host" : "global";
    const words = [
      `    inet ${formatIpv4(address)}/${length} scope ${scope}`,
      secondary ? "secondary" : "",
      device.name,
    ];
    return [words.filter((word) => word !== "").join(" "), "       valid_lft forever preferred_lft forever"];
  });
}

/** What `ip addr` prints. */
export function showAddresses(space: Namespace): string {
  const lines = Object.values(space.devices).flatMap((device) => [
    ...linkLines(space, device),
    ...addressLines(device),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

/** What `ip route show table T` prints. */
export function showRoutes(space: Namespace, table = "main"): string {
  return routeLines(space.routes, table)
    .map((line) => `${line}\n`)
    .join("");
}

/** What `ip neigh` prints. */
export function showNeighbours(space: Namespace): string {
  const lines = Object.values(space.neighbours).map(({ address, device, mac, state }) => {
    const learnt = state === "FAILED" ? "" : ` lladdr ${mac}`;
    return `${formatIpv4(address)} dev ${device}${learnt} ${state}\n`;
  });
  return lines.join("");
}

const half = ({ src, dst, sport, dport }: Tuple) =>
  `src=${formatIpv4(src)} dst=${formatIpv4(dst)} sport=${sport} dport=${dport}`;

const protocolNumbers = { tcp: 6, udp: 17, icmp: 1 } as const;

/** One line of `conntrack -L`, without the seconds that are left. */
export function connectionText({ original, reply, tcp, replied, assured, mark }: Connection): string {
  const words = [
    original.proto,
    protocolNumbers[original.proto],
    tcp,
    half(original),
    replied || tcp === "CLOSE" ? undefined : "[UNREPLIED]",
    half(reply),
    assured ? "[ASSURED]" : undefined,
    `mark=${mark}`,
  ];
  return words.filter((word) => word !== undefined).join(" ");
}

/** What `conntrack -L` prints. */
export function showConnections(space: Namespace): string {
  return listConnections(space.connections)
    .map((connection) => `${connectionText(connection)}\n`)
    .join("");
}
