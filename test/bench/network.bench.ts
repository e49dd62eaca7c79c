/**
 * The network's figures: one request followed from a pod through 10,000 Services to another node and back, and the rules of
 * 1,000 Services as iptables-save text. Times are medians; "warm" means that the
 * same Service was asked for before and neighbours are known; connections are new each time.
 */
import type { EndpointSlice } from "../../sim/api/kinds/endpoint-slice.ts";
import type { Service } from "../../sim/api/kinds/service.ts";
import { runCommand } from "../../sim/net/command/run.ts";
import type { Namespace } from "../../sim/net/namespace.ts";
import { printRuleset } from "../../sim/net/netfilter/ruleset-text.ts";
import type { Choices } from "../../sim/net/path/journey.ts";
import { trace } from "../../sim/net/probe.ts";
import { parseIpv4 } from "../../sim/net/wire/ipv4.ts";
import type { NodeFacts, ProxyConfig } from "../../sim/proxy/config.ts";
import { proxyRuleset } from "../../sim/proxy/netfilter-tables.ts";
import { proxyRules } from "../../sim/proxy/proxy-rules.ts";

const config: ProxyConfig = {
  masqueradeAll: false,
  masqueradeBit: 14,
  detectLocal: { by: "cidr", argument: "172.30.0.0/16" },
  nodePortAddresses: [],
  localhostNodePorts: true,
  hasRandomFully: true,
  conntrackTcpBeLiberal: false,
  hasCounters: false,
};

function service(index: number): Service {
  const metadata = { name: `web-${index}`, namespace: "default" };
  const ports = [{ name: "http", protocol: "TCP", port: 80 } as const];
  const clusterIP = `172.21.${index >> 8}.${index & 255}`;
  return { apiVersion: "v1", kind: "Service", metadata, spec: { clusterIP, ports } };
}

function slice(index: number): EndpointSlice {
  const labels = { "kubernetes.io/service-name": `web-${index}` };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `web-${index}-a`, namespace: "default", labels },
    addressType: "IPv4",
    ports: [{ name: "http", protocol: "TCP", port: 8080 }],
    endpoints: [
      { addresses: ["172.30.2.2"], nodeName: "n2" },
      { addresses: ["172.30.2.3"], nodeName: "n2" },
    ],
  };
}

interface Cluster {
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
}

function cluster(size: number): Cluster {
  const numbers = Array.from({ length: size }, (_, index) => index + 1);
  return { services: numbers.map(service), endpointSlices: numbers.map(slice) };
}

const nodes: readonly NodeFacts[] = ["n1", "n2"].map((hostname, index) => {
  const nodeIp = `10.0.0.${index + 1}`;
  return { hostname, nodeIp, interfaceIps: [nodeIp], labels: {} };
});

const build = [
  ["", "ip link add eth0 netns n1 type veth peer name eth0 netns n2"],
  ...[1, 2].flatMap((node) => [
    [`n${node}`, "ip link set eth0 up"],
    [`n${node}`, `ip addr add 10.0.0.${node}/24 dev eth0`],
    [`n${node}`, `ip route add 172.30.${3 - node}.0/24 via 10.0.0.${3 - node}`],
    [`n${node}`, "ip route add default via 10.0.0.254"],
    [`n${node}`, "sysctl -w net.ipv4.ip_forward=1"],
    ...[2, 3].flatMap((pod) => [
      ["", `ip link add cali${pod} netns n${node} type veth peer name eth0 netns p${node}${pod}`],
      [`n${node}`, `ip link set cali${pod} up`],
      [`n${node}`, `sysctl -w net.ipv4.conf.cali${pod}.proxy_arp=1`],
      [`n${node}`, `ip route add 172.30.${node}.${pod}/32 dev cali${pod}`],
      [`p${node}${pod}`, "ip link set eth0 up"],
      [`p${node}${pod}`, `ip addr add 172.30.${node}.${pod}/32 dev eth0`],
      [`p${node}${pod}`, "ip route add 169.254.1.1 dev eth0 scope link"],
      [`p${node}${pod}`, "ip route add default via 169.254.1.1 dev eth0"],
    ]),
  ]),
] as const;

function topology(): Map<string, Namespace> {
  const rows = new Map<string, Namespace>();
  for (const [name = "", line = ""] of build)
    for (const [key, space] of runCommand(rows, name, line)) rows.set(key, space);
  for (const name of ["p22", "p23"])
    rows.set(name, { ...rows.get(name)!, listeners: [{ proto: "tcp", address: 0, port: 8080, name }] });
  return rows;
}

function withRules(rows: Map<string, Namespace>, state: Cluster): void {
  for (const node of nodes) {
    const ruleset = proxyRuleset(proxyRules({ ...state, node, config }));
    rows.set(node.hostname, { ...rows.get(node.hostname)!, ruleset });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

const choices: Choices = { chance: (_rule, of2to31) => of2to31 > 0x40000000, port: (low) => low };

function ask(rows: ReadonlyMap<string, Namespace>, address: string): ReadonlyMap<string, Namespace> {
  const probe = { from: "p12", proto: "tcp", dst: parseIpv4(address)!, port: 80, sport: 40_000 } as const;
  const { outcome, changed } = trace(rows, probe, choices);
  if (outcome.kind !== "connected") throw new Error(`ended ${outcome.kind}`);
  return changed;
}

/** Neighbours are known from then on; connections are forgotten, so that every request meets the nat table again. */
function keepNeighbours(rows: Map<string, Namespace>, changed: ReadonlyMap<string, Namespace>): void {
  for (const [name, { neighbours }] of changed) rows.set(name, { ...rows.get(name)!, neighbours });
}

const SERVICES = 10_000;
const TRIES = 2_000;

export default function network(): Record<string, number> {
  const state = cluster(SERVICES);
  const rows = topology();
  const firstMs = timed(() => {
    withRules(rows, state);
    ask(rows, "172.21.19.136");
  });
  keepNeighbours(rows, ask(rows, "172.21.19.136"));
  for (let n = 0; n < TRIES; n++) ask(rows, "172.21.19.136");
  const warm = Array.from({ length: TRIES }, () => timed(() => void ask(rows, "172.21.19.136")));
  const others = Array.from({ length: TRIES }, (_, n) =>
    timed(() => void ask(rows, `172.21.${n >> 8}.${(n % 255) + 1}`)),
  );
  const changes = Array.from({ length: 15 }, (_, n) => {
    const services = state.services.with(n, { ...state.services[n]! });
    return timed(() => {
      withRules(rows, { ...state, services });
      ask(rows, "172.21.19.136");
    });
  });
  const small = cluster(1_000);
  const saves = Array.from({ length: 9 }, () => {
    const fresh = { services: small.services.map((one) => ({ ...one })), endpointSlices: small.endpointSlices };
    return timed(() => void printRuleset(proxyRuleset(proxyRules({ ...fresh, node: nodes[0]!, config }))));
  });
  const same = proxyRuleset(proxyRules({ ...small, node: nodes[0]!, config }));
  printRuleset(same);
  return {
    path10000ServicesFirstMs: firstMs,
    path10000ServicesWarmUs: median(warm) * 1000,
    path10000ServicesOtherUs: median(others) * 1000,
    path10000ServicesAfterChangeMs: median(changes),
    save1000ServicesMs: median(saves),
    save1000ServicesAgainMs: median(Array.from({ length: 9 }, () => timed(() => void printRuleset(same)))),
  };
}

/** DESIGN section 9. */
export const budgets: Readonly<Record<string, string>> = { path10000ServicesWarmUs: "≤ 50" };
