import { describe, expect, it } from "vitest";
import type { JournalEntry, Snapshot } from "../sim/snapshot.ts";
import { pendingChain, single } from "../test/scenes/stories.ts";
import { BUNDLE_BYTES_MAX } from "./bundle.ts";
import { sceneToSvg } from "./svg.ts";
import { timelineScenes, timelineView } from "./timeline.ts";

const withJournal = (journal: readonly JournalEntry[]): Snapshot => ({ ...single()[0]!, journal });
const chain = withJournal(pendingChain());

describe("the timeline", () => {
  it("has a frame for each step, and only the cursor and the words move", () => {
    const scenes = timelineScenes(chain);
    const steps = [...new Set(pendingChain().map((entry) => entry.step))];
    expect(scenes.map((scene) => scene.step)).toEqual(steps);
    const still = (at: number) =>
      scenes[at]!.groups.filter(({ key }) => !["heading", "cursor", "detail"].includes(key));
    expect(still(0)).toEqual(still(scenes.length - 1));
  });

  it("keeps to the newest steps asked for", () => {
    expect(timelineScenes(chain, { steps: 2 })).toHaveLength(2);
  });

  it("follows the causes of one object", () => {
    const scene = timelineScenes(chain, { object: "pod/default/web-7c5d8b9f6-x2x7q#some-uid" })[0]!;
    expect(scene.title).toBe("What led to pod/default/web-7c5d8b9f6-x2x7q");
    expect(scene.groups.find(({ key }) => key === "causes")?.label).toMatch(/^\d+ acts that led to it$/);
    expect(scene.table.rows[0]!.cells[3]).toBe("create deployment/default/web");
  });

  it("makes faint what is not in the chain of an object", () => {
    const lanes = (object?: string): string => {
      const [scene] = timelineScenes(chain, object === undefined ? {} : { object });
      return JSON.stringify(scene!.groups.filter(({ key }) => key.startsWith("lane/")));
    };
    expect(lanes()).not.toContain('"tone":"muted"');
    expect(lanes("pod/default/web-7c5d8b9f6-x2x7q")).toContain('"tone":"muted"');
  });

  it("counts where there are too many acts for marks, and stays small", () => {
    const journal = Array.from({ length: 5_000 }, (_, at) => ({
      ...pendingChain()[0]!,
      step: at + 1,
      at: at * 1_000,
      actor: `kubelet/worker-${at % 40}`,
      cause: at,
    }));
    const display = timelineView(withJournal(journal));
    const lanes = display.scenes[0]!.groups.filter(({ key }) => key.startsWith("lane/"));
    expect(lanes).toHaveLength(16);
    expect(lanes.map(({ label }) => label)).toContain("25 more components: 3,125 create");
    expect(JSON.stringify(display.toMimeBundle()).length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
  });

  it("draws an empty journal, entries that cause themselves, and hostile words", () => {
    const evil = "<script>x</script>\u0000".repeat(20);
    const entry = { ...pendingChain()[0]!, actor: evil, message: evil, object: evil, step: 5, cause: 5 };
    for (const journal of [[], [entry], [entry, { ...entry, cause: 9 }, { ...entry, step: 9, cause: 5 }]]) {
      const svg = sceneToSvg(timelineScenes(withJournal(journal), { object: evil })[0]!);
      expect(svg).not.toContain("<script");
    }
    expect(timelineView(withJournal([])).toString()).toContain("Nothing happened");
  });
});
