/**
 * The rules of a node as text: all tables as `iptables-save` shows them, or what kube-proxy feeds to `iptables-restore`
 * (Kubernetes 1.32, pkg/proxy/iptables/proxier.go; the words of the rules are kube-proxy's own, where the real
 * iptables-save re-words some options, such as --xor-mark).
 * Left out: packet counters, which are zero.
 * Invariant: a table's chains come before its rules; built-in chains first.
 */
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
import type { PortRules } from "./port-rules.ts";
import type { ProxyRules } from "./proxy-rules.ts";
import { type Chain, type Rule, ruleText, type TableName } from "./rule.ts";
import { serviceRules } from "./service-rules.ts";

/** One table: the chains that the Linux kernel brings, and those of kube-proxy. */
export interface Table {
  readonly name: TableName;
  readonly builtIn: readonly Chain[];
  readonly chains: readonly Chain[];
}

/** Both tables with every rule made; the rules of Services are shared with other nodes. */
export function tables(rules: ProxyRules): readonly [nat: Table, filter: Table] {
  const ports = rules.views.flatMap((view) => serviceRules(view, rules));
  const all = (pick: (port: PortRules) => readonly Rule[]) => ports.flatMap(pick);
  const nat: Chain[] = [
    { name: "KUBE-SERVICES", rules: [...all(({ nat }) => nat.services), ...nodePortEntry(rules.places)] },
    { name: "KUBE-POSTROUTING", rules: postrouting(rules.config) },
    { name: "KUBE-NODEPORTS", rules: all(({ nat }) => nat.nodePorts) },
    { name: "KUBE-MARK-MASQ", rules: markMasquerade(rules.config) },
    ...ports.flatMap(({ chains }) => chains),
  ];
  const filter: Chain[] = [
    { name: "KUBE-EXTERNAL-SERVICES", rules: all(({ filter }) => filter.externalServices) },
    { name: "KUBE-NODEPORTS", rules: all(({ filter }) => filter.nodePorts) },
    { name: "KUBE-SERVICES", rules: all(({ filter }) => filter.services) },
    { name: "KUBE-FORWARD", rules: forward(rules.config) },
    { name: "KUBE-PROXY-FIREWALL", rules: all(({ filter }) => filter.firewall) },
    { name: "KUBE-FIREWALL", rules: nodeFirewall(rules.places) },
  ];
  return [
    { name: "nat", builtIn: NAT_BUILT_IN, chains: nat },
    { name: "filter", builtIn: FILTER_BUILT_IN, chains: filter },
  ];
}

/** The text of rules seldom changes and is shared by nodes, so it is kept with the list of rules. */
const texts = new WeakMap<readonly Rule[], string>();

function chainText({ name, rules }: Chain): string {
  return madeOnce(texts, rules, () => rules.map((rule) => `${ruleText(name, rule)}\n`).join(""));
}

function tableText({ name, builtIn, chains }: Table): string {
  const declared = [
    ...builtIn.map((chain) => `:${chain.name} ACCEPT [0:0]\n`),
    ...chains.map((chain) => `:${chain.name} - [0:0]\n`),
  ];
  return `*${name}\n${declared.join("")}${[...builtIn, ...chains].map(chainText).join("")}COMMIT\n`;
}

/** All tables, as `iptables-save` prints them after kube-proxy has written its rules into empty ones. */
export function iptablesSave(rules: ProxyRules): string {
  return `${tables(rules).map(tableText).join("")}*mangle\nCOMMIT\n`;
}

/** What a full sync feeds to `iptables-restore --noflush`: filter, then nat, without the built-in chains. */
export function iptablesRestore(rules: ProxyRules): string {
  const [nat, filter] = tables(rules);
  return [filter, nat].map((table) => tableText({ ...table, builtIn: [] })).join("");
}
