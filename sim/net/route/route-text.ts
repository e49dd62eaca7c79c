/**
 * `ip route` and `ip rule` as text: reading their arguments, printing what they list (iproute2, ip/iproute.c, ip/iprule.c).
 * Left out: metrics other than priority, encapsulations, nexthop ids.
 * Invariant: a printed route, read again, is the same route.
 */
import { own } from "../own.ts";
import { formatIpv4, formatPrefix, type Ipv4, parseIpv4, parsePrefix } from "../wire/ipv4.ts";
import type { NextHop, PolicyRule, Route, RouteScope, RouteType } from "./route.ts";

/** What `ip` prints when its words make no sense, or when the Linux kernel refuses (exit status 2). */
export class IpError extends Error {
  override name = "IpError";
  /** The exit status of the command. */
  readonly exit: number;

  constructor(message: string, exit = 2) {
    super(message);
    this.exit = exit;
  }
}

/** An address of a command line; `family` is `any` where iproute2 does not yet know which. Throws IpError with its words. */
export function addressOf(text: string | undefined, family: "inet" | "any" = "inet"): Ipv4 {
  const address = text === undefined ? undefined : parseIpv4(text);
  const wanted = family === "any" ? "any valid" : family;
  if (address === undefined) throw new IpError(`Error: ${wanted} address is expected rather than "${text ?? ""}".`, 1);
  return address;
}

/** A prefix of a command line, where `default` is all addresses. Throws IpError with iproute2's words. */
export function prefixOf(text: string | undefined) {
  if (text === "default" || text === "all") return { address: 0, length: 0, host: 0 };
  const prefix = text === undefined ? undefined : parsePrefix(text);
  if (prefix === undefined) throw new IpError(`Error: any valid prefix is expected rather than "${text ?? ""}".`, 1);
  return prefix;
}

const types: readonly RouteType[] = ["unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit", "throw"];

/** The routing daemons that iproute2 knows by name (etc/iproute2/rt_protos). */
const protocols: Readonly<Record<string, string>> = {
  0: "none",
  1: "redirect",
  2: "kernel",
  3: "boot",
  4: "static",
  8: "gated",
  9: "ra",
  10: "mrt",
  11: "zebra",
  12: "bird",
  13: "dnrouted",
  14: "xorp",
  15: "ntk",
  16: "dhcp",
  18: "keepalived",
  42: "babel",
  186: "bgp",
  187: "isis",
  188: "ospf",
  189: "rip",
  192: "eigrp",
};

/** The name of a routing protocol given by name or number. Throws IpError. */
export function routeProtocol(text: string): string {
  if (/^[0-9]+$/.test(text) && Number(text) < 256) return protocols[`${Number(text)}`] ?? `${Number(text)}`;
  if (Object.values(protocols).includes(text)) return text;
  throw new IpError(`Error: argument "${text}" is wrong: "protocol" value is invalid\n`, 255);
}

const tableNumbers: Readonly<Record<string, string>> = { 255: "local", 254: "main", 253: "default" };

/** The name of a routing table given by name or number. Throws IpError. */
export function tableName(text: string): string {
  if (/^[0-9]+$/.test(text) && Number(text) <= 0xffffffff) return tableNumbers[text] ?? `${Number(text)}`;
  if (Object.values(tableNumbers).includes(text)) return text;
  throw new IpError(`Error: argument "${text}" is wrong: table id value is invalid\n`, 255);
}

const scopes: Readonly<Record<string, RouteScope>> = {
  global: "global",
  universe: "global",
  link: "link",
  host: "host",
  0: "global",
  253: "link",
  254: "host",
};

function scopeOf(text: string): RouteScope {
  const scope = own(scopes, text);
  if (scope === undefined) throw new IpError(`Error: argument "${text}" is wrong: "scope" value is invalid\n`, 255);
  return scope;
}

const routeOptions = ["via", "dev", "weight", "onlink", "table", "metric", "priority", "preference", "scope", "proto"];
const known: readonly string[] = [...routeOptions, "protocol", "src", "mtu", "advmss", "to"];

