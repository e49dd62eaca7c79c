import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashJson, mixNumber, mixString } from "./hash.ts";

describe("hash", () => {
  test("JSON values that are equal hash equally, in whatever order their keys stand", () => {
    fc.assert(
      fc.property(fc.object({ withBigInt: false }), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(hashJson(reversed)).toBe(hashJson(object));
        expect(hashJson({ ...object, absent: undefined })).toBe(hashJson(object));
      }),
    );
  });

  test("different JSON values hash differently, near ones too", () => {
    const values = [
      null,
      true,
      false,
      0,
      1,
      -1,
      0.5,
      "",
      "0",
      "a",
      "b",
      [],
      {},
      [[]],
      [0],
      [0, 0],
      [1, 2],
      [2, 1],
      { a: 1 },
      { b: 1 },
      { a: { b: 1 } },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
      2 ** 32,
      2 ** 33,
      2 ** 32 + 1,
    ];
    expect(new Set(values.map((value) => hashJson(value))).size).toBe(values.length);
    const many = Array.from({ length: 20_000 }, (_, i) => hashJson({ name: `pod-${i}`, index: i % 7 }));
    expect(new Set(many).size).toBeGreaterThan(19_995);
  });

  test("a memo changes the cost, not the hash", () => {
    const memo = new WeakMap<object, number>();
    const shared = { spec: { containers: [{ name: "c", image: "nginx" }] } };
    const pod = { name: "p", ...shared };
    expect(hashJson(pod, memo)).toBe(hashJson(pod));
    expect(memo.has(shared.spec)).toBe(true);
    expect(hashJson({ name: "q", ...shared }, memo)).toBe(hashJson({ name: "q", ...shared }));
  });

  test("numbers and strings mix by value and in order", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        if (a !== b) expect(mixNumber(1, a)).not.toBe(mixNumber(1, b));
      }),
    );
    expect(mixString(mixString(1, "ab"), "c")).not.toBe(mixString(mixString(1, "a"), "bc"));
    expect(mixString(1, "abc")).toBe(mixString(1, "abc"));
  });
});
