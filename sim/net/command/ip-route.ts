/**
 * `ip route`: listing, asking, adding, deleting and flushing (iproute2 6.1, ip/iproute.c; Linux 6.18,
 * net/ipv4/fib_semantics.c for what is refused).
 * Left out: caches, realms, nexthop objects, IPv6.
 * Invariant: a gateway that is not on a link is refused unless the route says onlink.
 */
import { forwards, type Namespace } from "../namespace.ts";
import { own } from "../own.ts";
import { decideInput, sourceFor, wayOf } from "../path/decide.ts";
import { lookup } from "../route/fib.ts";
import type { NextHop, Route, RouteAnswer } from "../route/route.ts";
import {
  addressOf,
  IpError,
  parseRoute,
  prefixOf,
  type RouteTextOptions,
  routeProtocol,
  routeText,
  sortedRoutes,
  tableName,
} from "../route/route-text.ts";
import { contains, formatIpv4, networkOf, type Prefix } from "../wire/ipv4.ts";
import type { Packet } from "../wire/packet.ts";
import { existingDevice, lines, numberOf, type Run, type Said, spaceOf, type Words } from "./command.ts";

/** Which routes a listing, a deletion or a flush is about. */
interface Filter {
  readonly table: string | undefined;
  readonly tests: readonly ((route: Route) => boolean)[];
  readonly text: RouteTextOptions;
}

const isPrefix = (route: Route, { address, length }: Prefix) =>
  route.prefix.address === address && route.prefix.length === length;

/** What stands behind `ip route show` and `flush`. */
function readFilter(space: Namespace, words: Words): Filter {
  let table: string | undefined = "main";
  const tests: ((route: Route) => boolean)[] = [];
  let text: RouteTextOptions = {};
  const withPrefix = (word: string, test: (route: Route, prefix: Prefix) => boolean) => {
    const { host, length } = prefixOf(word);
    tests.push((route) => test(route, { address: networkOf(host, length), length }));
  };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "table") {
      const value = words.value();
      table = value === "all" || value === "0" ? undefined : tableName(value);
      text = { ...text, withTable: table === undefined };
    } else if (word === "dev" || word === "oif") {
      const device = existingDevice(space, words.value());
      tests.push(({ hops }) => hops.length === 1 && hops[0]!.device === device);
      text = { ...text, withoutDevice: true };
    } else if (word === "proto" || word === "protocol") {
      const protocol = routeProtocol(words.value());
      tests.push((route) => route.protocol === protocol);
      text = { ...text, withoutProtocol: true };
    } else if (word === "via") {
      const via = addressOf(words.value());
      tests.push(({ hops }) => hops.some((hop) => hop.via === via));
    } else if (word === "scope" || word === "type") {
      const value = words.value();
      tests.push((route) => route[word as "scope" | "type"] === value);
    } else if (word === "match")
      withPrefix(
        words.value(),
        (route, given) => given.length >= route.prefix.length && contains(route.prefix, given.address),
      );
    else if (word === "root")
      withPrefix(
        words.value(),
        (route, given) => route.prefix.length >= given.length && contains(given, route.prefix.address),
      );
    else withPrefix(word === "exact" || word === "to" ? words.value() : word, isPrefix);
  }
  return { table, tests, text };
}

const tableOrder: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 };

function filtered(space: Namespace, { table, tests }: Filter): readonly Route[] {
  const found = space.routes.filter(
    (route) => (table === undefined || route.table === table) && tests.every((test) => test(route)),
  );
  const rank = (route: Route) => own(tableOrder, route.table) ?? Number(route.table);
  return [...sortedRoutes(found)].sort((a, b) => rank(a) - rank(b));
}

/** `ip route show`. */
export function showRoute(run: Run, words: Words): Said {
  const space = spaceOf(run);
  const filter = readFilter(space, words);
  const { table } = filter;
  if (
    table !== undefined &&
    own(tableOrder, table) === undefined &&
    !space.routes.some((route) => route.table === table)
  )
    throw new IpError("Error: ipv4: FIB table does not exist.\nDump terminated");
  const texts = filtered(space, filter).map((route) => routeText(route, filter.text));
  return { stdout: lines(texts.flatMap((text) => text.split("\n").map((line) => `${line} `))) };
}

