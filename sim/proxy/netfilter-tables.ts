/**
 * A node's nat and filter tables, derived from what its kube-proxy has seen: a packet that goes through them makes only the
 * rules that it may meet, and finds them by its destination (Kubernetes 1.32, pkg/proxy/iptables/proxier.go; the Linux
 * kernel reads the chains from the top).
 * Left out: the canary chains, and the mangle table, into which kube-proxy writes no rule.
 * Invariant: chains, numbers and texts of rules are those that iptables would have after loading save-text.ts's text.
 */
import type { Chain, PlacedRule, Rule, Ruleset, Table } from "../net/netfilter/ruleset.ts";
import { formatIpv4 } from "../net/wire/ipv4.ts";
import type { Packet } from "../net/wire/packet.ts";
import type { NodeFacts, ProxyConfig } from "./config.ts";
import {
  FILTER_BUILT_IN,
  forward,
  markMasquerade,
  NAT_BUILT_IN,
  nodeFirewall,
  nodePortEntry,
  postrouting,
} from "./frame-rules.ts";
import { madeOnce } from "./memory.ts";
import { netfilterRule } from "./netfilter-rule.ts";
import type { ProxyRules } from "./proxy-rules.ts";
import type { Chain as ProxyChain, Rule as ProxyRule } from "./rule.ts";
import {
  EXTERNAL_SERVICES,
  FILTER_NODE_PORTS,
  FILTER_SERVICES,
  FIREWALL,
  NAT_NODE_PORTS,
  NAT_SERVICES,
  type RulesBefore,
  rulesBefore,
  sharedChains,
} from "./rule-counts.ts";
import { type ServiceView, serviceRules } from "./service-rules.ts";

/** Which views a destination concerns, by address and by port of the node. */
interface Places {
  readonly byAddress: ReadonlyMap<string, readonly number[]>;
  readonly byNodePort: ReadonlyMap<number, readonly number[]>;
}

const NOWHERE: readonly number[] = [];
const places = new WeakMap<readonly ServiceView[], Places>();

function note<K>(found: Map<K, number[]>, key: K, index: number): void {
  const there = found.get(key);
  if (there === undefined) found.set(key, [index]);
  else if (there[there.length - 1] !== index) there.push(index);
}

function findPlaces(views: readonly ServiceView[]): Places {
  const byAddress = new Map<string, number[]>();
  const byNodePort = new Map<number, number[]>();
  views.forEach(({ ports }, index) => {
    for (const { clusterIp, externalIps, loadBalancerIps, nodePort, healthCheckNodePort } of ports) {
      note(byAddress, clusterIp, index);
      for (const address of externalIps) note(byAddress, address, index);
      for (const address of loadBalancerIps) note(byAddress, address, index);
      if (nodePort !== 0) note(byNodePort, nodePort, index);
      if (healthCheckNodePort !== 0) note(byNodePort, healthCheckNodePort, index);
    }
  });
  return { byAddress, byNodePort };
}

/** The views whose rules in shared chains a packet may match, in their order. */
function concerned(views: readonly ServiceView[], { dst, dport }: Packet): readonly number[] {
  const { byAddress, byNodePort } = madeOnce(places, views, () => findPlaces(views));
  const byAddressFound = byAddress.get(formatIpv4(dst)) ?? NOWHERE;
  const byPortFound = byNodePort.get(dport) ?? NOWHERE;
  if (byPortFound.length === 0) return byAddressFound;
  if (byAddressFound.length === 0) return byPortFound;
  return [...new Set([...byAddressFound, ...byPortFound])].sort((a, b) => a - b);
}

/** One node's tables under way: what has been looked at so far. */
interface Derivation {
  readonly rules: ProxyRules;
  readonly before: RulesBefore;
  /** The Services' own chains of the nat table that were met so far. */
  readonly own: Map<string, ProxyChain>;
  readonly met: Set<number>;
}

/** The rules of one view in a shared chain; from then on the view's own chains are known by name. */
function rulesOf(derivation: Derivation, chain: number, index: number): readonly ProxyRule[] {
  const made = serviceRules(derivation.rules.views[index]!, derivation.rules);
  if (!derivation.met.has(index)) {
    derivation.met.add(index);
    for (const { chains } of made) for (const each of chains) derivation.own.set(each.name, each);
  }
  return made.length === 1 ? sharedChains[chain]!(made[0]!) : made.flatMap(sharedChains[chain]!);
}

/** A chain in which the rules of all Services stand, and some of the node's own behind them. */
class SharedChain implements Chain {
  readonly policy = undefined;
  readonly #derivation: Derivation;
  readonly #chain: number;
  readonly #last: readonly Rule[];
  #whole: readonly Rule[] | undefined;

  constructor(derivation: Derivation, chain: number, last: readonly Rule[]) {
    this.#derivation = derivation;
    this.#chain = chain;
    this.#last = last;
  }

