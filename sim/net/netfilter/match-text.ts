/**
 * Reads the conditions of a rule, and words each as iptables-save does (iptables 1.8, extensions/libxt_*.c and libipt_*.c).
 * Left out: service names for ports, host names for addresses.
 * Invariant: `text` of a condition, read again, gives the same condition.
 */
import { formatPrefix, type Prefix, parsePrefix } from "../wire/ipv4.ts";
import { type Reader, RuleError, take } from "./reader.ts";
import type { CtState, Match, PortRange } from "./ruleset.ts";

type Read = (inverted: boolean, reader: Reader, before: readonly Match[]) => Match;

const not = (inverted: boolean, text: string) => (inverted ? `! ${text}` : text);

function prefixOf(reader: Reader, option: string): Prefix {
  const text = take(reader, option);
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new RuleError(`host/network \`${text}' not found`);
  return { address: prefix.address, length: prefix.length };
}

function address(kind: "source" | "destination", flag: string): Read {
  return (inverted, reader) => {
    const prefix = prefixOf(reader, flag);
    return { kind, inverted, prefix, text: not(inverted, `${flag} ${formatPrefix(prefix)}`) };
  };
}

function device(kind: "in" | "out" | "physdev-in" | "physdev-out", flag: string): Read {
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

/** Words a value with its mask, which is left out when full. */
export function maskedText(value: number, mask: number): string {
  const full = mask === 0xffffffff;
  return `0x${value.toString(16)}${full ? "" : `/0x${mask.toString(16)}`}`;
}

function mark(inverted: boolean, reader: Reader, before: readonly Match[]): Match {
  const pair = parseMasked(take(reader, "--mark"));
  const kind = moduleBefore(before) === "connmark" ? "connmark" : "mark";
  return { kind, inverted, ...pair, text: not(inverted, `--mark ${maskedText(pair.value, pair.mask)}`) };
}

function moduleBefore(before: readonly Match[]): string {
  return before.findLast((match) => match.kind === "module")?.text.slice("-m ".length) ?? "";
}

function states(inverted: boolean, reader: Reader): Match {
  const text = take(reader, "--ctstate");
  return { kind: "ctstate", inverted, states: text.split(",") as CtState[], text: not(inverted, `--ctstate ${text}`) };
}

function addressType(kind: "src-type" | "dst-type"): Read {
  return (inverted, reader) => {
    const text = take(reader, `--${kind}`);
    return { kind, inverted, types: text.split(","), limit: undefined, text: not(inverted, `--${kind} ${text}`) };
  };
}

function probability(inverted: boolean, reader: Reader): Match {
  const text = take(reader, "--probability");
  const of2to31 = Math.round(Number(text) * 0x80000000);
  return { kind: "probability", inverted, of2to31, text: `--mode random ${not(inverted, `--probability ${text}`)}` };
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

function recent(op: "set" | "rcheck" | "update" | "remove"): Read {
  return (inverted, reader) => {
    const said = [`--${op}`];
    let list = "DEFAULT";
    let seconds: number | undefined;
    let side: "source" | "destination" = "source";
    const valued = ["--seconds", "--name", "--mask", "--hitcount"];
    while (
      valued.includes(reader.words[reader.at] ?? "") ||
      /^--(reap|rsource|rdest|rttl)$/.test(reader.words[reader.at] ?? "")
    ) {
      const option = take(reader, "");
      said.push(option);
      if (option === "--rdest") side = "destination";
      if (!valued.includes(option)) continue;
      const value = take(reader, option);
      said.push(value);
      if (option === "--name") list = value;
      if (option === "--seconds") seconds = Number(value);
    }
    return { kind: "recent", inverted, op, list, seconds, side, text: not(inverted, said.join(" ")) };
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
  const number = icmpNames[type!] ?? Number(type);
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

function comment(inverted: boolean, reader: Reader): Match {
  const text = take(reader, "--comment");
  const quoted = /^[\w-]+$/.test(text) ? text : `"${text.replace(/(["\\'])/g, "\\$1")}"`;
  return { kind: "comment", inverted, comment: text, text: `--comment ${quoted}` };
}

function originalDestination(inverted: boolean, reader: Reader): Match {
  const prefix = prefixOf(reader, "--ctorigdst");
  const { length } = prefix;
  const written = length === 32 ? formatPrefix(prefix).slice(0, -3) : formatPrefix(prefix);
  return { kind: "ctorigdst", inverted, prefix, text: not(inverted, `--ctorigdst ${written}`) };
}

function protocol(inverted: boolean, reader: Reader): Match {
  const proto = take(reader, "-p").toLowerCase();
  return { kind: "protocol", inverted, proto, text: not(inverted, `-p ${proto}`) };
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
  "--ctstate": states,
  "--state": states,
  "--ctorigdst": originalDestination,
  "--mark": mark,
  "--src-type": addressType("src-type"),
  "--dst-type": addressType("dst-type"),
  "--probability": probability,
  "--every": nth,
  "--set": recent("set"),
  "--rcheck": recent("rcheck"),
  "--update": recent("update"),
  "--remove": recent("remove"),
  "--match-set": set,
  "--physdev-in": device("physdev-in", "--physdev-in"),
  "--physdev-out": device("physdev-out", "--physdev-out"),
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
  "comment addrtype conntrack state mark connmark statistic recent set multiport physdev tcp udp icmp rpfilter".split(
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

function named(name: string): Match {
  return { kind: "module", inverted: false, text: `-m ${name}` };
}

/** Reads one option with its values, and the `-m` that it implies. Throws RuleError for what is not known. */
export function parseMatch(option: string, inverted: boolean, reader: Reader, before: readonly Match[]): Match[] {
  if (option === "-m" || option === "--match") {
    const name = take(reader, option);
    if (!modules.includes(name)) throw new RuleError(`Couldn't load match \`${name}':No such file or directory`);
    return [named(name)];
  }
  if (option === "--mode") {
    take(reader, option);
    return [];
  }
  const last = before.at(-1);
  if (option === "--limit-iface-in" || option === "--limit-iface-out") return [];
  const read = readers[option];
  if (read === undefined) throw new RuleError(`unknown option "${option}"`);
  const match = read(inverted, reader, before);
  const proto = before.find((one) => one.kind === "protocol");
  const isLoaded =
    last !== undefined &&
    before.some((one) => one.kind === "module" && proto?.kind === "protocol" && one.text === `-m ${proto.proto}`);
  if (implicit.includes(option) && !isLoaded && proto?.kind === "protocol") return [named(proto.proto), match];
  return [match];
}
