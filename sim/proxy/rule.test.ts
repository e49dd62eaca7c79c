import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comment, jump, ruleText } from "./rule.ts";

const probability = (count: number) =>
  ruleText("A", { matches: [{ kind: "oneIn", count }] })
    .split(" ")
    .at(-1)!;

describe("the text of a rule", () => {
  it("quotes a comment only where it has blanks", () => {
    expect(ruleText("A", { matches: [comment("default/web:http")], target: jump("B") })).toBe(
      "-A A -m comment --comment default/web:http -j B",
    );
    expect(ruleText("A", { matches: [comment("default/web -> 10.0.0.1:80")] })).toBe(
      '-A A -m comment --comment "default/web -> 10.0.0.1:80"',
    );
  });

  it("puts a negation in front of an option or behind its module, as iptables wants it", () => {
    const matches = [
      { kind: "source", network: "127.0.0.0/8", negated: true },
      { kind: "state", states: "DNAT", negated: true },
    ] as const;
    expect(ruleText("A", { matches, target: { kind: "drop" } })).toBe(
      "-A A ! -s 127.0.0.0/8 -m conntrack ! --ctstate DNAT -j DROP",
    );
  });

  it("rounds halves of a probability to even, as Go does", () => {
    expect(probability(3)).toBe("0.3333333333");
    expect(probability(2048)).toBe("0.0004882812");
    expect(probability(10_240)).toBe("0.0000976562");
  });

  it("writes a probability within half of its last digit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200_000 }), (count) => {
        expect(Math.abs(Number(probability(count)) - 1 / count)).toBeLessThanOrEqual(0.5000001e-10);
      }),
    );
  });
});
