/**
 * The rules that are there whatever the Services are: jumps from the built-in chains, marking and masquerading, forwarding
 * (Kubernetes 1.32, pkg/proxy/iptables/proxier.go iptablesJumpChains and syncProxyRules).
 * Left out: the canary chains, by which kube-proxy notices that somebody flushed the tables.
 * Invariant: the jump to KUBE-NODEPORTS is the last of KUBE-SERVICES.
 */
import { masqueradeMark, type ProxyConfig } from "./config.ts";
import type { NodePortPlaces } from "./node-port-addresses.ts";
import { type Chain, comment, jump, type Match, type Rule } from "./rule.ts";

const NEW: Match = { kind: "state", states: "NEW" };
const LOOPBACK = "127.0.0.0/8";

function enter(chain: string, why: string, ...conditions: readonly Match[]): Rule {
  return { matches: [...conditions, comment(why)], target: jump(chain) };
}

const SERVICES = "kubernetes service portals";
const EXTERNAL = enter("KUBE-EXTERNAL-SERVICES", "kubernetes externally-visible service portals", NEW);
const FIREWALL = enter("KUBE-PROXY-FIREWALL", "kubernetes load balancer firewall", NEW);
const NODE_FIREWALL: Rule = { matches: [], target: jump("KUBE-FIREWALL") };

/** Built-in chains of the nat table, each with the rules that kube-proxy puts in front. */
export const NAT_BUILT_IN: readonly Chain[] = [
  { name: "PREROUTING", rules: [enter("KUBE-SERVICES", SERVICES)] },
  { name: "INPUT", rules: [] },
  { name: "OUTPUT", rules: [enter("KUBE-SERVICES", SERVICES)] },
  { name: "POSTROUTING", rules: [enter("KUBE-POSTROUTING", "kubernetes postrouting rules")] },
];

/** The same for the filter table. */
export const FILTER_BUILT_IN: readonly Chain[] = [
  {
    name: "INPUT",
    rules: [NODE_FIREWALL, FIREWALL, enter("KUBE-NODEPORTS", "kubernetes health check service ports"), EXTERNAL],
  },
  {
    name: "FORWARD",
    rules: [
      FIREWALL,
      enter("KUBE-FORWARD", "kubernetes forwarding rules"),
      enter("KUBE-SERVICES", SERVICES, NEW),
      EXTERNAL,
    ],
  },
  { name: "OUTPUT", rules: [NODE_FIREWALL, FIREWALL, enter("KUBE-SERVICES", SERVICES, NEW)] },
];

/** KUBE-POSTROUTING: masquerades what is marked, and takes the mark off. */
export function postrouting(config: ProxyConfig): readonly Rule[] {
  const mark = masqueradeMark(config);
  return [
    { matches: [{ kind: "mark", mark, negated: true }], target: { kind: "return" } },
    { matches: [], target: { kind: "flipMark", mark } },
    {
      matches: [comment("kubernetes service traffic requiring SNAT")],
      target: { kind: "masquerade", randomFully: config.hasRandomFully },
    },
  ];
}

/** KUBE-MARK-MASQ: asks for masquerading. */
export function markMasquerade(config: ProxyConfig): readonly Rule[] {
  return [{ matches: [], target: { kind: "setMark", mark: masqueradeMark(config) } }];
}

/** The end of the nat table's KUBE-SERVICES: what goes to the node itself may be for a node port. */
export function nodePortEntry({ everywhere, addresses, onLocalhost }: NodePortPlaces): readonly Rule[] {
  const why = comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
  const target = jump("KUBE-NODEPORTS");
  if (!everywhere) {
    return addresses.map((network) => ({ matches: [why, { kind: "destination", network }], target }));
  }
  const notLoopback: Match = { kind: "destination", network: LOOPBACK, negated: true };
  return [{ matches: [why, { kind: "localDestination" }, ...(onLocalhost ? [] : [notLoopback])], target }];
}

/** KUBE-FORWARD: lets marked and established traffic pass, whatever the policy of FORWARD is. */
export function forward(config: ProxyConfig): readonly Rule[] {
  const counter: Match = { kind: "count", counter: "ct_state_invalid_dropped_pkts" };
  const invalid: Match = { kind: "state", states: "INVALID" };
  const rules: Rule[] = [
    {
      matches: [comment("kubernetes forwarding rules"), { kind: "mark", mark: masqueradeMark(config) }],
      target: { kind: "accept" },
    },
    {
      matches: [comment("kubernetes forwarding conntrack rule"), { kind: "state", states: "RELATED,ESTABLISHED" }],
      target: { kind: "accept" },
    },
  ];
  if (config.conntrackTcpBeLiberal) return rules;
  return [{ matches: config.hasCounters ? [invalid, counter] : [invalid], target: { kind: "drop" } }, ...rules];
}

/** KUBE-FIREWALL: with node ports on localhost, keeps others from reaching 127.0.0.1 through the node. */
export function nodeFirewall({ onLocalhost }: NodePortPlaces): readonly Rule[] {
  if (!onLocalhost) return [];
  return [
    {
      matches: [
        comment("block incoming localnet connections"),
        { kind: "destination", network: LOOPBACK },
        { kind: "source", network: LOOPBACK, negated: true },
        { kind: "state", states: "RELATED,ESTABLISHED,DNAT", negated: true },
      ],
      target: { kind: "drop" },
    },
  ];
}
