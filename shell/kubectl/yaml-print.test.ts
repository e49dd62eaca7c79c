import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../sim/api/types.ts";
import { parseDocument } from "./manifest.ts";
import { yamlText } from "./yaml-print.ts";

describe("yamlText", () => {
  test.each<[Json, string]>([
    [{ b: 1, a: [{ y: 1, x: [] }, {}] }, 'a:\n- x: []\n  "y": 1\n- {}\nb: 1\n'],
    [
      { s: ["1", "true", "", "null", "yes", "1e3", "2026-01-01", "0x1f", "22:22"] },
      's:\n- "1"\n- "true"\n- ""\n- "null"\n- "yes"\n- "1e3"\n- "2026-01-01"\n- "0x1f"\n- "22:22"\n',
    ],
    [
      { s: ["* * * * */5", "a: b", "#x", "a #b", "- a", "@x", "it's", "-"] },
      "s:\n- '* * * * */5'\n- 'a: b'\n- '#x'\n- 'a #b'\n- '- a'\n- '@x'\n- it's\n- '-'\n",
    ],
    [
      { s: ["a:b", "a#b", "100m", "1.2.3", "nginx:1.27", "-v", "10.0.0.0/16"] },
      "s:\n- a:b\n- a#b\n- 100m\n- 1.2.3\n- nginx:1.27\n- -v\n- 10.0.0.0/16\n",
    ],
    [{ a: "x\ny\n", b: "x\ny", c: "x\n\n" }, "a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\n"],
    [{ l: [[1, 2], [[3]]], n: null, t: true, z: {} }, 'l:\n- - 1\n  - 2\n- - - 3\n"n": null\nt: true\nz: {}\n'],
    [{ a10: 1, a9: 1, "a.b": 1, aB: 1 }, "a.b: 1\na9: 1\na10: 1\naB: 1\n"],
    [{ "1": "\ttab" }, '"1": "\\ttab"\n'],
    [{ "1_.": "_1e_5" }, '"1_.": _1e_5\n'],
  ])("%j", (value, text) => {
    expect(yamlText(value)).toBe(text);
  });

  test("what it prints reads back as the same value", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab01:#-'\"[]{}&*!|>%@`, \n\t.~yn_".split("")), maxLength: 8 });
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(text, tie("value"), { maxKeys: 3 }),
      ) as fc.Arbitrary<Json>,
    }));
    fc.assert(
      fc.property(fc.dictionary(text, value, { minKeys: 1, maxKeys: 3 }), (object) => {
        expect(parseDocument(yamlText(object as Json))).toEqual({ kind: "value", value: object });
      }),
      { numRuns: 500 },
    );
  });
});
