import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenHa, rollout } from "../test/scenes/stories.ts";
import { componentScenes } from "./component-map.ts";
import { packFrames, unpackFrames } from "./frames.ts";
import { diffList, patchList } from "./list-diff.ts";

describe("diffList", () => {
  const lists = fc.uniqueArray(fc.record({ key: fc.constantFrom(..."abcdefgh"), value: fc.nat(2) }), {
    selector: (item) => item.key,
  });

  it("is undone by patchList for any two lists", () => {
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        expect(patchList(before, diffList(before, after))).toEqual(after);
      }),
    );
  });

  it("is a single count when nothing differs", () => {
    expect(diffList([{ key: "a" }, { key: "b" }], [{ key: "a" }, { key: "b" }])).toEqual([2]);
  });
});

describe("packFrames", () => {
  it("gives the scenes back, even when the page's size differs", () => {
    const scenes = [...componentScenes(rollout()), ...componentScenes(brokenHa())];
    const set = packFrames("components", scenes, 3);
    expect(unpackFrames(JSON.parse(JSON.stringify(set)))).toEqual(JSON.parse(JSON.stringify(scenes)));
    expect(set.dropped).toBe(3);
  });

  it("takes less than two thirds of what whole scenes take, even when much happens in each step", () => {
    const scenes = componentScenes(rollout());
    expect(JSON.stringify(packFrames("components", scenes, 0)).length).toBeLessThan(
      (JSON.stringify(scenes).length * 2) / 3,
    );
  });

  it("refuses to make a value of nothing", () => {
    expect(() => packFrames("components", [], 0)).toThrow("at least one scene");
  });
});
