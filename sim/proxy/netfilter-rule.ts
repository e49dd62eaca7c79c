/**
 * kube-proxy's rules as netfilter has them: each condition as the Linux kernel checks it, each rule in the form and order in
 * which iptables-save prints it back (iptables 1.8, extensions).
 * Left out: nothing that kube-proxy writes.
 * Invariant: the same rule gives the same object, so what all nodes share they share here too.
 */
import {
  byChance,
  counted,
  inNetwork,
  inState,
  marked,
  named,
  ofProtocol,
  ofType,
  onDevice,
  remark,
  remembered,
  toPort,
} from "../net/netfilter/conditions.ts";
import type { CtState, Match, Rule, Target } from "../net/netfilter/ruleset.ts";
import { targetText } from "../net/netfilter/target-text.ts";
import { parseIpv4, parsePrefix } from "../net/wire/ipv4.ts";
import { madeOnce } from "./memory.ts";
import type { Match as ProxyMatch, Rule as ProxyRule, Target as ProxyTarget } from "./rule.ts";

/** A condition with the module that brings it; `front` ones stand in front of all modules when printed. */
interface Condition {
  readonly front: readonly Match[];
  readonly behind: readonly Match[];
}

const NOTHING: readonly Match[] = [];
const first = (match: Match): Condition => ({ front: [match], behind: NOTHING });
const by = (module: string, ...matches: readonly Match[]): Condition => ({
  front: NOTHING,
  behind: [named(module), ...matches],
});

/** All addresses are no condition, and iptables does not print it. */
function network(kind: "source" | "destination", text: string, negated: boolean): Condition {
  const { address, length } = parsePrefix(text)!;
  if (length === 0 && !negated) return { front: NOTHING, behind: NOTHING };
  return first(inNetwork(kind, { address, length }, negated));
}

function chanceOf(count: number): number {
  return Math.round(Number((1 / count).toFixed(10)) * 0x80000000);
}

function conditionOf(match: ProxyMatch): Condition {
  switch (match.kind) {
    case "comment":
      return by("comment", remark(match.text));
    case "protocol":
      return { front: [ofProtocol(match.protocol, false)], behind: [named(match.protocol)] };
    case "source":
    case "destination":
      return network(match.kind, match.network, match.negated ?? false);
    case "destinationPort":
      return { front: NOTHING, behind: [toPort(match.port)] };
    case "inInterface":
      return first(onDevice("in", match.name, match.negated ?? false));
    case "localSource":
      return by("addrtype", ofType("src-type", ["LOCAL"], false));
    case "localDestination":
      return by("addrtype", ofType("dst-type", ["LOCAL"], false));
    case "state":
      return by("conntrack", inState(match.states.split(",") as CtState[], match.negated ?? false));
    case "mark":
      return by("mark", marked("mark", Number(match.mark), Number(match.mark), match.negated ?? false));
    case "oneIn":
      return by("statistic", byChance(chanceOf(match.count), false));
    case "remember":
      return by("recent", remembered({ op: "set", list: match.list }, false));
    case "remembered": {
      const { list, withinSeconds: seconds } = match;
      return by("recent", remembered({ op: "rcheck", list, seconds, reap: true }, false));
    }
    case "count":
      return by("nfacct", counted(match.counter));
  }
}

const order: readonly Match["kind"][] = ["source", "destination", "in", "protocol"];

function targetOf(target: ProxyTarget): Target {
  switch (target.kind) {
    case "jump":
      return { kind: "jump", chain: target.chain };
    case "reject":
      return { kind: "reject", reply: "icmp-port-unreachable" };
    case "destinationNat": {
      const [address = "", port] = target.to.split(":");
      const low = parseIpv4(address)!;
      return { kind: "dnat", low, high: low, ports: { low: Number(port), high: Number(port) }, random: false };
    }
    case "masquerade":
      return { kind: "masquerade", ports: undefined, random: target.randomFully };
    case "setMark":
      return { kind: "mark", value: Number(target.mark), mask: Number(target.mark) };
    case "flipMark":
      return { kind: "mark", value: Number(target.mark), mask: 0 };
    default:
      return { kind: target.kind };
  }
}

function translate(rule: ProxyRule): Rule {
  const conditions = rule.matches.map(conditionOf);
  const leading = conditions.flatMap((condition) => condition.front);
  leading.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const matches = [...leading, ...conditions.flatMap((condition) => condition.behind)];
  const target = rule.target === undefined ? undefined : targetOf(rule.target);
  const words = matches.map(({ text }) => text);
  return { matches, target, text: (target === undefined ? words : [...words, targetText(target)]).join(" ") };
}

const translated = new WeakMap<ProxyRule, Rule>();

/** The rule for netfilter. */
export function netfilterRule(rule: ProxyRule): Rule {
  return madeOnce(translated, rule, () => translate(rule));
}
