/**
 * Reads the conditions of a rule, and words each as iptables-save does (iptables 1.8, extensions/libxt_*.c and libipt_*.c).
 * Left out: service names for ports, host names for addresses.
 * Invariant: `text` of a condition, read again, gives the same condition.
 */
import { own } from "../own.ts";
import { formatPrefix, type Prefix, parseIpv4, parsePrefix } from "../wire/ipv4.ts";
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
  protocolName,
  type RecentQuestion,
  remark,
  remembered,
} from "./conditions.ts";
import { BadArgument, type Reader, RuleError, take } from "./reader.ts";
import type { CtState, Match, PortRange } from "./ruleset.ts";

/** Reads the values of one option; undefined if what was read is no condition at all. */
type Read = (inverted: boolean, reader: Reader, before: readonly Match[]) => Match | undefined;

const not = (inverted: boolean, text: string) => (inverted ? `! ${text}` : text);

function prefixOf(reader: Reader, option: string): Prefix {
  const text = take(reader, option);
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return { address: prefix.address, length: prefix.length };
  const [host = "", mask] = text.split("/");
  if (mask !== undefined && parseIpv4(host) !== undefined) throw new RuleError(`invalid mask \`${mask}' specified`);
  throw new RuleError(`host/network \`${host}' not found`);
}

/** `-s` or `-d`; a network of length 0 is no condition and is not printed, unless it is inverted. */
function address(kind: "source" | "destination", flag: string): Read {
  return (inverted, reader) => {
    const prefix = prefixOf(reader, flag);
    return prefix.length === 0 && !inverted ? undefined : inNetwork(kind, prefix, inverted);
  };
}

function device(kind: "in" | "out", flag: string): Read {
  return (inverted, reader) => onDevice(kind, take(reader, flag), inverted);
}

function port(kind: "physdev-in" | "physdev-out", flag: string): Read {
  return (inverted, reader) => {
    const name = take(reader, flag);
    return { kind, inverted, device: name, text: not(inverted, `${flag} ${name}`) };
  };
}

/** Reads `80`, `1000:2000` or `80,443`; throws RuleError for what is no port. */
export function parsePorts(text: string, separator: string): PortRange {
  const [low, high = low] = text.split(separator);
  const ends = { low: low === "" ? 0 : Number(low), high: high === "" ? 65535 : Number(high) };
  const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65535;
  if (!isPort(ends.low) || !isPort(ends.high)) throw new RuleError(`invalid port/service \`${text}' specified`);
  return ends;
}

function ports(kind: "sport" | "dport" | "port", flag: string): Read {
  return (inverted, reader) => {
    const text = take(reader, flag);
    const ranges = text.split(",").map((range) => parsePorts(range, ":"));
    return { kind, inverted, ranges, text: not(inverted, `${flag} ${text}`) };
  };
}

/** Reads `0x1/0xff`; the mask is full when there is none. */
export function parseMasked(text: string): { value: number; mask: number } {
  const [value, mask = "0xffffffff"] = text.split("/");
  const pair = { value: Number(value), mask: Number(mask) };
  if (!Number.isInteger(pair.value) || !Number.isInteger(pair.mask)) throw new RuleError(`bad mark value "${text}"`);
  return { value: pair.value >>> 0, mask: pair.mask >>> 0 };
}

function mark(inverted: boolean, reader: Reader, before: readonly Match[]): Match {
  const { value, mask } = parseMasked(take(reader, "--mark"));
  return marked(moduleBefore(before) === "connmark" ? "connmark" : "mark", value, mask, inverted);
}

function moduleBefore(before: readonly Match[]): string {
  return before.findLast((match) => match.kind === "module")?.text.slice("-m ".length) ?? "";
}

function states(option: string): Read {
  return (inverted, reader) => {
    const given = take(reader, option).split(",");
    const unknown = given.find((state) => !/^(NEW|ESTABLISHED|RELATED|INVALID|UNTRACKED|DNAT|SNAT)$/.test(state));
    if (unknown !== undefined) throw new RuleError(`Bad ctstate "${unknown}"`);
    return inState(given as CtState[], inverted, option);
  };
}

function addressType(kind: "src-type" | "dst-type"): Read {
  return (inverted, reader) => ofType(kind, take(reader, `--${kind}`).split(","), inverted);
}

/** Of an address type: only what the device has counts by which the packet came in or leaves. */
function limit(side: "in" | "out"): Read {
  return () => ({ kind: "limit-iface", inverted: false, side, text: `--limit-iface-${side}` });
}

