/**
 * Network devices as rows: loopback, veth ends, bridges with their ports, VXLAN and IP-in-IP tunnels (Linux 6.18, drivers/net,
 * net/ipv4/ipip.c).
 * Left out: queues, offloads, VLANs, bonding.
 * Invariant: a device names its peer and master by name only, so that rows of different namespaces never share state.
 */
import type { Ipv4 } from "../wire/ipv4.ts";

/** An address on a device, with the length of the network that it is on. */
export interface InterfaceAddress {
  readonly address: Ipv4;
  readonly length: number;
  /** Set for every address but the first of a network: source selection passes it over. */
  readonly secondary: boolean;
  /** The address for all hosts of the network, where somebody set one. */
  readonly broadcast?: Ipv4;
}

/** What kind of device it is, and what only that kind has. */
export type DeviceKind =
  | { readonly kind: "loopback" }
  | {
      readonly kind: "veth";
      readonly peerNamespace: string;
      readonly peer: string;
      /** Whether it stands for a network card and its cable: it then shows no peer. */
      readonly cable?: true;
    }
  | { readonly kind: "bridge" }
  | { readonly kind: "dummy" }
  | {
      readonly kind: "vxlan";
      readonly vni: number;
      readonly local: Ipv4;
      readonly dstport: number;
      readonly under?: string;
    }
  | {
      readonly kind: "ipip";
      /** The source of outer packets; 0 = the one that the route to the far end prefers, as tunl0 has it. */
      readonly local: Ipv4;
      /** The far end; without one the route's next hop is it, so that one device reaches many nodes. */
      readonly remote?: Ipv4;
    };

/** One device of one namespace. */
export interface Device {
  readonly name: string;
  readonly index: number;
  readonly type: DeviceKind;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** The bridge of which it is a port. */
  readonly master?: string;
  /** Whether a bridge may send a frame back out of this port. */
  readonly hairpin: boolean;
  readonly addresses: readonly InterfaceAddress[];
}

/** A locally administered Ethernet address that depends on nothing but the device's place, so that runs repeat. */
export function macOf(namespace: string, device: string): string {
  let hash = 0x811c9dc5;
  for (const character of `${namespace}/${device}`)
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  const bytes = [0x02, 0x4f, hash >>> 24, (hash >>> 16) & 255, (hash >>> 8) & 255, hash & 255];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
