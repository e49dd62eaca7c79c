/**
 * Tables, chains and rules as values (Linux 6.18, net/netfilter; iptables 1.8). A table is asked for chains by name, so
 * that whoever derives rules from something else need not make those that nobody reads.
 * Left out: byte and packet counters, which a rule's owner may keep beside it; ip6tables, ebtables, nftables' own syntax.
 * Invariant: a chain is immutable, so that what is prepared for fast matching is kept by its identity.
 */
import type { Ipv4, Prefix } from "../wire/ipv4.ts";
import type { Packet } from "../wire/packet.ts";

/** The tables, in the order in which iptables-save prints them. */
export type TableName = "filter" | "mangle" | "nat" | "raw" | "security";

/** The five places where the Linux kernel asks. */
export type Hook = "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";

/** What a connection is to a rule. */
export type CtState = "NEW" | "ESTABLISHED" | "RELATED" | "INVALID" | "UNTRACKED" | "DNAT" | "SNAT";

/** A range of ports, both ends included. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** One condition of a rule. `text` is how iptables-save writes it, without its negation when that stands first. */
export type Match = { readonly inverted: boolean; readonly text: string } & (
  | { readonly kind: "source" | "destination"; readonly prefix: Prefix }
  | { readonly kind: "in" | "out"; readonly device: string }
  | { readonly kind: "protocol"; readonly proto: string }
  | { readonly kind: "sport" | "dport" | "port"; readonly ranges: readonly PortRange[] }
  | { readonly kind: "ctstate"; readonly states: readonly CtState[] }
  | { readonly kind: "ctorigdst"; readonly prefix: Prefix }
  | { readonly kind: "mark" | "connmark"; readonly value: number; readonly mask: number }
  | {
      readonly kind: "src-type" | "dst-type";
      readonly types: readonly string[];
      readonly limit: "in" | "out" | undefined;
    }
  | { readonly kind: "probability"; readonly of2to31: number }
  | { readonly kind: "nth"; readonly every: number; readonly packet: number }
  | {
      readonly kind: "recent";
      readonly op: "set" | "rcheck" | "update" | "remove";
      readonly list: string;
      readonly seconds: number | undefined;
      readonly side: "source" | "destination";
    }
  | { readonly kind: "set"; readonly set: string; readonly sides: readonly string[] }
  | { readonly kind: "physdev-in" | "physdev-out"; readonly device: string }
  | { readonly kind: "physdev-is-bridged" | "physdev-is-in" | "physdev-is-out" }
  | { readonly kind: "icmp-type"; readonly type: number; readonly code: number | undefined }
  | { readonly kind: "tcp-flags"; readonly mask: readonly string[]; readonly set: readonly string[] }
  | { readonly kind: "nfacct"; readonly counter: string }
  | { readonly kind: "rpfilter" }
  | { readonly kind: "module" }
  | { readonly kind: "limit-iface"; readonly side: "in" | "out" }
  | { readonly kind: "comment"; readonly comment: string }
);

/** What a matching rule does. */
export type Target =
  | { readonly kind: "accept" | "drop" | "return" | "notrack" | "continue" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "reject"; readonly reply: string }
  | {
      readonly kind: "dnat" | "snat";
      readonly low: Ipv4;
      readonly high: Ipv4;
      readonly ports: PortRange | undefined;
      readonly random: boolean;
    }
  | { readonly kind: "masquerade"; readonly ports: PortRange | undefined; readonly random: boolean }
  | { readonly kind: "redirect"; readonly ports: PortRange | undefined }
  | { readonly kind: "mark"; readonly value: number; readonly mask: number }
  | {
      readonly kind: "connmark";
      readonly op: "set" | "save" | "restore";
      readonly value: number;
      readonly mask: number;
    };

/** One rule; `text` is its line of iptables-save without `-A CHAIN`. */
export interface Rule {
  readonly matches: readonly Match[];
  readonly target: Target | undefined;
  readonly text: string;
}

/** A rule with its place in its chain, counted from 0. */
export interface PlacedRule {
  readonly place: number;
  readonly rule: Rule;
}

/** A chain; only built-in ones have a policy. */
export interface Chain {
  readonly policy: "ACCEPT" | "DROP" | undefined;
  readonly rules: readonly Rule[];
  /** Of a chain too long to be read from the top: the rules that this packet may meet, in order; all others would not match it. */
  candidates?(packet: Packet): readonly PlacedRule[];
}

/** One table. Its chains are made when they are asked for. */
export interface Table {
  /** The chain of a name, undefined if there is none. */
  chain(name: string): Chain | undefined;
  /** The names of all chains, each once. */
  names(): readonly string[];
}

/** All tables of a namespace; a table that nobody used is not there, as it is not in the Linux kernel. */
export interface Ruleset {
  readonly tables: Readonly<Partial<Record<TableName, Table>>>;
}

/** The built-in chains of each table. */
export const builtInChains: Readonly<Record<TableName, readonly Hook[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  raw: ["PREROUTING", "OUTPUT"],
  security: ["INPUT", "FORWARD", "OUTPUT"],
};

/** A table whose chains are all there, as one that was read from text. */
export function plainTable(chains: ReadonlyMap<string, Chain>): Table {
  return { chain: (name) => chains.get(name), names: () => [...chains.keys()] };
}

/** A table as the first rule in it makes it. */
export function emptyTable(name: TableName): Table {
  return plainTable(new Map(builtInChains[name].map((chain) => [chain, { policy: "ACCEPT", rules: [] }])));
}

const trackers = new WeakMap<Ruleset, boolean>();

function asksForConnections({ matches, target }: Rule): boolean {
  if (target?.kind === "connmark" || target?.kind === "masquerade") return true;
  return matches.some(({ kind }) => kind === "ctstate" || kind === "connmark" || kind === "ctorigdst");
}

/** Whether connections are tracked: the Linux kernel starts once a nat table or a rule that asks for them is loaded. */
export function tracksConnections(ruleset: Ruleset): boolean {
  let tracks = trackers.get(ruleset);
  if (tracks === undefined) {
    const { tables } = ruleset;
    const asks = (table: Table) => table.names().some((name) => table.chain(name)!.rules.some(asksForConnections));
    tracks = tables.nat !== undefined || Object.values(tables).some(asks);
    trackers.set(ruleset, tracks);
  }
  return tracks;
}
