/**
 * All rules for one port of a Service: what the shared chains say about it, and its own chains
 * (Kubernetes 1.32, pkg/proxy/iptables/proxier.go, the loop over Services in syncProxyRules).
 * Left out: IPv6; metrics.
 * Invariant: a port without any usable endpoint in the cluster is rejected and has no chains; one without endpoints on
 * this node under policy Local is dropped, except for what comes from the node and its pods.
 */
import { formatPrefix } from "../net/wire/ipv4.ts";
import { fromLocalPod, type ProxyConfig } from "./config.ts";
import { choiceRules, endpointChain } from "./endpoint-rules.ts";
import { type Chain, comment, jump, type Match, type Rule, type Target } from "./rule.ts";
import { externallyAccessible, type ProxiedPort } from "./service-port.ts";
import type { UsableEndpoints } from "./topology.ts";

/** The rules of one port, by the shared chain in which they stand. */
export interface PortRules {
  readonly port: ProxiedPort;
  readonly nat: { readonly services: readonly Rule[]; readonly nodePorts: readonly Rule[] };
  readonly filter: {
    readonly services: readonly Rule[];
    readonly externalServices: readonly Rule[];
    readonly nodePorts: readonly Rule[];
    readonly firewall: readonly Rule[];
  };
  /** The port's own chains of the nat table. */
  readonly chains: readonly Chain[];
}

/** What the rules of a port depend on, beside the port. */
export interface PortView {
  readonly config: ProxyConfig;
  readonly endpoints: UsableEndpoints;
  /** False in large clusters, where per-endpoint comments are left out. */
  readonly commented: boolean;
  /** Whether `loadBalancerSourceRanges` has the node itself. */
  readonly nodeAllowed: boolean;
  /** Whether node ports answer on 127.0.0.1. */
  readonly onLocalhost: boolean;
}

const MASQUERADE = jump("KUBE-MARK-MASQ");
const DROP: Target = { kind: "drop" };
const REJECT: Target = { kind: "reject" };
const LOCAL_SOURCE: Match = { kind: "localSource" };
const LOCAL_DESTINATION: Match = { kind: "localDestination" };
const LOOPBACK: Match = { kind: "destination", network: "127.0.0.0/8" };
const LOCALHOST_COUNTER: Match = { kind: "count", counter: "localhost_nps_accepted_pkts" };
const TCP: Match = { kind: "protocol", protocol: "tcp" };
const NONE: readonly Rule[] = [];

/** What the endpoints and policies of a port come to. */
export interface Situation {
  readonly internal: boolean;
  readonly external: boolean;
  readonly firewall: boolean;
  /** What becomes of traffic that has no endpoint, and the words for it. */
  readonly refusal: readonly [remark: Match, target: Target];
}

/** Sorts out what a port's endpoints and policies come to on a node. */
export function situationOf(port: ProxiedPort, { anywhere, local }: UsableEndpoints): Situation {
  return {
    internal: anywhere && (!port.internalLocal || local.length > 0),
    external: anywhere && (!port.externalLocal || local.length > 0),
    firewall: anywhere && port.loadBalancerIps.length > 0 && port.sourceRanges.length > 0,
    refusal: anywhere
      ? [comment(`${port.name} has no local endpoints`), DROP]
      : [comment(`${port.name} has no endpoints`), REJECT],
  };
}

/** "This protocol, to this address, to the port". */
function towards(port: ProxiedPort, network: string): readonly Match[] {
  return [
    { kind: "protocol", protocol: port.protocol },
    { kind: "destination", network },
    { kind: "destinationPort", port: port.port },
  ];
}

function natServices(port: ProxiedPort, view: PortView, situation: Situation): readonly Rule[] {
  if (!view.endpoints.anywhere) return NONE;
  const { chains, name } = port;
  const rules: Rule[] = [];
  const capture = (address: string, words: string, chain: string) =>
    rules.push({ matches: [comment(`${name} ${words}`), ...towards(port, address)], target: jump(chain) });
  if (situation.internal) capture(port.clusterIp, "cluster IP", port.internalLocal ? chains.local : chains.cluster);
  for (const address of port.externalIps) capture(address, "external IP", chains.external);
  const entry = situation.firewall ? chains.firewall : chains.external;
  for (const address of port.loadBalancerIps) capture(address, "loadbalancer IP", entry);
  return rules;
}

function natNodePorts(port: ProxiedPort, view: PortView): readonly Rule[] {
  if (port.nodePort === 0 || !view.endpoints.anywhere) return NONE;
  const remark = comment(port.name);
  const protocol: Match = { kind: "protocol", protocol: port.protocol };
  const toPort: Match = { kind: "destinationPort", port: port.nodePort };
  const target = jump(port.chains.external);
  const any: Rule = { matches: [remark, protocol, toPort], target };
  if (!view.onLocalhost || !view.config.hasCounters) return [any];
  return [{ matches: [remark, protocol, LOOPBACK, toPort, LOCALHOST_COUNTER], target }, any];
}

