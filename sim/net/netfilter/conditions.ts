/**
 * The conditions of rules as values with their text, for whoever makes rules without reading any (iptables 1.8,
 * extensions/libxt_*.c: what each `save` function writes).
 * Left out: conditions that only readers of text make; match-text.ts has those.
 * Invariant: the text is what iptables-save prints for the condition, so reading it again gives an equal one.
 */
import { formatPrefix, type Prefix } from "../wire/ipv4.ts";
import type { CtState, Match } from "./ruleset.ts";

const not = (inverted: boolean, text: string) => (inverted ? `! ${text}` : text);

const modules = new Map<string, Match>();

/** `-m NAME`: it holds always and says which module reads the options behind it. */
export function named(name: string): Match {
  let module = modules.get(name);
  if (module === undefined) {
    module = { kind: "module", inverted: false, text: `-m ${name}` };
    modules.set(name, module);
  }
  return module;
}

/** A remark; it holds always. Quoted unless it is a plain word. */
export function remark(comment: string): Match {
  const quoted = /^[\w-]+$/.test(comment) ? comment : `"${comment.replace(/(["\\'])/g, "\\$1")}"`;
  return { kind: "comment", inverted: false, comment, text: `--comment ${quoted}` };
}

/** `-s` or `-d`. */
export function inNetwork(kind: "source" | "destination", prefix: Prefix, inverted: boolean): Match {
  return {
    kind,
    inverted,
    prefix,
    text: not(inverted, `${kind === "source" ? "-s" : "-d"} ${formatPrefix(prefix)}`),
  };
}

/** `-i` or `-o`; a name that ends in + stands for all that begin so. */
export function onDevice(kind: "in" | "out", device: string, inverted: boolean): Match {
  return { kind, inverted, device, text: not(inverted, `${kind === "in" ? "-i" : "-o"} ${device}`) };
}

/** The protocols of /etc/protocols that have one name in the Linux world, by number. */
const protocolNames: Readonly<Record<string, string>> = {
  1: "icmp",
  2: "igmp",
  4: "ipencap",
  6: "tcp",
  17: "udp",
  33: "dccp",
  41: "ipv6",
  47: "gre",
  50: "esp",
  51: "ah",
  58: "ipv6-icmp",
  88: "eigrp",
  89: "ospf",
  94: "ipip",
  103: "pim",
  112: "vrrp",
  115: "l2tp",
  132: "sctp",
  136: "udplite",
};

/** The name that iptables prints for a protocol given by name or number; undefined for a name that nobody knows. */
export function protocolName(text: string): string | undefined {
  const word = text.toLowerCase();
  if (/^\d+$/.test(word)) {
    if (Number(word) > 255) return undefined;
    return Number(word) === 0 ? "all" : (protocolNames[`${Number(word)}`] ?? `${Number(word)}`);
  }
  return word === "all" || Object.values(protocolNames).includes(word) ? word : undefined;
}

/** The number of a protocol by the name that `protocolName` gave; 0 for all. */
export function protocolNumber(name: string): number {
  const found = Object.entries(protocolNames).find(([, each]) => each === name);
  return found === undefined ? Number(name === "all" ? 0 : name) : Number(found[0]);
}

/** `-p`; the name as `protocolName` gives it. */
export function ofProtocol(proto: string, inverted: boolean): Match {
  return { kind: "protocol", inverted, proto, text: not(inverted, `-p ${proto}`) };
}

/** `--dport` with one port. */
export function toPort(port: number): Match {
  return { kind: "dport", inverted: false, ranges: [{ low: port, high: port }], text: `--dport ${port}` };
}

/** `--src-type` or `--dst-type`, with the words of addrtype. */
export function ofType(kind: "src-type" | "dst-type", types: readonly string[], inverted: boolean): Match {
  return { kind, inverted, types, limit: undefined, text: not(inverted, `--${kind} ${types.join(",")}`) };
}

const stateOrder: readonly CtState[] = ["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"];

/** `--ctstate`, or `--state` of the older module; states are printed in the module's own order. */
export function inState(given: readonly CtState[], inverted: boolean, option = "--ctstate"): Match {
  const states = stateOrder.filter((state) => given.includes(state));
  return { kind: "ctstate", inverted, states, text: not(inverted, `${option} ${states.join(",")}`) };
}

/** Words a value with its mask, which is left out when full. */
export function maskedText(value: number, mask: number): string {
  const full = mask === 0xffffffff;
  return `0x${value.toString(16)}${full ? "" : `/0x${mask.toString(16)}`}`;
}

/** `--mark` of the packet or of its connection. */
export function marked(kind: "mark" | "connmark", value: number, mask: number, inverted: boolean): Match {
  return { kind, inverted, value, mask, text: not(inverted, `--mark ${maskedText(value, mask)}`) };
}

/** A chance of n in 2^31, printed with eleven decimals. */
export function byChance(of2to31: number, inverted: boolean): Match {
  const share = (of2to31 / 0x80000000).toFixed(11);
  return { kind: "probability", inverted, of2to31, text: `--mode random ${not(inverted, `--probability ${share}`)}` };
}

/** What xt_recent is asked. */
export interface RecentQuestion {
  readonly op: "set" | "rcheck" | "update" | "remove";
  readonly list: string;
  readonly seconds?: number;
  readonly reap?: boolean;
  readonly hitcount?: number;
  readonly rttl?: boolean;
  readonly mask?: string;
  readonly side?: "source" | "destination";
}

/** A list of addresses that were seen: adding to it, or asking for one. */
export function remembered(asked: RecentQuestion, inverted: boolean): Match {
  const { op, list, seconds, reap, hitcount, rttl, mask = "255.255.255.255", side = "source" } = asked;
  const said = [
    not(inverted, `--${op}`),
    seconds === undefined ? "" : `--seconds ${seconds}`,
    reap ? "--reap" : "",
    hitcount === undefined ? "" : `--hitcount ${hitcount}`,
    rttl ? "--rttl" : "",
    `--name ${list} --mask ${mask} ${side === "source" ? "--rsource" : "--rdest"}`,
  ];
  return { kind: "recent", inverted, op, list, seconds, side, text: said.filter((word) => word !== "").join(" ") };
}

/** A named counter (nfacct), which holds always; its name stands behind two blanks, as the real one prints it. */
export function counted(counter: string): Match {
  return { kind: "nfacct", inverted: false, counter, text: `--nfacct-name  ${counter}` };
}
