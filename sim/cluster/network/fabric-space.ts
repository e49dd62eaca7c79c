/**
 * The network between machines, and what lies outside: one switch a zone, a router between them, the internet behind it.
 * Ours (see sim/net/fabric.ts). Left out: the provider's address translation at the border: what the cluster's nodes send
 * keeps their own addresses; routers that fail.
 * Invariant: knows machines' addresses and those of load balancers, never pods' or Services'.
 */

import { outsideHosts } from "../../dns/outside-names.ts";
import { addAddress, newDevice, newNamespace, setUp, withDevice } from "../../net/command/link.ts";
import type { Device } from "../../net/device/device.ts";
import { macOf } from "../../net/device/device.ts";
import { makeFabric } from "../../net/fabric.ts";
import type { Listener, Namespace } from "../../net/namespace.ts";
import { parseRuleset } from "../../net/netfilter/ruleset-text.ts";
import type { Route } from "../../net/route/route.ts";
import { formatIpv4, type Ipv4, type Prefix, parseIpv4 } from "../../net/wire/ipv4.ts";
import type { Cut } from "../../time/links.ts";
import { machinesByName } from "./host-space.ts";
import { fabricName, fixed, internetName, type NetworkPlan, outsideName, outsideSegment, routerOf } from "./plan.ts";

/** What load balancers lead to: an address, and the machines that take its packets. */
export interface BalancedAddress {
  readonly address: string;
  readonly nodes: readonly string[];
}

const known = new WeakMap<NetworkPlan, Namespace>();

function port(name: string, segment: string, index: number): Device {
  const device = `to-${name}`;
  return {
    name: device,
    index,
    type: { kind: "veth", cable: true, peerNamespace: name, peer: "eth0" },
    mac: macOf(fabricName, device),
    mtu: 1500,
    up: true,
    master: segment,
    hairpin: false,
    addresses: [],
  };
}

/** The fabric without load balancers and faults: made once for a plan. */
function wiredFabric(plan: NetworkPlan): Namespace {
  let fabric = known.get(plan);
  if (fabric === undefined) {
    const empty = makeFabric(fabricName, plan.segments);
    const devices: Record<string, Device> = { ...empty.devices };
    let index = Object.keys(devices).length;
    const ends = plan.machines.map(({ name, segment }) => [name, segment] as const);
    for (const [name, segment] of [...ends, ...outsiders]) devices[`to-${name}`] = port(name, segment, ++index);
    fabric = { ...empty, devices };
    known.set(plan, fabric);
  }
  return fabric;
}

const outsiders = [
  [outsideName, outsideSegment],
  [internetName, outsideSegment],
] as const;

function balancedRoute({ address, nodes }: BalancedAddress, plan: NetworkPlan): Route[] {
  const byName = machinesByName(plan);
  const hops = nodes.flatMap((name) => {
    const machine = byName.get(name);
    return machine === undefined ? [] : [{ device: machine.segment, via: machine.address, weight: 1 }];
  });
  const prefix = { address: parseIpv4(address) as Ipv4, length: 32 };
  const shape = { table: "main", prefix, metric: 0, scope: "global", protocol: "static" } as const;
  return hops.length === 0 ? [{ ...shape, type: "unreachable", hops }] : [{ ...shape, type: "unicast", hops }];
}

/** A cut cable between two machines: the switch drops their frames, the router their packets. */
function cutRules(cuts: readonly Cut[], plan: NetworkPlan): string {
  const byName = machinesByName(plan);
  const lines: string[] = [];
  for (const [a, b] of cuts) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const far = byName.get(to);
      if (far === undefined || !byName.has(from)) continue;
      lines.push(`-A FORWARD -m physdev --physdev-in to-${from} --physdev-out to-${to} -j DROP`);
      lines.push(`-A FORWARD -d ${formatIpv4(far.address)}/32 -m physdev --physdev-in to-${from} -j DROP`);
    }
  }
  return lines.length === 0 ? "" : `*filter\n:FORWARD ACCEPT [0:0]\n${lines.join("\n")}\nCOMMIT\n`;
}

/** The fabric as it is now. */
export function fabricSpace(plan: NetworkPlan, balanced: readonly BalancedAddress[], cuts: readonly Cut[]): Namespace {
  const fabric = wiredFabric(plan);
  const rules = cutRules(cuts, plan);
  const bridged = rules === "" ? "0" : "1";
  return {
    ...fabric,
    routes: [...fabric.routes, ...balanced.flatMap((one) => balancedRoute(one, plan))],
    sysctls: {
      ...fabric.sysctls,
      "net.bridge.bridge-nf-call-iptables": bridged,
      "net.ipv4.fib_multipath_hash_policy": "1",
    },
    ...(rules === "" ? {} : { ruleset: parseRuleset(rules) }),
  };
}

function outsideHost(name: string, prefix: Prefix, addresses: readonly string[], listeners: readonly Listener[]) {
  const empty = newNamespace(name);
  const type = { kind: "veth", cable: true, peerNamespace: fabricName, peer: `to-${name}` } as const;
  let space = setUp(withDevice(empty, newDevice(empty, "eth0", type)), "eth0");
  for (const address of addresses) space = addAddress(space, "eth0", parseIpv4(address) as Ipv4, prefix.length);
  const hops = [{ device: "eth0", via: routerOf(prefix), weight: 1 }];
  const out: Route = {
    table: "main",
    type: "unicast",
    prefix: { address: 0, length: 0 },
    hops,
    metric: 0,
    scope: "global",
    protocol: "static",
  };
  return { ...space, routes: [...space.routes, out], listeners };
}

const outsides = new WeakMap<NetworkPlan, ReadonlyMap<string, Namespace>>();

function webListeners(address: Ipv4, name: string): readonly Listener[] {
  return [80, 443].map((port) => ({ proto: "tcp", address, port, name }));
}

/** The namespaces outside the cluster: a client, and the servers of the internet. */
export function outsideSpaces(plan: NetworkPlan): ReadonlyMap<string, Namespace> {
  let found = outsides.get(plan);
  if (found === undefined) {
    const prefix = plan.segments[outsideSegment] as Prefix;
    const dns = parseIpv4(fixed.outsideDns) as Ipv4;
    const hosts = outsideHosts();
    const webs = [...hosts].flatMap(([address, name]) => webListeners(parseIpv4(address) as Ipv4, name));
    const servers: readonly Listener[] = [
      ...webs,
      { proto: "udp", address: dns, port: 53, name: "resolver" },
      { proto: "tcp", address: dns, port: 53, name: "resolver" },
    ];
    found = new Map([
      [outsideName, outsideHost(outsideName, prefix, [fixed.outsideClient], [])],
      [internetName, outsideHost(internetName, prefix, [...hosts.keys(), fixed.outsideDns], servers)],
    ]);
    outsides.set(plan, found);
  }
  return found;
}
