import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyNamespace, type Namespace } from "../namespace.ts";
import { printRuleset } from "../netfilter/ruleset-text.ts";
import { normalised } from "./normalised.ts";
import { runInNamespace } from "./run-in-namespace.ts";

type Words = readonly string[];

function spaceWith(rules: readonly Words[]): Namespace {
  const rows = new Map([["h", emptyNamespace("h")]]);
  for (const rule of rules) expect(runInNamespace(rows, "h", ["iptables", "-A", "INPUT", ...rule]).stderr).toBe("");
  return rows.get("h")!;
}

function rulesAfter(space: Namespace, commands: readonly Words[]): string {
  const rows = new Map([["h", space]]);
  for (const words of commands) expect(runInNamespace(rows, "h", words)).toMatchObject({ exit: 0, stderr: "" });
  return printRuleset(rows.get("h")!.ruleset);
}

const rules: readonly Words[] = [
  ["-s", "10.0.0.0/8", "-j", "DROP"],
  ["!", "-s", "10.0.0.0/8", "-p", "tcp", "--dport", "80", "-m", "comment", "--comment", 'say "no" to it', "-j", "DROP"],
  ["-m", "conntrack", "--ctstate", "NEW", "-j", "ACCEPT"],
  ["-m", "addrtype", "--dst-type", "LOCAL", "--limit-iface-in", "-j", "ACCEPT"],
];
const [drop, remark] = rules as readonly [Words, Words];

describe("normalised", () => {
  it("names a rule by its text, and a remark is one word", () => {
    const space = spaceWith([drop, remark]);
    expect(normalised(space, ["iptables", "-D", "INPUT", "1"])).toEqual([
      ["iptables", "-D", "INPUT", "-s", "10.0.0.0/8", "-j", "DROP"],
    ]);
    const [command] = normalised(space, ["iptables", "-D", "INPUT", "2"]);
    expect(command).toContain('say "no" to it');
  });

  it("makes two commands of a replacement, and keeps table, program and namespace", () => {
    const rows = new Map([["h", emptyNamespace("h")]]);
    runInNamespace(rows, "h", "iptables -t nat -A POSTROUTING -j MASQUERADE".split(" "));
    const given = "ip netns exec h /sbin/iptables -w -t nat -R POSTROUTING 1 -o eth0 -j MASQUERADE".split(" ");
    expect(normalised(rows.get("h")!, given).map((words) => words.join(" "))).toEqual([
      "ip netns exec h /sbin/iptables -t nat -D POSTROUTING -j MASQUERADE",
      "ip netns exec h /sbin/iptables -t nat -I POSTROUTING 1 -o eth0 -j MASQUERADE",
    ]);
  });

  it.each([
    "iptables -D INPUT 9",
    "iptables -D NOPE 1",
    "iptables -t nope -D INPUT 1",
    "iptables -D INPUT -s 10.0.0.0/8 -j DROP",
    "iptables -I INPUT 2 -j DROP",
    "iptables -A INPUT -j DROP",
    "iptables",
    "ip netns exec other iptables -D INPUT 1",
    "ip link set lo up",
  ])("leaves alone: %s", (line) => {
    expect(normalised(spaceWith([drop]), line.split(" "))).toEqual([line.split(" ")]);
  });

  it("leaves the rules that the numbered command leaves, twins included", () => {
    const chains = fc.array(fc.constantFrom(...rules), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(chains, fc.nat(6), fc.option(fc.constantFrom(...rules)), (chain, at, rule) => {
        const space = spaceWith(chain);
        const number = `${(at % chain.length) + 1}`;
        const words = ["iptables", ...(rule === null ? ["-D", "INPUT", number] : ["-R", "INPUT", number, ...rule])];
        expect(rulesAfter(space, normalised(space, words))).toBe(rulesAfter(space, [words]));
      }),
    );
  });
});
