import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomStreams, randomBits } from "./random.ts";

describe("random streams", () => {
  test("a draw is a function of seed, stream and counter, whatever other streams do", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.string()), fc.array(fc.constantFrom("a", "b", "c")), (seed, order) => {
        const streams = new RandomStreams(seed);
        const counters = new Map<string, number>();
        for (const name of order) {
          const counter = counters.get(name) ?? 0;
          counters.set(name, counter + 1);
          expect(streams.stream(name).bits()).toBe(randomBits(seed, name, counter));
        }
        expect(new Map(streams.drawn())).toEqual(counters);
      }),
    );
  });

  test("a fork continues the same, and apart", () => {
    const streams = new RandomStreams("lesson 7");
    streams.stream("scheduler").bits();
    const fork = streams.fork();
    const ahead = [1, 2, 3].map(() => streams.stream("scheduler").bits());
    expect([1, 2, 3].map(() => fork.stream("scheduler").bits())).toEqual(ahead);
  });

  test("below, chance and pick are even within five standard deviations", () => {
    const draws = 60_000;
    const stream = new RandomStreams(1).stream("dice");
    const faces = new Array<number>(6).fill(0);
    const picks: Record<string, number> = { rare: 0, often: 0, never: 0 };
    let heads = 0;
    for (let i = 0; i < draws; i++) {
      faces[stream.below(6)]!++;
      picks[
        stream.pick([
          ["rare", 1],
          ["never", 0],
          ["often", 9],
        ])
      ]!++;
      if (stream.chance(1, 4)) heads++;
    }
    for (const count of faces) expect(Math.abs(count - draws / 6)).toBeLessThan(460);
    expect(Math.abs(picks.rare! - draws / 10)).toBeLessThan(370);
    expect(picks.never).toBe(0);
    expect(Math.abs(heads - draws / 4)).toBeLessThan(530);
  });

  test("each bit of a word is set in half of the draws, also far along a stream and between neighbouring seeds", () => {
    const samples = 20_000;
    const places = [
      (i: number) => randomBits(5, "x", i),
      (i: number) => randomBits(5, "x", 2 ** 40 + i),
      (i: number) => randomBits(i, "x", 0),
    ];
    for (const word of places) {
      const ones = new Array<number>(32).fill(0);
      for (let i = 0; i < samples; i++) for (let bit = 0; bit < 32; bit++) ones[bit]! += (word(i) >>> bit) & 1;
      for (const count of ones) expect(Math.abs(count - samples / 2)).toBeLessThan(360);
    }
  });

  test("below draws again instead of favouring small numbers, and refuses nonsense", () => {
    const stream = new RandomStreams(3).stream("x");
    const n = 3 * 2 ** 30;
    let small = 0;
    for (let i = 0; i < 9000; i++) if (stream.below(n) < 2 ** 30) small++;
    expect(Math.abs(small - 3000)).toBeLessThan(230);
    for (const bad of [0, -1, 1.5, 2 ** 33]) expect(() => stream.below(bad)).toThrow(RangeError);
    expect(() => stream.pick([])).toThrow(RangeError);
    expect(stream.below(2 ** 32)).toBeGreaterThanOrEqual(0);
  });
});
