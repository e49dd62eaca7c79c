/**
 * The network between hosts: one segment per subnet and a router between them, which know the hosts' own addresses only.
 * Ours; built of the same rows as a host (a namespace with bridges), so a packet in it is followed like any other.
 * Left out: speaking BGP to hosts; who wants pods' addresses routed here adds routes as a cloud's route table would.
 * Invariant: the router has an address on each segment and no route but those; what it was not told it refuses.
 */

import { addAddress, addVeth, newDevice, newNamespace, setUp, withDevice } from "./command/link.ts";
import type { Namespace, Namespaces } from "./namespace.ts";
import type { Prefix } from "./wire/ipv4.ts";

/** The fabric's namespace with one segment for each subnet; the router's address is the first of it. */
export function makeFabric(name: string, segments: Readonly<Record<string, Prefix>>): Namespace {
  let fabric: Namespace = {
    ...newNamespace(name),
    sysctls: { "net.ipv4.ip_forward": "1", "net.bridge.bridge-nf-call-iptables": "0" },
  };
  for (const [segment, { address, length }] of Object.entries(segments)) {
    fabric = withDevice(fabric, newDevice(fabric, segment, { kind: "bridge" }));
    fabric = addAddress(setUp(fabric, segment), segment, address + 1, length);
  }
  return fabric;
}

/** Plugs a host into a segment: a cable between its device and a port of the fabric. Returns both rows. */
export function plugIn(
  rows: Namespaces,
  fabricName: string,
  segment: string,
  hostName: string,
  device: string,
): ReadonlyMap<string, Namespace> {
  const fabric = rows.get(fabricName);
  const host = rows.get(hostName);
  if (fabric === undefined || host === undefined)
    throw new RangeError(`There is no namespace "${fabric === undefined ? fabricName : hostName}".`);
  if (fabric.devices[segment] === undefined)
    throw new RangeError(`The fabric "${fabricName}" has no segment "${segment}".`);
  const port = `to-${hostName}`;
  const { near, far } = addVeth(fabric, port, host, device);
  const plugged = withDevice(near, { ...near.devices[port]!, master: segment });
  return new Map([
    [fabricName, setUp(plugged, port)],
    [hostName, setUp(far, device)],
  ]);
}
