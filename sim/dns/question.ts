/**
 * DNS questions, answers, and the parts of a name below the cluster's domain.
 * Source: RFC 1035; the Kubernetes DNS specification 1.1; CoreDNS 1.11, plugin/kubernetes/parse.go.
 * Left out: classes but IN, sections but the answer.
 * Invariant: names are in lower case and without the trailing dot.
 */

/** Types of records that are asked for. */
export type RecordType = "A" | "AAAA" | "CNAME" | "SRV" | "PTR" | "TXT" | "NS" | "SOA" | "MX";

/** One question. */
export interface Question {
  readonly name: string;
  readonly type: RecordType;
}

/** One record of an answer; `value` as `dig +short` prints it. */
export interface DnsRecord {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  readonly value: string;
}

/** What a name server says. NOERROR without records: the name exists, but has nothing of that type. */
export interface Answer {
  readonly rcode: "NOERROR" | "NXDOMAIN";
  readonly records: readonly DnsRecord[];
  /** How long the answer may be kept, in seconds; also that of a denial. */
  readonly ttl: number;
}

/** What a name below the domain asks for; empty parts were not given. */
export interface ParsedName {
  readonly kind: "svc" | "pod" | "apex";
  readonly namespace: string;
  readonly service: string;
  readonly endpoint: string;
  readonly port: string;
  readonly protocol: string;
}

/** A name in the form in which all are compared. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

/** Takes a name apart that is below the domain (or the domain itself); undefined if it can be nothing that exists. */
export function parseName(name: string, domain: string): ParsedName | undefined {
  const empty = { namespace: "", service: "", endpoint: "", port: "", protocol: "" };
  const labels = name === domain ? [] : name.slice(0, -domain.length - 1).split(".");
  if (labels.includes("")) return undefined;
  const kind = labels.pop();
  if (kind === undefined) return { kind: "apex", ...empty };
  if (kind !== "svc" && kind !== "pod") return undefined;
  const namespace = labels.pop() ?? "";
  const service = labels.pop() ?? "";
  if (labels.length > 2) return undefined;
  const [first = "", second] = labels;
  if (second === undefined)
    return { ...empty, kind: namespace === "" ? "apex" : kind, namespace, service, endpoint: first };
  return { ...empty, kind, namespace, service, port: stripped(first), protocol: stripped(second) };
}

function stripped(label: string): string {
  return label.startsWith("_") ? label.slice(1) : label;
}

/** The address in a name such as "10.0.21.172.in-addr.arpa"; undefined if it is no whole IPv4 address. */
export function reversedAddress(name: string): string | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  return found === null ? undefined : `${found[4]}.${found[3]}.${found[2]}.${found[1]}`;
}
