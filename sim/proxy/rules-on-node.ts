/**
 * The rules that stand on a node, worked out from what its kube-proxy has seen, when somebody looks; and the ports on
 * which it listens itself.
 * Source: Kubernetes 1.32, pkg/proxy/iptables/proxier.go, pkg/proxy/healthcheck/{service_health,proxy_health}.go.
 * Left out: the memory of partial syncs: comments come and go with the size of the cluster at once.
 * Invariant: nodes that have seen the same share the lists of objects, and with them all rules that do not depend on the node.
 */
import type { EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import type { Node } from "../api/kinds/node.ts";
import type { Service } from "../api/kinds/service.ts";
import { objectAt, resourceKey } from "../api/server/storage.ts";
import type { Io } from "../time/component.ts";
import { rfc3339 } from "../time/instant.ts";
import type { ProcessRow } from "../time/processes.ts";
import type { NodeFacts, ProxyConfig } from "./config.ts";
import { madeOnce } from "./memory.ts";
import { isForKubeProxy } from "./proxied.ts";
import { type ProxyRules, proxyRules } from "./proxy-rules.ts";
import { syncedRevisions } from "./proxy-state.ts";
import { listAt } from "./seen-lists.ts";
import type { ServiceView } from "./service-rules.ts";

/** The pods' network where none was chosen. */
const defaultPodNetwork = "172.30.0.0/16";
const configs = new Map<string, ProxyConfig>();

/** What kubeadm tells kube-proxy: packets from the pods' network are those of the cluster's own pods. */
function kubeadmConfig(io: Io): ProxyConfig {
  const argument = io.table<string>("pod network").get("") ?? defaultPodNetwork;
  const config: ProxyConfig = configs.get(argument) ?? {
    masqueradeAll: false,
    masqueradeBit: 14,
    detectLocal: { by: "cidr", argument },
    nodePortAddresses: [],
    localhostNodePorts: true,
    hasRandomFully: true,
    conntrackTcpBeLiberal: false,
    hasCounters: false,
  };
  configs.set(argument, config);
  return config;
}

type ByNode = Map<string, ProxyRules & { readonly seen: Node | undefined }>;
const known = new WeakMap<readonly Service[], WeakMap<readonly EndpointSlice[], ByNode>>();

/** The rules on a machine; undefined before its kube-proxy has synced for the first time. */
export function proxyRulesOn(io: Io, machine: string): ProxyRules | undefined {
  const seen = syncedRevisions(io, machine);
  if (seen === undefined) return undefined;
  const services = listAt<Service>(io, "services", seen.services, isForKubeProxy);
  const endpointSlices = listAt<EndpointSlice>(io, "endpointslices", seen.endpointSlices, isForKubeProxy);
  const node = objectAt(io, resourceKey("nodes", "", machine), seen.node) as Node | undefined;
  const bySlices = madeOnce(known, services, () => new WeakMap<readonly EndpointSlice[], ByNode>());
  const byNode = madeOnce(bySlices, endpointSlices, () => new Map() as ByNode);
  const before = byNode.get(machine);
  if (before !== undefined && before.seen === node) return before;
  const rules = proxyRules({ services, endpointSlices, node: factsOf(machine, node), config: kubeadmConfig(io) });
  const made = { ...rules, seen: node };
  byNode.set(machine, made);
  return made;
}

function factsOf(hostname: string, node: Node | undefined): NodeFacts {
  const nodeIp = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "127.0.0.1";
  return { hostname, nodeIp, interfaceIps: [nodeIp], labels: node?.metadata.labels ?? {} };
}

/** A port on which a kube-proxy listens, and what it answers to an HTTP request there. */
export interface ProxyListener {
  readonly address: string;
  readonly port: number;
  readonly name: string;
  readonly answer: { readonly status: number; readonly body: string };
}

/** The ports on which the kube-proxy of a machine listens; none if it does not run. */
export function proxyListeners(io: Io, machine: string): readonly ProxyListener[] {
  if (io.table<ProcessRow>("processes").get(`kube-proxy/${machine}`)?.started !== true) return [];
  const now = rfc3339(io.now);
  const healthy = { lastUpdated: now, currentTime: now, nodeEligible: true };
  const own: ProxyListener[] = [
    { address: "0.0.0.0", port: 10256, name: "healthz", answer: { status: 200, body: JSON.stringify(healthy) } },
    { address: "127.0.0.1", port: 10249, name: "metrics", answer: { status: 200, body: "" } },
  ];
  const views = proxyRulesOn(io, machine)?.views ?? [];
  return [...own, ...views.flatMap((view) => healthCheckOf(view, machine))];
}

/** The health check of a Service whose external traffic stays on the node: whether it has an endpoint here. */
function healthCheckOf({ service, ports, endpoints }: ServiceView, machine: string): readonly ProxyListener[] {
  const port = ports.find(({ healthCheckNodePort }) => healthCheckNodePort !== 0)?.healthCheckNodePort;
  if (port === undefined) return [];
  const local = new Set<string>();
  for (const each of endpoints.byPort.values()) {
    for (const { ready, nodeName, address } of each) if (ready && nodeName === machine) local.add(address);
  }
  const { namespace, name } = service.metadata;
  const body = { service: { namespace, name }, localEndpoints: local.size, serviceProxyHealthy: true };
  const answer = { status: local.size > 0 ? 200 : 503, body: JSON.stringify(body) };
  return [{ address: "0.0.0.0", port, name: `health check of ${namespace}/${name}`, answer }];
}