  get rules(): readonly Rule[] {
    this.#whole ??= [
      ...this.#derivation.rules.views.flatMap((_, index) =>
        rulesOf(this.#derivation, this.#chain, index).map(netfilterRule),
      ),
      ...this.#last,
    ];
    return this.#whole;
  }

  candidates(packet: Packet): readonly PlacedRule[] {
    const found: PlacedRule[] = [];
    const { views } = this.#derivation.rules;
    for (const index of concerned(views, packet)) {
      let place = this.#place(index);
      for (const rule of rulesOf(this.#derivation, this.#chain, index))
        found.push({ place: place++, rule: netfilterRule(rule) });
    }
    if (this.#last.length === 0) return found;
    let place = this.#place(views.length);
    for (const rule of this.#last) found.push({ place: place++, rule });
    return found;
  }

  /** Where the rules of a view begin; with counters each node port has a second rule for 127.0.0.0/8. */
  #place(index: number): number {
    const { before, rules } = this.#derivation;
    const isDouble = this.#chain === NAT_NODE_PORTS && rules.places.onLocalhost && rules.config.hasCounters;
    return before(this.#chain, index) * (isDouble ? 2 : 1);
  }
}

const chains = new WeakMap<ProxyChain, Chain>();

function wholeChain(chain: ProxyChain, policy: Chain["policy"]): Chain {
  return madeOnce(chains, chain, () => ({ policy, rules: chain.rules.map(netfilterRule) }));
}

function fixed(rules: readonly ProxyRule[]): Chain {
  return { policy: undefined, rules: rules.map(netfilterRule) };
}

/** The chains that a table always has, built-in ones first. */
function frameTable(builtIn: readonly ProxyChain[], frame: ReadonlyMap<string, Chain>): ReadonlyMap<string, Chain> {
  return new Map([...builtIn.map((chain) => [chain.name, wholeChain(chain, "ACCEPT")] as const), ...frame]);
}

function natTable(derivation: Derivation): Table {
  const { config, places: nodePlaces, views } = derivation.rules;
  const entry = nodePortEntry(nodePlaces).map(netfilterRule);
  const frame = frameTable(
    NAT_BUILT_IN,
    new Map<string, Chain>([
      ["KUBE-SERVICES", new SharedChain(derivation, NAT_SERVICES, entry)],
      ["KUBE-POSTROUTING", fixed(postrouting(config))],
      ["KUBE-NODEPORTS", new SharedChain(derivation, NAT_NODE_PORTS, [])],
      ["KUBE-MARK-MASQ", fixed(markMasquerade(config))],
    ]),
  );
  const meetAll = () => {
    if (derivation.met.size < views.length) views.forEach((_, index) => void rulesOf(derivation, NAT_SERVICES, index));
  };
  return {
    chain(name) {
      const known = frame.get(name);
      if (known !== undefined) return known;
      if (!derivation.own.has(name)) meetAll();
      const own = derivation.own.get(name);
      return own && wholeChain(own, undefined);
    },
    names() {
      meetAll();
      return [...frame.keys(), ...derivation.own.keys()];
    },
  };
}

function filterTable(derivation: Derivation): Table {
  const { config, places: nodePlaces } = derivation.rules;
  const shared = (chain: number) => new SharedChain(derivation, chain, []);
  const frame = frameTable(
    FILTER_BUILT_IN,
    new Map<string, Chain>([
      ["KUBE-EXTERNAL-SERVICES", shared(EXTERNAL_SERVICES)],
      ["KUBE-NODEPORTS", shared(FILTER_NODE_PORTS)],
      ["KUBE-SERVICES", shared(FILTER_SERVICES)],
      ["KUBE-FORWARD", fixed(forward(config))],
      ["KUBE-PROXY-FIREWALL", shared(FIREWALL)],
      ["KUBE-FIREWALL", fixed(nodeFirewall(nodePlaces))],
    ]),
  );
  return { chain: (name) => frame.get(name), names: () => [...frame.keys()] };
}

const made = new WeakMap<readonly ServiceView[], WeakMap<ProxyConfig, WeakMap<NodeFacts, Ruleset>>>();

/**
 * The tables of a node whose kube-proxy has these rules. The same object for the same views, configuration and node; what
 * one Service brings is shared by all nodes and kept while its Service and endpoints stay the same.
 */
export function proxyRuleset(rules: ProxyRules): Ruleset {
  const byConfig = madeOnce(made, rules.views, () => new WeakMap<ProxyConfig, WeakMap<NodeFacts, Ruleset>>());
  const byNode = madeOnce(byConfig, rules.config, () => new WeakMap<NodeFacts, Ruleset>());
  return madeOnce(byNode, rules.node, () => {
    const before = rulesBefore(rules.views, rules.node);
    const derivation: Derivation = { rules, before, own: new Map(), met: new Set() };
    return { tables: { nat: natTable(derivation), filter: filterTable(derivation) } };
  });
}
