import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { canonical, replay } from "../kinds/kube-proxy.ts";

interface Case {
  readonly id: string;
  readonly steps: readonly { iptablesSave?: string; canonSha256?: readonly string[] }[];
}

const cases = gunzipSync(readFileSync(new URL("./rulesets.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

describe("recorded rule sets of kube-proxy", () => {
  it.each(cases.map((recorded) => [recorded.id, recorded] as const))("%s agrees in every step", (_id, recorded) => {
    const { agree, steps } = replay(recorded);
    expect(steps).toEqual(recorded.steps.map(() => true));
    expect(agree).toBe(true);
  });

  it("gives the same rules when the recorded ones are taken away", () => {
    const recorded = cases[3]!;
    const unsolved = {
      ...recorded,
      steps: recorded.steps.map(({ iptablesSave: _text, canonSha256: _hashes, ...state }) => state),
    };
    const replayed = replay(unsolved);
    expect(replayed.agree).toBeNull();
    replayed.actual.steps.forEach(({ canonSha256 }, i) => {
      expect(recorded.steps[i]!.canonSha256).toEqual(expect.arrayContaining([...canonSha256]));
    });
  });

  it("notices a rule set that differs, also when only its text was recorded", () => {
    const [first, ...others] = cases[0]!.steps;
    const changed = first!.iptablesSave!.replace("-j KUBE-MARK-MASQ", "-j ACCEPT");
    const hashed = { ...cases[0]!, steps: [{ ...first, canonSha256: ["0"] }, ...others] };
    expect(replay(hashed).steps).toEqual([false, true]);
    const { canonSha256: _hashes, ...textOnly } = first!;
    expect(replay({ ...cases[0]!, steps: [{ ...textOnly, iptablesSave: changed }] }).agree).toBe(false);
    expect(replay({ ...cases[0]!, steps: [textOnly] }).agree).toBe(true);
  });

  it("ignores the order of Services, but not the order of rules inside their chains", () => {
    const text = "*nat\n:KUBE-SERVICES - [0:0]\n:A - [0:0]\n-A KUBE-SERVICES -j B\n-A KUBE-SERVICES -j A\nCOMMIT\n";
    expect(canonical(text)).toBe(canonical(text.replace("-j B", "-j C").replace("-j A", "-j B").replace("-j C", "-j A")));
    expect(canonical(text.replaceAll("-A KUBE-SERVICES", "-A A"))).not.toBe(
      canonical(text.replaceAll("-A KUBE-SERVICES", "-A A").replace("-j B\n-A A -j A", "-j A\n-A A -j B")),
    );
  });
});
