/**
 * Changes to devices and addresses, with the routes that come and go by themselves (Linux 6.18, net/core/dev.c,
 * net/ipv4/devinet.c, fib_frontend.c).
 * Left out: renaming, moving a device between namespaces, deleting a namespace's last reference.
 * Invariant: an address has its local route exactly while its device is up, and its network's route with it.
 */
import { type Device, type DeviceKind, type InterfaceAddress, macOf } from "../device/device.ts";
import { emptyNamespace, isOn, type Namespace } from "../namespace.ts";
import type { Route } from "../route/route.ts";
import { type Ipv4, networkOf } from "../wire/ipv4.ts";

/** A namespace with one device replaced. */
export function withDevice(space: Namespace, device: Device): Namespace {
  return { ...space, devices: { ...space.devices, [device.name]: device } };
}

/** A new device, down and without addresses. */
export function newDevice(space: Namespace, name: string, type: DeviceKind): Device {
  const index = Object.values(space.devices).reduce((top, device) => Math.max(top, device.index), 0) + 1;
  const mtu = type.kind === "vxlan" ? 1450 : type.kind === "ipip" ? 1480 : 1500;
  return { name, index, type, mac: macOf(space.name, name), mtu, up: false, hairpin: false, addresses: [] };
}

function kernelRoute(
  table: string,
  type: Route["type"],
  address: Ipv4,
  length: number,
  device: string,
  src: Ipv4,
): Route {
  const scope = type === "local" ? "host" : "link";
  const hops = [{ device, weight: 1 }];
  return { table, type, prefix: { address, length }, hops, metric: 0, scope, protocol: "kernel", src };
}

/** Whether two addresses are on one network of a device. */
function isOneNetwork(one: InterfaceAddress, { address, length }: InterfaceAddress): boolean {
  return one.length === length && networkOf(one.address, length) === networkOf(address, length);
}

/** The routes that an address brings: to itself, to its network, and to the network's broadcast address. */
function routesOf(device: Device, own: InterfaceAddress): readonly Route[] {
  const { name } = device;
  const { address, length, secondary } = own;
  const first = secondary ? device.addresses.find((one) => !one.secondary && isOneNetwork(one, own)) : undefined;
  const primary = first?.address ?? address;
  const isLoop = address >>> 24 === 127;
  const routes = [kernelRoute("local", "local", address, 32, name, primary)];
  const network = networkOf(address, length);
  if (isLoop) routes.push(kernelRoute("local", "local", network, length, name, address));
  else if (length < 32 && !secondary) routes.push(kernelRoute("main", "unicast", network, length, name, address));
  if (length < 31) {
    const last = (network | (length === 0 ? 0xffffffff : 0xffffffff >>> length)) >>> 0;
    routes.push(kernelRoute("local", "broadcast", last, 32, name, address));
  }
  return routes;
}

const isSame = (a: Route, b: Route) =>
  a.table === b.table &&
  a.prefix.address === b.prefix.address &&
  a.prefix.length === b.prefix.length &&
  a.metric === b.metric;

function addMissing(routes: readonly Route[], more: readonly Route[]): readonly Route[] {
  return [
    ...routes,
    ...more.filter(
      (route) => !routes.some((one) => isSame(one, route) && one.hops[0]?.device === route.hops[0]?.device),
    ),
  ];
}

/** Adds an address; a second one of the same network is secondary. */
export function addAddress(space: Namespace, name: string, address: Ipv4, length: number, broadcast?: Ipv4): Namespace {
  const device = space.devices[name]!;
  const secondary = device.addresses.some((own) => isOneNetwork(own, { address, length, secondary: false }));
  const added: InterfaceAddress = { address, length, secondary, ...(broadcast === undefined ? {} : { broadcast }) };
  const next = withDevice(space, { ...device, addresses: [...device.addresses, added] });
  return device.up ? { ...next, routes: addMissing(next.routes, routesOf(device, added)) } : next;
}

