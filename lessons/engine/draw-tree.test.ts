import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DrawSource, drawOf, drawSource } from "./draw.ts";
import { DrawTree } from "./draw-tree.ts";

/** A scenario whose later choices depend on earlier ones; gives what it drew. */
function drawn(source: DrawSource): string {
  const draw = drawOf(source);
  const kind = draw.one(["a", "b", "c"]);
  if (kind === "a") return `a${draw.integer(1, 2)}`;
  if (kind === "b") return `b${draw.shuffled([1, 2, 3]).join("")}${draw.one(["x", "y"])}`;
  return "c";
}

describe("what was made from the same draws", () => {
  it("is found again, and is what making it anew gives", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 60 }), (seeds) => {
        const tree = new DrawTree<{ readonly text: string }>(100);
        const texts = new Set<string>();
        let made = 0;
        for (const seed of seeds) {
          const { text } = tree.of(
            () => drawSource(seed),
            (source) => {
              made += 1;
              return { text: drawn(source) };
            },
          );
          expect(text).toBe(drawn(drawSource(seed)));
          texts.add(text);
        }
        expect(made).toBe(texts.size);
      }),
    );
  });

  it("is another one for each seed where the cluster's own seed is drawn", () => {
    const tree = new DrawTree<number>(100);
    const of = (seed: string) =>
      tree.of(
        () => drawSource(seed),
        (source) => drawOf(source).seed,
      );
    expect(of("one")).not.toBe(of("two"));
    expect(of("one")).toBe(drawSource("one").seed);
  });

  it("is made anew once it was forgotten, and when making it failed", () => {
    let made = 0;
    const tree = new DrawTree<number>(1);
    const below = (value: number) => () => ({ seed: 0, below: () => value });
    const make = (source: DrawSource) => {
      made += 1;
      if (made === 1) throw new Error("no");
      return source.below(5);
    };
    expect(() => tree.of(below(1), make)).toThrow("no");
    expect([1, 1, 2, 1, 1].map((value) => tree.of(below(value), make))).toEqual([1, 1, 2, 1, 1]);
    expect(made).toBe(4);
  });

  it("is not found where making it follows from more than the draws", () => {
    const tree = new DrawTree<number>(100);
    let calls = 0;
    const of = () =>
      tree.of(
        () => ({ seed: 0, below: () => 0 }),
        (source) => source.below(++calls),
      );
    expect([of(), of()]).toEqual([0, 0]);
    expect(calls).toBe(1);
  });
});
