/**
 * Which networks a cluster stands on: a subnet for each zone, the pods' pool, the Services' range, the world outside.
 * Models a plain data centre; a cloud's own network comes with its provider.
 * Invariant: replaced whole when a machine is added, never changed; whoever derives a namespace from it may keep what he
 * derived by its identity.
 */
import type { IpPool } from "../../calico/ipam.ts";
import { formatIpv4, type Ipv4, type Prefix, parsePrefix } from "../../net/wire/ipv4.ts";
import type { Io } from "../../time/component.ts";

/** One machine's place in the plan. */
export interface MachinePlan {
  readonly name: string;
  readonly address: Ipv4;
  /** Name of its subnet's segment of the fabric, e.g. "zone-1". */
  readonly segment: string;
  /** 0 for the control plane, 1 … for workers. */
  readonly number: number;
}

/** The plan. */
export interface NetworkPlan {
  readonly segments: Readonly<Record<string, Prefix>>;
  readonly machines: readonly MachinePlan[];
  readonly pool: IpPool;
  /** E.g. "172.21.0.0/16". */
  readonly serviceNetwork: string;
}

/** Cluster-wide addresses that are fixed. */
export const fixed = {
  outsideClient: "198.51.100.10",
  outsideDns: "198.51.100.53",
} as const;

/** The segment on which everything outside the cluster's machines is. */
export const outsideSegment = "internet";

/** Names of the namespaces that belong to no machine. */
export const fabricName = "network";
/** The client on the internet, and the servers there. */
export const outsideName = "outside";
export const internetName = "internet";

/** The plan of a cluster. */
export function planOf(io: Io): NetworkPlan {
  return io.table<NetworkPlan>("network plan").get("") as NetworkPlan;
}

/** Place of the cluster's DNS among the Services' addresses, as kubeadm chooses it. */
const dnsPlace = 10;

/** Address of the cluster's DNS Service. */
export function dnsAddress({ serviceNetwork }: NetworkPlan): string {
  return formatIpv4((parsePrefix(serviceNetwork) as Prefix).address + dnsPlace);
}

/** The first address of a subnet: its router. */
export function routerOf({ address }: Prefix): Ipv4 {
  return address + 1;
}

/** The configuration that Calico's installer puts on every node, /etc/cni/net.d/10-calico.conflist. */
export function calicoConfigList({ prefix }: IpPool): string {
  const calico = {
    type: "calico",
    log_level: "info",
    datastore_type: "kubernetes",
    mtu: 0,
    ipam: { type: "calico-ipam", ipv4_pools: [`${formatIpv4(prefix.address)}/${prefix.length}`] },
    policy: { type: "k8s" },
    kubernetes: { kubeconfig: "/etc/cni/net.d/calico-kubeconfig" },
  };
  const plugins = [calico, { type: "portmap", snat: true, capabilities: { portMappings: true } }];
  return `${JSON.stringify({ name: "k8s-pod-network", cniVersion: "0.3.1", plugins }, undefined, 2)}\n`;
}
