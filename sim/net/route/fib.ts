/**
 * The forwarding information base: longest prefix match in each table, tables in the order of the policy rules
 * (Linux 6.18, net/ipv4/fib_trie.c, fib_rules.c, fib_semantics.c).
 * Left out: the trie itself; prefixes are hashed by length, which finds the same route.
 * Invariant: without policy rules of the user's own, local and main are one table, as the Linux kernel merges them: a longer
 * prefix in main then wins over a shorter one in local.
 */
import { contains, networkOf } from "../wire/ipv4.ts";
import type { NextHop, PolicyRule, Route, RouteAnswer, RouteQuestion } from "./route.ts";

/** The tables of one namespace, prepared for lookups. */
interface Fib {
  readonly tables: ReadonlyMap<string, Table>;
}

interface Table {
  /** Longest first; routes of one prefix in the order in which they are tried. */
  readonly lengths: readonly (readonly [length: number, routes: ReadonlyMap<number, readonly Route[]>])[];
}

const mergedName = "local+main";
const prepared = new WeakMap<readonly Route[], Fib>();

/** Routes of one prefix are tried local before main, then by metric, then in the order in which they were added. */
function tableOf(routes: readonly Route[]): Table {
  const byLength = new Map<number, Map<number, Route[]>>();
  for (const route of routes) {
    const { address, length } = route.prefix;
    const networks = byLength.get(length) ?? new Map<number, Route[]>();
    byLength.set(length, networks);
    const same = networks.get(address) ?? [];
    networks.set(address, same);
    same.push(route);
  }
  const rank = (route: Route) => (route.table === "local" ? 0 : 1);
  for (const networks of byLength.values())
    for (const same of networks.values()) same.sort((a, b) => rank(a) - rank(b) || a.metric - b.metric);
  return { lengths: [...byLength].sort(([a], [b]) => b - a) };
}

function fibOf(routes: readonly Route[]): Fib {
  const known = prepared.get(routes);
  if (known !== undefined) return known;
  const names = [...new Set(routes.map((route) => route.table))];
  const tables = new Map(names.map((name) => [name, tableOf(routes.filter((route) => route.table === name))]));
  tables.set(mergedName, tableOf(routes.filter((route) => route.table === "local" || route.table === "main")));
  const fib = { tables };
  prepared.set(routes, fib);
  return fib;
}

function chooseHop(route: Route, question: RouteQuestion): NextHop | undefined {
  const { hops } = route;
  if (hops.length < 2) return hops[0];
  const allowed = question.oif === undefined ? hops : hops.filter((hop) => hop.device === question.oif);
  const total = allowed.reduce((sum, hop) => sum + hop.weight, 0);
  let left = question.hash % total;
  for (const hop of allowed) {
    if (left < hop.weight) return hop;
    left -= hop.weight;
  }
  return allowed[0];
}

function lookupTable(table: Table, question: RouteQuestion): Route | undefined {
  for (const [length, networks] of table.lengths) {
    const routes = networks.get(networkOf(question.dst, length));
    if (routes === undefined) continue;
    for (const route of routes) {
      if (question.oif === undefined || route.hops.some((hop) => hop.device === question.oif)) return route;
    }
  }
  return undefined;
}

function applies(rule: PolicyRule, question: RouteQuestion): boolean {
  const matches =
    (rule.from === undefined || contains(rule.from, question.src)) &&
    (rule.to === undefined || contains(rule.to, question.dst)) &&
    (rule.iif === undefined || rule.iif === question.iif) &&
    (rule.mark === undefined || (question.mark & rule.mark.mask) >>> 0 === rule.mark.value);
  return matches !== rule.negated;
}

const refusals = { blackhole: "EINVAL", unreachable: "EHOSTUNREACH", prohibit: "EACCES" } as const;
const ruleRefusals = { blackhole: "EINVAL", unreachable: "ENETUNREACH", prohibit: "EACCES" } as const;

/** Whether somebody changed the policy rules: then local and main are asked one after the other. */
export function hasCustomRules(rules: readonly PolicyRule[]): boolean {
  return rules.length !== 3 || rules.some((rule, index) => rule.priority !== (index === 0 ? 0 : 32765 + index));
}

/** A route, or the errno with which the Linux kernel refuses: ENETUNREACH if nothing matches, others by type of route or rule. */
export function lookup(routes: readonly Route[], rules: readonly PolicyRule[], question: RouteQuestion): RouteAnswer {
  const { tables } = fibOf(routes);
  const merged = !hasCustomRules(rules);
  for (const rule of rules) {
    if (!applies(rule, question)) continue;
    if (rule.action.kind !== "lookup") return { kind: "refusal", errno: ruleRefusals[rule.action.kind], rule };
    if (merged && rule.action.table === "main") continue;
    const table = tables.get(merged && rule.action.table === "local" ? mergedName : rule.action.table);
    const route = table && lookupTable(table, question);
    if (route === undefined || route.type === "throw") continue;
    const { type } = route;
    if (type === "blackhole" || type === "unreachable" || type === "prohibit")
      return { kind: "refusal", errno: refusals[type], route };
    return { kind: "route", route, hop: chooseHop(route, question) };
  }
  return { kind: "refusal", errno: "ENETUNREACH" };
}