/** The conditions of a rule, where the types of addresses know of the limit that stands beside them. */
export function withLimits(matches: readonly Match[]): readonly Match[] {
  let start = 0;
  return matches.map((match, at) => {
    if (match.kind === "module") start = at;
    if (match.kind !== "src-type" && match.kind !== "dst-type") return match;
    const end = matches.findIndex(({ kind }, index) => index > start && kind === "module");
    const beside = matches.slice(start, end < 0 ? undefined : end);
    const found = beside.find((one) => one.kind === "limit-iface");
    return found === undefined ? match : { ...match, limit: found.side };
  });
}

function probability(inverted: boolean, reader: Reader): Match {
  const share = Number(take(reader, "--probability"));
  if (!(share >= 0 && share <= 1)) throw new RuleError('statistic: bad value for option "--probability"');
  return byChance(Math.round(share * 0x80000000), inverted);
}

function nth(inverted: boolean, reader: Reader): Match {
  const every = Number(take(reader, "--every"));
  let packet = 0;
  if (reader.words[reader.at] === "--packet") {
    reader.at++;
    packet = Number(take(reader, "--packet"));
  }
  const text = `--mode nth ${not(inverted, `--every ${every}`)} --packet ${packet}`;
  return { kind: "nth", inverted, every, packet, text };
}

const recentOption = /^--(set|rcheck|update|remove|seconds|reap|hitcount|rttl|name|mask|rsource|rdest)$/;

/** All options of `-m recent`, which may stand in any order. */
function recent(first: string): Read {
  return (inverted, reader) => {
    let op: RecentQuestion["op"] | undefined;
    const given: { -readonly [Key in keyof RecentQuestion]?: RecentQuestion[Key] } = {};
    let negated = inverted;
    for (let option = first; ; ) {
      if (/^--(set|rcheck|update|remove)$/.test(option)) op = option.slice(2) as RecentQuestion["op"];
      else if (option === "--seconds") given.seconds = Number(take(reader, option));
      else if (option === "--hitcount") given.hitcount = Number(take(reader, option));
      else if (option === "--name") given.list = take(reader, option);
      else if (option === "--mask") given.mask = take(reader, option);
      else if (option === "--reap") given.reap = true;
      else if (option === "--rttl") given.rttl = true;
      else given.side = option === "--rdest" ? "destination" : "source";
      const isInverted = reader.words[reader.at] === "!" && recentOption.test(reader.words[reader.at + 1] ?? "");
      if (isInverted) reader.at++;
      negated ||= isInverted;
      option = reader.words[reader.at] ?? "";
      if (!recentOption.test(option)) break;
      reader.at++;
    }
    if (op === undefined)
      throw new RuleError("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
    return remembered({ list: "DEFAULT", ...given, op }, negated);
  };
}

function set(inverted: boolean, reader: Reader): Match {
  const name = take(reader, "--match-set");
  const sides = take(reader, "--match-set");
  return {
    kind: "set",
    inverted,
    set: name,
    sides: sides.split(","),
    text: not(inverted, `--match-set ${name} ${sides}`),
  };
}

const icmpNames: Readonly<Record<string, number>> = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  "echo-request": 8,
  "time-exceeded": 11,
};

function icmpType(inverted: boolean, reader: Reader): Match {
  const given = take(reader, "--icmp-type");
  const [type, code] = given.split("/");
  const number = own(icmpNames, type!) ?? Number(type);
  const text = code === undefined ? `${number}` : `${number}/${code}`;
  return {
    kind: "icmp-type",
    inverted,
    type: number,
    code: code === undefined ? undefined : Number(code),
    text: not(inverted, `--icmp-type ${text}`),
  };
}

function tcpFlags(inverted: boolean, reader: Reader): Match {
  const mask = take(reader, "--tcp-flags");
  const flags = take(reader, "--tcp-flags");
  return {
    kind: "tcp-flags",
    inverted,
    mask: mask.split(","),
    set: flags.split(","),
    text: not(inverted, `--tcp-flags ${mask} ${flags}`),
  };
}

function syn(inverted: boolean): Match {
  return {
    kind: "tcp-flags",
    inverted,
    mask: ["FIN", "SYN", "RST", "ACK"],
    set: ["SYN"],
    text: not(inverted, "--tcp-flags FIN,SYN,RST,ACK SYN"),
  };
}

function comment(_inverted: boolean, reader: Reader): Match {
  return remark(take(reader, "--comment"));
}

