/**
 * On which of its addresses a node serves node ports (Kubernetes 1.32, pkg/proxy/util/nodeport_addresses.go).
 * Left out: IPv6 networks, which are passed over.
 * Invariant: with no IPv4 network given, node ports are served everywhere.
 */
import { contains, formatIpv4, isLoopback, type Prefix } from "../net/wire/ipv4.ts";
import type { NodeFacts, ProxyConfig } from "./config.ts";
import { sloppyIpv4, sloppyNetwork } from "./sloppy-ipv4.ts";

/** Where node ports are served: on every local address, or on those listed. */
export interface NodePortPlaces {
  readonly everywhere: boolean;
  readonly addresses: readonly string[];
  /** Whether node ports answer on 127.0.0.1: only if asked for, and if the networks have it. */
  readonly onLocalhost: boolean;
}

const LOOPBACK_FIRST = sloppyIpv4("127.0.0.0")!;
const EVERYWHERE = "0.0.0.0/0";

function hasLoopback(network: Prefix): boolean {
  return isLoopback(network.address) || contains(network, LOOPBACK_FIRST);
}

/** Reads the configured networks for a node. */
export function nodePortPlaces(config: ProxyConfig, { nodeIp, interfaceIps }: NodeFacts): NodePortPlaces {
  const given = config.nodePortAddresses.map((text) => (text === "primary" ? `${nodeIp}/32` : text));
  const networks = given.map(sloppyNetwork).filter((network) => network !== undefined);
  if (networks.length === 0 || given.includes(EVERYWHERE)) {
    return { everywhere: true, addresses: [], onLocalhost: config.localhostNodePorts };
  }
  const onLocalhost = config.localhostNodePorts && networks.some(hasLoopback);
  const own = ["127.0.0.1", ...interfaceIps].map(sloppyIpv4).filter((address) => address !== undefined);
  const matching = networks.flatMap((network) => own.filter((address) => contains(network, address)));
  const served = matching.filter((address) => onLocalhost || !isLoopback(address));
  return { everywhere: false, addresses: [...new Set(served)].map(formatIpv4), onLocalhost };
}
