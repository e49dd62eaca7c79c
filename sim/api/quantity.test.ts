import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  milli,
  parseQuantity,
  quantityError,
  value,
} from "./quantity.ts";

const canonical = (text: string): string => formatQuantity(parseQuantity(text));

describe("quantity", () => {
  it.each([
    ["0", "0"],
    ["0.0", "0"],
    ["100m", "100m"],
    ["0.1", "100m"],
    ["1000m", "1"],
    ["1500m", "1500m"],
    ["1.5", "1500m"],
    ["1024", "1024"],
    ["1024Ki", "1Mi"],
    ["1.5Gi", "1536Mi"],
    ["100Ki", "100Ki"],
    ["1Ki", "1Ki"],
    ["0.5Ki", "512"],
    ["0.3Mi", "314572800m"],
    ["0.0001Ki", "102400u"],
    ["1e3", "1e3"],
    ["1E3", "1e3"],
    ["1.5e3", "1500"],
    ["123456e-3", "123456e-3"],
    ["1E", "1E"],
    ["1000k", "1M"],
    ["-5m", "-5m"],
    ["+1", "1"],
    [".5", "500m"],
    ["5.", "5"],
    ["0.5n", "1n"],
    ["99999Ei", "9223372036854775807"],
  ])("writes %s canonically as %s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    ["", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ["1.1.1", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ["lots", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ["1 Gi", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ["1i", "unable to parse quantity's suffix"],
    ["1mi", "unable to parse quantity's suffix"],
    ["1K", "unable to parse quantity's suffix"],
    ["1e", "unable to parse quantity's suffix"],
  ])("refuses %j in upstream's words", (text, message) => {
    expect(quantityError(text)).toBe(message);
    expect(() => parseQuantity(text)).toThrow(message);
  });

  it("rounds values and thousandths up, away from zero", () => {
    expect([value("100m"), value("1.5"), value("-1.5"), value("2Gi"), value(3)]).toEqual([1, 2, -2, 2 ** 31, 3]);
    expect([milli("1n"), milli("2"), milli("0.25"), milli(parseQuantity("1u"))]).toEqual([1, 2000, 250, 1]);
    expect(value("1000Ei")).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("compares and adds across formats", () => {
    expect(compareQuantities("1Gi", "1G")).toBe(1);
    expect(compareQuantities("1000m", "1")).toBe(0);
    expect(compareQuantities("1", "1001m")).toBe(-1);
    expect(formatQuantity(addQuantities("1Gi", "512Mi"))).toBe("1536Mi");
    expect(formatQuantity(addQuantities("0", "512Mi"))).toBe("512Mi");
  });

  it("keeps the amount when the canonical text is read again", () => {
    const suffix = fc.constantFrom("n", "u", "m", "", "k", "M", "G", "T", "Ki", "Mi", "Gi", "e2", "E-4", "e+6");
    const digits = fc.integer({ min: 0, max: 99_999 });
    fc.assert(
      fc.property(fc.constantFrom("", "-", "+"), digits, fc.option(digits), suffix, (sign, whole, fraction, unit) => {
        const quantity = parseQuantity(`${sign}${whole}${fraction === null ? "" : `.${fraction}`}${unit}`);
        const again = parseQuantity(formatQuantity(quantity));
        expect(again.nano).toBe(quantity.nano);
        expect(formatQuantity(again)).toBe(formatQuantity(quantity));
      }),
    );
  });
});
