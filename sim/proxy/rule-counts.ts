/**
 * How many rules a Service has in each of the chains that all Services share, worked out without making the rules
 * (Kubernetes 1.32, pkg/proxy/iptables/proxier.go, the loop over Services in syncProxyRules).
 * Left out: nothing.
 * Invariant: the counts are those of portRules, on every node; only a port with a policy Local has others on some nodes.
 */
import type { Service } from "../api/kinds/service.ts";
import type { NodeFacts } from "./config.ts";
import type { EndpointSet } from "./endpoint-set.ts";
import { madeOnce } from "./memory.ts";
import { type PortRules, situationOf } from "./port-rules.ts";
import type { Rule } from "./rule.ts";
import { type ProxiedPort, usesLocalEndpoints } from "./service-port.ts";
import { type ServiceView, usableEndpoints } from "./service-rules.ts";
import type { UsableEndpoints } from "./topology.ts";

/** The chains in which the rules of all Services stand, and where a port keeps its own rules of them. */
export const sharedChains: readonly ((port: PortRules) => readonly Rule[])[] = [
  ({ nat }) => nat.services,
  ({ nat }) => nat.nodePorts,
  ({ filter }) => filter.services,
  ({ filter }) => filter.externalServices,
  ({ filter }) => filter.nodePorts,
  ({ filter }) => filter.firewall,
];

/** The places in `sharedChains`. */
export const NAT_SERVICES = 0;
/** See NAT_SERVICES; with counters a rule for 127.0.0.0/8 is added, which is not counted here. */
export const NAT_NODE_PORTS = 1;
/** See NAT_SERVICES. */
export const FILTER_SERVICES = 2;
/** See NAT_SERVICES. */
export const EXTERNAL_SERVICES = 3;
/** See NAT_SERVICES. */
export const FILTER_NODE_PORTS = 4;
/** See NAT_SERVICES. */
export const FIREWALL = 5;

/** One number for each of `sharedChains`. */
type Counts = readonly number[];

const NOWHERE = { hostname: "", labels: {} };

function portCounts(port: ProxiedPort, endpoints: UsableEndpoints): Counts {
  const { internal, external, firewall } = situationOf(port, endpoints);
  const { anywhere } = endpoints;
  const { nodePort, externalIps, loadBalancerIps, healthCheckNodePort } = port;
  const outside = externalIps.length + loadBalancerIps.length;
  const ofNodePort = nodePort === 0 ? 0 : 1;
  return [
    anywhere ? outside + (internal ? 1 : 0) : 0,
    anywhere ? ofNodePort : 0,
    internal ? 0 : 1,
    external ? 0 : outside + ofNodePort,
    healthCheckNodePort === 0 ? 0 : 1,
    firewall ? loadBalancerIps.length : 0,
  ];
}

function viewCounts(view: ServiceView, node: Pick<NodeFacts, "hostname" | "labels">): Counts {
  const sums = sharedChains.map(() => 0);
  for (const port of view.ports)
    portCounts(port, usableEndpoints(view, port, node)).forEach((count, chain) => {
      sums[chain]! += count;
    });
  return sums;
}

const perService = new WeakMap<Service, WeakMap<EndpointSet, Counts>>();

function countsAnywhere(view: ServiceView): Counts {
  const byEndpoints = madeOnce(perService, view.service, () => new WeakMap<EndpointSet, Counts>());
  return madeOnce(byEndpoints, view.endpoints, () => viewCounts(view, NOWHERE));
}

/** The numbers of all Services, the same on every node, and which Services may have others on some nodes. */
interface Numbering {
  /** For each of `sharedChains`: how many rules stand before each view; one more at the end, for all. */
  readonly before: readonly Int32Array[];
  readonly sometimes: readonly number[];
}

function number(views: readonly ServiceView[]): Numbering {
  const before = sharedChains.map(() => new Int32Array(views.length + 1));
  const sometimes: number[] = [];
  views.forEach((view, index) => {
    const counts = countsAnywhere(view);
    before.forEach((sums, chain) => {
      sums[index + 1] = sums[index]! + counts[chain]!;
    });
    if (view.ports.some(usesLocalEndpoints)) sometimes.push(index);
  });
  return { before, sometimes };
}

const numberings = new WeakMap<readonly ServiceView[], Numbering>();

/** On one node: how many rules of a shared chain stand before those of a view; the view behind the last one counts all. */
export type RulesBefore = (chain: number, index: number) => number;

/** Prepares the numbers of one node; costs as much as the node has Services with a policy Local. */
export function rulesBefore(views: readonly ServiceView[], node: NodeFacts): RulesBefore {
  const { before, sometimes } = madeOnce(numberings, views, () => number(views));
  const differences = sometimes.flatMap((index) => {
    const view = views[index]!;
    if (!view.endpoints.nodes.has(node.hostname)) return [];
    const usual = countsAnywhere(view);
    return [{ index, by: viewCounts(view, node).map((count, chain) => count - usual[chain]!) }];
  });
  return (chain, index) => {
    let sum = before[chain]![index]!;
    for (const each of differences) {
      if (each.index >= index) break;
      sum += each.by[chain]!;
    }
    return sum;
  };
}
