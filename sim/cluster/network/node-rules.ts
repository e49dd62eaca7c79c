/**
 * A node's netfilter rules: what its kube-proxy has written, with what Felix writes for pods that leave the cluster.
 * Source: projectcalico/calico v3.29, felix/rules/{static,nat}.go for the nat table's cali- chains.
 * Left out: Felix's filter chains (policy), its raw and mangle chains.
 * Invariant: Felix's jump stands first in POSTROUTING, as it keeps putting it there; one value for one value of kube-proxy's rules.
 */
import type { AddressSet } from "../../net/namespace.ts";
import { builtInChains, type Chain, type Ruleset, type Table } from "../../net/netfilter/ruleset.ts";
import { parseRuleset } from "../../net/netfilter/ruleset-text.ts";
import { formatPrefix } from "../../net/wire/ipv4.ts";
import { proxyRuleset } from "../../proxy/netfilter-tables.ts";
import type { ProxyRules } from "../../proxy/proxy-rules.ts";
import type { NetworkPlan } from "./plan.ts";

const felixRules = parseRuleset(`*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:cali-POSTROUTING - [0:0]
:cali-nat-outgoing - [0:0]
-A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-POSTROUTING
-A cali-POSTROUTING -m comment --comment "cali:Z-c7XtVd2Bq7s_hA" -j cali-nat-outgoing
-A cali-POSTROUTING -o tunl0 -m comment --comment "cali:SXWvdsbh4Mw7wOln" -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE --random-fully
-A cali-nat-outgoing -m comment --comment "cali:flqWnvo8yq4ULQLa" -m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE --random-fully
COMMIT
`);

const isBuiltIn = (name: string) => (builtInChains.nat as readonly string[]).includes(name);

/** Two tables as one: what two programs wrote side by side; built-in chains have the first one's rules in front. */
function joined(first: Table, second: Table): Table {
  return {
    chain(name) {
      const [a, b] = [first.chain(name), second.chain(name)];
      if (a === undefined || b === undefined) return a ?? b;
      const chain: Chain = { policy: a.policy ?? b.policy, rules: [...a.rules, ...b.rules] };
      return isBuiltIn(name) ? kept(second, name, chain) : a;
    },
    names: () => [...new Set([...second.names(), ...first.names()])],
  };
}

const joinedChains = new WeakMap<Table, Map<string, Chain>>();

function kept(table: Table, name: string, chain: Chain): Chain {
  const chains = joinedChains.get(table) ?? new Map<string, Chain>();
  joinedChains.set(table, chains);
  const known = chains.get(name) ?? chain;
  chains.set(name, known);
  return known;
}

const known = new WeakMap<ProxyRules, Ruleset>();

/** The rules of a node; Felix's alone while kube-proxy has written none. */
export function nodeRuleset(rules: ProxyRules | undefined): Ruleset {
  if (rules === undefined) return felixRules;
  let ruleset = known.get(rules);
  if (ruleset === undefined) {
    const { tables } = proxyRuleset(rules);
    const felix = felixRules.tables.nat as Table;
    ruleset = { tables: { ...tables, nat: tables.nat === undefined ? felix : joined(felix, tables.nat) } };
    known.set(rules, ruleset);
  }
  return ruleset;
}

/** The address sets that Felix keeps on every node. */
export function felixSets({ pool }: NetworkPlan): Readonly<Record<string, AddressSet>> {
  const entries = [formatPrefix(pool.prefix)];
  return { "cali40masq-ipam-pools": { entries: pool.natOutgoing ? entries : [] }, "cali40all-ipam-pools": { entries } };
}