/** `ip route flush`; the Linux kernel's own routes go too if they are meant. */
export function flushRoutes(run: Run, words: Words): Said {
  if (words.peek() === undefined) throw new IpError('"ip route flush" requires arguments.', 1);
  const space = spaceOf(run);
  const gone = new Set(filtered(space, readFilter(space, words)));
  if (gone.size > 0) run.rows.set(run.name, { ...space, routes: space.routes.filter((route) => !gone.has(route)) });
  return { stdout: "" };
}

function isOnLink(space: Namespace, via: number, device?: string): RouteAnswer & { readonly kind: "route" } {
  const question = { dst: via, src: 0, mark: 0, iif: "lo", hash: 0 };
  const answer = lookup(space.routes, space.rules, device === undefined ? question : { ...question, oif: device });
  if (answer.kind === "refusal" || answer.route.scope === "global" || answer.route.type !== "unicast")
    throw new IpError("Error: Nexthop has invalid gateway.");
  return answer;
}

/** What the Linux kernel checks of a next hop (fib_check_nh). */
function checkHop(space: Namespace, { device, via, onlink }: NextHop): void {
  const { up } = space.devices[existingDevice(space, device)]!;
  if (onlink && !up) throw new IpError("Error: Nexthop device is not up.");
  if (via !== undefined && !onlink) isOnLink(space, via, device);
  if (!up) throw new IpError("Error: Device for nexthop is not up.");
}

const isSame = (a: Route, b: Route) => a.table === b.table && isPrefix(a, b.prefix);

/** `ip route add`, `replace`, `change` and `append`. */
export function addRoute(run: Run, words: Words, verb: "add" | "replace" | "change" | "append"): Said {
  const before = spaceOf(run);
  const route = parseRoute(words.rest(), (via) => isOnLink(before, via).hop?.device);
  for (const hop of route.hops) checkHop(before, hop);
  const { src } = route;
  if (src !== undefined && !before.routes.some((one) => one.type === "local" && contains(one.prefix, src)))
    throw new IpError("Error: Invalid prefsrc address.");
  const twin = before.routes.findIndex((one) => isSame(one, route) && one.metric === route.metric);
  if (twin >= 0 && verb === "add") throw new IpError("RTNETLINK answers: File exists");
  if (twin < 0 && verb === "change") throw new IpError("RTNETLINK answers: No such file or directory");
  const isInPlace = twin >= 0 && (verb === "replace" || verb === "change");
  const routes = isInPlace ? before.routes.toSpliced(twin, 1, route) : [...before.routes, route];
  const hasOwnLocalRoutes = before.hasOwnLocalRoutes || route.type === "local";
  run.rows.set(run.name, { ...before, hasOwnLocalRoutes, routes });
  return { stdout: "" };
}

const kinds: readonly string[] = ["unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit", "throw"];

/** `ip route delete`: the first route that has all that was said. */
export function deleteRoute(run: Run, words: Words): Said {
  const space = spaceOf(run);
  const type = kinds.includes(words.peek() ?? "") ? words.next() : undefined;
  let table = type === "local" || type === "broadcast" ? "local" : "main";
  const tests: ((route: Route) => boolean)[] = type === undefined ? [] : [(route) => route.type === type];
  const text = words.next();
  const { address, host, length } = prefixOf(text === "to" ? words.value() : text);
  if (address !== host) throw new IpError("Error: Invalid prefix for given prefix length.");
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "onlink") continue;
    const value = words.value();
    if (word === "table") table = tableName(value);
    else if (word === "via") {
      const via = addressOf(value);
      tests.push(({ hops }) => hops.some((hop) => hop.via === via));
    } else if (word === "dev") {
      existingDevice(space, value);
      tests.push(({ hops }) => hops.some((hop) => hop.device === value));
    } else if (word === "metric") tests.push(({ metric }) => metric === Number(value));
    else if (word === "src") {
      const src = addressOf(value);
      tests.push((route) => route.src === src);
    } else if (word === "proto" || word === "protocol") {
      const protocol = routeProtocol(value);
      tests.push((route) => route.protocol === protocol);
    } else if (word === "scope") tests.push((route) => route.scope === value);
    else throw new IpError(`Error: either "to" is duplicate, or "${word}" is a garbage.`, 255);
  }
  const isMeant = (route: Route) =>
    route.table === table && isPrefix(route, { address, length }) && tests.every((test) => test(route));
  const at = space.routes.findIndex(isMeant);
  if (at < 0) throw new IpError("RTNETLINK answers: No such process");
  run.rows.set(run.name, { ...space, routes: space.routes.toSpliced(at, 1) });
  return { stdout: "" };
}

