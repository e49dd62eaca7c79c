/**
 * A network namespace as one plain row: devices, routes, neighbours, netfilter, connections, sockets and sysctls.
 * Upstream: struct net (Linux 6.18, include/net/net_namespace.h). Left out: everything per protocol but IPv4.
 * Invariant: a row is immutable and knows others by name only; who follows a packet gets changed rows back and keeps them where
 * it likes (a Map, or a forkable Table), so that a fork of the cluster forks its networks.
 */
import { type Device, macOf } from "./device/device.ts";
import type { Connections } from "./netfilter/conntrack.ts";
import type { Ruleset } from "./netfilter/ruleset.ts";
import { defaultRules, type PolicyRule, type Route } from "./route/route.ts";
import type { Ipv4 } from "./wire/ipv4.ts";

/** An answer to "who has this address", learnt or set by hand. */
export interface Neighbour {
  readonly device: string;
  readonly address: Ipv4;
  readonly mac: string;
  readonly state: "REACHABLE" | "STALE" | "PERMANENT" | "FAILED";
}

/** Something that listens; an address of 0 takes every one. The name is what an answer is known by. */
export interface Listener {
  readonly proto: "tcp" | "udp";
  readonly address: Ipv4;
  readonly port: number;
  readonly name: string;
}

/** A set of addresses that rules match by name (ipset): prefixes, or prefixes with a port. */
export interface AddressSet {
  readonly entries: readonly string[];
}

/** One namespace. Records keep the order in which their keys came. */
export interface Namespace {
  readonly name: string;
  readonly devices: Readonly<Record<string, Device>>;
  readonly routes: readonly Route[];
  /** Whether somebody added a local route by hand, which makes source validation stricter. */
  readonly hasOwnLocalRoutes: boolean;
  readonly rules: readonly PolicyRule[];
  /** By `device address`. */
  readonly neighbours: Readonly<Record<string, Neighbour>>;
  /** Where an Ethernet address is behind, by `device address`: the port of a bridge or the far end of a tunnel. */
  readonly forwarding: Readonly<Record<string, string>>;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly ruleset: Ruleset;
  readonly sets: Readonly<Record<string, AddressSet>>;
  readonly connections: Connections;
  /** What xt_recent remembers: by list, then by address, the microsecond at which it was last seen. */
  readonly recent: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly listeners: readonly Listener[];
  /** Path MTUs learnt from fragmentation-needed messages, by destination. */
  readonly pathMtus: Readonly<Record<string, number>>;
}

/** Where rows are read from: a Map, a Table of sim/time, or an overlay of either. */
export interface Namespaces {
  get(name: string): Namespace | undefined;
}

/** A namespace as `ip netns add` leaves it: a loopback that is down, and nothing else. */
export function emptyNamespace(name: string): Namespace {
  const lo: Device = {
    name: "lo",
    index: 1,
    type: { kind: "loopback" },
    mac: "00:00:00:00:00:00",
    mtu: 65536,
    up: false,
    hairpin: false,
    addresses: [],
  };
  return {
    name,
    devices: { lo },
    routes: [],
    hasOwnLocalRoutes: false,
    rules: defaultRules,
    neighbours: {},
    forwarding: {},
    sysctls: {},
    ruleset: { tables: {} },
    sets: {},
    connections: {},
    recent: {},
    listeners: [],
    pathMtus: {},
  };
}

type Settings = ReadonlyMap<string, ReadonlyMap<string, number>>;

const readSettings = new WeakMap<Namespace["sysctls"], Settings>();
const CONF = "net.ipv4.conf.";

/** The settings of net.ipv4.conf by key and then by device, read once a set of sysctls: every packet asks for many. */
function settingsOf({ sysctls }: Namespace): Settings {
  const known = readSettings.get(sysctls);
  if (known !== undefined) return known;
  const settings = new Map<string, Map<string, number>>();
  for (const [name, value] of Object.entries(sysctls)) {
    const cut = name.lastIndexOf(".");
    if (!name.startsWith(CONF) || cut < CONF.length) continue;
    const key = name.slice(cut + 1);
    const byDevice = settings.get(key) ?? new Map<string, number>();
    settings.set(key, byDevice.set(name.slice(CONF.length, cut), Number(value)));
  }
  readSettings.set(sysctls, settings);
  return settings;
}

/** Whether a switch of net.ipv4.conf is on for a device or for all of them: what IN_DEV_ORCONF answers. */
export function isOn(space: Namespace, device: string, key: string): boolean {
  return setting(space, device, key) !== 0 || setting(space, "all", key) !== 0;
}

/** A numeric setting of net.ipv4.conf for one device; one not set there is that of `default`, else 0. */
export function setting(space: Namespace, device: string, key: string): number {
  const byDevice = settingsOf(space).get(key);
  return byDevice?.get(device) ?? byDevice?.get("default") ?? 0;
}

/** Whether packets that come in on a device may go on. Setting ip_forward sets it for every device. */
export function forwards(space: Namespace, device: string): boolean {
  const own = settingsOf(space).get("forwarding")?.get(device);
  return own === undefined ? (space.sysctls["net.ipv4.ip_forward"] ?? "0") !== "0" : own !== 0;
}

/** Whether an address is one of the namespace's own. */
export function ownsAddress(space: Namespace, address: Ipv4): boolean {
  for (const name in space.devices)
    for (const own of space.devices[name]!.addresses) if (own.address === address) return true;
  return false;
}

/** The ports of a bridge, in the order of their indexes. */
export function portsOf(space: Namespace, bridge: string): readonly Device[] {
  return Object.values(space.devices).filter((device) => device.master === bridge);
}

/** The Ethernet address of a device; a bridge takes the lowest one of its ports, as the Linux kernel does. */
export function macAddress(space: Namespace, device: Device): string {
  if (device.type.kind !== "bridge" || device.mac !== macOf(space.name, device.name)) return device.mac;
  let lowest: string | undefined;
  for (const port of portsOf(space, device.name)) if (lowest === undefined || port.mac < lowest) lowest = port.mac;
  return lowest ?? device.mac;
}
