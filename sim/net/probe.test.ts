import { describe, expect, it } from "vitest";
import { newNamespace } from "./command/link.ts";
import { runCommand } from "./command/run.ts";
import { showAddresses, showConnections, showNeighbours, showRoutes } from "./command/show.ts";
import { makeFabric, plugIn } from "./fabric.ts";
import type { Namespace, Namespaces } from "./namespace.ts";
import type { Choices } from "./path/journey.ts";
import { type Probe, trace } from "./probe.ts";
import { parseIpv4 } from "./wire/ipv4.ts";

const choices: Choices = { chance: () => false, port: (low) => low };
const ip = (text: string) => parseIpv4(text)!;

function twoHosts(): Map<string, Namespace> {
  const rows = new Map<string, Namespace>();
  const write = (changed: ReadonlyMap<string, Namespace>) => {
    for (const [name, row] of changed) rows.set(name, row);
  };
  rows.set("fabric", makeFabric("fabric", { lan: { address: ip("10.0.0.0"), length: 24 } }));
  for (const [host, address] of [
    ["h1", "10.0.0.2"],
    ["h2", "10.0.0.3"],
  ] as const) {
    rows.set(host, newNamespace(host));
    write(plugIn(rows, "fabric", "lan", host, "eth0"));
    write(runCommand(rows, host, `ip addr add ${address}/24 dev eth0`));
    write(runCommand(rows, host, "ip route add default via 10.0.0.1"));
  }
  const h2 = rows.get("h2")!;
  rows.set("h2", { ...h2, listeners: [{ proto: "tcp", address: 0, port: 80, name: "web" }] });
  return rows;
}

const toWeb = { from: "h1", proto: "tcp", dst: ip("10.0.0.3"), port: 80 } as const;

