/** Networks to build twice, simulated and real, each with the requests to send through it; everything follows from a seed. */
import type { EndpointSlice } from "../../sim/api/kinds/endpoint-slice.ts";
import type { Service, ServiceSpec } from "../../sim/api/kinds/service.ts";
import { runCommand } from "../../sim/net/command/run.ts";
import type { Namespace } from "../../sim/net/namespace.ts";
import { proxyRuleset } from "../../sim/proxy/netfilter-tables.ts";
import { proxyRules } from "../../sim/proxy/proxy-rules.ts";
import { RandomStreams } from "../../sim/time/random.ts";

/** One request. */
export interface Flow {
  readonly from: string;
  readonly proto: "tcp" | "udp";
  readonly dst: string;
  readonly port: number;
}

/** A network and its requests, which are sent in order. */
export interface Topology {
  readonly name: string;
  readonly rows: Map<string, Namespace>;
  readonly flows: readonly Flow[];
}

type Draw = (below: number) => number;
type Line = readonly [namespace: string, line: string];

/** Where servers listen. */
export const PORTS = [8080, 8081] as const;

function drawer(seed: number): Draw {
  const stream = new RandomStreams(seed).stream("netns");
  return (below) => stream.below(below);
}

function build(lines: readonly Line[], servers: readonly string[]): Map<string, Namespace> {
  const rows = new Map<string, Namespace>();
  for (const [name, line] of lines) for (const [key, space] of runCommand(rows, name, line)) rows.set(key, space);
  for (const name of servers) {
    const listeners = PORTS.flatMap((port) =>
      (["tcp", "udp"] as const).map((proto) => ({ proto, address: 0, port, name })),
    );
    rows.set(name, { ...rows.get(name)!, listeners });
  }
  return rows;
}

/** A cable between two namespaces, with an address at each end. */
function cable([a, aDevice, aAddress]: readonly string[], [b, bDevice, bAddress]: readonly string[]): Line[] {
  return [
    ["", `ip link add ${aDevice} netns ${a} type veth peer name ${bDevice} netns ${b}`],
    [a!, `ip addr add ${aAddress} dev ${aDevice}`],
    [b!, `ip addr add ${bAddress} dev ${bDevice}`],
    [a!, `ip link set ${aDevice} up`],
    [b!, `ip link set ${bDevice} up`],
  ];
}

const both = (from: string, dst: string, port: number): Flow[] => [
  { from, proto: "tcp", dst, port },
  { from, proto: "udp", dst, port },
];

function shuffled<T>(values: readonly T[], draw: Draw): readonly T[] {
  const left = [...values];
  return values.map(() => left.splice(draw(left.length), 1)[0]!);
}