function filterExternalServices(port: ProxiedPort, { external, refusal }: Situation): readonly Rule[] {
  if (external) return NONE;
  const [remark, target] = refusal;
  const rules = [...port.externalIps, ...port.loadBalancerIps].map(
    (address): Rule => ({ matches: [remark, ...towards(port, address)], target }),
  );
  if (port.nodePort === 0) return rules;
  const protocol: Match = { kind: "protocol", protocol: port.protocol };
  const toPort: Match = { kind: "destinationPort", port: port.nodePort };
  return [...rules, { matches: [remark, LOCAL_DESTINATION, protocol, toPort], target }];
}

function filterNodePorts({ healthCheckNodePort, name }: ProxiedPort): readonly Rule[] {
  if (healthCheckNodePort === 0) return NONE;
  const toPort: Match = { kind: "destinationPort", port: healthCheckNodePort };
  return [{ matches: [comment(`${name} health check node port`), TCP, toPort], target: { kind: "accept" } }];
}

function filterFirewall(port: ProxiedPort, { firewall }: Situation): readonly Rule[] {
  if (!firewall) return NONE;
  const remark = comment(`${port.name} traffic not accepted by ${port.chains.firewall}`);
  return port.loadBalancerIps.map((address) => ({ matches: [remark, ...towards(port, address)], target: DROP }));
}

/** The first rule of the chain that cluster-internal traffic enters: masquerade what may come from outside. */
function internalMasquerade(port: ProxiedPort, config: ProxyConfig): readonly Rule[] {
  const captured = [comment(`${port.name} cluster IP`), ...towards(port, port.clusterIp)];
  if (config.masqueradeAll) return [{ matches: captured, target: MASQUERADE }];
  const fromPod = fromLocalPod(config);
  if (fromPod === undefined) return NONE;
  return [{ matches: [...captured, { ...fromPod, negated: true } as Match], target: MASQUERADE }];
}

function externalChain(port: ProxiedPort, { config }: PortView, { external }: Situation): Chain {
  const { chains, name, externalLocal } = port;
  const about = (words: string, condition: readonly Match[], target: Target): Rule => ({
    matches: [comment(`${words} for ${name} external destinations`), ...condition],
    target,
  });
  const rules: Rule[] = [];
  if (externalLocal) {
    const fromPod = fromLocalPod(config);
    if (fromPod !== undefined) rules.push(about("pod traffic", [fromPod], jump(chains.cluster)));
    rules.push(about("masquerade LOCAL traffic", [LOCAL_SOURCE], MASQUERADE));
    rules.push(about("route LOCAL traffic", [LOCAL_SOURCE], jump(chains.cluster)));
  } else {
    rules.push(about("masquerade traffic", [], MASQUERADE));
  }
  if (external) rules.push({ matches: [], target: jump(externalLocal ? chains.local : chains.cluster) });
  return { name: chains.external, rules };
}

function firewallChain(port: ProxiedPort, { nodeAllowed }: PortView): Chain {
  const { chains, name, sourceRanges, loadBalancerIps } = port;
  const remark = comment(`${name} loadbalancer IP`);
  const allowed = [...sourceRanges.map(formatPrefix), ...(nodeAllowed ? loadBalancerIps : [])];
  const target = jump(chains.external);
  const rules = allowed.map((network): Rule => ({ matches: [remark, { kind: "source", network }], target }));
  rules.push({ matches: [comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`)] });
  return { name: chains.firewall, rules };
}

function ownChains(port: ProxiedPort, view: PortView, situation: Situation): readonly Chain[] {
  const { cluster, local, reachable, anywhere } = view.endpoints;
  const { chains, internalLocal } = port;
  const masquerade = situation.internal ? internalMasquerade(port, view.config) : NONE;
  const made: Chain[] = [];
  if (anywhere && externallyAccessible(port)) made.push(externalChain(port, view, situation));
  if (situation.firewall) made.push(firewallChain(port, view));
  if (cluster.length > 0) {
    const choice = choiceRules(port, cluster, view.commented);
    made.push({ name: chains.cluster, rules: internalLocal ? choice : [...masquerade, ...choice] });
  }
  if (local.length > 0) {
    const choice = choiceRules(port, local, view.commented);
    made.push({ name: chains.local, rules: internalLocal ? [...masquerade, ...choice] : choice });
  }
  for (const endpoint of reachable) made.push(endpointChain(port, endpoint, view.commented));
  return made;
}

/** The rules of a port in one view; pure. */
export function portRules(port: ProxiedPort, view: PortView): PortRules {
  const situation = situationOf(port, view.endpoints);
  const [remark, target] = situation.refusal;
  return {
    port,
    nat: { services: natServices(port, view, situation), nodePorts: natNodePorts(port, view) },
    filter: {
      services: situation.internal ? NONE : [{ matches: [remark, ...towards(port, port.clusterIp)], target }],
      externalServices: filterExternalServices(port, situation),
      nodePorts: filterNodePorts(port),
      firewall: filterFirewall(port, situation),
    },
    chains: ownChains(port, view, situation),
  };
}
