/**
 * `iptables -L`: chains as tables of rules, with what the modules print about conditions and targets (iptables 1.8.9,
 * iptables/nft-ipv4.c, extensions' print functions).
 * Left out: names of hosts; packet counters, which are zero.
 * Invariant: with -n nothing but numbers stands for protocols, ports and addresses.
 */

import { maskedText, protocolNumber } from "../netfilter/conditions.ts";
import { listedChains } from "../netfilter/edits.ts";
import type { Chain, Match, PortRange, Rule, Table, TableName, Target } from "../netfilter/ruleset.ts";
import { formatIpv4, formatPrefix } from "../wire/ipv4.ts";
import type { IptablesLine } from "./iptables-words.ts";
import { serviceName } from "./services.ts";

type Looks = Pick<IptablesLine, "numeric" | "verbose" | "lineNumbers">;

const icmpNames: Readonly<Record<number, string>> = {
  0: "echo-reply",
  3: "destination-unreachable",
  8: "echo-request",
  11: "time-exceeded",
};

function portText(port: number, numeric: boolean): string {
  return (numeric ? undefined : serviceName(port)) ?? `${port}`;
}

function rangeText({ low, high }: PortRange, numeric: boolean): string {
  return low === high ? portText(low, numeric) : `${portText(low, numeric)}:${portText(high, numeric)}`;
}

function portsText(match: Match & { kind: "sport" | "dport" | "port" }, numeric: boolean): string {
  const { inverted, ranges, kind, text } = match;
  const not = inverted ? "!" : "";
  if (/--(dports|sports|ports)/.test(text))
    return `${kind}s ${inverted ? "! " : ""}${ranges.map((range) => rangeText(range, numeric)).join(",")}`;
  const [range] = ranges;
  const short = kind === "sport" ? "spt" : "dpt";
  return `${short}${range!.low === range!.high ? "" : "s"}:${not}${rangeText(range!, numeric)}`;
}

function recentText(match: Match & { kind: "recent" }): string {
  const words = { set: "SET", rcheck: "CHECK", update: "UPDATE", remove: "REMOVE" };
  const mask = /--mask (\S+)/.exec(match.text)?.[1] ?? "255.255.255.255";
  const seconds = match.seconds === undefined ? "" : `seconds: ${match.seconds} `;
  const reap = match.text.includes("--reap") ? "reap " : "";
  return `${match.inverted ? "!" : ""}recent: ${words[match.op]} ${seconds}${reap}name: ${match.list} side: ${match.side === "destination" ? "dest" : "source"} mask: ${mask}`;
}

/** What a module prints about one condition; "" for those that stand in columns of their own. */
function matchText(match: Match, numeric: boolean): string {
  const not = match.inverted ? "! " : "";
  switch (match.kind) {
    case "module":
      return /^-m (tcp|udp|sctp|multiport)$/.test(match.text) ? match.text.slice("-m ".length) : "";
    case "comment":
      return `/* ${match.comment} */`;
    case "ctstate":
      return `${not}${match.text.includes("--ctstate") ? "ctstate" : "state"} ${match.states.join(",")}`;
    case "ctorigdst":
      return `${not}ctorigdst ${formatPrefix(match.prefix).replace("/32", "")}`;
    case "mark":
      return `mark match ${not}${maskedText(match.value, match.mask)}`;
    case "connmark":
      return `connmark match ${not} ${maskedText(match.value, match.mask)}`;
    case "src-type":
    case "dst-type":
      return `ADDRTYPE match ${match.kind} ${match.inverted ? "!" : ""}${match.types.join(",")}`;
    case "sport":
    case "dport":
    case "port":
      return portsText(match, numeric);
    case "probability":
      return `statistic mode random ${not}probability ${(match.of2to31 / 0x80000000).toFixed(11)}`;
    case "nth":
      return `statistic mode nth ${not}every ${match.every}${match.packet === 0 ? "" : ` packet ${match.packet}`}`;
    case "recent":
      return recentText(match);
    case "set":
      return `${not}match-set ${match.set} ${match.sides.join(",")}`;
    case "icmp-type":
      if (!numeric && match.code === undefined)
        return `icmp ${match.inverted ? "!" : ""}${icmpNames[match.type] ?? `type ${match.type}`}`;
      return `${match.inverted ? "!" : ""}icmptype ${match.type}${match.code === undefined ? "" : ` code ${match.code}`}`;
    case "tcp-flags":
      return `flags:${match.inverted ? "!" : ""}${match.mask.join(",")}/${match.set.join(",")}`;
    case "nfacct":
      return `nfacct-name  ${match.counter}`;
    case "rpfilter":
      return "rpfilter validmark";
    case "physdev-in":
    case "physdev-out":
    case "physdev-is-bridged":
    case "physdev-is-in":
    case "physdev-is-out":
      return `PHYSDEV match ${match.text}`;
    default:
      return "";
  }
}

const spelled = (ports: PortRange | undefined) =>
  ports === undefined ? "" : `${ports.low}${ports.high === ports.low ? "" : `-${ports.high}`}`;

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function markText({ value, mask }: Target & { kind: "mark" }): string {
  if (value === 0) return `MARK and ${hex(~mask >>> 0)}`;
  if (mask === value) return `MARK or ${hex(value)}`;
  if (mask === 0) return `MARK xor ${hex(value)}`;
  return mask === 0xffffffff ? `MARK set ${hex(value)}` : `MARK xset ${hex(value)}/${hex(mask)}`;
}

