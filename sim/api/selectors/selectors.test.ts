import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findResource } from "../kinds/registry.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { labelSelectorText, matchesLabels, parseLabelSelector } from "./label-selector.ts";
import { selects } from "./label-selector-object.ts";

const word = fc.stringMatching(/^[a-z]([a-z0-9]{0,6}[a-z0-9])?$/).filter((text) => text !== "in" && text !== "notin");

describe("label selectors", () => {
  it.each([
    ["a=b", { a: "b" }, true],
    ["a!=b", {}, true],
    ["a in (b, c),d", { a: "c", d: "" }, true],
    ["a notin (b)", { a: "b" }, false],
    ["!a", { a: "" }, false],
    ["a=", { a: "" }, true],
    ["a > 3", { a: "10" }, true],
    ["a < 3", { a: "x" }, false],
    ["", { a: "b" }, true],
  ])("%s on %o is %s", (selector, labels, expected) => {
    expect(matchesLabels(parseLabelSelector(selector), labels as Record<string, string>)).toBe(expected);
  });

  it("prints what it parses back to the same requirements", () => {
    const requirement = fc.oneof(
      fc.tuple(word, word).map(([key, value]) => `${key}=${value}`),
      fc.tuple(word, fc.uniqueArray(word, { minLength: 1 })).map(([key, values]) => `${key} in (${values.join(",")})`),
      word.map((key) => `!${key}`),
      word,
    );
    fc.assert(
      fc.property(fc.array(requirement), (requirements) => {
        const parsed = parseLabelSelector(requirements.join(","));
        expect(parseLabelSelector(labelSelectorText(parsed))).toEqual(parsed);
      }),
    );
  });

  it.each([
    ["a in", "unable to parse requirement: found '' expected: '('"],
    ["a=b,", "found '', expected: identifier after ','"],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
  ])("refuses %s", (selector, expected) => {
    expect(() => parseLabelSelector(selector)).toThrow(expected);
  });

  it("selects nothing without a selector and everything with an empty one", () => {
    expect([selects(undefined, {}), selects({}, undefined)]).toEqual([false, true]);
    const inValues = { matchExpressions: [{ key: "a", operator: "In", values: ["b"] } as const] };
    expect([selects(inValues, { a: "b" }), selects(inValues, { a: "c" })]).toEqual([true, false]);
  });
});

it("refuses fields that a kind does not offer", () => {
  const pods = findResource("", "v1", "pods")!;
  expect(parseFieldSelector(pods, "spec.nodeName=a,status.phase!=Running")).toEqual([
    { field: "spec.nodeName", equals: true, value: "a" },
    { field: "status.phase", equals: false, value: "Running" },
  ]);
  expect(() => parseFieldSelector(pods, "spec.foo=a")).toThrow("field label not supported: spec.foo");
});
