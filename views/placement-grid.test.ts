import { describe, expect, it } from "vitest";
import { snapshot } from "../test/scenes/fixtures.ts";
import { manyMachines, manySquares, openMaster, roomIsMade } from "../test/scenes/placements.ts";
import { BUNDLE_BYTES_MAX, VIEW_TYPE } from "./bundle.ts";
import { amountOf, byteWords, coreWords } from "./placement/amount.ts";
import { placementGrid, placementScenes } from "./placement-grid.ts";
import type { Group, Scene } from "./scene.ts";

const find = (scene: Scene, key: string): Group => scene.groups.find((group) => group.key === key)!;
const late = "pod/default/db-77c-zt9cv#uid-db-77c-zt9cv";

describe("placementGrid", () => {
  it("moves a pod's own mark from the tray to its machine", () => {
    const [before, after] = placementScenes(roomIsMade()) as [Scene, Scene];
    expect(find(before, late).y).toBeGreaterThan(find(before, "tray").y);
    expect(find(after, late).y).toBeLessThan(find(after, "tray").y);
    expect(find(after, late).x).toBeGreaterThan(find(after, "node//worker-1").x);
  });

  it("keeps machines, and the pods that stay, where they were", () => {
    const [before, after] = placementScenes(roomIsMade()) as [Scene, Scene];
    const still = before.groups.filter(({ key }) =>
      /^(node|zone|machine|pod\/default\/(web-5d4-b8kfm|db-77c-abcde|once))/.test(key),
    );
    expect(still.length).toBeGreaterThan(6);
    for (const { key, x, y } of still) expect([find(after, key).x, find(after, key).y], key).toEqual([x, y]);
  });

  it("gives the scheduler's own reason, and says when it has none yet", () => {
    const scene = placementScenes(roomIsMade())[0]!;
    expect(find(scene, late).label).toContain(
      "waiting for a machine: 0/3 nodes are available: 1 node(s) had untolerated taint",
    );
    expect(String(placementGrid(roomIsMade().slice(0, 1)))).toContain("2 Insufficient cpu.");
    expect(JSON.stringify(find(scene, "reason/pod/default/web-5d4-new#uid-web-5d4-new").shapes)).toContain(
      "has reported no obstacle",
    );
  });

  it("says of each machine what is taken and which taints it has", () => {
    const scene = placementScenes(roomIsMade())[1]!;
    expect(find(scene, "node//worker-2").label).toBe(
      "node worker-2, Ready, 2 pods, 0.5 of 1.9 CPU, 256 MiB of 4 GiB, 2 of 110 pods taken, 1 taint: disk=ssd:NoSchedule",
    );
    expect(find(scene, "node//worker-3").label).toContain("node.kubernetes.io/unreachable:NoExecute");
  });

  it("gives a control-plane node without a taint a column of its own, and marks to the pods of one with a taint", () => {
    const scene = placementScenes(openMaster())[0]!;
    expect(find(scene, "node//master-2").label).toMatch(/^node master-2, Ready, 2 pods/);
    const strip = find(scene, "machine/master-1");
    expect(strip.label).toBe("control-plane machine master-1, 9 pods, tainted");
    const marks = scene.groups.filter(({ key }) => /^pod.default.system-77c-[0-8]#/.test(key));
    expect(marks).toHaveLength(9);
    for (const { y } of marks) expect(y).toBeGreaterThan(strip.y);
  });

  it("does not count a machine that is no member as a node", () => {
    const scene = placementScenes(openMaster())[0]!;
    expect(scene.desc).toContain("3 nodes, 2 with taints");
    expect(find(scene, "node//worker-1").label).toMatch(/^machine worker-1, off, not a member/);
  });

  it("explains in the legend what is drawn, and nothing else", () => {
    const words = (moments: Parameters<typeof placementScenes>[0]) =>
      placementScenes(moments)[0]!.legend.map(({ text }) => text);
    expect(words(manyMachines(40, 2))).toEqual(["A Deployment db", "B Deployment web", "pending", "taint"]);
    const bare = snapshot({ workers: 2, step: 1 });
    expect(words([bare])).toEqual([]);
  });

  it("names owners by what people made, with one letter in every frame", () => {
    const scenes = placementScenes(roomIsMade());
    for (const { legend } of scenes)
      expect(legend.map(({ text }) => text).slice(0, 2)).toEqual(["A Deployment db", "B Deployment web"]);
    expect(find(scenes[0]!, "pod/default/once#uid-once").label).toContain("of nobody");
  });

  it("stays within a display's size at any number of machines, and counts what it does not draw", () => {
    for (const moments of [manySquares(), manyMachines(60, 2), manyMachines(1000, 3)]) {
      const bundle = placementGrid(moments).toMimeBundle();
      expect(JSON.stringify(bundle).length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
      expect(bundle[VIEW_TYPE]?.dropped).toBe(0);
    }
    const scene = placementScenes(manyMachines(1000, 3))[0]!;
    const tiles = scene.groups.filter(({ key }) => key.startsWith("tile/"));
    expect(tiles.length).toBeLessThanOrEqual(62);
    expect(tiles[0]!.label).toMatch(/^nodes worker-1 to worker-\d+: 51 pods, .* of Deployment default\/web/);
    expect(scene.desc).toContain("1,000 nodes, 2 with taints, 3,001 pods. 1 wait for a machine");
  });

  it("survives objects that lack every field", () => {
    const whole = snapshot({ workers: 2, step: 1 });
    const bare = [{ metadata: { name: "x" } }, { kind: "Pod", metadata: { name: "y" }, status: null, spec: 3 }];
    expect(placementScenes([{ ...whole, objects: () => bare as never }])).toHaveLength(1);
    expect(placementScenes([{ ...whole, machines: [], processes: [], objects: () => [] }])).toHaveLength(1);
    expect(placementScenes([])).toEqual([]);
  });
});

describe("amounts", () => {
  it.each([
    ["250m", "thousandths", 250],
    ["1.5", "thousandths", 1500],
    [2, "thousandths", 2000],
    ["1Gi", "whole", 1024 ** 3],
    ["1Pi", "whole", 1024 ** 5],
    ["1E", "whole", Number.MAX_SAFE_INTEGER],
    ["1e3", "whole", 1000],
    ["many", "whole", 0],
    ["1 Gi", "whole", 0],
    [undefined, "whole", 0],
  ] as const)("%j in %s is %d", (quantity, unit, amount) => expect(amountOf(quantity, unit)).toBe(amount));

  it("says them in people's units", () => {
    expect([coreWords(1500), coreWords(50), byteWords(1.5 * 1024 ** 3), byteWords(70 * 1024 ** 2)]).toEqual([
      "1.5",
      "0.1",
      "1.5 GiB",
      "70 MiB",
    ]);
  });
});
