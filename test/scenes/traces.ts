/** Requests made by hand as `cluster.trace` tells them: through a Service by IP-in-IP, and three ways in which one fails. */
import type { HeaderFields, Hop, Leg, RuleHit, Trace, TraceOutcome } from "../../sim/trace.ts";

const CLIENT = { place: "pod/default/client", namespace: "cni-0b6e4c1f" };
const NODE_1 = { place: "node/worker-1", namespace: "worker-1" };
const NODE_2 = { place: "node/worker-2", namespace: "worker-2" };
const NETWORK = { place: "network", namespace: "network" };
const SERVER = { place: "pod/default/web-7c5d8b9f6-x2x7q", namespace: "cni-77aa01c2" };

const SYN: HeaderFields = {
  src: "172.30.113.66",
  dst: "172.21.3.4",
  proto: "tcp",
  sport: 40112,
  dport: 80,
  ttl: 64,
  flags: "SYN",
  mark: "",
  length: 60,
};

type Part = Partial<Hop> & Pick<Hop, "kind" | "verdict" | "text">;

/** Follows one packet: each hop starts with the header that the hop before it left. */
function way(first: HeaderFields, parts: readonly Part[], role: Hop["role"] = "request"): Hop[] {
  let now = first;
  return parts.map((part) => {
    const before = part.before ?? now;
    now = part.after ?? before;
    const blank = { namespace: "", place: "", device: "", hook: "", table: "", route: "", rules: [] };
    return { ...blank, role, ...part, before, after: now };
  });
}

const hit = (table: string, chain: string, index: number, rest: string, verdict: string): RuleHit => ({
  table,
  chain,
  index,
  text: index === 0 ? `-P ${chain} ${verdict}` : `-A ${chain} ${rest}`,
  verdict,
});

const policy = (hook: string, table: string, at: object): Part => ({
  ...at,
  kind: "rules",
  hook,
  table,
  rules: [hit(table, hook, 0, "", "ACCEPT")],
  verdict: "accepted",
  text: `${hook}, table ${table}: no rule matched, policy ACCEPT`,
});

const SERVICE = '-d 172.21.3.4/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80';
const CHAINS = { svc: "KUBE-SVC-LOLE4ISW44XBNTGU", sep: "KUBE-SEP-7QZLO6HN5PNNGJWT" };

function toNode(): Part[] {
  const route = "default via 169.254.1.1 dev eth0";
  return [
    { ...CLIENT, kind: "socket", verdict: "sent", text: "a TCP socket connects to 172.21.3.4:80" },
    {
      ...CLIENT,
      kind: "route",
      device: "eth0",
      route,
      verdict: "routed",
      text: `the route to 172.21.3.4 is: ${route}`,
    },
    {
      ...CLIENT,
      kind: "neighbour",
      device: "eth0",
      verdict: "passed",
      text: "169.254.1.1 is at ee:ee:ee:ee:ee:ee on eth0",
    },
    { ...CLIENT, kind: "device", device: "eth0", verdict: "passed", text: "leaves by eth0" },
    { ...NODE_1, kind: "device", device: "cali5f0e1d2c3b4", verdict: "passed", text: "comes in by cali5f0e1d2c3b4" },
    policy("PREROUTING", "raw", NODE_1),
    policy("PREROUTING", "mangle", NODE_1),
  ];
}

const ENDED: HeaderFields = { ...SYN, dst: "172.30.182.3", dport: 8080 };

function translated(): Part {
  const { svc, sep } = CHAINS;
  return {
    ...NODE_1,
    kind: "rules",
    hook: "PREROUTING",
    table: "nat",
    device: "cali5f0e1d2c3b4",
    rules: [
      hit(
        "nat",
        "PREROUTING",
        2,
        '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        "JUMP:KUBE-SERVICES",
      ),
      hit("nat", "KUBE-SERVICES", 4, `${SERVICE} -j ${svc}`, `JUMP:${svc}`),
      hit(
        "nat",
        svc,
        2,
        `-m comment --comment "default/web:http -> 172.30.182.3:8080" -m statistic --mode random --probability 0.50000000000 -j ${sep}`,
        `JUMP:${sep}`,
      ),
      hit(
        "nat",
        sep,
        2,
        '-p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 172.30.182.3:8080',
        "DNAT",
      ),
    ],
    after: ENDED,
    verdict: "dnat",
    text: `PREROUTING, table nat: rule 2 of ${sep}: DNAT; destination 172.21.3.4:80 becomes 172.30.182.3:8080`,
  };
}

const ROUTE = "172.30.182.0/26 via 10.1.0.11 dev tunl0 proto bird onlink";

