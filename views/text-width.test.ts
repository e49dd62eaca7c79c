import fc from "fast-check";
import { expect, it } from "vitest";
import { fitName, fitText, textWidth, wrapText } from "./text-width.ts";

const font = { size: 11, bold: true };
const words = fc.string({ unit: fc.constantFrom(..."aMi- 9…日"), maxLength: 50 });

it("never gives more than the room, whatever the text", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 0, max: 300 }), (text, max) => {
      for (const fitted of [fitText(text, max, font), fitName(text, max, font), ...wrapText(text, max, 3, font)]) {
        expect(textWidth(fitted, font)).toBeLessThanOrEqual(max);
      }
    }),
  );
});

it("keeps the end of a name, where names of one workload differ", () => {
  const fitted = fitName("web-7c5d8b9f6-x2x7q", 90, font);
  expect(fitted).toMatch(/^web.*…x2x7q$/);
});

it("keeps the end even where nothing else fits", () => {
  const fitted = ["web-7c5d8b9f6-kkk22", "web-7c5d8b9f6-kkk33"].map((name) => fitName(name, 36, font));
  expect(fitted).toEqual(["…k22", "…k33"]);
});

it("cuts a long text as it cuts the same text's beginning", () => {
  const long = "il.".repeat(100_000);
  expect(fitText(long, 200, font)).toBe(fitText(long.slice(0, 500), 200, font));
  expect(fitName(long, 200, font)).toMatch(/^il.*….*$/);
});

it("breaks at spaces and ends in an ellipsis when lines run out", () => {
  expect(wrapText("one two three", 60, 2, { size: 11 })).toEqual(["one two", "three"]);
  expect(wrapText("one two three four five six seven", 60, 2, { size: 11 })[1]).toMatch(/…$/);
});