function originalDestination(inverted: boolean, reader: Reader): Match {
  const prefix = prefixOf(reader, "--ctorigdst");
  const { length } = prefix;
  const written = length === 32 ? formatPrefix(prefix).slice(0, -3) : formatPrefix(prefix);
  return { kind: "ctorigdst", inverted, prefix, text: not(inverted, `--ctorigdst ${written}`) };
}

function protocol(inverted: boolean, reader: Reader, before: readonly Match[]): Match | undefined {
  const text = take(reader, "-p");
  const proto = protocolName(text);
  if (proto === undefined) throw new RuleError(`unknown protocol "${text}" specified`);
  if (before.some(({ kind }) => kind === "protocol")) throw new RuleError("multiple -p flags not allowed");
  return proto === "all" ? undefined : ofProtocol(proto, inverted);
}

function flag(kind: "physdev-is-bridged" | "physdev-is-in" | "physdev-is-out" | "rpfilter", text: string): Read {
  return (inverted) => ({ kind, inverted, text: not(inverted, text) });
}

const readers: Readonly<Record<string, Read>> = {
  "-s": address("source", "-s"),
  "--source": address("source", "-s"),
  "-d": address("destination", "-d"),
  "--destination": address("destination", "-d"),
  "-i": device("in", "-i"),
  "--in-interface": device("in", "-i"),
  "-o": device("out", "-o"),
  "--out-interface": device("out", "-o"),
  "-p": protocol,
  "--protocol": protocol,
  "--sport": ports("sport", "--sport"),
  "--source-port": ports("sport", "--sport"),
  "--dport": ports("dport", "--dport"),
  "--destination-port": ports("dport", "--dport"),
  "--sports": ports("sport", "--sports"),
  "--dports": ports("dport", "--dports"),
  "--ports": ports("port", "--ports"),
  "--ctstate": states("--ctstate"),
  "--state": states("--state"),
  "--ctorigdst": originalDestination,
  "--mark": mark,
  "--src-type": addressType("src-type"),
  "--dst-type": addressType("dst-type"),
  "--limit-iface-in": limit("in"),
  "--limit-iface-out": limit("out"),
  "--probability": probability,
  "--every": nth,
  "--nfacct-name": (_inverted, reader) => counted(take(reader, "--nfacct-name")),
  "--match-set": set,
  "--physdev-in": port("physdev-in", "--physdev-in"),
  "--physdev-out": port("physdev-out", "--physdev-out"),
  "--physdev-is-bridged": flag("physdev-is-bridged", "--physdev-is-bridged"),
  "--physdev-is-in": flag("physdev-is-in", "--physdev-is-in"),
  "--physdev-is-out": flag("physdev-is-out", "--physdev-is-out"),
  "--icmp-type": icmpType,
  "--tcp-flags": tcpFlags,
  "--syn": syn,
  "--comment": comment,
  "--validmark": flag("rpfilter", "--validmark"),
};

const modules: readonly string[] =
  "comment addrtype conntrack state mark connmark statistic recent set multiport physdev tcp udp sctp icmp nfacct rpfilter".split(
    " ",
  );

/** Options that need a module which iptables loads by itself once the protocol is known. */
const implicit: readonly string[] = [
  "--sport",
  "--dport",
  "--source-port",
  "--destination-port",
  "--icmp-type",
  "--tcp-flags",
  "--syn",
];

/** Reads one option with its values, and the `-m` that it implies. Throws RuleError for what is not known. */
export function parseMatch(option: string, inverted: boolean, reader: Reader, before: readonly Match[]): Match[] {
  if (option === "-m" || option === "--match") {
    const name = take(reader, option);
    if (!modules.includes(name)) throw new RuleError(`Couldn't load match \`${name}':No such file or directory\n`);
    return [named(name)];
  }
  if (option === "--mode") {
    take(reader, option);
    return [];
  }
  const last = before.at(-1);
  const isRecent = recentOption.test(option) && moduleBefore(before) === "recent";
  const read = isRecent ? recent(option) : own(readers, option);
  if (read === undefined) {
    throw option.startsWith("-")
      ? new RuleError(`unknown option "${option}"`)
      : new BadArgument(`Bad argument \`${option}'`);
  }
  const match = read(inverted, reader, before);
  if (match === undefined) return [];
  const proto = before.find((one) => one.kind === "protocol");
  const isLoaded =
    last !== undefined &&
    before.some((one) => one.kind === "module" && proto?.kind === "protocol" && one.text === `-m ${proto.proto}`);
  if (implicit.includes(option) && !isLoaded) {
    if (proto?.kind !== "protocol") throw new RuleError(`unknown option "${option}"`);
    return [named(proto.proto), match];
  }
  return [match];
}
