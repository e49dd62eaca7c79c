/**
 * The rules of one Service on one node, made when somebody looks and shared by all nodes for which they are the same
 * (Kubernetes 1.32, pkg/proxy/iptables/proxier.go makes them at every sync).
 * Left out: nothing.
 * Invariant: rules are a function of the Service, its slices, the configuration and the few facts in the memo's key.
 */
import type { EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import type { Service } from "../api/kinds/service.ts";
import { contains } from "../net/wire/ipv4.ts";
import type { NodeFacts, ProxyConfig } from "./config.ts";
import { type EndpointSet, endpointSet, type ProxiedEndpoint } from "./endpoint-set.ts";
import { madeOnce } from "./memory.ts";
import type { NodePortPlaces } from "./node-port-addresses.ts";
import { type PortRules, portRules } from "./port-rules.ts";
import { type ProxiedPort, proxiedPorts, usesLocalEndpoints } from "./service-port.ts";
import { sloppyIpv4 } from "./sloppy-ipv4.ts";
import { categorizeEndpoints, type Place, type UsableEndpoints } from "./topology.ts";

/** A Service with the slices that a node's kube-proxy has for it. */
export interface ServiceView {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly ports: readonly ProxiedPort[];
  readonly endpoints: EndpointSet;
  /** Whether its per-endpoint rules carry comments: decided by the size of the cluster when they were last written. */
  readonly commented: boolean;
}

/** The node on which rules stand. */
export interface NodeView {
  readonly config: ProxyConfig;
  readonly node: NodeFacts;
  readonly places: NodePortPlaces;
}

const NO_ENDPOINTS: readonly ProxiedEndpoint[] = [];
const NO_SLICES: readonly EndpointSlice[] = [];
const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Brings a Service and its slices together. */
export function serviceView(
  service: Service,
  slices: readonly EndpointSlice[] | undefined,
  hostname: string,
  commented: boolean,
): ServiceView {
  const used = slices ?? NO_SLICES;
  const endpoints = endpointSet(used, hostname);
  return { service, slices: used, ports: proxiedPorts(service), endpoints, commented };
}

/** How many endpoints the ports of a Service have, usable or not. */
export function endpointCount({ ports, endpoints }: ServiceView): number {
  return ports.reduce((sum, { key }) => sum + (endpoints.byPort.get(key)?.length ?? 0), 0);
}

/** What tells a node from others when it comes to endpoints. */
type Whereabouts = Pick<NodeFacts, "hostname" | "labels">;

/** The part of a node's place that matters to a Service; "" where it does not. */
function placeFor({ ports, endpoints }: ServiceView, { hostname, labels }: Whereabouts): Place {
  return {
    hostname: endpoints.nodes.has(hostname) && ports.some(usesLocalEndpoints) ? hostname : "",
    zone: endpoints.hinted ? (labels[ZONE_LABEL] ?? "") : "",
  };
}

/** The endpoints of a port that a node uses. */
export function usableEndpoints(view: ServiceView, port: ProxiedPort, node: Whereabouts): UsableEndpoints {
  return categorizeEndpoints(view.endpoints.byPort.get(port.key) ?? NO_ENDPOINTS, port, placeFor(view, node));
}

type ByFacts = Map<string, readonly PortRules[]>;
const memo = new WeakMap<Service, WeakMap<EndpointSet, WeakMap<ProxyConfig, ByFacts>>>();

function memoFor(service: Service, endpoints: EndpointSet, config: ProxyConfig): ByFacts {
  const byEndpoints = madeOnce(memo, service, () => new WeakMap());
  const byConfig = madeOnce(byEndpoints, endpoints, () => new WeakMap());
  return madeOnce(byConfig, config, () => new Map());
}

/** The rules of a Service's ports on a node; the same objects whenever nothing that counts has changed. */
export function serviceRules(view: ServiceView, { config, node, places }: NodeView): readonly PortRules[] {
  const { service, ports, endpoints, commented } = view;
  if (ports.length === 0) return [];
  const address = sloppyIpv4(node.nodeIp) ?? -1;
  const nodeAllowed = ports[0]!.sourceRanges.some((range) => contains(range, address));
  const { onLocalhost } = places;
  const { hostname, zone } = placeFor(view, node);
  const known = memoFor(service, endpoints, config);
  const key = `${hostname} ${zone} ${commented} ${nodeAllowed} ${onLocalhost}`;
  let rules = known.get(key);
  if (rules === undefined) {
    rules = ports.map((port) =>
      portRules(port, { config, endpoints: usableEndpoints(view, port, node), commented, nodeAllowed, onLocalhost }),
    );
    known.set(key, rules);
  }
  return rules;
}
