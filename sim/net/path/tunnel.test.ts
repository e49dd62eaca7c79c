import { describe, expect, it } from "vitest";
import { runCommand } from "../command/run.ts";
import { connectionText, showAddresses } from "../command/show.ts";
import type { Namespace } from "../namespace.ts";
import { listConnections } from "../netfilter/conntrack.ts";
import { type Probe, trace } from "../probe.ts";
import { formatIpv4, parseIpv4 } from "../wire/ipv4.ts";
import type { Choices, TraceStep } from "./journey.ts";

const choices: Choices = { chance: () => false, port: (low) => low };

/** Two nodes in two subnets, joined by a router that knows no pods; a pod on each. */
function twoZones(): Map<string, Namespace> {
  const rows = new Map<string, Namespace>();
  const run = (name: string, line: string) => {
    for (const [key, row] of runCommand(rows, name, line)) rows.set(key, row);
  };
  for (const zone of [1, 2]) {
    const node = `n${zone}`;
    const other = 3 - zone;
    run("", `ip link add z${zone} netns rtr type veth peer name eth0 netns ${node}`);
    run("", `ip link add cali0 netns ${node} type veth peer name eth0 netns p${zone}`);
    run("rtr", `ip addr add 10.${zone}.0.1/16 dev z${zone}`);
    run("rtr", `ip link set z${zone} up`);
    for (const line of [
      "ip link set eth0 up",
      `ip addr add 10.${zone}.0.5/16 dev eth0`,
      `ip route add default via 10.${zone}.0.1`,
      "ip link add tunl0 type ipip",
      `ip addr add 172.30.${zone}.1/32 dev tunl0`,
      "ip link set tunl0 up",
      `ip route add 172.30.${other}.0/26 via 10.${other}.0.5 dev tunl0 proto bird onlink`,
      "ip link set cali0 up",
      "sysctl -w net.ipv4.conf.cali0.proxy_arp=1",
      "sysctl -w net.ipv4.ip_forward=1",
      `ip route add 172.30.${zone}.2/32 dev cali0 scope link`,
      "iptables -t nat -A POSTROUTING -s 99.0.0.0/8 -j MASQUERADE",
    ])
      run(node, line);
    for (const line of [
      "ip link set eth0 up",
      `ip addr add 172.30.${zone}.2/32 dev eth0`,
      "ip route add 169.254.1.1 dev eth0 scope link",
      "ip route add default via 169.254.1.1 dev eth0",
    ])
      run(`p${zone}`, line);
  }
  run("rtr", "sysctl -w net.ipv4.ip_forward=1");
  rows.set("p2", { ...rows.get("p2")!, listeners: [{ proto: "tcp", address: 0, port: 80, name: "web" }] });
  return rows;
}

const request: Probe = { from: "p1", proto: "tcp", dst: parseIpv4("172.30.2.2")!, port: 80 };

const tunnelled = (steps: readonly TraceStep[]) =>
  steps.flatMap((step) => {
    if (step.kind !== "encapsulate" && step.kind !== "decapsulate") return [];
    const { src, dst, ttl, length } = step.outer;
    return [
      `${step.kind} ${step.namespace} ${formatIpv4(src)} ${formatIpv4(dst)} ${ttl} ${length} (${step.inner?.length})`,
    ];
  });

describe("IP-in-IP", () => {
  it("carries a request and its answer between subnets that know no pods", () => {
    const { outcome, trace: steps, changed } = trace(twoZones(), request, choices);
    expect(outcome).toMatchObject({
      kind: "connected",
      listener: "web",
      request: { src: parseIpv4("172.30.1.2"), ttl: 62 },
    });
    expect(tunnelled(steps).slice(0, 4)).toEqual([
      "encapsulate n1 0.0.0.0 10.2.0.5 63 80 (60)",
      "decapsulate n2 10.1.0.5 10.2.0.5 62 80 (60)",
      "encapsulate n2 0.0.0.0 10.1.0.5 63 80 (60)",
      "decapsulate n1 10.2.0.5 10.1.0.5 62 80 (60)",
    ]);
    expect(listConnections(changed.get("n1")!.connections).map((one) => connectionText(one, 0))).toEqual([
      "tcp      6 431999 ESTABLISHED src=172.30.1.2 dst=172.30.2.2 sport=32768 dport=80 src=172.30.2.2 dst=172.30.1.2 sport=80 dport=32768 [ASSURED] mark=0 use=1".replace(
        "431999",
        "432000",
      ),
      "unknown  4 600 src=10.1.0.5 dst=10.2.0.5 src=10.2.0.5 dst=10.1.0.5 mark=0 use=1",
    ]);
  });

  it("tells a sender of long packets what fits", () => {
    const ping: Probe = { from: "p1", proto: "icmp", dst: request.dst, port: 0, size: 1460, df: true };
    expect(trace(twoZones(), ping, choices).outcome).toMatchObject({ kind: "error", type: 3, code: 4, info: 1480 });
    const free = trace(twoZones(), { ...ping, df: false }, choices);
    expect(free.outcome.kind).toBe("connected");
  });

  it("is matched by rules on protocol 4, and refused where there is no tunnel", () => {
    const rows = twoZones();
    for (const [key, row] of runCommand(rows, "n2", "iptables -A INPUT -p 4 -s 10.1.0.5 -j DROP")) rows.set(key, row);
    expect(trace(rows, request, choices).outcome.kind).toBe("timeout");
    const down = twoZones();
    for (const [key, row] of runCommand(down, "n2", "ip link set tunl0 down")) down.set(key, row);
    const { trace: steps, outcome } = trace(down, request, choices);
    expect(outcome.kind).toBe("timeout");
    expect(steps.some((step) => step.kind === "drop" && step.reason === "no tunnel for this packet")).toBe(true);
  });

  it("does not go through itself", () => {
    const rows = twoZones();
    for (const [key, row] of runCommand(rows, "n1", "ip route replace 10.2.0.0/16 dev tunl0")) rows.set(key, row);
    const { trace: steps } = trace(rows, request, choices);
    expect(steps.some((step) => step.kind === "drop" && step.reason === "the tunnel would go through itself")).toBe(
      true,
    );
  });

  it("prints as the real device", () => {
    expect(showAddresses(twoZones().get("n1")!)).toContain(
      "tunl0@NONE: <NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/ipip 0.0.0.0 brd 0.0.0.0\n    inet 172.30.1.1/32 scope global tunl0\n",
    );
  });
});
