/**
 * From where a cluster takes the addresses and node ports of its Services, and what is taken already
 * (Kubernetes 1.32, pkg/registry/core/service/ipallocator/bitmap.go, portallocator/allocator.go).
 * Left out: IPv6 and dual stack; several ServiceCIDRs (a feature that 1.32 has off).
 * Invariant: the first and the last address of the network belong to no Service.
 */
import type { Service } from "../kinds/service.ts";
import { ipv4Number } from "../validation/ip-address.ts";
import { type Band, staticShare } from "./band.ts";

/** The two ranges, with the words in which refusals name them. */
export interface ServiceRanges {
  readonly addresses: Band;
  /** "10.96.0.0/12" */
  readonly addressesText: string;
  readonly nodePorts: Band;
  /** "30000-32767" */
  readonly nodePortsText: string;
}

/** What other Services hold. */
export interface Taken {
  readonly addresses: ReadonlySet<number>;
  readonly nodePorts: ReadonlySet<number>;
}

/** The ranges for a network ("10.96.0.0/12") and a span of node ports, both ends included. Throws for what is no network. */
export function serviceRanges(network: string, nodePortFirst = 30_000, nodePortLast = 32_767): ServiceRanges {
  const [address = "", bits = ""] = network.split("/");
  const given = ipv4Number(address);
  const length = Number(bits);
  if (given === undefined || bits === "" || !(length >= 8 && length <= 30)) {
    throw new Error(`${network} is no IPv4 network for Services; write it like 10.96.0.0/12, with 8 to 30 bits`);
  }
  const size = 2 ** (32 - length);
  const ports = nodePortLast - nodePortFirst + 1;
  return {
    addresses: { first: given - (given % size) + 1, count: size - 2, staticCount: staticShare(size, 16, 16, 256) },
    addressesText: network,
    nodePorts: { first: nodePortFirst, count: ports, staticCount: staticShare(ports, 32, 16, 128) },
    nodePortsText: `${nodePortFirst}-${nodePortLast}`,
  };
}

/** What the Services of a list hold; node ports are taken for all protocols at once. */
export function takenBy(services: readonly Service[]): Taken {
  const addresses = new Set<number>();
  const nodePorts = new Set<number>();
  for (const { spec } of services) {
    for (const text of spec.clusterIPs ?? []) {
      const address = ipv4Number(text);
      if (address !== undefined) addresses.add(address);
    }
    for (const { nodePort } of spec.ports ?? []) if (nodePort) nodePorts.add(nodePort);
    if (spec.healthCheckNodePort) nodePorts.add(spec.healthCheckNodePort);
  }
  return { addresses, nodePorts };
}
