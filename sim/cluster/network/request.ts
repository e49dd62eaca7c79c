/**
 * A whole request, as `curl` or `ping` would make it: the name is looked up as the place's resolver does, then it is sent.
 * Models glibc's resolver and a client that tries one address. Left out: AAAA questions, caches, connections kept open.
 * Invariant: every packet that the real client would have to send for this is followed; nothing is answered from nowhere.
 */

import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../net/wire/ipv4.ts";
import type { Io } from "../../time/component.ts";
import type { Leg, Trace, TraceOutcome } from "../../trace.ts";
import { machinesByName } from "./host-space.ts";
import { logAccess } from "./http.ts";
import { addressInHosts, answerFrom, namesToTry, resolvConfAt } from "./names.ts";
import { newest } from "./newest.ts";
import { findPlace, type Place } from "./places.ts";
import { planOf } from "./plan.ts";
import { exchange, type Probing, patienceUs } from "./probing.ts";
import { readTarget, type Target } from "./target.ts";
import type { TraceOptions } from "./trace-options.ts";
import { traceText } from "./trace-text.ts";

/** A lookup's end: the address, or why there is none. */
type Found =
  | { readonly address: Ipv4; readonly legs: readonly Leg[] }
  | { readonly legs: readonly Leg[]; readonly outcome: TraceOutcome };

/** Follows a request. Throws a RangeError for a place or target that can't be read. */
export function followRequest(
  probing: Omit<Probing, "place">,
  from: string,
  to: string,
  step: number,
  options: TraceOptions,
): Trace {
  const { io } = probing;
  const here: Probing = { ...probing, place: findPlace(io, from) };
  const target = resolveObject(io, here.place, readTarget(to));
  const found = resolve(here, target, options);
  const start = { from: here.place.name, to, step, now: io.now };
  if ("outcome" in found) return finished({ ...start, legs: found.legs, outcome: found.outcome });
  const leg = sendRequest(here, target, found.address, options);
  const waited = found.legs.reduce((sum, { outcome }) => sum + outcome.afterUs, 0);
  const outcome = { ...leg.outcome, afterUs: leg.outcome.afterUs + waited };
  if (target.path !== "") {
    const { method = "GET", userAgent = "curl/8.9.1" } = options;
    logAccess(io, { legs: [leg], outcome }, { method, path: target.path, headers: { "user-agent": userAgent } });
  }
  return finished({ ...start, legs: [...found.legs, leg], outcome });
}

function finished(story: Omit<Trace, "toString">): Trace {
  return { ...story, toString: () => traceText(story) };
}

function sendRequest(probing: Probing, { protocol, port }: Target, dst: Ipv4, options: TraceOptions): Leg {
  const { timeoutUs = patienceUs[protocol], sourcePort, size, ttl } = options;
  const probe = {
    proto: protocol,
    dst,
    port,
    ...(protocol === "tcp" && { closes: true as const }),
    ...(sourcePort !== undefined && { sport: sourcePort }),
    ...(size !== undefined && { size }),
    ...(ttl !== undefined && { ttl }),
  };
  const { hops, outcome } = exchange(probing, probe, timeoutUs);
  const target = port === 0 ? formatIpv4(dst) : `${formatIpv4(dst)}:${port}`;
  return { purpose: "request", query: "", answer: "", target, proto: protocol, hops, outcome };
}

/** Finds the address of a target: it is one, an object has one, or a name server knows. */
function resolve(probing: Probing, target: Target, options: TraceOptions): Found {
  const { place } = probing;
  const { host } = target;
  const literal = parseIpv4(host);
  if (literal !== undefined) return { address: literal, legs: [] };
  const known = parseIpv4(addressInHosts(place, host) ?? "");
  if (known !== undefined) return { address: known, legs: [] };
  return lookUp(probing, host, options);
}

function objectName(place: Place, host: string): readonly [string, string, string] {
  const [kind = "", ...rest] = host.split("/");
  const own = place.pod?.metadata.namespace ?? "default";
  const [namespace = own, name = ""] = rest.length > 1 ? rest : [own, rest[0]];
  return [kind.startsWith("n") ? "node" : kind.startsWith("s") ? "service" : "pod", namespace, name];
}

function serviceOf(io: Io, namespace: string, name: string): Service {
  const service = newest<Service>(io, "services", namespace, name);
  if (service === undefined) throw new RangeError(`no service is called "${name}" in namespace ${namespace}`);
  return service;
}

function podAddress(io: Io, namespace: string, name: string): Ipv4 {
  const pod = newest<Pod>(io, "pods", namespace, name);
  if (pod === undefined) throw new RangeError(`no pod is called "${name}" in namespace ${namespace}`);
  const address = parseIpv4(pod.status?.podIP ?? "");
  if (address === undefined) throw new RangeError(`pod ${namespace}/${name} has reported no address yet`);
  return address;
}