/** Two routers between a client and a server, with refusing routes, a filter that rejects and drops, and masquerading. */
export function routed(seed: number): Topology {
  const draw = drawer(seed);
  const net = 1 + draw(200);
  const [client, server] = [`10.${net}.1.2`, `10.${net}.3.2`];
  const reject = ["icmp-port-unreachable", "icmp-admin-prohibited", "icmp-host-unreachable", "tcp-reset"] as const;
  const chosen = reject[draw(reject.length)]!;
  const rejects = chosen === "tcp-reset" ? ["tcp"] : ["tcp", "udp"];
  const lines: Line[] = [
    ...["c", "r1", "r2", "s"].map((name): Line => [name, "ip link set lo up"]),
    ...cable(["c", "eth0", `${client}/24`], ["r1", "west", `10.${net}.1.1/24`]),
    ...cable(["r1", "east", `10.${net}.2.1/24`], ["r2", "west", `10.${net}.2.2/24`]),
    ...cable(["r2", "east", `10.${net}.3.1/24`], ["s", "eth0", `${server}/24`]),
    ...["r1", "r2"].map((name): Line => [name, "sysctl -w net.ipv4.ip_forward=1"]),
    ["c", `ip route add default via 10.${net}.1.1`],
    ["s", `ip route add default via 10.${net}.3.1`],
    ["s", "ip addr add 10.250.0.1/32 dev lo"],
    ["r1", `ip route add 10.${net}.3.0/24 via 10.${net}.2.2`],
    ["r2", `ip route add 10.${net}.1.0/24 via 10.${net}.2.1`],
    ["r1", `ip route add 10.250.0.0/16 via 10.${net}.2.2`],
    ["r2", `ip route add 10.250.0.0/24 via 10.${net}.3.2`],
    ["r2", "ip route add unreachable 10.250.1.0/24"],
    ["r2", "ip route add prohibit 10.250.2.0/24"],
    ["r2", "ip route add blackhole 10.250.3.0/24"],
    ["r1", "ip route add 10.250.4.0/24 via 10.255.0.1 dev east onlink"],
    ["c", "ip route add prohibit 10.251.0.0/16"],
    ...rejects.map(
      (proto): Line => ["r2", `iptables -A FORWARD -p ${proto} --dport 8081 -j REJECT --reject-with ${chosen}`],
    ),
    ["r2", "iptables -A FORWARD -p tcp --dport 8082 -j DROP"],
    ["r2", `iptables -t nat -A POSTROUTING -o east -s ${client}/32 -d ${server}/32 -j MASQUERADE`],
    ["r1", `iptables -t nat -A PREROUTING -d 10.252.0.1/32 -p tcp --dport 80 -j DNAT --to-destination ${server}:8080`],
    ["c", "iptables -A OUTPUT -p udp --dport 8089 -j DROP"],
  ];
  const flows = [
    ...both("c", server, 8080),
    ...both("c", server, 8081),
    ...both("c", server, 9999),
    { from: "c", proto: "tcp", dst: "10.250.0.1", port: 8080 },
    ...both("c", "10.251.0.1", 8080),
    { from: "c", proto: "tcp", dst: server, port: 8082 },
    { from: "c", proto: "udp", dst: server, port: 8089 },
    { from: "c", proto: "tcp", dst: "10.252.0.1", port: 80 },
    { from: "c", proto: "tcp", dst: "10.252.0.2", port: 80 },
    { from: "c", proto: "tcp", dst: "10.250.1.1", port: 80 },
    { from: "c", proto: "tcp", dst: "10.250.2.1", port: 80 },
    { from: "c", proto: "tcp", dst: "10.250.3.1", port: 80 },
    { from: "c", proto: "tcp", dst: "10.250.4.1", port: 80 },
    { from: "s", proto: "tcp", dst: client, port: 8080 },
    { from: "r1", proto: "udp", dst: server, port: 8080 },
  ] as const satisfies readonly Flow[];
  return { name: "routers with filters", rows: build(lines, ["c", "s"]), flows: shuffled(flows, draw) };
}

/** A pod as Calico makes it: a /32, a gateway that is no one's, and a host that answers for it. */
function pod(node: string, name: string, address: string): Line[] {
  const device = `cali${name}`;
  return [
    ["", `ip link add ${device} netns ${node} type veth peer name eth0 netns ${name}`],
    [node, `ip link set ${device} address ee:ee:ee:ee:ee:ee`],
    [node, `sysctl -w net.ipv4.conf.${device}.proxy_arp=1`],
    [node, `sysctl -w net.ipv4.neigh.${device}.proxy_delay=0`],
    [node, `ip link set ${device} up`],
    [node, `ip route add ${address}/32 dev ${device} scope link`],
    [name, "ip link set lo up"],
    [name, `ip addr add ${address}/32 dev eth0`],
    [name, "ip link set eth0 up"],
    [name, "ip route add 169.254.1.1 dev eth0 scope link"],
    [name, "ip route add default via 169.254.1.1 dev eth0"],
  ];
}