const refusals: Readonly<Record<string, string>> = {
  ENETUNREACH: "Network is unreachable",
  EHOSTUNREACH: "No route to host",
  EACCES: "Permission denied",
  EINVAL: "Invalid argument",
};

interface Asked {
  readonly dst: number;
  readonly from: number | undefined;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly mark: number;
  readonly warning: string;
}

function readQuestion(space: Namespace, words: Words): Asked {
  let dst: number | undefined;
  let from: number | undefined;
  let iif: string | undefined;
  let oif: string | undefined;
  let mark = 0;
  let warning = "";
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "from") from = prefixOf(words.value()).host;
    else if (word === "iif") iif = existingDevice(space, words.value());
    else if (word === "oif" || word === "dev") oif = existingDevice(space, words.value());
    else if (word === "mark") mark = numberOf(words.value(), "not a valid mark");
    else if (word === "uid") words.value();
    else {
      const { host, length } = prefixOf(word === "to" ? words.value() : word);
      dst = host;
      if (word.includes("/") && length !== 32)
        warning = `Warning: /${length} as prefix is invalid, only /32 (or none) is supported.\n`;
    }
  }
  if (dst === undefined) throw new IpError("need at least a destination address", 1);
  return { dst, from, iif, oif, mark, warning };
}

/** How the Linux kernel would route a packet that came in by `iif`. */
function arriving(space: Namespace, packet: Packet, iif: string): RouteAnswer {
  const decision = decideInput(space, packet, iif);
  const { answer } = decision;
  const isForMore = answer?.kind === "route" && answer.route.type === "unicast";
  if (isForMore && !forwards(space, iif)) throw new IpError("RTNETLINK answers: No route to host");
  if (decision.kind === "martian") throw new IpError("RTNETLINK answers: Invalid cross-device link");
  return decision.answer;
}

/** `ip route get`. */
export function getRoute(run: Run, words: Words): Said {
  const space = spaceOf(run);
  const asked = readQuestion(space, words);
  const { dst, from, iif, oif, mark } = asked;
  const nothing = { sport: 0, dport: 0, ttl: 64, df: true, length: 28 };
  const packet: Packet = { src: from ?? 0, dst, proto: "udp", mark, ...nothing };
  const isForeign = iif === undefined && from !== undefined && from !== 0;
  if (isForeign && !space.routes.some((one) => one.type === "local" && contains(one.prefix, from)))
    throw new IpError("RTNETLINK answers: Network is unreachable");
  const answer = iif === undefined ? wayOf(space, packet, "lo", oif) : arriving(space, packet, iif);
  if (answer.kind === "refusal") throw new IpError(`RTNETLINK answers: ${refusals[answer.errno]}`);
  return { stdout: answerText(space, asked, answer), ...(asked.warning === "" ? {} : { stderr: asked.warning }) };
}

function answerText(space: Namespace, asked: Asked, { route, hop }: RouteAnswer & { kind: "route" }): string {
  const { dst, from, iif, mark } = asked;
  const isOwn = route.type === "local" || route.type === "broadcast";
  const device = route.type === "local" ? "lo" : (hop?.device ?? "lo");
  const isPlain = route.table === "main" || route.table === "local";
  const parts = [
    isOwn ? `${route.type} ` : "",
    `${formatIpv4(dst)} `,
    from === undefined ? "" : `from ${formatIpv4(from)} `,
    hop?.via === undefined ? "" : `via ${formatIpv4(hop.via)} `,
    `dev ${device} `,
    isPlain ? "" : `table ${route.table} `,
    from === undefined ? `src ${formatIpv4(sourceFor(space, route, hop, dst))} ` : "",
    mark === 0 ? "" : `mark ${mark} `,
    iif === undefined ? "uid 0 " : "",
  ];
  const cache = route.type === "local" ? " <local>" : route.type === "broadcast" ? " <local,brd>" : "";
  return `${parts.join("")}\n    cache${cache}${iif === undefined ? "" : ` iif ${iif}`} \n`;
}
