/**
 * What CoreDNS answers with the Corefile that kubeadm installs: the cluster's own names from Services and endpoints, all
 * others from outside.
 * Source: CoreDNS 1.11, plugin/kubernetes/{handler,kubernetes,reverse,ns}.go, plugin/backend_lookup.go; options
 * `pods insecure`, `fallthrough in-addr.arpa ip6.arpa`, `ttl 30`, `forward . /etc/resolv.conf`.
 * Left out: the cache, the random order of `loadbalance`, IPv6 addresses, additional records.
 * Invariant: NXDOMAIN only if nothing of any type has the name.
 */
import type { Service } from "../api/kinds/service.ts";
import { ipv4Number, isIpv6 } from "../api/validation/ip-address.ts";
import { outsideAddress } from "./outside-names.ts";
import {
  type Answer,
  canonicalName,
  type DnsRecord,
  parseName,
  type Question,
  type RecordType,
  reversedAddress,
} from "./question.ts";
import type { ZoneView } from "./zone-view.ts";

/** The suffix of all names of the cluster. */
const domain = "cluster.local";
const ttl = 30;
const outsideTtl = 300;
const versionTtl = 28_800;
/** A chain of aliases is followed this far. */
const aliasesMax = 8;

/** One thing that a name stands for; `host` is an address or another name, `key` the name that it has itself. */
interface Found {
  readonly host: string;
  readonly port: number;
  readonly key: string;
}

type Lookup = readonly Found[] | "no such name";

/** Answers a question as a CoreDNS pod that has seen `view`. */
export function answer(view: ZoneView, question: Question): Answer {
  const name = canonicalName(question.name);
  const { type } = question;
  if (name === domain || name.endsWith(`.${domain}`)) return ownAnswer(view, name, type);
  const reversed = type === "PTR" ? reversedAddress(name) : undefined;
  const names = reversed === undefined ? [] : namesOf(view, reversed);
  if (names.length > 0) return found(names.map((value) => ({ name, type, ttl, value })));
  return forwarded(name, type);
}

function found(records: readonly DnsRecord[], keep: number = ttl): Answer {
  return { rcode: "NOERROR", records, ttl: keep };
}

const nxdomain: Answer = { rcode: "NXDOMAIN", records: [], ttl };

/** What lies outside: asked of the machine's own name servers. */
function forwarded(name: string, type: RecordType): Answer {
  const address = outsideAddress(name);
  if (address === undefined) return { ...nxdomain, ttl: outsideTtl };
  return found(type === "A" ? [{ name, type, ttl: outsideTtl, value: address }] : [], outsideTtl);
}

/** The names behind an address: that of a Service, else those of endpoints. */
function namesOf(view: ZoneView, address: string): readonly string[] {
  const service = view.serviceWith(address);
  if (service !== undefined) return [`${nameOf(service)}.`];
  return [...new Set(view.endpointNamesOf(address).map((name) => `${name}.svc.${domain}.`))];
}

function nameOf({ metadata }: Service): string {
  return `${metadata.name}.${metadata.namespace}.svc.${domain}`;
}

function ownAnswer(view: ZoneView, name: string, type: RecordType): Answer {
  const special = specialAnswer(view, name, type);
  if (special !== undefined) return special;
  const things = lookUp(view, name);
  if (things === "no such name") return nxdomain;
  switch (type) {
    case "A":
    case "AAAA":
      return found(addressRecords(view, name, type, things, []));
    case "SRV":
      return found(serviceRecords(name, things));
    case "CNAME": {
      const [first] = things;
      const isAlias = first !== undefined && !isAddress(first.host);
      return found(isAlias ? [{ name, type, ttl, value: `${first.host}.` }] : []);
    }
    default:
      return found([]);
  }
}

/** The zone's own records: its version, its name servers, its start of authority. */
function specialAnswer(view: ZoneView, name: string, type: RecordType): Answer | undefined {
  const dns = view.service("kube-system", "kube-dns");
  if (type === "SOA" && name === domain) {
    const value = `ns.dns.${domain}. hostmaster.${domain}. 1 7200 1800 86400 ${ttl}`;
    return found([{ name, type, ttl, value }]);
  }
  if (type === "NS" && name === domain) {
    return found(dns === undefined ? [] : [{ name, type, ttl, value: `${nameOf(dns)}.` }]);
  }
  if (type === "TXT") {
    if (name !== `dns-version.${domain}`) return found([]);
    return found([{ name, type, ttl: versionTtl, value: '"1.1.0"' }]);
  }
  if (name !== `ns.dns.${domain}`) return undefined;
  const address = dns?.spec.clusterIP;
  return found(type === "A" && address !== undefined ? [{ name, type, ttl, value: address }] : []);
}