function addressOfObject(io: Io, place: Place, host: string): Ipv4 {
  const [kind, namespace, name] = objectName(place, host);
  if (kind === "pod") return podAddress(io, namespace, name);
  if (kind === "node") {
    const machine = machinesByName(planOf(io)).get(name);
    if (machine === undefined) throw new RangeError(`no node is called "${name}"`);
    return machine.address;
  }
  const { clusterIP = "" } = serviceOf(io, namespace, name).spec;
  const address = parseIpv4(clusterIP);
  if (address === undefined)
    throw new RangeError(
      `service ${namespace}/${name} has no address of its own (clusterIP is ${clusterIP || "not set"})`,
    );
  return address;
}

/** Whether "http://service/health" means the host "service": there is no object of that name. */
function isName(io: Io, place: Place, { host, scheme }: Target): boolean {
  if (scheme !== "http" && scheme !== "https") return false;
  const [kind, namespace, name] = objectName(place, host);
  if (kind === "node") return !machinesByName(planOf(io)).has(name);
  return newest(io, `${kind}s`, namespace, name) === undefined;
}

function asName(target: Target): Target {
  const slash = target.host.indexOf("/");
  const path = target.path === "/" ? "" : target.path;
  return { ...target, host: target.host.slice(0, slash), path: `${target.host.slice(slash)}${path}` };
}

/** A target whose object, if it names one, has been found: an address instead of the object, and a port. */
export function resolveObject(io: Io, place: Place, target: Target): Target {
  const { host, port, protocol } = target;
  if (!host.includes("/")) return target;
  if (isName(io, place, target)) return asName(target);
  const address = formatIpv4(addressOfObject(io, place, host));
  if (port !== 0 || protocol === "icmp") return { ...target, host: address };
  const [kind, namespace, name] = objectName(place, host);
  const own = kind === "service" ? serviceOf(io, namespace, name).spec.ports?.[0]?.port : undefined;
  if (own === undefined) throw new RangeError(`"${host}" needs a port: write ${host}:80 or http://${host}`);
  return { ...target, host: address, port: own };
}

/** One attempt waits this long; a resolver makes two rounds. */
const dnsTimeoutUs = patienceUs.udp;
const dnsRounds = 2;
const dnsPort = 53;

/** Asks the place's name servers for each name of its search list until one is known. */
function lookUp(probing: Probing, host: string, options: TraceOptions): Found {
  const { io, place } = probing;
  const servers = options.nameServer === undefined ? resolvConfAt(io, place).nameservers : [options.nameServer];
  const legs: Leg[] = [];
  let isSilent = false;
  for (const name of namesToTry(io, place, host)) {
    const leg = ask(probing, servers, name);
    legs.push(leg);
    const address = /(?:^|, )A ([\d.]+)/.exec(leg.answer)?.[1];
    if (address !== undefined) return { address: parseIpv4(address) as Ipv4, legs };
    isSilent = leg.answer === "";
    if (isSilent) break;
  }
  const afterUs = legs.reduce((sum, { outcome }) => sum + outcome.afterUs, 0);
  const text = isSilent
    ? `no name server answered for ${host}: ${legs.at(-1)?.outcome.text ?? "there is none"}`
    : `no name server knows ${host}`;
  return { legs, outcome: { kind: "name not found", by: "", text, afterUs } };
}

/** Asks one question of each server in turn; a server that refuses or is silent is passed over. */
function ask(probing: Probing, servers: readonly string[], name: string): Leg {
  let last: Leg | undefined;
  for (const server of servers) {
    const dst = parseIpv4(server);
    if (dst === undefined) continue;
    const { hops, outcome, listener } = exchange(probing, { proto: "udp", dst, port: dnsPort }, dnsTimeoutUs);
    const answer = outcome.kind === "answered" ? answerFrom(probing.io, probing.random, listener, name) : "";
    const afterUs = outcome.kind === "timed out" ? dnsTimeoutUs * dnsRounds : outcome.afterUs;
    last = {
      purpose: "lookup",
      query: name,
      answer,
      target: `${server}:${dnsPort}`,
      proto: "udp",
      hops,
      outcome: { ...outcome, afterUs },
    };
    if (answer !== "") return last;
  }
  return last ?? noServer(name);
}

function noServer(name: string): Leg {
  const outcome = { kind: "name not found", by: "", text: "no name server is configured", afterUs: 0 } as const;
  return { purpose: "lookup", query: name, answer: "", target: "", proto: "udp", hops: [], outcome };
}
