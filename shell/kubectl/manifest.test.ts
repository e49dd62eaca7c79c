import { describe, expect, test } from "vitest";
import { parseDocument } from "./manifest.ts";

/** What libyaml says to each text, with goyaml v2's line numbers; checked against libyaml itself. */
const COMPLAINTS: readonly (readonly [string, string])[] = [
  ["apiVersion: v1\nkind: Pod\n  metadata:\n name: x\n", "line 3: mapping values are not allowed in this context"],
  ["not json: [", "line 1: did not find expected node content"],
  ["a: b: c\n", "mapping values are not allowed in this context"],
  ["a:\n\t- b\n", "line 2: found character that cannot start any token"],
  ["metadata:\n  name: web\n\tlabels: 1\n", "line 3: found a tab character that violates indentation"],
  ["a:\n  b: 1\n c: 2\n", "line 2: did not find expected key"],
  ['a: "unclosed\nb: 1\n', "line 3: found unexpected end of stream"],
  ["a: 'x\n", "line 2: found unexpected end of stream"],
  ["a: [1, 2\nb: 3\n", "line 1: did not find expected ',' or ']'"],
  ["[a, b\n", "line 1: did not find expected ',' or ']'"],
  ["a: {b: 1\nc: 2\n", "line 1: did not find expected ',' or '}'"],
  ["{a: b", "line 1: did not find expected ',' or '}'"],
  ["kind Pod\nmetadata: 1\n", "line 2: mapping values are not allowed in this context"],
  ["a: 1\nb 2\nc: 3\n", "line 3: could not find expected ':'"],
  ["metadata:\n  name: web\n  labels\n    app: x\n", "line 4: could not find expected ':'"],
  ["a:\n- x\n  - y\n b: 1\n", "line 4: mapping values are not allowed in this context"],
  ["spec:\n  containers:\n  - name: a\n    image: b\n   ports:\n   - 1\n", "line 4: did not find expected key"],
  ["x:\n  - a: 1\n   b: 2\n", "line 2: did not find expected '-' indicator"],
  ["a: b\n- c\n", "line 1: did not find expected key"],
  ["- a\nb: c\n", "line 1: did not find expected '-' indicator"],
  ["a: 1\n b: 2\n", "line 2: mapping values are not allowed in this context"],
  ["spec:\n  replicas: 3\n    selector: 1\n", "line 3: mapping values are not allowed in this context"],
  ["a: @x\n", "found character that cannot start any token"],
  ["a: `x`\n", "found character that cannot start any token"],
  ['a: "b" c\n', "did not find expected key"],
  ["a: *nope\n", "unknown anchor 'nope' referenced"],
];

describe("parseDocument", () => {
  test.each(COMPLAINTS)("refuses %j as libyaml does", (text, complaint) => {
    expect(parseDocument(text)).toEqual({ kind: "error", message: `yaml: ${complaint}` });
  });

  test("resolves scalars as YAML 1.1 does, but leaves times and sexagesimal numbers alone", () => {
    const text = "{yes: on, mode: 0644, at: 2026-01-01, port: 22:22, off: ~, s: '1', list: [1.0, 1e3, 0x10]}";
    expect(parseDocument(text)).toEqual({
      kind: "value",
      value: { true: true, mode: 420, at: "2026-01-01", port: "22:22", false: null, s: "1", list: [1, 1000, 16] },
    });
  });

  test("merges anchors", () => {
    const text = "base: &base {a: 1}\nuse:\n  <<: *base\n  b: 2\n";
    expect(parseDocument(text)).toEqual({ kind: "value", value: { base: { a: 1 }, use: { a: 1, b: 2 } } });
  });
});