function lookUp(view: ZoneView, name: string): Lookup {
  const parsed = parseName(name, domain);
  if (parsed === undefined) return "no such name";
  if (parsed.kind === "apex") return [];
  if (!view.hasNamespace(parsed.namespace)) return "no such name";
  if (parsed.service === "") return [];
  return parsed.kind === "pod" ? podAddress(name, parsed.service) : serviceThings(view, parsed);
}

/** `pods insecure`: any address is believed. */
function podAddress(name: string, dashed: string): Lookup {
  const isFour = dashed.split("-").length === 4 && !dashed.includes("--");
  const address = dashed.replaceAll("-", isFour ? "." : ":");
  return isAddress(address) ? [{ host: address, port: 0, key: name }] : "no such name";
}

function isAddress(host: string): boolean {
  return ipv4Number(host) !== undefined || isIpv6(host);
}

type Parsed = NonNullable<ReturnType<typeof parseName>>;

function serviceThings(view: ZoneView, parsed: Parsed): Lookup {
  const service = view.service(parsed.namespace, parsed.service);
  if (service === undefined) return "no such name";
  const { spec } = service;
  const key = nameOf(service);
  if (spec.type === "ExternalName") {
    const host = canonicalName(spec.externalName ?? "");
    return parsed.endpoint !== "" || isAddress(host) ? "no such name" : [{ host, port: 0, key }];
  }
  const things =
    spec.clusterIP === "None" || parsed.endpoint !== "" ? behind(view, parsed, key) : inFront(service, parsed);
  return things.length === 0 ? "no such name" : things;
}

function matches({ port, protocol }: Parsed, name = "", speaks = "TCP"): boolean {
  return (port === "" || port === name.toLowerCase()) && (protocol === "" || protocol === speaks.toLowerCase());
}

/** The endpoints that a question is for: of a headless Service, or one by its name. */
function behind(view: ZoneView, parsed: Parsed, key: string): Found[] {
  const things: Found[] = [];
  for (const { address, host, ports } of view.endpoints(parsed.namespace, parsed.service)) {
    if (parsed.endpoint !== "" && parsed.endpoint !== host.toLowerCase()) continue;
    for (const { name, protocol, port = 0 } of ports) {
      if (matches(parsed, name, protocol)) things.push({ host: address, port, key: `${host}.${key}` });
    }
  }
  return things;
}

/** The cluster address, once for each port that the question is for. */
function inFront(service: Service, parsed: Parsed): Found[] {
  const addresses = service.spec.clusterIPs ?? [];
  const ports = (service.spec.ports ?? []).filter(({ name, protocol }) => matches(parsed, name, protocol));
  return ports.flatMap(({ port }) => addresses.map((host) => ({ host, port, key: nameOf(service) })));
}

/** Addresses, each once; aliases are followed, within the zone and outside, unless they lead in a circle. */
function addressRecords(
  view: ZoneView,
  name: string,
  type: "A" | "AAAA",
  things: readonly Found[],
  before: readonly string[],
): readonly DnsRecord[] {
  const records: DnsRecord[] = [];
  const seen = new Set<string>();
  for (const { host } of things) {
    if (isAddress(host)) {
      if ((type === "A") !== (ipv4Number(host) !== undefined) || seen.has(host)) continue;
      seen.add(host);
      records.push({ name, type, ttl, value: host });
    } else if (host !== name && !before.includes(host) && before.length < aliasesMax) {
      records.push(...aliasRecords(view, name, type, host, before));
    }
  }
  return records;
}

function aliasRecords(
  view: ZoneView,
  name: string,
  type: "A" | "AAAA",
  host: string,
  before: readonly string[],
): readonly DnsRecord[] {
  const alias: DnsRecord = { name, type: "CNAME", ttl, value: `${host}.` };
  if (!host.endsWith(`.${domain}`)) return [alias, ...forwarded(host, type).records];
  const things = lookUp(view, host);
  const next = things === "no such name" ? [] : addressRecords(view, host, type, things, [...before, name]);
  return next.length === 0 ? [] : [alias, ...next];
}

/** SRV records; all weigh the same. Aliases have none. */
function serviceRecords(name: string, things: readonly Found[]): readonly DnsRecord[] {
  const own = things.filter(({ host }) => isAddress(host));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, own.length)));
  const values = own.filter(({ port }) => port !== -1).map(({ port, key }) => `0 ${weight} ${port} ${key}.`);
  return [...new Set(values)].map((value) => ({ name, type: "SRV", ttl, value }));
}
