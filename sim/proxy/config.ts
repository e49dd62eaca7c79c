/**
 * What kube-proxy is told when it starts, and what it finds out about its node (Kubernetes 1.32, pkg/proxy/apis/config
 * KubeProxyConfiguration, pkg/proxy/util/localdetector.go).
 * Left out: modes but iptables, sync periods, metrics addresses.
 * Invariant: two nodes with equal configuration share the rules that do not depend on the node.
 */
import type { Match } from "./rule.ts";

/** How kube-proxy tells that a packet comes from a pod of its own node; `argument`: a network, a bridge, a name's prefix. */
export type DetectLocal =
  | { readonly by: "none" }
  | { readonly by: "cidr" | "bridge" | "prefix"; readonly argument: string };

/** The part that all nodes of a cluster usually have in common. */
export interface ProxyConfig {
  readonly masqueradeAll: boolean;
  /** Which bit of a packet's mark says "masquerade", 0 to 31. */
  readonly masqueradeBit: number;
  readonly detectLocal: DetectLocal;
  /** Networks in which node ports are served; empty or "0.0.0.0/0" = everywhere; "primary" = the node's own address. */
  readonly nodePortAddresses: readonly string[];
  /** Whether node ports answer on 127.0.0.1. */
  readonly localhostNodePorts: boolean;
  /** Whether the iptables binary knows `--random-fully`. */
  readonly hasRandomFully: boolean;
  /** The sysctl nf_conntrack_tcp_be_liberal. */
  readonly conntrackTcpBeLiberal: boolean;
  /** Whether the named packet counters (nfacct) exist. */
  readonly hasCounters: boolean;
}

/** What differs from node to node. */
export interface NodeFacts {
  readonly hostname: string;
  /** The node's IPv4 address. */
  readonly nodeIp: string;
  /** IPv4 addresses of all interfaces but loopback, in the order of the interfaces. */
  readonly interfaceIps: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The mark that asks for masquerading, as iptables prints it. */
export function masqueradeMark({ masqueradeBit }: ProxyConfig): string {
  return `0x${(2 ** masqueradeBit).toString(16).padStart(8, "0")}`;
}

/** The condition that a packet comes from a pod of this node; undefined if there is no way to tell. */
export function fromLocalPod({ detectLocal }: ProxyConfig): Match | undefined {
  switch (detectLocal.by) {
    case "none":
      return undefined;
    case "cidr":
      return { kind: "source", network: detectLocal.argument };
    case "bridge":
      return { kind: "inInterface", name: detectLocal.argument };
    case "prefix":
      return { kind: "inInterface", name: `${detectLocal.argument}+` };
  }
}
