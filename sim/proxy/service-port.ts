/**
 * What kube-proxy keeps of one port of a Service (Kubernetes 1.32, pkg/proxy/serviceport.go, servicechangetracker.go).
 * Left out: the topology annotation, which 1.32 no longer asks; IPv6 addresses are passed over, as the IPv4 proxier does.
 * Invariant: made once for each Service object and shared by all nodes; name, port name and protocol identify a port.
 */
import type { Protocol, Service, ServicePort } from "../api/kinds/service.ts";
import type { Prefix } from "../net/wire/ipv4.ts";
import { type PortChainNames, portChainNames } from "./chain-name.ts";
import type { Chain } from "./rule.ts";
import { canonicalIpv4, sloppyNetwork } from "./sloppy-ipv4.ts";

/** One proxied port. Addresses are canonical IPv4 text. */
export interface ProxiedPort {
  /** "namespace/name" or "namespace/name:port", as it stands in comments. */
  readonly name: string;
  /** Port name and protocol, the key into the endpoints of the Service. */
  readonly key: string;
  readonly protocol: string;
  readonly clusterIp: string;
  readonly port: number;
  readonly nodePort: number;
  readonly externalIps: readonly string[];
  readonly loadBalancerIps: readonly string[];
  readonly sourceRanges: readonly Prefix[];
  /** Undefined without session affinity. */
  readonly stickySeconds: number | undefined;
  readonly healthCheckNodePort: number;
  readonly externalLocal: boolean;
  readonly internalLocal: boolean;
  readonly chains: PortChainNames;
  /** The endpoints' chains made so far, by "address:port", a mark in front when they carry no comments. */
  readonly endpointChains: Map<string, Chain>;
}

/** The key of a port within its Service. */
export function portKey(name: string | undefined, protocol: Protocol | undefined): string {
  return `${name ?? ""} ${protocol ?? "TCP"}`;
}

/** Whether the port answers on anything but its cluster address. */
export function externallyAccessible(port: ProxiedPort): boolean {
  return port.nodePort !== 0 || port.loadBalancerIps.length > 0 || port.externalIps.length > 0;
}

/** Whether any traffic of the port is spread over endpoints everywhere: with policy Local, that of the node itself is. */
export function usesClusterEndpoints(port: ProxiedPort): boolean {
  return !port.internalLocal || externallyAccessible(port);
}

/** Whether any traffic of the port is kept to the endpoints of the node. */
export function usesLocalEndpoints(port: ProxiedPort): boolean {
  return port.internalLocal || (port.externalLocal && externallyAccessible(port));
}

const NO_PORTS: readonly ProxiedPort[] = [];
const memo = new WeakMap<Service, readonly ProxiedPort[]>();

/** The proxied ports of a Service; none for headless Services, those without an IPv4 cluster address and ExternalName. */
export function proxiedPorts(service: Service): readonly ProxiedPort[] {
  let ports = memo.get(service);
  if (ports === undefined) {
    ports = readPorts(service);
    memo.set(service, ports);
  }
  return ports;
}

function readPorts(service: Service): readonly ProxiedPort[] {
  const clusterIp = clusterIpv4(service);
  if (clusterIp === undefined) return NO_PORTS;
  const byKey = new Map<string, ProxiedPort>();
  for (const port of service.spec.ports ?? [])
    byKey.set(portKey(port.name, port.protocol), readPort(service, clusterIp, port));
  return [...byKey.values()];
}

function clusterIpv4({ spec }: Service): string | undefined {
  const { clusterIP = "", clusterIPs = [], ipFamilies = [], type } = spec;
  if (clusterIP === "" || clusterIP === "None" || type === "ExternalName") return undefined;
  const given = ipFamilies.length === 0 ? clusterIP : clusterIPs[ipFamilies.indexOf("IPv4")];
  return given === undefined ? undefined : canonicalIpv4(given);
}

function ipv4Only(addresses: readonly string[] | undefined): readonly string[] {
  return (addresses ?? []).map(canonicalIpv4).filter((address) => address !== undefined);
}

function isExternalPolicyLocal({ spec }: Service): boolean {
  const { type = "ClusterIP", externalIPs = [], externalTrafficPolicy } = spec;
  const reachable = type === "LoadBalancer" || type === "NodePort" || (type === "ClusterIP" && externalIPs.length > 0);
  return reachable && externalTrafficPolicy === "Local";
}

function readPort(service: Service, clusterIp: string, port: ServicePort): ProxiedPort {
  const { metadata, spec, status } = service;
  const name = `${metadata.namespace}/${metadata.name}${port.name ? `:${port.name}` : ""}`;
  const protocol = (port.protocol ?? "TCP").toLowerCase();
  const externalLocal = isExternalPolicyLocal(service);
  const virtual = (status?.loadBalancer?.ingress ?? []).filter(({ ipMode }) => (ipMode ?? "VIP") === "VIP");
  return {
    name,
    key: portKey(port.name, port.protocol),
    protocol,
    clusterIp,
    port: port.port,
    nodePort: port.nodePort ?? 0,
    externalIps: ipv4Only(spec.externalIPs),
    loadBalancerIps: ipv4Only(virtual.map(({ ip }) => ip ?? "")),
    sourceRanges: (spec.loadBalancerSourceRanges ?? [])
      .map((range) => sloppyNetwork(range.trim()))
      .filter((range) => range !== undefined),
    stickySeconds:
      spec.sessionAffinity === "ClientIP"
        ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800)
        : undefined,
    healthCheckNodePort: spec.type === "LoadBalancer" && externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    externalLocal,
    internalLocal: spec.internalTrafficPolicy === "Local",
    chains: portChainNames(name, protocol),
    endpointChains: new Map(),
  };
}
