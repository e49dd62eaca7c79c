/**
 * One packet through one built-in chain of one table: rules in order, jumps, gotos, returns, policy (Linux 6.18,
 * net/ipv4/netfilter/ip_tables.c, ipt_do_table).
 * Left out: counters. Chains of many rules for single destinations are not walked: rules that name another destination are passed over.
 * Invariant: the steps are the rules that matched, with their place in the chain counted from 1, just as if each had been tried.
 */
import type { Ipv4 } from "../wire/ipv4.ts";
import { matches, type Sight, type Surroundings } from "./match.ts";
import type { Chain, Rule, Table, TableName, Target } from "./ruleset.ts";

/** A rule that matched, or the policy that decided. */
export interface RuleStep {
  readonly table: TableName;
  readonly chain: string;
  /** The rule's place in its chain, from 1; 0 for the policy. */
  readonly index: number;
  readonly rule: Rule | undefined;
  /** ACCEPT, DROP, RETURN, CONTINUE, JUMP:chain or GOTO:chain; a REJECT drops. */
  readonly verdict: string;
}

/** How a chain ended: with a verdict of its own, or with a target that the caller must carry out. */
export type Ending =
  | { readonly kind: "accept" | "drop" }
  | { readonly kind: "reject"; readonly reply: string }
  | { readonly kind: "nat"; readonly target: Target };

/** Above this many rules a chain is prepared for lookup by destination. */
const INDEXED_FROM = 16;

interface Index {
  readonly byDestination: ReadonlyMap<Ipv4, readonly number[]>;
  readonly others: readonly number[];
}

const indexes = new WeakMap<Chain, Index>();

function soleDestination({ matches: conditions }: Rule): Ipv4 | undefined {
  const found = conditions.find((one) => one.kind === "destination");
  return found?.kind === "destination" && !found.inverted && found.prefix.length === 32
    ? found.prefix.address
    : undefined;
}

function indexOf(chain: Chain): Index {
  let index = indexes.get(chain);
  if (index === undefined) {
    const byDestination = new Map<Ipv4, number[]>();
    const others: number[] = [];
    for (const [place, rule] of chain.rules.entries()) {
      const destination = soleDestination(rule);
      const list = destination === undefined ? others : (byDestination.get(destination) ?? []);
      list.push(place);
      if (destination !== undefined) byDestination.set(destination, list);
    }
    index = { byDestination, others };
    indexes.set(chain, index);
  }
  return index;
}

/** The places of the rules that may match a packet to this destination, in order; all of them for a short chain. */
function candidates(chain: Chain, dst: Ipv4): readonly number[] | undefined {
  if (chain.rules.length < INDEXED_FROM) return undefined;
  const { byDestination, others } = indexOf(chain);
  const named = byDestination.get(dst);
  if (named === undefined) return others;
  return others.length === 0 ? named : [...named, ...others].sort((a, b) => a - b);
}

function withMark(sight: Sight, mark: number): void {
  sight.packet = { ...sight.packet, mark };
}

function markConnection(target: Target & { kind: "connmark" }, sight: Sight): void {
  const { tracked, packet } = sight;
  if (!("connection" in tracked)) return;
  const { connection } = tracked;
  const keep = ~target.mask >>> 0;
  if (target.op === "restore") withMark(sight, ((packet.mark & keep) | (connection.mark & target.mask)) >>> 0);
  else {
    const bits = target.op === "save" ? packet.mark & target.mask : target.value;
    sight.tracked = { ...tracked, connection: { ...connection, mark: ((connection.mark & keep) ^ bits) >>> 0 } };
  }
}

interface Walk {
  readonly name: TableName;
  readonly table: Table;
  readonly sight: Sight;
  readonly around: Surroundings;
  readonly steps: RuleStep[];
}

/** Carries out one target; an ending ends the table, "return" the chain, undefined goes on with the next rule. */
function apply(walk: Walk, target: Target | undefined): Ending | "return" | undefined {
  if (target === undefined) return undefined;
  switch (target.kind) {
    case "continue":
      return undefined;
    case "mark":
      withMark(walk.sight, ((walk.sight.packet.mark & ~target.mask) ^ target.value) >>> 0);
      return undefined;
    case "connmark":
      markConnection(target, walk.sight);
      return undefined;
    case "notrack":
      walk.sight.tracked = { state: "UNTRACKED" };
      return undefined;
    case "accept":
    case "drop":
      return { kind: target.kind };
    case "reject":
      return { kind: "reject", reply: target.reply };
    case "return":
      return "return";
    case "jump":
      return runChain(walk, target.chain);
    case "goto":
      return runChain(walk, target.chain) ?? "return";
    default:
      return { kind: "nat", target };
  }
}

const verdicts: Readonly<Partial<Record<Target["kind"], string>>> = { drop: "DROP", reject: "DROP", return: "RETURN" };

function verdictOf(target: Target | undefined): string {
  if (target === undefined) return "CONTINUE";
  if (target.kind === "jump" || target.kind === "goto") return `${target.kind.toUpperCase()}:${target.chain}`;
  if (target.kind === "mark" || target.kind === "connmark" || target.kind === "notrack") return "CONTINUE";
  return verdicts[target.kind] ?? "ACCEPT";
}

/** Tries one rule of a chain. */
function tryRule(walk: Walk, chainName: string, place: number, rule: Rule): Ending | "return" | undefined {
  if (!matches(rule, walk.sight, walk.around)) return undefined;
  const { target } = rule;
  walk.steps.push({ table: walk.name, chain: chainName, index: place + 1, rule, verdict: verdictOf(target) });
  return apply(walk, target);
}

function runChain(walk: Walk, chainName: string): Ending | undefined {
  const chain = walk.table.chain(chainName);
  if (chain === undefined) return undefined;
  if (chain.candidates !== undefined) {
    for (const { place, rule } of chain.candidates(walk.sight.packet)) {
      const end = tryRule(walk, chainName, place, rule);
      if (end !== undefined) return end === "return" ? undefined : end;
    }
    return undefined;
  }
  const places = candidates(chain, walk.sight.packet.dst);
  const count = places?.length ?? chain.rules.length;
  for (let at = 0; at < count; at++) {
    const place = places === undefined ? at : places[at]!;
    const end = tryRule(walk, chainName, place, chain.rules[place]!);
    if (end !== undefined) return end === "return" ? undefined : end;
  }
  return undefined;
}

/** Runs a built-in chain. `sight` holds the packet as the rules left it; `steps` says which rules matched. */
export function traverse(
  name: TableName,
  table: Table,
  hook: string,
  sight: Sight,
  around: Surroundings,
): { readonly ending: Ending; readonly steps: readonly RuleStep[] } {
  const steps: RuleStep[] = [];
  const end = runChain({ name, table, sight, around, steps }, hook);
  if (end !== undefined) return { ending: end, steps };
  const policy = table.chain(hook)?.policy ?? "ACCEPT";
  steps.push({ table: name, chain: hook, index: 0, rule: undefined, verdict: policy });
  return { ending: { kind: policy === "DROP" ? "drop" : "accept" }, steps };
}