describe("trace", () => {
  it("follows a packet over the fabric and leaves the rows that it read as they were", () => {
    const rows = twoHosts();
    const before = JSON.stringify([...rows]);
    const { outcome, changed } = trace(rows, toWeb, choices);
    expect(outcome).toMatchObject({ kind: "connected", listener: "web", namespace: "h2" });
    expect(JSON.stringify([...rows])).toBe(before);
    expect(showNeighbours(changed.get("h1")!)).toMatch(/^10\.0\.0\.3 dev eth0 lladdr [0-9a-f:]+ REACHABLE\n$/);
  });

  it("gives the same trace for the same rows", () => {
    const twice = [1, 2].map(() => JSON.stringify(trace(twoHosts(), toWeb, choices).trace));
    expect(twice[0]).toBe(twice[1]);
  });

  it("is told by the fabric's router that it knows nothing but hosts", () => {
    const { outcome } = trace(twoHosts(), { ...toWeb, dst: ip("10.244.1.5") }, choices);
    expect(outcome).toEqual({ kind: "error", type: 3, code: 0, info: 0, sender: ip("10.0.0.1") });
  });

  it("pings, and runs into a host that is not there", () => {
    const ping = { from: "h1", proto: "icmp", port: 0 } as const;
    expect(trace(twoHosts(), { ...ping, dst: ip("10.0.0.3") }, choices).outcome.kind).toBe("connected");
    const lost = trace(twoHosts(), { ...ping, dst: ip("10.0.0.77") }, choices);
    expect(lost.outcome).toMatchObject({ kind: "error", type: 3, code: 1, sender: ip("10.0.0.2") });
    expect(lost.afterUs).toBe(3_000_000);
  });

  it("takes 0.0.0.0 for the host itself, or for the address to which the socket is bound", () => {
    const rows = twoHosts();
    const own = { ...toWeb, from: "h2", dst: 0 } as const;
    const seen = (probe: Probe) => {
      const { outcome } = trace(rows, probe, choices);
      return outcome.kind === "connected" ? [outcome.request.src, outcome.request.dst] : outcome;
    };
    expect(seen(own)).toEqual([ip("127.0.0.1"), ip("127.0.0.1")]);
    expect(seen({ ...own, bind: ip("10.0.0.3") })).toEqual([ip("10.0.0.3"), ip("10.0.0.3")]);
    expect(seen({ ...own, proto: "icmp" })).toEqual([ip("127.0.0.1"), ip("127.0.0.1")]);
  });

  it.each([
    ["tcp", "255.255.255.255", {}, "ENETUNREACH"],
    ["tcp", "224.0.0.1", {}, "ENETUNREACH"],
    ["tcp", "10.0.0.255", {}, "ENETUNREACH"],
    ["udp", "10.0.0.255", {}, "EACCES"],
    ["udp", "0.1.2.3", {}, "EINVAL"],
    ["udp", "10.0.0.3", { ttl: 0 }, "EINVAL"],
    ["tcp", "10.0.0.3", { ttl: 256 }, "EINVAL"],
    ["udp", "10.0.0.3", { size: 65_508 }, "EMSGSIZE"],
    ["icmp", "10.0.0.3", { size: 3e9 }, "EMSGSIZE"],
  ] as const)("is refused at once by the socket: %s to %s %j", (proto, dst, more, errno) => {
    const { outcome, changed } = trace(twoHosts(), { ...toWeb, proto, dst: ip(dst), ...more }, choices);
    expect(outcome).toEqual({ kind: "local-error", refusal: { errno } });
    expect(changed.size).toBe(0);
  });

  it("sends the longest datagram in pieces", () => {
    const { outcome, trace: steps } = trace(twoHosts(), { ...toWeb, proto: "icmp", size: 65_507 }, choices);
    expect(outcome.kind).toBe("connected");
    expect(steps.length).toBeGreaterThan(45);
  });

  it("asks with a limit whether an address is local on the device itself", () => {
    const rows = twoHosts();
    const outcomeWith = (limit: string) => {
      const row = runCommand(rows, "h2", `iptables -A INPUT -m addrtype --dst-type LOCAL${limit} -j DROP`).get("h2")!;
      const probe = { ...toWeb, dst: ip("10.9.9.9") };
      return trace(new Map([...rows, ["h2", row]]), probe, choices).outcome.kind;
    };
    for (const [name, line] of [
      ["h2", "ip link add other type dummy"],
      ["h2", "ip addr add 10.9.9.9/32 dev other"],
      ["h2", "ip link set other up"],
      ["h1", "ip route add 10.9.9.9/32 via 10.0.0.3"],
    ] as const)
      for (const [key, row] of runCommand(rows, name, line)) rows.set(key, row);
    expect([outcomeWith(""), outcomeWith(" --limit-iface-in")]).toEqual(["timeout", "connected"]);
  });

  it("ends in a loop of bridges", () => {
    const rows = twoHosts();
    for (const name of ["x", "y"]) {
      const line = `ip link add ${name} netns fabric type veth peer name ${name}2 netns h2`;
      for (const [key, row] of runCommand(rows, "", line)) rows.set(key, row);
    }
    const loop = [
      "ip link add br0 type bridge",
      "ip link set br0 up",
      "ip link set x2 master br0",
      "ip link set y2 master br0",
      "ip link set x2 up",
      "ip link set y2 up",
    ];
    const ports = ["ip link set x master lan", "ip link set y master lan", "ip link set x up", "ip link set y up"];
    const run = (name: string, line: string) => {
      for (const [key, row] of runCommand(rows, name, line)) rows.set(key, row);
    };
    for (const line of loop) run("h2", line);
    for (const line of ports) run("fabric", line);
    expect(trace(rows as Namespaces, { ...toWeb, dst: ip("10.0.0.9") }, choices).outcome).toBeDefined();
  });

  it("keeps a refused command from changing anything, in the words of the real one", () => {
    const rows = twoHosts();
    expect(() => runCommand(rows, "h1", "ip addr add 10.0.0.300/24 dev eth0")).toThrow(
      'Error: any valid prefix is expected rather than "10.0.0.300/24".',
    );
    expect(() => runCommand(rows, "h1", "ip link set dev eth9 up")).toThrow('Cannot find device "eth9"');
    expect(() => runCommand(rows, "h1", "ip route add 10.9.0.0/16 via 172.16.0.1")).toThrow(
      "Nexthop has invalid gateway",
    );
    expect(() => runCommand(rows, "h1", "ip route add default via 10.0.0.1")).toThrow("RTNETLINK answers: File exists");
  });
});

describe("what a namespace prints", () => {
  it("is ip's and conntrack's text", () => {
    const rows = twoHosts();
    for (const [name, row] of runCommand(rows, "h2", "iptables -A INPUT -m conntrack --ctstate INVALID -j DROP"))
      rows.set(name, row);
    const h2 = trace(rows, toWeb, choices).changed.get("h2")!;
    expect(showConnections(h2)).toBe(
      "tcp 6 ESTABLISHED src=10.0.0.2 dst=10.0.0.3 sport=32768 dport=80 src=10.0.0.3 dst=10.0.0.2 sport=80 dport=32768 [ASSURED] mark=0\n",
    );
    expect(showRoutes(h2)).toBe(
      "default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.3\n",
    );
    expect(showAddresses(h2)).toContain(
      "    inet 10.0.0.3/24 scope global eth0\n       valid_lft forever preferred_lft forever\n",
    );
  });
});