/** Options with their values; throws IpError for a word that is none and an option without its value. */
function pairs(words: readonly string[], from: number, allowed = known): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = from; at < words.length; at++) {
    const word = words[at]!;
    if (!allowed.includes(word)) throw new IpError(`Error: either "to" is duplicate, or "${word}" is a garbage.`, 255);
    if (word === "onlink") {
      found.set(word, "");
      continue;
    }
    const value = words[++at];
    if (value === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
    found.set(word, value);
  }
  return found;
}

function hopOf(options: ReadonlyMap<string, string>, deviceFor: (via: Ipv4) => string | undefined): NextHop {
  const via = options.has("via") ? addressOf(options.get("via")) : undefined;
  const device = options.get("dev") ?? (via === undefined ? undefined : deviceFor(via));
  if (device === undefined && via === undefined) throw new IpError("RTNETLINK answers: No such device");
  if (device === undefined) throw new IpError("Error: Nexthop has invalid gateway.");
  const weight = Number(options.get("weight") ?? 1);
  return { device, weight, ...(via === undefined ? {} : { via }), ...(options.has("onlink") ? { onlink: true } : {}) };
}

function metricOf(options: ReadonlyMap<string, string>): number {
  const text = options.get("metric") ?? options.get("priority") ?? options.get("preference") ?? "0";
  if (!/^[0-9]+$/.test(text)) throw new IpError(`Error: argument "${text}" is wrong: "metric" value is invalid\n`, 255);
  return Number(text);
}

/** Splits `nexthop … nexthop …` off the other words. */
function nextHops(words: readonly string[]): readonly (readonly string[])[] {
  const starts = words.flatMap((word, index) => (word === "nexthop" ? [index] : []));
  return starts.map((start, index) => words.slice(start + 1, starts[index + 1] ?? words.length));
}

/**
 * Reads the words behind `ip route add`. `deviceFor` finds the device on whose link a gateway is.
 * Throws IpError for what `ip` or the Linux kernel would refuse.
 */
export function parseRoute(words: readonly string[], deviceFor: (via: Ipv4) => string | undefined): Route {
  const named = types.find((type) => type === words[0]);
  const type = named ?? "unicast";
  const start = (named === undefined ? 0 : 1) + (words[named === undefined ? 0 : 1] === "to" ? 1 : 0);
  if (words[start] === undefined) throw new IpError("RTNETLINK answers: No such device");
  const { address, length, host } = prefixOf(words[start]);
  if (address !== host) throw new IpError("Error: Invalid prefix for given prefix length.");
  const several = nextHops(words);
  const firstHop = words.indexOf("nexthop");
  const options = pairs(firstHop < 0 ? words : words.slice(0, firstHop), start + 1);
  const isUseless = type !== "unicast" && type !== "local" && type !== "broadcast";
  const single = () => (isUseless ? [] : [hopOf(options, deviceFor)]);
  const hops = several.length > 0 ? several.map((hop) => hopOf(pairs(hop, 0), deviceFor)) : single();
  const isLocal = type === "local" || type === "broadcast";
  const nearScope: RouteScope =
    type === "local" ? "host" : hops.some((hop) => hop.via !== undefined) || isUseless ? "global" : "link";
  return {
    table: options.has("table") ? tableName(options.get("table")!) : isLocal ? "local" : "main",
    type,
    prefix: { address, length },
    hops,
    metric: metricOf(options),
    scope: options.has("scope") ? scopeOf(options.get("scope")!) : nearScope,
    protocol: routeProtocol(options.get("proto") ?? options.get("protocol") ?? "boot"),
    ...(options.has("src") ? { src: addressOf(options.get("src")) } : {}),
  };
}

function hopText({ via, device, onlink }: NextHop): string {
  return `${via === undefined ? "" : `via ${formatIpv4(via)} `}dev ${device}${onlink ? " onlink" : ""}`;
}

/** The destination as a route prints it. */
function destinationText({ prefix }: Route): string {
  if (prefix.length === 0) return "default";
  return prefix.length === 32 ? formatIpv4(prefix.address) : formatPrefix(prefix);
}

/** What a listing leaves out because it was asked for just that, and whether it names the table. */
export interface RouteTextOptions {
  readonly withTable?: boolean;
  readonly withoutDevice?: boolean;
  readonly withoutProtocol?: boolean;
}

