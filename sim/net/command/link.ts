/**
 * Changes to devices and addresses, with the routes that come and go by themselves (Linux 6.18, net/core/dev.c,
 * net/ipv4/devinet.c, fib_frontend.c).
 * Left out: renaming, moving a device between namespaces, deleting a namespace's last reference.
 * Invariant: an address has its local route exactly while its device is up, and its network's route with it.
 */
import { type Device, type DeviceKind, type InterfaceAddress, macOf } from "../device/device.ts";
import { emptyNamespace, type Namespace } from "../namespace.ts";
import type { Route } from "../route/route.ts";
import { type Ipv4, networkOf } from "../wire/ipv4.ts";

/** A namespace with one device replaced. */
export function withDevice(space: Namespace, device: Device): Namespace {
  return { ...space, devices: { ...space.devices, [device.name]: device } };
}

/** A new device, down and without addresses. */
export function newDevice(space: Namespace, name: string, type: DeviceKind): Device {
  const index = Object.values(space.devices).reduce((top, device) => Math.max(top, device.index), 0) + 1;
  const mtu = type.kind === "vxlan" ? 1450 : 1500;
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

/** The routes that an address brings: to itself, to its network, and to the network's broadcast address. */
function routesOf({ name }: Device, { address, length, secondary }: InterfaceAddress): readonly Route[] {
  const isLoop = address >>> 24 === 127;
  const routes = [kernelRoute("local", "local", address, 32, name, address)];
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
export function addAddress(space: Namespace, name: string, address: Ipv4, length: number): Namespace {
  const device = space.devices[name]!;
  const secondary = device.addresses.some(
    (own) => own.length === length && networkOf(own.address, length) === networkOf(address, length),
  );
  const added: InterfaceAddress = { address, length, secondary };
  const next = withDevice(space, { ...device, addresses: [...device.addresses, added] });
  return device.up ? { ...next, routes: addMissing(next.routes, routesOf(device, added)) } : next;
}

/** Removes an address with its routes, and those that prefer it as their source. */
export function removeAddress(space: Namespace, name: string, address: Ipv4): Namespace {
  const device = space.devices[name]!;
  const addresses = device.addresses.filter((own) => own.address !== address);
  return {
    ...withDevice(space, { ...device, addresses }),
    routes: space.routes.filter((route) => route.src !== address),
  };
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
  const routes = space.routes.flatMap((route) => {
    const hops = route.hops.filter((hop) => hop.device !== name);
    if (hops.length === route.hops.length) return [route];
    return hops.length === 0 ? [] : [{ ...route, hops }];
  });
  const neighbours = Object.fromEntries(Object.entries(space.neighbours).filter(([, one]) => one.device !== name));
  return { ...next, routes, neighbours };
}

/** Adds a veth pair whose ends may be in two namespaces; both rows come back, or one when it is the same. */
export function addVeth(
  near: Namespace,
  name: string,
  far: Namespace,
  peer: string,
): { readonly near: Namespace; readonly far: Namespace } {
  const end = (peerNamespace: string, other: string): DeviceKind => ({ kind: "veth", peerNamespace, peer: other });
  const first = withDevice(near, newDevice(near, name, end(far.name, peer)));
  const before = near.name === far.name ? first : far;
  const second = withDevice(before, newDevice(before, peer, end(near.name, name)));
  return { near: near.name === far.name ? second : first, far: second };
}

/** A namespace with its loopback up, as a container runtime leaves it. */
export function newNamespace(name: string): Namespace {
  return setUp(emptyNamespace(name), "lo");
}
