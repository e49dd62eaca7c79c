/**
 * The tables of a machine as sections of lines: routes, neighbours, connections, listeners and netfilter's chains. Each
 * line says whether it is new or gone since the moment before. Invariant: a line's key tells its namespace and its number.
 */
import type { ChainSnapshot, NamespaceSnapshot } from "../../sim/snapshot.ts";
import { ownOf, plural, thousands } from "../order.ts";

/** Whether a line was there in the moment before, has come, or has gone. */
export type LineState = "same" | "new" | "gone";

/** One line of a table. */
export interface TableLine {
  readonly key: string;
  readonly text: string;
  readonly depth: number;
  readonly state: LineState;
  /** A chain's own line, which heads its rules. */
  readonly heads?: true;
}

/** One table of one namespace. */
export interface TableSection {
  readonly key: string;
  readonly title: string;
  readonly lines: readonly TableLine[];
  /** Lines that are not shown. */
  readonly hidden: number;
  /** Where it stands: at the right of the picture, or below it in the narrow or the wide column. */
  readonly side: "right" | "left" | "wide";
}

/** Which tables to show, in their order, when nobody says so. */
const TABLES = ["routes", "neighbours", "chains", "conntrack", "listeners"];
const LINES_MAX = 12;
const CHAINS_MAX = 6;
const RULES_MAX = 8;

/** Lines of now, then lines that the moment before had and now has not. */
function compare(now: readonly string[], before: readonly string[] | undefined, key: string): TableLine[] {
  const known = before ? new Set(before) : undefined;
  const left = new Set(now);
  const lines = now.map((text, at): TableLine => {
    const state = known === undefined || known.has(text) ? "same" : "new";
    return { key: `${key}/${at + 1}`, text, depth: 0, state };
  });
  const gone = (before ?? []).filter((text) => !left.has(text));
  return [
    ...lines,
    ...gone.map((text, at): TableLine => ({ key: `${key}/gone/${at + 1}`, text, depth: 0, state: "gone" })),
  ];
}

/** The first lines, and every one that has changed, as far as there is room. */
function shorten(lines: readonly TableLine[], most: number): { lines: readonly TableLine[]; hidden: number } {
  if (lines.length <= most) return { lines, hidden: 0 };
  const changed = lines.filter((line) => line.state !== "same").slice(0, most);
  const wanted = new Set(changed);
  for (const line of lines) if (wanted.size < most) wanted.add(line);
  return { lines: lines.filter((line) => wanted.has(line)), hidden: lines.length - wanted.size };
}

const listenerWords = (space: NamespaceSnapshot): string[] =>
  (space.listeners ?? []).map(({ proto, address, port, name }) => `${proto} ${address}:${port} ${name}`);

/** Lines of a plain table by its name. */
function plainLines(space: NamespaceSnapshot, table: string): readonly string[] {
  switch (table) {
    case "routes":
      return space.routes ?? [];
    case "neighbours":
      return space.neighbours ?? [];
    case "conntrack":
      return space.connections ?? [];
    default:
      return listenerWords(space);
  }
}

const TITLES: Readonly<Record<string, string>> = {
  routes: "Routes · ip route",
  neighbours: "Neighbours · ip neigh",
  conntrack: "Connections · conntrack -L",
  listeners: "Listening sockets · ss -ln",
};
const KEYS: Readonly<Record<string, string>> = {
  routes: "route",
  neighbours: "neighbour",
  conntrack: "connection",
  listeners: "listener",
};

function plainSection(space: NamespaceSnapshot, before: NamespaceSnapshot | undefined, table: string): TableSection {
  const key = `${ownOf(KEYS, table) ?? table}/${space.name}`;
  const all = compare(plainLines(space, table), before ? plainLines(before, table) : undefined, key);
  const { lines, hidden } = shorten(all, table === "routes" ? LINES_MAX + 2 : LINES_MAX / 2);
  const of = space.kind === "pod" ? `pod ${space.pod}` : space.name;
  const side = table === "conntrack" ? "wide" : table === "listeners" ? "left" : "right";
  return { key: `${table}/${space.name}`, title: `${ownOf(TITLES, table) ?? table} · ${of}`, lines, hidden, side };
}

/** What kube-proxy and Calico put many of: they are counted by their beginnings. */
const FAMILY = /^(KUBE-(?:SVC|SEP|FW|XLB|EXT|SVL)-|cali-(?:tw|fw|pi|po|pri|pro)-)/;

interface Family {
  readonly table: string;
  readonly name: string;
  chains: number;
  rules: number;
}

/** Counts of one moment by "table name". */
function familiesOf(chains: readonly ChainSnapshot[]): Map<string, Family> {
  const found = new Map<string, Family>();
  for (const { table, chain, rules } of chains) {
    const stem = FAMILY.exec(chain)?.[1];
    const name = stem
      ? `${stem}*`
      : chain.startsWith("KUBE-")
        ? "other KUBE-*"
        : chain.startsWith("cali")
          ? "other cali*"
          : "built-in";
    const family = found.get(`${table} ${name}`) ?? { table, name, chains: 0, rules: 0 };
    family.chains++;
    family.rules += rules.length;
    found.set(`${table} ${name}`, family);
  }
  return found;
}

const familyWords = ({ name, chains, rules }: Family): string =>
  `${name}: ${plural(chains, "chain")}, ${plural(rules, "rule")}`;

