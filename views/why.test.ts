import { describe, expect, it } from "vitest";
import { pendingChain, rollout } from "../test/scenes/stories.ts";
import { journalScene } from "./journal.ts";
import { sceneToText } from "./text.ts";
import { whyScene } from "./why.ts";

describe("whyScene", () => {
  it("draws a line from each cause to its effect, and tells the reason in full", () => {
    const scene = whyScene(pendingChain(), "pod/default/web-7c5d8b9f6-zt9cv");
    const rails = scene.groups.find((group) => group.key === "causes")!;
    expect(rails.shapes.filter((shape) => shape.kind === "line" && shape.head)).toHaveLength(5);
    const last = scene.groups[scene.groups.length - 1]!;
    const words = last.shapes.map((shape) => (shape.kind === "text" ? shape.text : "")).join(" ");
    expect(words).toContain("2 Insufficient memory");
    expect(words).toContain("2 No preemption victims found for incoming pod.");
  });

  it("takes entries whose causes are not in the list", () => {
    const [first, ...rest] = pendingChain().slice(2);
    expect(whyScene([...rest, first!]).table.rows).toHaveLength(4);
  });

  it("keeps the newest of a long chain", () => {
    const long = Array.from({ length: 100 }, (_, at) => ({ ...pendingChain()[0]!, step: at, cause: at - 1 }));
    const scene = whyScene(long);
    expect(scene.table.rows).toHaveLength(40);
    expect(scene.table.rows[39]?.cells[0]).toBe("step 99");
  });
});

describe("journalScene", () => {
  it("lists entries of all moments once, in order of steps", () => {
    const scene = journalScene([...rollout(), ...rollout()]);
    expect(scene.table.rows.map((row) => row.cells[0])).toEqual(["step 40", "step 41", "step 42", "step 43"]);
    expect(sceneToText(scene)).toContain("kube-scheduler · bind pod/default/web-7c5d8b9f6-b8kfm");
  });
});