/** One line of `ip route show`, without the blank at its end; next hops follow on lines of their own. */
export function routeText(route: Route, options: RouteTextOptions = {}): string {
  const { type, hops, protocol, scope, src, metric, table } = route;
  const [first] = hops;
  const isSingle = hops.length === 1 && first !== undefined;
  const parts = [
    type === "unicast" ? "" : type,
    destinationText(route),
    isSingle && first.via !== undefined ? `via ${formatIpv4(first.via)}` : "",
    isSingle && !options.withoutDevice ? `dev ${first.device}` : "",
    options.withTable && table !== "main" ? `table ${table}` : "",
    protocol === "boot" || options.withoutProtocol ? "" : `proto ${protocol}`,
    scope === "global" ? "" : `scope ${scope}`,
    src === undefined ? "" : `src ${formatIpv4(src)}`,
    metric === 0 ? "" : `metric ${metric}`,
    isSingle && first.onlink ? "onlink" : "",
  ];
  const line = parts.filter((part) => part !== "").join(" ");
  const several = hops.length > 1 ? hops.map((hop) => `\n\tnexthop ${hopText(hop)} weight ${hop.weight}`) : [];
  return line + several.join("");
}

/** Routes in the order of a table: by address, the longer prefix first, then by metric. */
export function sortedRoutes(routes: readonly Route[]): readonly Route[] {
  return [...routes].sort(
    (a, b) => a.prefix.address - b.prefix.address || b.prefix.length - a.prefix.length || a.metric - b.metric,
  );
}

/** The lines of `ip route show table T`, without the blanks at their ends. */
export function routeLines(routes: readonly Route[], table: string): readonly string[] {
  return sortedRoutes(routes.filter((route) => route.table === table)).map((route) => routeText(route));
}

const ruleOptions: readonly string[] = ["from", "to", "iif", "fwmark", "lookup", "table", "priority", "pref", "order"];

/** Reads the words behind `ip rule add`. Throws IpError. */
export function parsePolicyRule(words: readonly string[], priorityFree: number): PolicyRule {
  const refusal = (["prohibit", "unreachable", "blackhole"] as const).find((kind) => words.includes(kind));
  const negated = words[0] === "not";
  const given = words.filter((word) => word !== refusal && word !== "not");
  const stray = given.find((word, index) => index % 2 === 0 && !ruleOptions.includes(word));
  if (stray !== undefined) throw new IpError(`Error: argument "${stray}" is wrong: Failed to parse rule type`, 255);
  const options = pairs(given, 0, ruleOptions);
  const [value = "", mask = "0xffffffff"] = (options.get("fwmark") ?? "").split("/");
  const table = tableName(options.get("lookup") ?? options.get("table") ?? "main");
  const prefix = (key: string) => {
    const { address, length } = prefixOf(options.get(key));
    return { address, length };
  };
  return {
    priority: Number(options.get("priority") ?? options.get("pref") ?? options.get("order") ?? priorityFree),
    negated,
    ...(options.has("from") && options.get("from") !== "all" ? { from: prefix("from") } : {}),
    ...(options.has("to") ? { to: prefix("to") } : {}),
    ...(options.has("iif") ? { iif: options.get("iif")! } : {}),
    ...(value === "" ? {} : { mark: { value: Number(value), mask: Number(mask) } }),
    action: refusal === undefined ? { kind: "lookup", table } : { kind: refusal },
  };
}

/** One line of `ip rule`. */
export function policyRuleText({ priority, from, to, iif, mark, negated, action }: PolicyRule): string {
  const network = (prefix: { address: number; length: number }) =>
    prefix.length === 32 ? formatIpv4(prefix.address) : formatPrefix(prefix);
  const masked =
    mark === undefined
      ? ""
      : ` fwmark 0x${mark.value.toString(16)}${mark.mask === 0xffffffff ? "" : `/0x${mark.mask.toString(16)}`}`;
  const ends = `${to === undefined ? "" : ` to ${network(to)}`}${masked}${iif === undefined ? "" : ` iif ${iif}`}`;
  const does = action.kind === "lookup" ? `lookup ${action.table}` : action.kind;
  return `${priority}:\t${negated ? "not " : ""}from ${from === undefined ? "all" : network(from)}${ends} ${does}`;
}