/** Routes without the next hops by a device; a route that has no other goes. */
function withoutHops(routes: readonly Route[], device: string): readonly Route[] {
  return routes.flatMap((route) => {
    const hops = route.hops.filter((hop) => hop.device !== device);
    if (hops.length === route.hops.length) return [route];
    return hops.length === 0 ? [] : [{ ...route, hops }];
  });
}

/**
 * Removes an address with its routes, and those that prefer it as their source. The secondary addresses of its network go
 * with it, unless promote_secondaries makes the first of them take its place. With the
 * last address every route by the device goes.
 */
export function removeAddress(space: Namespace, name: string, address: Ipv4): Namespace {
  const device = space.devices[name]!;
  const gone = device.addresses.find((own) => own.address === address);
  if (gone === undefined) return space;
  const followers = gone.secondary ? [] : device.addresses.filter((own) => own.secondary && isOneNetwork(own, gone));
  const lost = [gone, ...followers].map((own) => own.address);
  const isLost = (route: Route) =>
    (route.src !== undefined && lost.includes(route.src)) ||
    (route.table === "local" && route.prefix.length === 32 && lost.includes(route.prefix.address));
  const kept = device.addresses.filter((own) => !lost.includes(own.address));
  const after = {
    ...withDevice(space, { ...device, addresses: kept }),
    routes: space.routes.filter((route) => !isLost(route)),
  };
  if (!isOn(space, name, "promote_secondaries") || followers.length === 0)
    return kept.length === 0 ? { ...after, routes: withoutHops(after.routes, name) } : after;
  return followers.reduce<Namespace>((next, own) => addAddress(next, name, own.address, own.length), after);
}

/** Sets a device up: its addresses get their routes. Loopback gets its address when it has none. */
export function setUp(space: Namespace, name: string): Namespace {
  const device = space.devices[name]!;
  if (device.up) return space;
  const isFresh = device.type.kind === "loopback" && !device.addresses.some(({ address }) => address >>> 24 === 127);
  const addresses = isFresh
    ? [{ address: 0x7f000001, length: 8, secondary: false }, ...device.addresses]
    : device.addresses;
  const next = withDevice(space, { ...device, up: true, addresses });
  return {
    ...next,
    routes: addMissing(
      next.routes,
      addresses.flatMap((own) => routesOf(device, own)),
    ),
  };
}

/** Sets a device down: every route by it goes, and what was learnt on it. */
export function setDown(space: Namespace, name: string): Namespace {
  const next = withDevice(space, { ...space.devices[name]!, up: false });
  const routes = withoutHops(space.routes, name);
  const neighbours = Object.fromEntries(Object.entries(space.neighbours).filter(([, one]) => one.device !== name));
  return { ...next, routes, neighbours };
}

/** A namespace without a device: its addresses, routes and neighbours go with it. */
export function withoutDevice(space: Namespace, name: string): Namespace {
  const { [name]: _, ...devices } = setDown(space, name).devices;
  const after = setDown(space, name);
  const freed = Object.entries(devices).map(([key, device]): [string, Device] => {
    if (device.master !== name) return [key, device];
    const { master: _master, ...rest } = device;
    return [key, rest];
  });
  return { ...after, devices: Object.fromEntries(freed) };
}

/**
 * Adds a veth pair whose ends may be in two namespaces; both rows come back, or one when it is the same. The peer is made
 * first, as the Linux kernel does, and has the lower index there.
 */
export function addVeth(
  near: Namespace,
  name: string,
  far: Namespace,
  peer: string,
): { readonly near: Namespace; readonly far: Namespace } {
  const end = (peerNamespace: string, other: string): DeviceKind => ({ kind: "veth", peerNamespace, peer: other });
  const second = withDevice(far, newDevice(far, peer, end(near.name, name)));
  const before = near.name === far.name ? second : near;
  const first = withDevice(before, newDevice(before, name, end(far.name, peer)));
  return { near: first, far: near.name === far.name ? first : second };
}

/** A namespace with its loopback up, as a container runtime leaves it. */
export function newNamespace(name: string): Namespace {
  return setUp(emptyNamespace(name), "lo");
}
