import { describe, expect, it } from "vitest";
import { runInNamespace } from "../command/run-in-namespace.ts";
import { emptyNamespace, type Namespace } from "../namespace.ts";
import type { Choices } from "../path/journey.ts";
import { type Probe, trace } from "../probe.ts";
import { listConnections } from "./conntrack.ts";

const choices: Choices = { chance: () => false, port: (low) => low };

/** A host that tracks connections and listens on port 80. */
function trackingHost(...more: readonly string[]): Map<string, Namespace> {
  const listeners = [{ proto: "tcp", address: 0, port: 80, name: "web" }] as const;
  const rows = new Map<string, Namespace>([["h", { ...emptyNamespace("h"), listeners }]]);
  const rule = "iptables -A INPUT -m conntrack --ctstate INVALID -j DROP";
  for (const line of ["ip link set lo up", rule, ...more]) runInNamespace(rows, "h", line.split(" "));
  return rows;
}

/** Asks the host itself from a port and keeps what it learnt. */
function ask(rows: Map<string, Namespace>, sport: number, more: Partial<Probe> = {}): string {
  const probe: Probe = { from: "h", proto: "tcp", dst: 0x7f000001, port: 80, sport, ...more };
  const { outcome, changed } = trace(rows, probe, choices, 1_000_000);
  for (const [name, row] of changed) rows.set(name, row);
  return outcome.kind;
}

const statesOf = (rows: Map<string, Namespace>) =>
  listConnections(rows.get("h")!.connections).map(({ original, tcp }) => [original.sport, tcp]);

describe("the table of connections", () => {
  it("lists them in the order in which they began, each once", () => {
    const rows = trackingHost();
    const ports = Array.from({ length: 60 }, (_, at) => 40_000 + ((at * 37) % 60));
    for (const port of ports) expect(ask(rows, port)).toBe("connected");
    expect(statesOf(rows).map(([port]) => port)).toEqual(ports);
  });

  it("closes only what a probe opened itself, not what began at the same time", () => {
    const rows = trackingHost();
    ask(rows, 40_000);
    ask(rows, 40_001, { closes: true });
    expect(statesOf(rows)).toEqual([
      [40_000, "ESTABLISHED"],
      [40_001, "TIME_WAIT"],
    ]);
  });

  it("takes no more than nf_conntrack_max, and known connections go on", () => {
    const rows = trackingHost("sysctl -w net.netfilter.nf_conntrack_max=2");
    expect([40_000, 40_001, 40_002].map((port) => ask(rows, port))).toEqual(["connected", "connected", "timeout"]);
    expect(ask(rows, 1, { proto: "icmp" })).toBe("local-error");
    expect(statesOf(rows).map(([port]) => port)).toEqual([40_000, 40_001]);
    runInNamespace(rows, "h", ["conntrack", "-D", "-p", "tcp", "--sport", "40000"]);
    expect(ask(rows, 40_002)).toBe("connected");
  });
});