/** Two nodes with two pods each on one segment behind a router, and a client outside. */
function nodesWithPods(): Line[] {
  const hosts = ["node1", "node2"].flatMap((node, index): Line[] => [
    [node, "ip link set lo up"],
    ["", `ip link add n${index + 1} netns rtr type veth peer name eth0 netns ${node}`],
    ["rtr", `ip link set n${index + 1} up`],
    ["rtr", `ip addr add 192.168.${index}.1/24 dev n${index + 1}`],
    [node, "ip link set eth0 up"],
    [node, `ip addr add 192.168.${index}.2/24 dev eth0`],
    [node, `ip route add default via 192.168.${index}.1`],
    [node, "sysctl -w net.ipv4.ip_forward=1"],
    [node, "sysctl -w net.ipv4.conf.all.route_localnet=1"],
    [node, `ip route add blackhole 10.244.${index}.0/24 proto bird`],
    ["rtr", `ip route add 10.244.${index}.0/24 via 192.168.${index}.2`],
    ...pod(node, `p${index}a`, `10.244.${index}.2`),
    ...pod(node, `p${index}b`, `10.244.${index}.3`),
  ]);
  return [
    ["rtr", "ip link set lo up"],
    ["rtr", "sysctl -w net.ipv4.ip_forward=1"],
    ...cable(["ext", "eth0", "203.0.113.2/24"], ["rtr", "out", "203.0.113.1/24"]),
    ["ext", "ip route add default via 203.0.113.1"],
    ...hosts,
    ["rtr", "ip route add 198.51.100.0/24 via 192.168.0.2"],
  ];
}

const PODS = ["p0a", "p0b", "p1a", "p1b"] as const;

/** Pods and nodes without Services: proxy ARP, blackholes, a pod whose host does not answer for it. */
export function proxyArp(seed: number): Topology {
  const draw = drawer(seed);
  const silent = PODS[draw(PODS.length)]!;
  const lines: Line[] = [
    ...nodesWithPods(),
    [`node${Number(silent[1]) + 1}`, `sysctl -w net.ipv4.conf.cali${silent}.proxy_arp=0`],
  ];
  const flows = [
    ...PODS.flatMap((from, index) => both(from, `10.244.${index % 2}.${2 + (index >> 1)}`, 8080)),
    { from: "p0a", proto: "tcp", dst: "10.244.0.77", port: 8080 },
    { from: "p1b", proto: "tcp", dst: "10.244.1.77", port: 8080 },
    { from: "node1", proto: "tcp", dst: "10.244.1.2", port: 9999 },
    { from: "node2", proto: "udp", dst: "10.244.1.2", port: 9999 },
    { from: "ext", proto: "tcp", dst: "10.244.0.3", port: 8081 },
    { from: "ext", proto: "tcp", dst: "10.245.0.3", port: 8081 },
  ] as const satisfies readonly Flow[];
  return { name: "pods behind proxy ARP", rows: build(lines, [...PODS]), flows: shuffled(flows, draw) };
}

interface Wanted {
  readonly spec: Partial<ServiceSpec>;
  readonly ingress?: string;
  /** Pods behind it; none for a Service without endpoints. */
  readonly pods: readonly (typeof PODS)[number][];
}

function podAddress(name: string): string {
  return `10.244.${name[1]}.${name[2] === "a" ? 2 : 3}`;
}

function objects(wanted: readonly Wanted[]): {
  services: readonly Service[];
  endpointSlices: readonly EndpointSlice[];
} {
  const services = wanted.map(({ spec, ingress }, index): Service => {
    const ports = (["TCP", "UDP"] as const).map((protocol) => ({
      name: protocol.toLowerCase(),
      protocol,
      port: 80,
      ...(spec.type === "NodePort" || spec.type === "LoadBalancer" ? { nodePort: 30_000 + index } : {}),
    }));
    return {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `web-${index}`, namespace: "default" },
      spec: { clusterIP: `10.96.0.${index + 1}`, ports, ...spec },
      ...(ingress === undefined ? {} : { status: { loadBalancer: { ingress: [{ ip: ingress }] } } }),
    };
  });
  const endpointSlices = wanted.map(({ pods }, index): EndpointSlice => {
    const labels = { "kubernetes.io/service-name": `web-${index}` };
    return {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `web-${index}-x`, namespace: "default", labels },
      addressType: "IPv4",
      ports: (["TCP", "UDP"] as const).map((protocol) => ({ name: protocol.toLowerCase(), protocol, port: 8080 })),
      endpoints: pods.map((name) => ({ addresses: [podAddress(name)], nodeName: `node${Number(name[1]) + 1}` })),
    };
  });
  return { services, endpointSlices };
}

