/**
 * A pod's network namespace, derived from its attachment: lo, and eth0 as one end of a veth pair.
 * Source: projectcalico/calico v3.29, cni-plugin/pkg/dataplane/linux/dataplane_linux.go (DoNetworking).
 * Left out: IPv6.
 * Invariant: a pure function of the attachment, kept by its identity.
 */
import type { Attachment } from "../../calico/cni-plugin.ts";
import { addAddress, newDevice, newNamespace, setUp, withDevice } from "../../net/command/link.ts";
import type { Namespace } from "../../net/namespace.ts";
import type { Route } from "../../net/route/route.ts";
import { parseIpv4 } from "../../net/wire/ipv4.ts";

/** The next hop of every pod: nobody has it; the host's end of the pair answers for it (proxy ARP). */
const gateway = parseIpv4("169.254.1.1") as number;

const known = new WeakMap<Attachment, Namespace>();

function route(part: Pick<Route, "prefix" | "hops" | "scope">): Route {
  return { table: "main", type: "unicast", metric: 0, protocol: "boot", ...part };
}

/** The namespace of an attachment on a machine, without listeners. */
export function podSpace(attachment: Attachment, machine: string): Namespace {
  let space = known.get(attachment);
  if (space === undefined) {
    space = make(attachment, machine);
    known.set(attachment, space);
  }
  return space;
}

function make({ netns, address, hostDevice, mtu }: Attachment, machine: string): Namespace {
  const empty = newNamespace(netns);
  const eth0 = newDevice(empty, "eth0", { kind: "veth", peerNamespace: machine, peer: hostDevice });
  const wired = setUp(withDevice(empty, { ...eth0, mtu }), "eth0");
  const addressed = addAddress(wired, "eth0", parseIpv4(address) as number, 32);
  const hops = [{ device: "eth0", weight: 1 }];
  const routes = [
    ...addressed.routes,
    route({ prefix: { address: 0, length: 0 }, hops: [{ device: "eth0", via: gateway, weight: 1 }], scope: "global" }),
    route({ prefix: { address: gateway, length: 32 }, hops, scope: "link" }),
  ];
  return { ...addressed, routes };
}
