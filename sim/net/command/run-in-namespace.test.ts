import { describe, expect, it } from "vitest";
import { emptyNamespace, type Namespace } from "../namespace.ts";
import { runInNamespace } from "./run-in-namespace.ts";

/** A host with a pair of devices into each of two pods. */
function hostAndPods(): Map<string, Namespace> {
  const rows = new Map<string, Namespace>();
  for (const name of ["host", "cni-a", "cni-b"]) rows.set(name, emptyNamespace(name));
  for (const pod of ["a", "b"])
    runInNamespace(rows, "host", `ip link add cali${pod} type veth peer name eth0 netns cni-${pod}`.split(" "));
  return rows;
}

const run = (rows: Map<string, Namespace>, line: string, reach?: ReadonlySet<string>) =>
  runInNamespace(rows, "host", line.split(" "), reach === undefined ? {} : { reach });

describe("names that every object knows", () => {
  it.each([
    ["constructor", 127],
    ["__proto__ x", 127],
    ["ip link set constructor down", 1],
    ["ip link set __proto__ down", 1],
    ["ip link del toString", 1],
    ["ip addr add 10.0.0.1/24 dev constructor", 1],
    ["ip addr show valueOf", 1],
    ["ip link set lo master constructor", 255],
    ["ip route add 10.0.0.0/8 dev lo scope constructor", 255],
    ["sysctl -w constructor=1", 1],
    ["sysctl net.ipv4.conf.lo.constructor", 1],
    ["sysctl net.ipv4.conf.constructor.rp_filter", 1],
    ["ipset list constructor", 1],
    ["ss --constructor", 255],
    ["conntrack -L constructor", 2],
    ["iptables -A INPUT constructor", 2],
    ["iptables constructor", 2],
    ["iptables -A INPUT -p icmp --icmp-type constructor/constructor -j NOPE", 2],
  ])("are not there: %s", (line, exit) => {
    const rows = hostAndPods();
    const before = JSON.stringify([...rows]);
    const result = run(rows, line);
    expect([result.exit, result.stderr === "", result.touched]).toEqual([exit, false, []]);
    expect(result.stdout + result.stderr).not.toContain("native code");
    expect(JSON.stringify([...rows])).toBe(before);
  });

  it("may be given to a device all the same", () => {
    const rows = hostAndPods();
    for (const name of ["constructor", "__proto__"]) {
      expect(run(rows, `ip link add ${name} type dummy`)).toMatchObject({ exit: 0, touched: ["host"] });
      expect(run(rows, `ip link set ${name} up`).exit).toBe(0);
      expect(run(rows, `ip -br link show ${name}`).stdout).toContain("UP");
      expect(run(rows, `ip link del ${name}`).exit).toBe(0);
    }
  });

  it("and words that are no texts are refused in a sentence", () => {
    for (const words of ["ip addr", [1], [undefined], undefined, { length: 1 }])
      expect(() => runInNamespace(hostAndPods(), "host", words as never)).toThrow(
        new TypeError("a command is a list of words, each a text: its program, then its arguments"),
      );
  });
});

describe("what a command touches and reaches", () => {
  it("is its own namespace, the one that it enters, or both ends of a pair", () => {
    const rows = hostAndPods();
    expect(run(rows, "ip link set lo up").touched).toEqual(["host"]);
    expect(run(rows, "ip link show").touched).toEqual([]);
    expect(run(rows, "ip netns exec cni-a ip link set lo up").touched).toEqual(["cni-a"]);
    expect(run(rows, "ip -n cni-b link set lo up").touched).toEqual(["cni-b"]);
    const both = run(rows, "ip link del calia");
    expect([...both.touched].sort()).toEqual(["cni-a", "host"]);
    expect([rows.get("host")!.devices, rows.get("cni-a")!.devices].map(Object.keys)).toEqual([["lo", "calib"], ["lo"]]);
    expect([...run(rows, "ip -n cni-b link del eth0").touched].sort()).toEqual(["cni-b", "host"]);
  });

  it.each([
    ["ip netns exec cni-b ip addr", 'Cannot open network namespace "cni-b": No such file or directory\n'],
    ["ip -n cni-b addr", 'Cannot open network namespace "cni-b": No such file or directory\n'],
    ["ip netns exec cni-a ip -n host addr", 'Cannot open network namespace "host": No such file or directory\n'],
    ["ip netns exec nowhere nothing", 'Cannot open network namespace "nowhere": No such file or directory\n'],
    ["ip link add x type veth peer name y netns cni-b", 'Error: argument "cni-b" is wrong: Invalid "netns" value\n\n'],
    ["ip link add x netns cni-b type dummy", 'Error: argument "cni-b" is wrong: Invalid "netns" value\n\n'],
  ])("is only what it may name: %s", (line, stderr) => {
    expect(run(hostAndPods(), line, new Set(["cni-a"]))).toEqual({
      exit: 255,
      stdout: "",
      stderr,
      changes: false,
      touched: [],
    });
  });

  it("is what `ip netns list` lists", () => {
    const rows = hostAndPods();
    expect(run(rows, "ip netns list").stdout).toBe("cni-a (id: 0)\ncni-b (id: 1)\n");
    expect(run(rows, "ip netns list", new Set(["cni-b"])).stdout).toBe("cni-b (id: 0)\n");
    expect(run(rows, "ip netns", new Set()).stdout).toBe("");
    run(rows, "ip link del calia");
    expect(run(rows, "ip netns", new Set(["cni-a", "cni-b", "cni-gone"])).stdout).toBe("cni-b (id: 0)\ncni-a\n");
  });
});

describe("iptables", () => {
  it("restores nothing without input", () => {
    const rows = hostAndPods();
    const refused = run(rows, "iptables-restore");
    expect(refused).toMatchObject({ exit: 2, touched: [] });
    expect(refused.stderr).toContain("there is no standard input");
    const input = "*filter\n-A INPUT -j DROP\nCOMMIT\n";
    expect(runInNamespace(rows, "host", ["iptables-restore"], { input }).touched).toEqual(["host"]);
    expect(run(rows, "iptables -S INPUT").stdout).toBe("-P INPUT ACCEPT\n-A INPUT -j DROP\n");
  });

  it("prints on which device an address must be local", () => {
    const rows = hostAndPods();
    for (const rule of ["--dst-type LOCAL --limit-iface-in", "--src-type LOCAL --limit-iface-out"])
      expect(run(rows, `iptables -A FORWARD -m addrtype ${rule} -j ACCEPT`).exit).toBe(0);
    expect(run(rows, "iptables -S FORWARD").stdout).toBe(
      [
        "-P FORWARD ACCEPT",
        "-A FORWARD -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT",
        "-A FORWARD -m addrtype --src-type LOCAL --limit-iface-out -j ACCEPT\n",
      ].join("\n"),
    );
    expect(run(rows, "iptables -D FORWARD -m addrtype --dst-type LOCAL -j ACCEPT").exit).toBe(1);
  });
});