/** The same nodes with kube-proxy's rules for Services of every type. */
export function kubeProxied(seed: number): Topology {
  const draw = drawer(seed);
  const some = () => PODS.filter(() => draw(2) === 1);
  const wanted: readonly Wanted[] = [
    { spec: {}, pods: PODS },
    { spec: {}, pods: [] },
    { spec: { sessionAffinity: "ClientIP" }, pods: PODS },
    { spec: { type: "NodePort" }, pods: ["p0a", "p1a"] },
    { spec: { type: "NodePort", externalTrafficPolicy: "Local" }, pods: ["p1b"] },
    { spec: { internalTrafficPolicy: "Local" }, pods: ["p0b"] },
    { spec: { type: "LoadBalancer" }, ingress: "198.51.100.7", pods: some() },
    { spec: { type: "LoadBalancer", externalTrafficPolicy: "Local" }, ingress: "198.51.100.8", pods: ["p0a"] },
    {
      spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8"] },
      ingress: "198.51.100.9",
      pods: ["p0a", "p1b"],
    },
  ];
  const state = objects(wanted);
  const rows = build(nodesWithPods(), [...PODS]);
  const config = {
    masqueradeAll: draw(4) === 0,
    masqueradeBit: 14,
    detectLocal: { by: "cidr", argument: "10.244.0.0/16" },
    nodePortAddresses: [],
    localhostNodePorts: true,
    hasRandomFully: true,
    conntrackTcpBeLiberal: false,
    hasCounters: false,
  } as const;
  for (const [index, hostname] of ["node1", "node2"].entries()) {
    const nodeIp = `192.168.${index}.2`;
    const node = { hostname, nodeIp, interfaceIps: [nodeIp], labels: {} };
    rows.set(hostname, { ...rows.get(hostname)!, ruleset: proxyRuleset(proxyRules({ ...state, node, config })) });
  }
  const sender = () => PODS[draw(PODS.length)]!;
  const flows: readonly Flow[] = [
    ...both(sender(), "10.96.0.1", 80),
    ...both("node1", "10.96.0.1", 80),
    ...both(sender(), "10.96.0.2", 80),
    ...[1, 2, 3].map((): Flow => ({ from: "p0a", proto: "tcp", dst: "10.96.0.3", port: 80 })),
    ...both("ext", "192.168.0.2", 30_003),
    { from: "node1", proto: "tcp", dst: "127.0.0.1", port: 30_003 },
    { from: "ext", proto: "tcp", dst: "192.168.0.2", port: 30_004 },
    { from: "ext", proto: "tcp", dst: "192.168.1.2", port: 30_004 },
    { from: "p0a", proto: "tcp", dst: "192.168.0.2", port: 30_004 },
    { from: "p0a", proto: "tcp", dst: "10.96.0.6", port: 80 },
    { from: "p1a", proto: "tcp", dst: "10.96.0.6", port: 80 },
    ...both("ext", "198.51.100.7", 80),
    { from: "ext", proto: "tcp", dst: "198.51.100.8", port: 80 },
    { from: "ext", proto: "tcp", dst: "198.51.100.9", port: 80 },
    { from: "p1a", proto: "tcp", dst: "198.51.100.9", port: 80 },
    { from: "p0a", proto: "tcp", dst: "10.96.0.4", port: 80 },
    { from: "ext", proto: "tcp", dst: "192.168.0.2", port: 30_777 },
  ];
  return { name: "kube-proxy's Services", rows, flows };
}

/** Nodes in two subnets whose pods reach each other by IP-in-IP: the router between them knows no pods. */
export function tunnelled(seed: number): Topology {
  const draw = drawer(seed);
  const lines: Line[] = [
    ...nodesWithPods(),
    ...[0, 1].flatMap((index): Line[] => {
      const node = `node${index + 1}`;
      return [
        ["rtr", `ip route del 10.244.${index}.0/24`],
        [node, "ip link add tunl9 type ipip"],
        [node, `ip addr add 10.244.${index}.1/32 dev tunl9`],
        [node, "ip link set tunl9 up"],
        [node, `ip route add 10.244.${1 - index}.0/24 via 192.168.${1 - index}.2 dev tunl9 proto bird onlink`],
      ];
    }),
  ];
  const flows = shuffled(
    PODS.flatMap((from) => both(from, podAddress(PODS[draw(PODS.length)]!), 8080)),
    draw,
  );
  return { name: "nodes joined by IP-in-IP", rows: build(lines, [...PODS]), flows };
}
