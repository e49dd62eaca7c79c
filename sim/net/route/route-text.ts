/**
 * `ip route` and `ip rule` as text: reading their arguments, printing what they list (iproute2, ip/iproute.c, ip/iprule.c).
 * Left out: metrics other than priority, encapsulations, nexthop ids.
 * Invariant: a printed route, read again, is the same route.
 */
import { formatIpv4, formatPrefix, type Ipv4, parseIpv4, parsePrefix } from "../wire/ipv4.ts";
import type { NextHop, PolicyRule, Route, RouteScope, RouteType } from "./route.ts";

/** What `ip` prints when its words make no sense. */
export class IpError extends Error {
  override name = "IpError";
}

/** An address of a command line. Throws IpError with iproute2's words. */
export function addressOf(text: string | undefined): Ipv4 {
  const address = text === undefined ? undefined : parseIpv4(text);
  if (address === undefined) throw new IpError(`Error: inet address is expected rather than "${text ?? ""}".`);
  return address;
}

/** A prefix of a command line, where `default` is all addresses. Throws IpError with iproute2's words. */
export function prefixOf(text: string | undefined) {
  if (text === "default" || text === "all") return { address: 0, length: 0, host: 0 };
  const prefix = text === undefined ? undefined : parsePrefix(text);
  if (prefix === undefined) throw new IpError(`Error: inet prefix is expected rather than "${text ?? ""}".`);
  return prefix;
}

const types: readonly RouteType[] = ["unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit", "throw"];

const pairs = (words: readonly string[], from: number) => {
  const found = new Map<string, string>();
  for (let at = from; at < words.length; at++) {
    const word = words[at]!;
    if (word === "onlink") found.set(word, "");
    else found.set(word, words[++at] ?? "");
  }
  return found;
};

function hopOf(options: ReadonlyMap<string, string>, deviceFor: (via: Ipv4) => string | undefined): NextHop {
  const via = options.has("via") ? addressOf(options.get("via")) : undefined;
  const device = options.get("dev") ?? (via === undefined ? undefined : deviceFor(via));
  if (device === undefined) throw new IpError("Error: Nexthop has invalid gateway.");
  const weight = Number(options.get("weight") ?? 1);
  return { device, weight, ...(via === undefined ? {} : { via }), ...(options.has("onlink") ? { onlink: true } : {}) };
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
  const start = named === undefined ? 0 : 1;
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
    table: options.get("table") ?? (isLocal ? "local" : "main"),
    type,
    prefix: { address, length },
    hops,
    metric: Number(options.get("metric") ?? 0),
    scope: (options.get("scope") as RouteScope | undefined) ?? nearScope,
    protocol: options.get("proto") ?? "boot",
    ...(options.has("src") ? { src: addressOf(options.get("src")) } : {}),
  };
}

function hopText({ via, device, onlink }: NextHop): string {
  return `${via === undefined ? "" : `via ${formatIpv4(via)} `}dev ${device}${onlink ? " onlink" : ""}`;
}

function destinationText({ prefix }: Route): string {
  if (prefix.length === 0) return "default";
  return prefix.length === 32 ? formatIpv4(prefix.address) : formatPrefix(prefix);
}

/** One line of `ip route show table T`. */
function routeText(route: Route): string {
  const { type, hops, protocol, scope, src, metric } = route;
  const [first] = hops;
  const { onlink = false, ...plain } = first ?? {};
  const parts = [
    type === "unicast" ? "" : type,
    destinationText(route),
    hops.length === 1 ? hopText(plain as NextHop) : "",
    protocol === "boot" ? "" : `proto ${protocol}`,
    scope === "global" ? "" : `scope ${scope}`,
    src === undefined ? "" : `src ${formatIpv4(src)}`,
    metric === 0 ? "" : `metric ${metric}`,
    hops.length === 1 && onlink ? "onlink" : "",
  ];
  const line = parts.filter((part) => part !== "").join(" ");
  const several = hops.length > 1 ? hops.map((hop) => `\n\tnexthop ${hopText(hop)} weight ${hop.weight}`) : [];
  return line + several.join("");
}

/** The lines of `ip route show table T`, in the order of the table: by address, the longer prefix first, then by metric. */
export function routeLines(routes: readonly Route[], table: string): readonly string[] {
  const shown = routes.filter((route) => route.table === table);
  const sorted = shown.sort(
    (a, b) => a.prefix.address - b.prefix.address || b.prefix.length - a.prefix.length || a.metric - b.metric,
  );
  return sorted.map(routeText);
}

/** Reads the words behind `ip rule add`. Throws IpError. */
export function parsePolicyRule(words: readonly string[], priorityFree: number): PolicyRule {
  const refusal = (["prohibit", "unreachable", "blackhole"] as const).find((kind) => words.includes(kind));
  const negated = words[0] === "not";
  const options = pairs(
    words.filter((word) => word !== refusal && word !== "not"),
    0,
  );
  const [value = "", mask = "0xffffffff"] = (options.get("fwmark") ?? "").split("/");
  const table = options.get("lookup") ?? options.get("table") ?? "main";
  const prefix = (key: string) => {
    const { address, length } = prefixOf(options.get(key));
    return { address, length };
  };
  return {
    priority: Number(options.get("priority") ?? options.get("pref") ?? priorityFree),
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