function acrossTunnel(): Part[] {
  const inside = { ...ENDED, ttl: 63 };
  const outer = { src: "10.0.0.11", dst: "10.1.0.11", proto: "ipip" as const, ttl: 64 };
  const wrapped = { ...inside, outer };
  return [
    { ...NODE_1, kind: "route", device: "tunl0", route: ROUTE, verdict: "routed", text: `the route is: ${ROUTE}` },
    policy("FORWARD", "mangle", NODE_1),
    {
      ...NODE_1,
      kind: "rules",
      hook: "FORWARD",
      table: "filter",
      rules: [
        hit("filter", "FORWARD", 1, "-j KUBE-FORWARD", "JUMP:KUBE-FORWARD"),
        hit("filter", "FORWARD", 0, "", "ACCEPT"),
      ],
      after: inside,
      verdict: "accepted",
      text: "FORWARD, table filter: no rule decided, policy ACCEPT",
    },
    policy("POSTROUTING", "mangle", NODE_1),
    policy("POSTROUTING", "nat", NODE_1),
    {
      ...NODE_1,
      kind: "device",
      device: "tunl0",
      after: wrapped,
      verdict: "encapsulated",
      text: "tunl0 puts it into a packet 10.0.0.11 → 10.1.0.11 (ipip)",
    },
    { ...NODE_1, kind: "device", device: "eth0", verdict: "passed", text: "leaves by eth0" },
    { ...NETWORK, kind: "device", device: "worker-1", verdict: "passed", text: "the router sends it to worker-2" },
    { ...NODE_2, kind: "device", device: "eth0", verdict: "passed", text: "comes in by eth0" },
    policy("INPUT", "filter", NODE_2),
    {
      ...NODE_2,
      kind: "device",
      device: "tunl0",
      after: inside,
      verdict: "decapsulated",
      text: "tunl0 takes it out of the packet 10.0.0.11 → 10.1.0.11 (ipip)",
    },
  ];
}

function toServer(): Part[] {
  const inside = { ...ENDED, ttl: 63 };
  const route = "172.30.182.3 dev cali9a8b7c6d5e4 scope link";
  return [
    policy("PREROUTING", "nat", NODE_2),
    { ...NODE_2, kind: "route", device: "cali9a8b7c6d5e4", route, verdict: "routed", text: `the route is: ${route}` },
    { ...policy("FORWARD", "filter", NODE_2), after: { ...inside, ttl: 62 } },
    policy("POSTROUTING", "nat", NODE_2),
    { ...NODE_2, kind: "device", device: "cali9a8b7c6d5e4", verdict: "passed", text: "leaves by cali9a8b7c6d5e4" },
    { ...SERVER, kind: "device", device: "eth0", verdict: "passed", text: "comes in by eth0" },
    { ...SERVER, kind: "socket", verdict: "delivered", text: "delivered to nginx on 172.30.182.3:8080" },
  ];
}

function answer(): Hop[] {
  const back: HeaderFields = { ...SYN, src: "172.30.182.3", sport: 8080, dst: SYN.src, dport: 40112, flags: "SYN ACK" };
  const undone = { ...back, src: "172.21.3.4", sport: 80, ttl: 62 };
  const parts: Part[] = [
    { ...SERVER, kind: "socket", verdict: "sent", text: "nginx answers" },
    { ...SERVER, kind: "device", device: "eth0", verdict: "passed", text: "leaves by eth0" },
    {
      ...NODE_2,
      kind: "route",
      route: ROUTE,
      verdict: "routed",
      text: "the route is by tunl0",
      after: { ...back, ttl: 63 },
    },
    { ...NODE_2, kind: "device", device: "eth0", verdict: "passed", text: "leaves by eth0" },
    { ...NETWORK, kind: "device", device: "worker-2", verdict: "passed", text: "the router sends it to worker-1" },
    { ...NODE_1, kind: "device", device: "eth0", verdict: "passed", text: "comes in by eth0" },
    {
      ...NODE_1,
      kind: "rules",
      table: "nat",
      after: undone,
      verdict: "snat",
      text: "conntrack knows this connection: source 172.30.182.3:8080 becomes 172.21.3.4:80",
    },
    { ...NODE_1, kind: "device", device: "cali5f0e1d2c3b4", verdict: "passed", text: "leaves by cali5f0e1d2c3b4" },
    { ...CLIENT, kind: "device", device: "eth0", verdict: "passed", text: "comes in by eth0" },
    { ...CLIENT, kind: "socket", verdict: "delivered", text: "delivered to the socket that asked" },
  ];
  return way(back, parts, "answer");
}

