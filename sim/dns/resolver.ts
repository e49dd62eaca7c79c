/**
 * The resolver of a pod: its resolv.conf and hosts file as the kubelet writes them, and which full names glibc asks for.
 * Source: Kubernetes 1.32, pkg/kubelet/network/dns/dns.go, pkg/kubelet/kubelet_pods.go (hosts file); glibc 2.36,
 * resolv/res_query.c (__res_context_search). Left out: musl's resolver, which asks all name servers at once.
 * Invariant: pure functions of the pod and its machine's own resolv.conf.
 */
import type { Pod } from "../api/kinds/pod.ts";

/** A resolv.conf. Options as they are written, e.g. "ndots:5". */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** What a pod asks for itself. */
interface PodDnsConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name?: string; readonly value?: string }[];
}

const domain = "cluster.local";
const nameserversMax = 3;
const searchesMax = 32;
const searchTextMax = 2048;
const ndotsMax = 15;

const nothing: ResolvConf = { nameservers: [], searches: [], options: [] };

function isForCluster({ spec }: Pod): boolean {
  const { dnsPolicy = "ClusterFirst", hostNetwork = false } = spec;
  return dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** The resolv.conf of a pod's containers. `dnsAddress`: the kubelet's --cluster-dns; `machine`: its --resolv-conf. */
export function resolvConfOf(pod: Pod, dnsAddress: string, machine: ResolvConf): ResolvConf {
  const namespace = pod.metadata.namespace ?? "default";
  const cluster: ResolvConf = {
    nameservers: [dnsAddress],
    searches: unique([`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...machine.searches]),
    options: ["ndots:5"],
  };
  const byPolicy = isForCluster(pod) ? cluster : pod.spec.dnsPolicy === "None" ? nothing : machine;
  const { nameservers = [], searches = [], options = [] } = (pod.spec.dnsConfig ?? {}) as PodDnsConfig;
  const own = options.map(({ name = "", value }) => (value === undefined ? name : `${name}:${value}`));
  const named = new Set(options.map(({ name }) => name));
  return {
    nameservers: unique([...byPolicy.nameservers, ...nameservers]).slice(0, nameserversMax),
    searches: fitting(unique([...byPolicy.searches, ...searches])),
    options: [...byPolicy.options.filter((option) => !named.has(option.split(":")[0])), ...own],
  };
}

/** As many search domains as the limits allow. */
function fitting(searches: readonly string[]): readonly string[] {
  const kept = searches.slice(0, searchesMax);
  while (kept.join(" ").length > searchTextMax) kept.pop();
  return kept;
}

/** The file /etc/resolv.conf as the runtime writes it. */
export function resolvConfText({ nameservers, searches, options }: ResolvConf): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
    "",
  ].join("\n");
}

/** The dots from which on a name is tried as it is before the search list. */
function ndotsOf({ options }: ResolvConf): number {
  const given = options.find((option) => option.startsWith("ndots:"))?.slice("ndots:".length);
  return given === undefined || !/^\d+$/.test(given) ? 1 : Math.min(ndotsMax, Number(given));
}

/** The full names that are asked for one after the other until one has an answer; without trailing dots. */
export function namesToTry(name: string, conf: ResolvConf): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const dots = name.split(".").length - 1;
  const searched = conf.searches
    .filter((search) => search !== "." && search !== "")
    .map((search) => `${name}.${search}`);
  return unique(dots >= ndotsOf(conf) ? [name, ...searched] : [...searched, name]);
}

/** A line of a hosts file. */
export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

/** The hosts file of a pod with a network of its own: itself, and its `hostAliases`; asked before any name server. */
export function hostsOf(pod: Pod): readonly HostsEntry[] {
  const { hostname = pod.metadata.name, subdomain, hostAliases = [] } = pod.spec;
  const address = pod.status?.podIP;
  const namespace = pod.metadata.namespace ?? "default";
  const full = subdomain ? [`${hostname}.${subdomain}.${namespace}.svc.${domain}`, hostname] : [hostname];
  return [
    { address: "127.0.0.1", names: ["localhost"] },
    ...(address === undefined ? [] : [{ address, names: full }]),
    ...hostAliases.map(({ ip, hostnames = [] }) => ({ address: ip, names: hostnames })),
  ];
}
