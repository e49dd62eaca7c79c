import { describe, expect, it } from "vitest";
import { naturalLogarithm } from "./logarithm.ts";

describe("naturalLogarithm", () => {
  it.each([
    [1, 0],
    [7, 1.9459101490553132],
    [3, 1.0986122886681098],
    [5, 1.6094379124341003],
    [12, 2.4849066497880004],
    [502, 6.218600119691729],
    [5002, 8.517593111437565],
  ])("of %d is %d", (x, expected) => {
    expect(Math.abs(naturalLogarithm(x) - expected)).toBeLessThanOrEqual(expected * 2.3e-16);
  });
});