/** A question to the cluster's name server and what came back. */
function lookup(query: string, said: string): Leg {
  const question: HeaderFields = { ...SYN, dst: "172.21.0.10", proto: "udp", dport: 53, flags: "" };
  const hops = way(question, [
    { ...CLIENT, kind: "socket", verdict: "sent", text: `asks 172.21.0.10:53 for ${query}` },
    { ...SERVER, kind: "socket", verdict: "delivered", text: "delivered to coredns" },
  ]);
  const outcome = { kind: "answered" as const, by: "pod/kube-system/coredns-1", text: said, afterUs: 640 };
  return { purpose: "lookup", query, answer: said, target: "172.21.0.10:53", proto: "udp", hops, outcome };
}

/** A trace of legs that ends as told. */
export function traceOf(to: string, legs: readonly Leg[], outcome: TraceOutcome): Trace {
  return { from: CLIENT.place, to, step: 412, now: 5_150_000, legs, outcome, toString: () => outcome.text };
}

const request = (hops: readonly Hop[], outcome: TraceOutcome): Leg => ({
  purpose: "request",
  query: "",
  answer: "",
  target: "172.21.3.4:80",
  proto: "tcp",
  hops,
  outcome,
});

const found = lookup("web.default.svc.cluster.local.", "A 172.21.3.4");

/** Pod → Service → pod on another node in another zone, by IP-in-IP, and the answer back. */
export function acrossNodes(): Trace {
  const outcome: TraceOutcome = {
    kind: "answered",
    by: SERVER.place,
    text: "pod/default/web-7c5d8b9f6-x2x7q answered: HTTP 200",
    afterUs: 1_840,
  };
  const forth = way(SYN, [...toNode(), translated(), ...acrossTunnel(), ...toServer()]);
  return traceOf("http://web", [found, request([...forth, ...answer()], outcome)], outcome);
}

/** The route to the other node's block is gone: the node finds no way and the client waits in vain. */
export function withoutRoute(): Trace {
  const outcome: TraceOutcome = {
    kind: "timed out",
    by: "",
    text: "no answer came within 5 s; the packet was dropped on node/worker-1: no route to 172.30.182.3",
    afterUs: 5_000_000,
  };
  const lost: Part = {
    ...NODE_1,
    kind: "route",
    verdict: "dropped",
    text: "no route matches 172.30.182.3: the packet is dropped",
  };
  return traceOf("http://web", [found, request(way(SYN, [...toNode(), translated(), lost]), outcome)], outcome);
}

/** Names that no search list makes known. */
export function unknownName(): Trace {
  const outcome: TraceOutcome = {
    kind: "name not found",
    by: "pod/kube-system/coredns-1",
    text: "curl: (6) Could not resolve host: wbe",
    afterUs: 2_560,
  };
  const names = ["wbe.default.svc.cluster.local.", "wbe.svc.cluster.local.", "wbe.cluster.local.", "wbe."];
  return traceOf(
    "http://wbe",
    names.map((name) => lookup(name, "NXDOMAIN")),
    outcome,
  );
}

/** A Service without ready endpoints: a REJECT rule answers with an ICMP error. */
export function rejected(): Trace {
  const outcome: TraceOutcome = {
    kind: "refused",
    by: NODE_1.place,
    text: "curl: (7) Failed to connect to web port 80: Connection refused",
    afterUs: 310,
  };
  const reject: Part = {
    ...NODE_1,
    kind: "rules",
    hook: "FORWARD",
    table: "filter",
    rules: [
      hit("filter", "FORWARD", 2, "-m conntrack --ctstate NEW -j KUBE-SERVICES", "JUMP:KUBE-SERVICES"),
      hit(
        "filter",
        "KUBE-SERVICES",
        1,
        `${SERVICE.replace("cluster IP", "has no endpoints")} -j REJECT --reject-with icmp-port-unreachable`,
        "REJECT",
      ),
    ],
    verdict: "rejected",
    text: "FORWARD, table filter: rule 1 of KUBE-SERVICES: REJECT",
  };
  const error: HeaderFields = {
    ...SYN,
    src: "10.0.0.11",
    dst: SYN.src,
    proto: "icmp",
    sport: 0,
    dport: 0,
    flags: "port unreachable",
  };
  const back = way(
    error,
    [
      { ...NODE_1, kind: "device", device: "cali5f0e1d2c3b4", verdict: "passed", text: "leaves by cali5f0e1d2c3b4" },
      { ...CLIENT, kind: "socket", verdict: "refused", text: "the socket learns that the port is unreachable" },
    ],
    "error",
  );
  return traceOf("http://web", [found, request([...way(SYN, [...toNode(), reject]), ...back], outcome)], outcome);
}
