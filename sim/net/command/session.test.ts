import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { emptyNamespace, type Namespace } from "../namespace.ts";
import { words } from "../netfilter/reader.ts";
import { isChange, runInNamespace } from "./run-in-namespace.ts";

/** Sessions recorded in a fresh namespace of Linux 6.18 with iproute2 6.1, procps-ng 4.0 and iptables 1.8.9, both outputs together. */
function replay(name: string): { recorded: string; ours: string } {
  const recorded = readFileSync(new URL(`./${name}.session.txt`, import.meta.url), "utf8");
  const rows = new Map<string, Namespace>([["host", emptyNamespace("host")]]);
  const blocks = recorded.split(/^\$ /m).slice(1);
  const ours = blocks.map((block) => {
    const command = block.slice(0, block.indexOf("\n"));
    const { exit, stdout, stderr } = runInNamespace(rows, "host", words(command));
    const said = `$ ${command}\n${stdout}${stderr}`;
    return `${said.replace(/\n+$/, "\n")}${exit === 0 ? "" : `[exit ${exit}]\n`}`;
  });
  const tidy = (text: string) => text.replace(/\n+(?=\[exit|\$ |$)/g, "\n");
  return { recorded: tidy(recorded), ours: tidy(ours.join("")) };
}

describe("commands typed in a namespace", () => {
  it.each(["ip", "iptables"])("%s prints and refuses as the real one", (name) => {
    const { recorded, ours } = replay(name);
    expect(ours).toBe(recorded);
  });

  it("change nothing when they are refused", () => {
    const rows = new Map<string, Namespace>([["host", emptyNamespace("host")]]);
    const before = rows.get("host");
    for (const line of [
      "ip link set lo mtu 10 up",
      "iptables -A INPUT -j NOPE",
      "sysctl -w net.ipv4.foo=1",
      "nonsense",
    ]) {
      const { exit, stderr, changes } = runInNamespace(rows, "host", words(line));
      expect([exit > 0, stderr !== "", changes, rows.get("host") === before]).toEqual([true, true, false, true]);
    }
    expect(runInNamespace(rows, "nowhere", ["ip", "addr"]).stderr).toContain('Cannot open network namespace "nowhere"');
  });
});

describe("isChange", () => {
  it.each([
    ["ip addr", false],
    ["ip -br a s", false],
    ["ip route get 1.2.3.4", false],
    ["ip route del default", true],
    ["ip netns exec cni-1 ip link set eth0 down", true],
    ["ip netns exec cni-1 ip link", false],
    ["ip -n cni-1 link set eth0 down", true],
    ["iptables -t nat -nL KUBE-SERVICES", false],
    ["iptables -t nat -A POSTROUTING -j MASQUERADE", true],
    ["iptables-save", false],
    ["sysctl net.ipv4.ip_forward", false],
    ["sysctl -w net.ipv4.ip_forward=0", true],
    ["conntrack -L", false],
    ["conntrack -D -p udp", true],
    ["ss -lntu", false],
  ])("%s: %s", (line, changes) => {
    expect(isChange(words(line))).toBe(changes);
  });
});

describe("ss", () => {
  it("lists what listens in columns as wide as they must be", () => {
    const listeners = [
      { proto: "tcp", address: 0, port: 8080, name: "web" },
      { proto: "udp", address: 0x7f000001, port: 5353, name: "dns" },
      { proto: "udp", address: 0, port: 53, name: "dns" },
    ] as const;
    const rows = new Map<string, Namespace>([["host", { ...emptyNamespace("host"), listeners }]]);
    expect(runInNamespace(rows, "host", ["ss", "-lntu"]).stdout).toBe(
      [
        "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
        "udp   UNCONN 0      0            0.0.0.0:53        0.0.0.0:*          ",
        "udp   UNCONN 0      0          127.0.0.1:5353      0.0.0.0:*          ",
        "tcp   LISTEN 0      4096         0.0.0.0:8080      0.0.0.0:*          \n",
      ].join("\n"),
    );
  });
});