/** Chains and rules of each netfilter table, counted; the same table in the moment before is the yardstick. */
function countSection(
  space: string,
  chains: readonly ChainSnapshot[],
  before: readonly ChainSnapshot[] | undefined,
): TableSection {
  const now = familiesOf(chains);
  const then = before ? familiesOf(before) : undefined;
  const lines: TableLine[] = [];
  for (const table of new Set(chains.map((chain) => chain.table))) {
    const own = [...now.entries()].filter(([, family]) => family.table === table);
    const total = chains.filter((chain) => chain.table === table);
    const rules = total.reduce((sum, chain) => sum + chain.rules.length, 0);
    lines.push({
      key: `chain/${space}/${table}`,
      text: `${table} · ${plural(total.length, "chain")}, ${plural(rules, "rule")}`,
      depth: 0,
      state: "same",
      heads: true,
    });
    for (const [key, family] of own) {
      const was = then?.get(key);
      const changed = then !== undefined && (was?.chains !== family.chains || was.rules !== family.rules);
      const words = changed
        ? `${familyWords(family)} (before: ${was ? `${was.chains}, ${was.rules}` : "none"})`
        : familyWords(family);
      lines.push({
        key: `chain/${space}/${table}/${family.name}`,
        text: words,
        depth: 1,
        state: changed ? "new" : "same",
      });
    }
  }
  return { key: `counts/${space}`, title: "iptables, counted", lines, hidden: 0, side: "left" };
}

/** Text of a rule without a comment: the comment repeats what chain and target say. */
const ruleWords = (rule: string): string => rule.replace(/-m comment --comment ("[^"]*"|\S+) ?/g, "").trim();

/** One chain with its rules. */
function chainLines(
  space: string,
  chain: ChainSnapshot,
  before: ChainSnapshot | undefined,
  depth: number,
  hasBefore: boolean,
): TableLine[] {
  const key = `chain/${space}/${chain.table}/${chain.chain}`;
  const policy = chain.policy === "-" || !chain.policy ? "" : ` · policy ${chain.policy}`;
  const title = `${chain.table} ${chain.chain}${policy} · ${plural(chain.rules.length, "rule")}`;
  const rules = compare(chain.rules, hasBefore ? (before?.rules ?? []) : undefined, `${key}/rule`);
  const { lines, hidden } = shorten(rules, RULES_MAX);
  const number = (line: TableLine): string =>
    line.state === "gone" ? "gone" : `${chain.rules.indexOf(line.text) + 1}.`;
  const shown = lines.map((line) => ({ ...line, depth: depth + 1, text: `${number(line)} ${ruleWords(line.text)}` }));
  const state = hasBefore && !before ? ("new" as const) : ("same" as const);
  const rest: TableLine[] =
    hidden > 0
      ? [{ key: `${key}/more`, text: `… ${thousands(hidden)} more rules`, depth: depth + 1, state: "same" }]
      : [];
  return [{ key, text: title, depth, state, heads: true }, ...shown, ...rest];
}

/** Chains that are listed unless others are chosen: where a packet for a Service passes. */
const LISTED = ["nat/PREROUTING", "nat/KUBE-SERVICES", "nat/POSTROUTING", "filter/FORWARD"];

const nameOf = ({ table, chain }: ChainSnapshot): string => `${table}/${chain}`;

/** The chains wanted by name, and the chains that these jump to, indented below them, while there is room. */
function listSection(
  space: string,
  chains: readonly ChainSnapshot[],
  before: readonly ChainSnapshot[] | undefined,
  wanted: readonly string[],
): TableSection {
  const byName = new Map(chains.map((chain) => [nameOf(chain), chain]));
  const old = new Map((before ?? []).map((chain) => [nameOf(chain), chain]));
  const lines: TableLine[] = [];
  const done = new Set<string>();
  const list = (name: string, depth: number): void => {
    const chain = byName.get(name) ?? [...byName.values()].find((candidate) => candidate.chain === name);
    if (!chain || done.has(nameOf(chain)) || done.size >= CHAINS_MAX) return;
    done.add(nameOf(chain));
    lines.push(...chainLines(space, chain, old.get(nameOf(chain)), depth, before !== undefined));
    if (depth >= 2) return;
    for (const rule of chain.rules) {
      const target = / -[jg] (\S+)/.exec(` ${rule}`)?.[1] ?? "";
      if (byName.has(`${chain.table}/${target}`) && wanted !== LISTED) list(`${chain.table}/${target}`, depth + 1);
    }
  };
  for (const name of wanted) list(name, 0);
  return { key: `chains/${space}`, title: "iptables, chains", lines, hidden: 0, side: "wide" };
}

/** All sections of a namespace that `wanted` names; all of them when it is undefined. */
export function sectionsOf(
  space: NamespaceSnapshot,
  before: NamespaceSnapshot | undefined,
  wanted: readonly string[] | undefined,
): readonly TableSection[] {
  const chosen = wanted ?? TABLES;
  const plain = chosen
    .filter((table) => Object.hasOwn(TITLES, table))
    .map((table) => plainSection(space, before, table));
  const names = chosen.filter((table) => !Object.hasOwn(TITLES, table) && table !== "chains");
  if (!chosen.includes("chains") && names.length === 0) return plain;
  const chains = space.chains?.() ?? [];
  const old = before?.chains?.();
  if (chains.length === 0) return plain;
  const listed = listSection(space.name, chains, old, names.length > 0 ? names : LISTED);
  return [countSection(space.name, chains, old), listed, ...plain];
}
