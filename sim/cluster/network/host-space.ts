/**
 * A machine's own network namespace, derived from the plan, the blocks that nodes have claimed and the pods attached here.
 * Source: what kubelet, Felix and BIRD leave on a node (Calico v3.29, felix/dataplane/linux/{endpoint,ipip}_mgr.go,
 * confd/etc/calico/confd/templates/bird.cfg.template). Left out: how routes reach a node (BGP): each node knows all blocks
 * at once.
 * Invariant: a pure function of its inputs; pods on a node of the same subnet are reached plainly, others through tunl0.
 */
import type { Attachment } from "../../calico/cni-plugin.ts";
import { hostMac } from "../../calico/cni-plugin.ts";
import type { IpamBlock } from "../../calico/ipam.ts";
import { addAddress, newDevice, newNamespace, setUp, withDevice } from "../../net/command/link.ts";
import type { Device } from "../../net/device/device.ts";
import type { Namespace } from "../../net/namespace.ts";
import type { Route } from "../../net/route/route.ts";
import { type Ipv4, type Prefix, parseIpv4 } from "../../net/wire/ipv4.ts";
import { fabricName, type MachinePlan, type NetworkPlan, routerOf } from "./plan.ts";

/** What a host's namespace follows from. */
export interface HostInputs {
  readonly plan: NetworkPlan;
  readonly machine: MachinePlan;
  /** Address of tunl0, if the node has one. */
  readonly tunnel: Ipv4 | undefined;
  readonly blocks: readonly IpamBlock[];
  /** Pods here, by interface index. */
  readonly attachments: readonly Attachment[];
}

const wiredHosts = new WeakMap<MachinePlan, Namespace>();

function unicast(prefix: Prefix, hop: Route["hops"][number], protocol: string, scope: Route["scope"]): Route {
  return { table: "main", type: "unicast", prefix, hops: [hop], metric: 0, scope, protocol };
}

const everywhere: Prefix = { address: 0, length: 0 };

/** lo, eth0 on the machine's segment and the way out: the same for the whole life of a machine. */
function wired({ plan, machine }: HostInputs): Namespace {
  let space = wiredHosts.get(machine);
  if (space === undefined) {
    const segment = plan.segments[machine.segment] as Prefix;
    const empty = newNamespace(machine.name);
    const eth0 = newDevice(empty, "eth0", {
      kind: "veth",
      cable: true,
      peerNamespace: fabricName,
      peer: `to-${machine.name}`,
    });
    const up = addAddress(setUp(withDevice(empty, eth0), "eth0"), "eth0", machine.address, segment.length);
    const out = { device: "eth0", via: routerOf(segment), weight: 1 };
    space = { ...up, routes: [...up.routes, unicast(everywhere, out, "static", "global")] };
    wiredHosts.set(machine, space);
  }
  return space;
}

function withTunnel(space: Namespace, { tunnel }: HostInputs): Namespace {
  if (tunnel === undefined) return space;
  const tunl0 = newDevice(space, "tunl0", { kind: "ipip", local: 0 });
  return addAddress(setUp(withDevice(space, tunl0), "tunl0"), "tunl0", tunnel, 32);
}

/** The host's end of each pod's pair. */
function podDevices({ attachments }: HostInputs): Record<string, Device> {
  const devices: Record<string, Device> = {};
  for (const { hostDevice, netns, index, mtu } of attachments) {
    const type = { kind: "veth", peerNamespace: netns, peer: "eth0" } as const;
    const shape = { name: hostDevice, index, type, mac: hostMac, mtu, up: true, hairpin: false, addresses: [] };
    devices[hostDevice] = shape;
  }
  return devices;
}

function podRoutes({ attachments }: HostInputs): Route[] {
  return attachments.map(({ address, hostDevice }) => {
    const prefix = { address: parseIpv4(address) as number, length: 32 };
    return unicast(prefix, { device: hostDevice, weight: 1 }, "boot", "link");
  });
}

/** The way to another node's block: plain where it is on the same segment, else in a tunnel to its address. */
function routeTo({ machine, plan }: HostInputs, prefix: Prefix, far: MachinePlan): Route {
  const isNear = far.segment === machine.segment && plan.pool.ipipMode !== "Always";
  const hop = isNear
    ? { device: "eth0", via: far.address, weight: 1 }
    : { device: "tunl0", via: far.address, weight: 1, onlink: true };
  return unicast(prefix, hop, "bird", "global");
}

function blockRoutes(inputs: HostInputs): Route[] {
  const { machine, blocks, plan } = inputs;
  const byName = machinesByName(plan);
  const routes: Route[] = [];
  for (const { prefix, node, borrowed } of blocks) {
    const owner = byName.get(node) as MachinePlan;
    if (node !== machine.name) routes.push(routeTo(inputs, prefix, owner));
    else routes.push({ ...blackhole, prefix });
    for (const [address, holder] of Object.entries(borrowed)) {
      const single = { address: parseIpv4(address) as number, length: 32 };
      if (holder !== machine.name) routes.push(routeTo(inputs, single, byName.get(holder) as MachinePlan));
    }
  }
  return routes;
}

const blackhole = {
  table: "main",
  type: "blackhole",
  hops: [],
  metric: 0,
  scope: "global",
  protocol: "bird",
} as const satisfies Omit<Route, "prefix">;

const names = new WeakMap<NetworkPlan, ReadonlyMap<string, MachinePlan>>();

/** The machines of a plan by name. */
export function machinesByName(plan: NetworkPlan): ReadonlyMap<string, MachinePlan> {
  let found = names.get(plan);
  if (found === undefined) {
    found = new Map(plan.machines.map((machine) => [machine.name, machine]));
    names.set(plan, found);
  }
  return found;
}

/** Settings of a node: it forwards, and answers for everybody on the pods' devices. */
function sysctls({ attachments }: HostInputs): Record<string, string> {
  const settings: Record<string, string> = {
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.default.rp_filter": "0",
    "net.netfilter.nf_conntrack_tcp_be_liberal": "0",
  };
  for (const { hostDevice } of attachments) {
    settings[`net.ipv4.conf.${hostDevice}.proxy_arp`] = "1";
    settings[`net.ipv4.conf.${hostDevice}.rp_filter`] = "1";
  }
  return settings;
}

/** What was derived last for each machine, with what it followed from. */
const latest = new WeakMap<MachinePlan, { readonly inputs: HostInputs; readonly space: Namespace }>();

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** The namespace of a machine without rules and listeners; the same value as long as blocks and attachments are the same. */
export function hostSpace(inputs: HostInputs): Namespace {
  const known = latest.get(inputs.machine);
  const isSame =
    known !== undefined &&
    known.inputs.tunnel === inputs.tunnel &&
    sameItems(known.inputs.blocks, inputs.blocks) &&
    sameItems(known.inputs.attachments, inputs.attachments);
  if (isSame) return known.space;
  const space = derived(inputs);
  latest.set(inputs.machine, { inputs, space });
  return space;
}

function derived(inputs: HostInputs): Namespace {
  const space = withTunnel(wired(inputs), inputs);
  if (inputs.tunnel === undefined) return space;
  return {
    ...space,
    devices: { ...space.devices, ...podDevices(inputs) },
    routes: [...space.routes, ...podRoutes(inputs), ...blockRoutes(inputs)],
    sysctls: sysctls(inputs),
  };
}
