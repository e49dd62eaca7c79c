import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { recordedRules } from "../../test/oracles/kinds/kube-proxy.ts";
import { withChain } from "../net/netfilter/edits.ts";
import { parseRuleset, printRuleset } from "../net/netfilter/ruleset-text.ts";
import type { Packet } from "../net/wire/packet.ts";
import { proxyRuleset } from "./netfilter-tables.ts";
import { iptablesSave } from "./save-text.ts";

const file = new URL("../../test/oracles/kube-proxy/rulesets.jsonl.gz", import.meta.url);
const cases = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { readonly id: string });

/** kube-proxy makes the mangle table only for its canary. */
const withoutMangle = (text: string) => text.replace("*mangle\nCOMMIT\n", "");

describe("a node's tables, derived", () => {
  it.each(cases.map((recorded) => [recorded.id, recorded] as const))(
    "%s: print as what was loaded",
    (_id, recorded) => {
      for (const rules of recordedRules(recorded)) {
        const loaded = parseRuleset(withoutMangle(iptablesSave(rules)));
        expect(printRuleset(proxyRuleset(rules))).toBe(printRuleset(loaded));
        expect(printRuleset(parseRuleset(printRuleset(loaded)))).toBe(printRuleset(loaded));
      }
    },
  );

  it("give a packet the rules that the whole chain has for it, at the same places", () => {
    for (const recorded of cases.slice(0, 12)) {
      const [rules] = recordedRules(recorded);
      const loaded = parseRuleset(withoutMangle(iptablesSave(rules!)));
      for (const table of ["nat", "filter"] as const) {
        const derived = proxyRuleset(rules!).tables[table]!;
        const plain = loaded.tables[table]!;
        for (const name of derived.names()) {
          const chain = derived.chain(name)!;
          if (chain.candidates === undefined) continue;
          const all = plain.chain(name)!.rules;
          for (const rule of all) {
            const destination = rule.matches.find(({ kind }) => kind === "destination");
            const port = rule.matches.find(({ kind }) => kind === "dport");
            if (destination?.kind !== "destination" && port?.kind !== "dport") continue;
            const dst = destination?.kind === "destination" && !destination.inverted ? destination.prefix.address : 1;
            const dport = port?.kind === "dport" ? port.ranges[0]!.low : 0;
            const found = chain.candidates({ dst, dport } as Packet);
            for (const each of found) expect(all[each.place]!.text).toBe(each.rule.text);
            expect(found.map((each) => each.rule.text)).toContain(rule.text);
          }
        }
      }
    }
  });

  it("stay derived under a manual change of one chain", () => {
    const [rules] = recordedRules(cases[0]);
    const base = proxyRuleset(rules!);
    expect(proxyRuleset({ ...rules! })).toBe(base);
    const chain = base.tables.nat!.chain("KUBE-MARK-MASQ")!;
    const edited = withChain(base, "nat", "KUBE-MARK-MASQ", { ...chain, rules: [] });
    expect(printRuleset(edited)).toBe(printRuleset(base).replace(/-A KUBE-MARK-MASQ .*\n/, ""));
    expect(edited.tables.filter).toBe(base.tables.filter);
    expect(edited.tables.nat!.chain("KUBE-SERVICES")).toBe(base.tables.nat!.chain("KUBE-SERVICES"));
  });
});
