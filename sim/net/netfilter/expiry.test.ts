import { describe, expect, it } from "vitest";
import { runCommand } from "../command/run.ts";
import { runInNamespace } from "../command/run-in-namespace.ts";
import type { Namespace } from "../namespace.ts";
import type { Choices } from "../path/journey.ts";
import { type Probe, trace } from "../probe.ts";
import { listConnections } from "./conntrack.ts";
import { withoutExpired } from "./expiry.ts";

const choices: Choices = { chance: () => false, port: (low) => low };
const SECOND = 1_000_000;

function host(): Map<string, Namespace> {
  const rows = new Map<string, Namespace>();
  for (const line of ["ip link set lo up", "iptables -A INPUT -m conntrack --ctstate INVALID -j DROP"])
    for (const [key, row] of runCommand(rows, "h", line)) rows.set(key, row);
  const listeners = (["tcp", "udp"] as const).map((proto) => ({ proto, address: 0, port: 80, name: "web" }));
  rows.set("h", { ...rows.get("h")!, listeners });
  return rows;
}

const to = (proto: Probe["proto"], more: Partial<Probe> = {}): Probe => ({
  from: "h",
  proto,
  dst: 0x7f000001,
  port: 80,
  sport: 40_000,
  ...more,
});

/** How many connections are left at each of some times after a probe at one second. */
function left(probe: Probe, seconds: readonly number[]): number[] {
  const rows = host();
  const row = trace(rows, probe, choices, SECOND).changed.get("h")!;
  return seconds.map((each) => listConnections(withoutExpired(row, (1 + each) * SECOND).connections).length);
}

describe("connections", () => {
  it("are forgotten when their time is over", () => {
    expect(left(to("udp"), [0, 29, 30])).toEqual([1, 1, 0]);
    expect(left(to("icmp"), [29, 30])).toEqual([1, 0]);
    expect(left(to("tcp"), [120, 431_999, 432_000])).toEqual([1, 1, 0]);
    expect(left(to("tcp", { closes: true }), [119, 120])).toEqual([1, 0]);
  });

  it("of UDP are assured, and kept longer, once they have lasted more than two seconds", () => {
    const rows = host();
    for (const at of [1, 4]) rows.set("h", trace(rows, to("udp"), choices, at * SECOND).changed.get("h")!);
    const [connection] = listConnections(rows.get("h")!.connections);
    expect(connection).toMatchObject({ assured: true, sinceUs: SECOND, usedUs: 4 * SECOND });
    const count = (at: number) => listConnections(withoutExpired(rows.get("h")!, at * SECOND).connections).length;
    expect([count(123), count(124)]).toEqual([1, 0]);
  });

  it("are listed with the seconds that they have left, and deleted by what they are", () => {
    const rows = host();
    rows.set("h", trace(rows, to("tcp", { closes: true }), choices, SECOND).changed.get("h")!);
    rows.set("h", trace(rows, to("icmp"), choices, SECOND).changed.get("h")!);
    const run = (words: string, at: number) => runInNamespace(rows, "h", words.split(" "), { nowUs: at * SECOND });
    expect(run("conntrack -L", 11)).toEqual({
      exit: 0,
      stdout: [
        "tcp      6 110 TIME_WAIT src=127.0.0.1 dst=127.0.0.1 sport=40000 dport=80 src=127.0.0.1 dst=127.0.0.1 sport=80 dport=40000 [ASSURED] mark=0 use=1\n",
        "icmp     1 20 src=127.0.0.1 dst=127.0.0.1 type=8 code=0 id=40000 src=127.0.0.1 dst=127.0.0.1 type=0 code=0 id=40000 mark=0 use=1\n",
      ].join(""),
      stderr: "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.\n",
      changes: false,
      touched: [],
    });
    expect(run("conntrack -L", 31).stdout).toMatch(/^tcp .*\n$/);
    expect(run("conntrack -D -p udp", 11)).toMatchObject({ exit: 1, changes: false });
    expect(run("conntrack -D -p tcp --dport 80", 11)).toMatchObject({ exit: 0, changes: true });
    expect(run("conntrack -C", 11).stdout).toBe("1\n");
    expect(run("conntrack -F", 11).changes).toBe(true);
    expect(run("conntrack -C", 11).stdout).toBe("0\n");
  });
});
