import fc from "fast-check";
import { expect, it } from "vitest";
import { compareNatural, ownOf, plural, thousands } from "./order.ts";

it("compares numbers in names as numbers", () => {
  const names = ["worker-10", "worker-2", "worker", "alpha", "worker-2b"];
  expect([...names].sort(compareNatural)).toEqual(["alpha", "worker", "worker-2", "worker-2b", "worker-10"]);
});

it("is an order of all names", () => {
  const name = fc.string({ unit: fc.constantFrom(..."ab-019"), maxLength: 6 });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(compareNatural(a, b)) + Math.sign(compareNatural(b, a))).toBe(0);
      expect(compareNatural(a, b) === 0).toBe(a === b);
      if (compareNatural(a, b) <= 0 && compareNatural(b, c) <= 0) expect(compareNatural(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

it("finds a table's own entries only", () => {
  const table = { a: 1 };
  expect(["a", "b", "constructor", "__proto__", 7].map((key) => ownOf(table, key))).toEqual([1, ...Array(4)]);
});

it("writes numbers for people", () => {
  expect(thousands(1234567)).toBe("1,234,567");
  expect([plural(1, "pod"), plural(1500, "pod"), plural(2, "entry")]).toEqual(["1 pod", "1,500 pods", "2 entries"]);
});
