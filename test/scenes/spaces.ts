/** Insides of a machine made by hand: its own namespace, its pods', and the tables of a cluster with one Service. */
import type { ChainSnapshot, InterfaceSnapshot, NamespaceSnapshot, Snapshot } from "../../sim/snapshot.ts";
import { snapshot } from "./fixtures.ts";

/** What a fixture says about a machine's inside. */
interface InsideSketch {
  readonly step: number;
  readonly pods: readonly string[];
  /** Routes of the host besides those to its pods. */
  readonly routes?: readonly string[];
  /** Devices of the host that are down. */
  readonly down?: readonly string[];
  readonly chains?: readonly ChainSnapshot[];
  readonly connections?: readonly string[];
}

const HOST = "worker-1";
const device = (
  name: string,
  kind: InterfaceSnapshot["kind"],
  rest: Partial<InterfaceSnapshot> = {},
): InterfaceSnapshot => ({
  name,
  kind,
  mac: "ee:ee:ee:ee:ee:ee",
  mtu: 1480,
  up: true,
  addresses: [],
  ...rest,
});

function cable(pod: string): string {
  const sum = [...pod].reduce((total, letter) => (total * 33 + letter.charCodeAt(0)) % 17_592_186_044_399, 5381);
  return `cali${sum.toString(16).padStart(11, "0").slice(-11)}`;
}

const space = (pod: string): string => `cni-${pod}`;
const address = (at: number): string => `172.30.113.${66 + at}`;

function podNamespace(pod: string, at: number): NamespaceSnapshot {
  const peer = { namespace: HOST, device: cable(pod) };
  return {
    name: space(pod),
    kind: "pod",
    machine: HOST,
    pod: `default/${pod}`,
    podUid: `uid-${pod}`,
    interfaces: [
      device("lo", "loopback", { addresses: ["127.0.0.1/8"], mtu: 65_536 }),
      device("eth0", "veth", { addresses: [`${address(at)}/32`], peer }),
    ],
    routes: ["default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link"],
    neighbours: ["169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee REACHABLE"],
    listeners: [{ proto: "tcp", address: "0.0.0.0", port: 80, name: "nginx" }],
    connections: [],
    chains: () => [],
  };
}

const OTHER_BLOCK = "172.30.182.0/26 via 10.1.0.11 dev tunl0 proto bird onlink";
const ROUTES = [
  "default via 10.0.0.1 dev eth0 proto static",
  "10.0.0.0/16 dev eth0 proto kernel scope link src 10.0.0.11",
];

function hostNamespace(sketch: InsideSketch): NamespaceSnapshot {
  const up = (name: string): boolean => !sketch.down?.includes(name);
  const toPods = sketch.pods.map((pod, at) => `${address(at)} dev ${cable(pod)} scope link`);
  return {
    name: HOST,
    kind: "host",
    machine: HOST,
    pod: "",
    podUid: "",
    interfaces: [
      device("lo", "loopback", { addresses: ["127.0.0.1/8"], mtu: 65_536 }),
      device("eth0", "ethernet", {
        addresses: ["10.0.0.11/16"],
        mtu: 1500,
        up: up("eth0"),
        peer: { namespace: "network", device: "worker-1" },
      }),
      device("tunl0", "ipip", { addresses: ["172.30.113.64/32"], up: up("tunl0") }),
      ...sketch.pods.map((pod) => device(cable(pod), "veth", { peer: { namespace: space(pod), device: "eth0" } })),
    ],
    routes: [...ROUTES, ...toPods, ...(sketch.routes ?? [OTHER_BLOCK])],
    neighbours: [
      "10.0.0.1 dev eth0 lladdr 02:00:0a:00:00:01 REACHABLE",
      ...sketch.pods
        .slice(0, 2)
        .map((pod, at) => `${address(at)} dev ${cable(pod)} lladdr 5a:11:00:00:00:0${at} STALE`),
    ],
    listeners: [
      { proto: "tcp", address: "0.0.0.0", port: 10_250, name: "kubelet" },
      { proto: "tcp", address: "0.0.0.0", port: 22, name: "sshd" },
    ],
    connections: sketch.connections ?? [],
    chains: () => sketch.chains ?? chains(sketch.pods.slice(0, 2).map((_, at) => address(at))),
  };
}

