/**
 * Whether a packet meets a condition (Linux 6.18, net/netfilter/xt_*.c, net/ipv4/netfilter/ip_tables.c).
 * Left out: conditions on what a packet here does not have (payload, options, owner).
 * Invariant: matching changes nothing but what xt_recent remembers, and draws only for a statistic condition.
 */
import { own } from "../own.ts";
import { contains, formatIpv4, type Ipv4, parsePrefix } from "../wire/ipv4.ts";
import type { Packet } from "../wire/packet.ts";
import type { Tracked } from "./conntrack.ts";
import type { Match, PortRange, Rule } from "./ruleset.ts";

/** What rules see of a packet at a hook. */
export interface Sight {
  packet: Packet;
  tracked: Tracked;
  readonly in: string | undefined;
  readonly out: string | undefined;
  readonly physicalIn: string | undefined;
  readonly physicalOut: string | undefined;
}

/** What matching needs from the host besides the packet. */
export interface Surroundings {
  /** The type of an address in the routing tables, in the words of addrtype; with a device, as that one alone has it. */
  readonly addressType: (address: Ipv4, device: string | undefined) => string;
  /** Whether the way back to the source leads where the packet came in. */
  readonly passesReverse: (packet: Packet, device: string) => boolean;
  readonly recent: {
    get(list: string, address: string): number | undefined;
    set(list: string, address: string, at: number | undefined): void;
  };
  readonly setEntries: (name: string) => readonly string[];
  /** Whether a rule with a chance of n in 2^31 matches this time; also counts for every-nth rules. */
  readonly chance: (rule: Rule, of2to31: number) => boolean;
  readonly nowUs: number;
}

const inRanges = (ranges: readonly PortRange[], port: number) =>
  ranges.some(({ low, high }) => port >= low && port <= high);

function hasPorts({ proto, fragment }: Packet): boolean {
  return (proto === "tcp" || proto === "udp") && (fragment === undefined || fragment.offset === 0);
}

function matchesDevice(pattern: string, name: string | undefined): boolean {
  if (pattern.endsWith("+")) return (name ?? "").startsWith(pattern.slice(0, -1));
  return pattern === name;
}

function hasState(match: Match & { kind: "ctstate" }, tracked: Tracked): boolean {
  return match.states.some((state) => {
    if (state === "DNAT") return "connection" in tracked && tracked.connection.dnat;
    if (state === "SNAT") return "connection" in tracked && tracked.connection.snat;
    return state === tracked.state;
  });
}

function matchesRecent(match: Match & { kind: "recent" }, packet: Packet, around: Surroundings): boolean {
  const address = formatIpv4(match.side === "source" ? packet.src : packet.dst);
  const { list, op } = match;
  const seen = around.recent.get(list, address);
  if (op === "set") {
    around.recent.set(list, address, around.nowUs);
    return true;
  }
  const isFresh =
    seen !== undefined && (match.seconds === undefined || seen >= around.nowUs - match.seconds * 1_000_000);
  if (op === "remove" && seen !== undefined) around.recent.set(list, address, undefined);
  if (op === "update" && isFresh) around.recent.set(list, address, around.nowUs);
  return op === "remove" ? seen !== undefined : isFresh;
}

function inSet(match: Match & { kind: "set" }, packet: Packet, around: Surroundings): boolean {
  const address = match.sides[0] === "src" ? packet.src : packet.dst;
  const port = match.sides[1] === "src" ? packet.sport : packet.dport;
  return around.setEntries(match.set).some((entry) => {
    const [network = "", service] = entry.split(",");
    const prefix = parsePrefix(network);
    if (prefix === undefined || !contains(prefix, address)) return false;
    return service === undefined || service === `${packet.proto}:${port}`;
  });
}

const flagLetters: Readonly<Record<string, string>> = { SYN: "S", ACK: "A", RST: "R", FIN: "F" };

function hasFlags({ mask, set }: Match & { kind: "tcp-flags" }, { flags }: Packet): boolean {
  if (flags === undefined) return false;
  const isSet = (flag: string) => flags.includes(own(flagLetters, flag) ?? "?");
  return mask.every((flag) => isSet(flag) === set.includes(flag));
}

function masked(value: number, { mask, value: wanted }: { mask: number; value: number }): boolean {
  return (value & mask) >>> 0 === wanted;
}

function holds(match: Match, rule: Rule, sight: Sight, around: Surroundings): boolean {
  const { packet, tracked } = sight;
  switch (match.kind) {
    case "source":
      return contains(match.prefix, packet.src);
    case "destination":
      return contains(match.prefix, packet.dst);
    case "protocol":
      return match.proto === (packet.proto === "ipip" ? "ipencap" : packet.proto);
    case "in":
      return matchesDevice(match.device, sight.in);
    case "out":
      return matchesDevice(match.device, sight.out);
    case "sport":
      return hasPorts(packet) && inRanges(match.ranges, packet.sport);
    case "dport":
      return hasPorts(packet) && inRanges(match.ranges, packet.dport);
    case "port":
      return hasPorts(packet) && (inRanges(match.ranges, packet.sport) || inRanges(match.ranges, packet.dport));
    case "ctstate":
      return hasState(match, tracked);
    case "ctorigdst":
      return "connection" in tracked && contains(match.prefix, tracked.connection.original.dst);
    case "mark":
      return masked(packet.mark, match);
    case "connmark":
      return "connection" in tracked && masked(tracked.connection.mark, match);
    case "src-type":
      return match.types.includes(around.addressType(packet.src, match.limit && sight[match.limit]));
    case "dst-type":
      return match.types.includes(around.addressType(packet.dst, match.limit && sight[match.limit]));
    case "probability":
      return around.chance(rule, match.of2to31);
    case "nth":
      return around.chance(rule, Math.floor(0x80000000 / match.every));
    case "recent":
      return matchesRecent(match, packet, around);
    case "set":
      return inSet(match, packet, around);
    case "physdev-in":
      return matchesDevice(match.device, sight.physicalIn);
    case "physdev-out":
      return matchesDevice(match.device, sight.physicalOut);
    case "physdev-is-in":
      return sight.physicalIn !== undefined;
    case "physdev-is-out":
      return sight.physicalOut !== undefined;
    case "physdev-is-bridged":
      return sight.physicalIn !== undefined && sight.physicalOut !== undefined;
    case "icmp-type":
      return packet.icmp?.type === match.type && (match.code === undefined || packet.icmp.code === match.code);
    case "tcp-flags":
      return hasFlags(match, packet);
    case "rpfilter":
      return sight.in !== undefined && around.passesReverse(packet, sight.in);
    case "module":
    case "limit-iface":
    case "comment":
    case "nfacct":
      return true;
  }
}

/** Whether a packet meets every condition of a rule; the first that fails ends it, so later ones neither draw nor remember. */
export function matches(rule: Rule, sight: Sight, around: Surroundings): boolean {
  for (const match of rule.matches) if (holds(match, rule, sight, around) === match.inverted) return false;
  return true;
}