/** What a target prints behind the conditions. */
function targetDetail(target: Target): string {
  switch (target.kind) {
    case "reject":
      return `reject-with ${target.reply}`;
    case "dnat":
    case "snat": {
      const low = target.low === 0 ? "" : formatIpv4(target.low);
      const high = target.high === target.low ? "" : `-${formatIpv4(target.high)}`;
      const ports = target.ports === undefined ? "" : `:${spelled(target.ports)}`;
      return `to:${low}${high}${ports}${target.random ? " random-fully" : ""}`;
    }
    case "masquerade":
      return [
        target.ports === undefined ? "" : `masq ports: ${spelled(target.ports)}`,
        target.random ? "random-fully" : "",
      ]
        .filter((word) => word !== "")
        .join(" ");
    case "redirect":
      return target.ports === undefined ? "" : `redir ports ${spelled(target.ports)}`;
    case "mark":
      return markText(target);
    case "connmark":
      return target.op === "set" ? `CONNMARK set ${maskedText(target.value, target.mask)}` : `CONNMARK ${target.op}`;
    default:
      return "";
  }
}

function targetName(target: Target | undefined): string {
  if (target === undefined) return "";
  return target.kind === "jump" || target.kind === "goto" ? target.chain : target.kind.toUpperCase();
}

function addressColumn(rule: Rule, kind: "source" | "destination", numeric: boolean): string {
  const found = rule.matches.find((match) => match.kind === kind);
  const network = found?.kind === kind ? formatPrefix(found.prefix).replace(/\/32$/, "") : undefined;
  return `${found?.inverted ? "!" : " "}${(network ?? (numeric ? "0.0.0.0/0" : "anywhere")).padEnd(19)} `;
}

function deviceColumn(rule: Rule, kind: "in" | "out", numeric: boolean): string {
  const found = rule.matches.find((match) => match.kind === kind);
  const name = found?.kind === kind ? `${found.inverted ? "!" : ""}${found.device}` : numeric ? "*" : "any";
  return `${name.padEnd(6)} `;
}

function protocolColumn(rule: Rule, numeric: boolean): string {
  const found = rule.matches.find((match) => match.kind === "protocol");
  const name = found?.kind === "protocol" ? found.proto : "all";
  return `${found?.inverted ? "!" : " "}${(numeric ? `${protocolNumber(name)}` : name).padEnd(4)} `;
}

/** The words of a rule's conditions: a port stands behind the name of its protocol, and no module twice. */
function detailText(rule: Rule, numeric: boolean): string {
  const texts = rule.matches.map((match) => matchText(match, numeric)).filter((text) => text !== "");
  const target = rule.target === undefined ? "" : targetDetail(rule.target);
  return [...texts, target].filter((text) => text !== "").join(" ");
}

function ruleLine(rule: Rule, place: number, { numeric, verbose, lineNumbers }: Looks): string {
  const number = lineNumbers ? `${`${place}`.padEnd(4)} ` : "";
  const counters = verbose ? "    0     0 " : "";
  const devices = verbose ? ` ${deviceColumn(rule, "in", numeric)}${deviceColumn(rule, "out", numeric)}` : "";
  const ends = addressColumn(rule, "source", numeric) + addressColumn(rule, "destination", numeric);
  const goto = rule.target?.kind === "goto" ? "[goto] " : "";
  const detail = detailText(rule, numeric);
  const head = `${number}${counters}${targetName(rule.target).padEnd(9)} ${protocolColumn(rule, numeric)}-- ${devices}${ends}`;
  return `${head}${goto}${detail === "" ? "" : ` ${detail}`}`;
}

/** How often rules of a table jump to a chain. */
function referencesTo(table: Table, name: string): number {
  const isCall = ({ target }: Rule) => (target?.kind === "jump" || target?.kind === "goto") && target.chain === name;
  return table.names().reduce((sum, chain) => sum + table.chain(chain)!.rules.filter(isCall).length, 0);
}

function headLines(name: string, chain: Chain, table: Table, { verbose, lineNumbers }: Looks): readonly string[] {
  const counters = verbose ? " 0 packets, 0 bytes" : "";
  const kind =
    chain.policy === undefined ? `${referencesTo(table, name)} references` : `policy ${chain.policy}${counters}`;
  const columns = verbose
    ? " pkts bytes target     prot opt in     out     source               destination         "
    : "target     prot opt source               destination         ";
  return [`Chain ${name} (${kind})`, `${lineNumbers ? "num  " : ""}${columns}`];
}

/** The lines of `iptables -L`, of all chains or one, and there of all rules or one. */
export function listTable(tableName: TableName, table: Table, line: IptablesLine): readonly string[] {
  const names = line.chain === "" ? listedChains(tableName, table) : [line.chain];
  return names.flatMap((name, index) => {
    const chain = table.chain(name)!;
    const rules = chain.rules.flatMap((rule, place) =>
      line.number === undefined || line.number === place + 1 ? [ruleLine(rule, place + 1, line)] : [],
    );
    const head = line.number === undefined ? headLines(name, chain, table, line) : [];
    return [...(index === 0 ? [] : [""]), ...head, ...rules];
  });
}