const chain = (table: string, name: string, policy: string, ...rules: string[]): ChainSnapshot => ({
  table,
  chain: name,
  policy,
  rules,
});

/** kube-proxy's chains for one Service with an endpoint at each address. */
function chains(endpoints: readonly string[]): ChainSnapshot[] {
  const service = "KUBE-SVC-LOLE4ISW44XBNTGU";
  const endpoint = (at: number): string => `KUBE-SEP-${"7QZLO6HN5PNNGJW"}${at}`;
  return [
    chain("filter", "INPUT", "ACCEPT", "-m conntrack --ctstate NEW -j KUBE-NODEPORTS", "-j KUBE-FIREWALL"),
    chain(
      "filter",
      "FORWARD",
      "ACCEPT",
      '-m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
      "-m conntrack --ctstate NEW -j KUBE-SERVICES",
    ),
    chain("filter", "OUTPUT", "ACCEPT", "-j KUBE-FIREWALL"),
    chain(
      "filter",
      "KUBE-FORWARD",
      "-",
      "-m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP",
      "-m mark --mark 0x4000/0x4000 -j ACCEPT",
    ),
    chain("filter", "KUBE-SERVICES", "-"),
    chain(
      "filter",
      "KUBE-FIREWALL",
      "-",
      "! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP",
    ),
    chain(
      "nat",
      "PREROUTING",
      "ACCEPT",
      "-j cali-PREROUTING",
      '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    ),
    chain("nat", "INPUT", "ACCEPT"),
    chain("nat", "OUTPUT", "ACCEPT", '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES'),
    chain(
      "nat",
      "POSTROUTING",
      "ACCEPT",
      "-j cali-POSTROUTING",
      '-m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    ),
    chain(
      "nat",
      "KUBE-SERVICES",
      "-",
      `-d 172.21.3.4/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j ${service}`,
      '-m comment --comment "kubernetes service nodeports" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
    ),
    chain(
      "nat",
      service,
      "-",
      ...endpoints.map((to, at) => `-m comment --comment "default/web:http -> ${to}:80" -j ${endpoint(at)}`),
    ),
    ...endpoints.map((to, at) =>
      chain(
        "nat",
        endpoint(at),
        "-",
        `-s ${to}/32 -j KUBE-MARK-MASQ`,
        `-p tcp -m tcp -j DNAT --to-destination ${to}:80`,
      ),
    ),
  ];
}

/** A snapshot with the inside of worker-1. */
function insideSnapshot(sketch: InsideSketch): Snapshot {
  const pods = sketch.pods.map(podNamespace).sort((a, b) => (a.pod < b.pod ? -1 : 1));
  return {
    ...snapshot({ workers: 2, step: sketch.step, pods: sketch.pods.map((name) => ({ name, node: HOST })) }),
    namespaces: (machine) => (machine === HOST ? [hostNamespace(sketch), ...pods] : []),
  };
}

/** A pod comes, then a route to the other node's block is taken away and the tunnel goes down. */
export function insideStory(): readonly Snapshot[] {
  const connections = [
    "tcp      6 86390 ESTABLISHED src=172.30.113.66 dst=172.21.3.4 sport=40112 dport=80 src=172.30.182.3 dst=172.30.113.66 sport=8080 dport=40112 [ASSURED] mark=0 use=1",
  ];
  return [
    insideSnapshot({ step: 60, pods: ["client"] }),
    insideSnapshot({ step: 61, pods: ["client", "web-7c5d8b9f6-x2x7q"], connections }),
    insideSnapshot({ step: 62, pods: ["client", "web-7c5d8b9f6-x2x7q"], connections, routes: [], down: ["tunl0"] }),
  ];
}

/** A machine with more pods than a picture has room for. */
export function crowdedInside(): Snapshot {
  return insideSnapshot({
    step: 90,
    pods: Array.from({ length: 40 }, (_, at) => `web-7c5d8b9f6-${String(at).padStart(5, "k")}`),
  });
}
