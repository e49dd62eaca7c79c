import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs, formatInstant, parseDuration, parseRfc3339, rfc3339, rfc3339Micro } from "./instant.ts";

describe("durations", () => {
  it.each([
    ["2s", 2_000_000],
    ["1m30s", 90_000_000],
    ["500ms", 500_000],
    ["1.5s", 1_500_000],
    ["1h", 3_600_000_000],
    [3, 3_000_000],
  ])("reads %s", (text, us) => expect(parseDuration(text)).toBe(us));

  it.each(["", "2", "soon", "2s and more", "-1s", -1, Number.NaN])("refuses %s with a right example", (text) => {
    expect(() => parseDuration(text)).toThrow('write it as "2s", "1m30s" or "500ms"');
  });

  it("prints instants for people", () => {
    expect(formatInstant(0)).toBe("0.000s");
    expect(formatInstant(1_250_000)).toBe("1.250s");
    expect(formatInstant(125_000_000)).toBe("2m05.000s");
  });
});

describe("calendar time", () => {
  it("agrees with the platform's calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const expected = new Date(epochMs + seconds * 1000).toISOString().replace(".000Z", "Z");
        expect(rfc3339(seconds * 1_000_000)).toBe(expected);
        expect(parseRfc3339(expected)).toBe(epochMs + seconds * 1000);
      }),
    );
  });

  it("writes microseconds where the API has them", () => {
    expect(rfc3339Micro(1_000_042)).toBe("2026-01-05T09:00:01.000042Z");
  });
});
