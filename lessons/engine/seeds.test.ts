import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfBase64Url, toBase64Url } from "./base64-url.ts";
import { drawOf, drawSource } from "./draw.ts";
import { readToken, releaseToken, TokenError } from "./release-token.ts";
import { practiceSeeds, seedOf, VERDICT_VARIANTS, variantSeed, verdictSeeds } from "./seeds.ts";

const text = fc.string({ unit: "grapheme", maxLength: 30 });
const seed = seedOf("07-sample", "ada", "secret");

describe("seeds", () => {
  it("are the same for the same lesson, student and key, and differ where one of them does", () => {
    fc.assert(
      fc.property(text, text, text, (lesson, student, key) => {
        expect(seedOf(lesson, student, key)).toBe(seedOf(lesson, student, key));
        expect(seedOf(lesson, student, key)).toMatch(/^[0-9a-f]{64}$/);
        expect(seedOf(lesson, `${student}x`, key)).not.toBe(seedOf(lesson, student, key));
        expect(seedOf(lesson, student, `${key}x`)).not.toBe(seedOf(lesson, student, key));
      }),
    );
  });

  it("of variants are all different, whatever they are for", () => {
    const all = ["a", "b"].flatMap((id) => [
      ...[0, 1, 2].map((index) => variantSeed(seed, id, "own", index)),
      ...practiceSeeds(seed, id),
      ...verdictSeeds("07-sample", id, "secret"),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it("of the verdict follow from the key, and from nothing that a student has", () => {
    const seeds = verdictSeeds("07-sample", "a", "secret");
    expect(seeds).toHaveLength(VERDICT_VARIANTS);
    expect(verdictSeeds("07-sample", "a", "secret")).toEqual(seeds);
    for (const other of verdictSeeds("07-sample", "a", "guess")) expect(seeds).not.toContain(other);
  });
});

describe("draws", () => {
  it("repeat with the seed, lie in their range, and reach both its ends", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 3 }), (of, least, width) => {
        const [one, same] = [drawOf(drawSource(of)), drawOf(drawSource(of))];
        expect(one.seed).toBe(same.seed);
        const values = Array.from({ length: 80 }, () => one.integer(least, least + width));
        expect(values).toEqual(Array.from({ length: 80 }, () => same.integer(least, least + width)));
        expect([Math.min(...values), Math.max(...values)]).toEqual([least, least + width]);
      }),
      { numRuns: 30 },
    );
  });

  it("take each value about equally often", () => {
    const draw = drawOf(drawSource(seed));
    const counts = [0, 0, 0];
    for (let n = 0; n < 3000; n++) counts[draw.integer(0, 2)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it("shuffle without losing anything", () => {
    fc.assert(
      fc.property(text, fc.array(fc.integer()), (of, values) => {
        expect([...drawOf(drawSource(of)).shuffled(values)].sort()).toEqual([...values].sort());
      }),
    );
  });

  it("refuse what has no answer", () => {
    expect(() => drawOf(drawSource("a")).one([])).toThrow("draw.one() takes at least one value");
    expect(() => drawOf(drawSource("a")).integer(2, 1)).toThrow(
      "draw.integer() takes two whole numbers in order, not 2 and 1",
    );
    expect(() => drawOf(drawSource("a")).integer(0.5, 1)).toThrow(RangeError);
  });
});

describe("release tokens", () => {
  const release = { lesson: "07-sample", version: "abc", student: "Ada Lovelace ✓", seed };
  const token = releaseToken(release, "a long secret key");

  it("say what was put in, to who has the key and to who has not", () => {
    expect(readToken(token, "a long secret key")).toEqual(release);
    expect(readToken(token)).toEqual(release);
    fc.assert(
      fc.property(text, text, text, (student, version, key) => {
        const each = { lesson: "07-sample", version, student, seed };
        expect(readToken(releaseToken(each, key), key)).toEqual(each);
      }),
    );
  });

  it("that are signed with another key, or whose words were changed, are refused by who has the key", () => {
    const [, signature] = token.split(".");
    const forged = `${releaseToken({ ...release, student: "Bob" }, "another key").split(".")[0]}.${signature}`;
    for (const wrong of [forged, releaseToken(release, "another key"), `${token.slice(0, -2)}AA`])
      expect(() => readToken(wrong, "a long secret key")).toThrow(
        /was not signed with this course's key: take the first/,
      );
    expect(readToken(forged).student).toBe("Bob");
  });

  it("that are none are refused by everybody", () => {
    const body = toBase64Url(new TextEncoder().encode(JSON.stringify({ ...release, seed: "1" })));
    for (const wrong of ["", ".", "a", "a.b", `${token}.x`, "x".repeat(5000), `${body}.aaaa`, token.replace(".", "!.")])
      expect(() => readToken(wrong)).toThrow(TokenError);
    fc.assert(fc.property(fc.string(), (wrong) => void expect(() => readToken(wrong)).toThrow(TokenError)));
  });

  it("are in base64 as addresses have it", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
        expect(bytesOfBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
    for (const wrong of ["A", "A+", "AB", "====", "AAAAA"]) expect(bytesOfBase64Url(wrong)).toBeUndefined();
  });
});
