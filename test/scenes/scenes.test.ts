import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { componentScenes } from "../../views/component-map.ts";
import { matrixScenes } from "../../views/exchange-matrix.ts";
import { journalScene } from "../../views/journal.ts";
import { interiorScenes } from "../../views/node-interior.ts";
import { ownerScenes } from "../../views/owner-tree.ts";
import { ladderScenes } from "../../views/path-ladder.ts";
import { placementScenes } from "../../views/placement-grid.ts";
import { sequenceScenes } from "../../views/request-sequence.ts";
import type { Scene } from "../../views/scene.ts";
import { sceneToSvg } from "../../views/svg.ts";
import { timelineScenes } from "../../views/timeline.ts";
import { whyScene } from "../../views/why.ts";
import { contrastOf, flatten, linesThroughText, overflows, textCollisions } from "./inspect.ts";
import { manyOwners, rollingUpdate } from "./owners.ts";
import { manyMachines, manySquares, openMaster, roomIsMade } from "./placements.ts";
import { refused, stored, storedMoment } from "./requests.ts";
import { crowdedInside, insideStory } from "./spaces.ts";
import { brokenHa, busy, large, partition, pendingChain, rollout, single } from "./stories.ts";
import { acrossNodes, rejected, unknownName, withoutRoute } from "./traces.ts";

const chain = pendingChain();
const recorded = { ...single()[0]!, journal: chain };

/** A frame on the way, and the whole story. */
const wayAndEnd = (scenes: readonly Scene[], at: number): readonly Scene[] => [scenes[at]!, scenes[scenes.length - 1]!];

/** A journal that is too long for single marks. */
function longJournal(): Scene[] {
  const actors = ["kube-apiserver/master-1", "etcd/master-1", "kube-scheduler/master-1", "kubelet/worker-1"];
  const journal = Array.from({ length: 2_400 }, (_, at) => ({
    step: 10 + at,
    at: at * 1_500,
    actor: actors[at % 7 < 3 ? 0 : at % 4]!,
    verb: at % 5 === 0 ? "create" : "patch",
    object: `pod/default/web-${at % 30}`,
    reason: at % 311 === 0 ? "FailedScheduling" : "",
    message: "",
    cause: 9 + at,
  }));
  return timelineScenes({ ...recorded, journal }, { steps: 2 }).slice(-1);
}

/** A learner's table of who calls whom, with every kind of verdict in it. */
const guess = [
  ["user", "api"],
  ["scheduler", "kube-apiserver"],
  ["kube-scheduler", "kubelet"],
  ["kubelet", "pods"],
] as const;
const fewParties = ["you", "api", "etcd", "scheduler", "kubelet"];
const told = { momentOf: storedMoment, agentOf: () => "kubectl/v1.32.3" };

/** Every story by name; `UPDATE=1 npx vitest run test/scenes` writes the pictures anew. */
const scenes: Readonly<Record<string, readonly Scene[]>> = {
  "taken-out": componentScenes(openMaster()),
  rollout: componentScenes(rollout()),
  "broken-ha": componentScenes(brokenHa()),
  single: componentScenes(single()),
  partition: componentScenes(partition()),
  busy: componentScenes(busy()),
  "nodes-20": componentScenes([large(20, 8)]),
  "nodes-1000": componentScenes([large(1000, 30)]),
  why: [whyScene(chain, "pod/default/web-7c5d8b9f6-zt9cv")],
  journal: [journalScene([recorded])],
  "path-across": wayAndEnd(ladderScenes(acrossNodes()), 7),
  "path-no-route": wayAndEnd(ladderScenes(withoutRoute()), 8),
  "path-rejected": wayAndEnd(ladderScenes(rejected()), 7),
  "path-unknown-name": wayAndEnd(ladderScenes(unknownName()), 0),
  "path-lookup": wayAndEnd(ladderScenes(acrossNodes(), { leg: 0 }), 0),
  inside: interiorScenes(insideStory(), "worker-1"),
  "inside-crowded": interiorScenes([crowdedInside()], "worker-1", {
    pod: "default/web-7c5d8b9f6-kkk22",
    tables: ["routes", "nat/KUBE-SERVICES"],
  }),
  owners: ownerScenes(rollingUpdate()),
  "owners-many": ownerScenes([manyOwners(100, 3)]),
  timeline: timelineScenes(recorded, { steps: 3 }),
  "timeline-chain": timelineScenes(recorded, { object: "pod/default/web-7c5d8b9f6-zt9cv" }).slice(-1),
  "timeline-counted": longJournal(),
  matrix: matrixScenes(stored()).slice(-2),
  "matrix-few": matrixScenes(stored(), { guess: guess.slice(0, 2), parties: fewParties }).slice(-1),
  "matrix-guess": matrixScenes(stored(), { guess }).slice(-1),
  sequence: sequenceScenes(stored(), told),
  "sequence-refused": sequenceScenes(refused("403"), { agentOf: () => "curl/8.9.1" }).slice(-1),
  "sequence-none": sequenceScenes(stored(), { object: "deployment/wbe" }),
  placement: placementScenes(roomIsMade()),
  "placement-open-master": placementScenes(openMaster()),
  "placement-squares": placementScenes(manySquares()),
  "placement-tiles": placementScenes(manyMachines(40, 2)),
};

const named = Object.entries(scenes).flatMap(([name, list]) =>
  list.map((scene, at) => [`${name}-${at}`, scene] as const),
);

describe.each(named)("%s", (name, scene) => {
  it("is the committed picture", () => {
    const path = fileURLToPath(new URL(`./${name}.svg`, import.meta.url));
    const svg = sceneToSvg(scene);
    if (process.env.UPDATE) writeFileSync(path, svg);
    expect(svg).toBe(readFileSync(path, "utf8"));
  });

  it("keeps text inside its box and apart from other text", () => {
    expect(overflows(scene)).toEqual([]);
    expect(textCollisions(scene)).toEqual([]);
  });

  it("runs no arrow through text", () => {
    expect(linesThroughText(scene)).toEqual([]);
  });

  it("has 4.5:1 for text and 3:1 for icons", () => {
    const shapes = flatten(scene);
    for (const shape of shapes) {
      if (shape.kind === "text")
        expect(contrastOf(shapes, shape), `${shape.key} ${shape.text}`).toBeGreaterThanOrEqual(4.5);
      if (shape.kind === "icon")
        expect(contrastOf(shapes, shape), `${shape.key} ${shape.icon}`).toBeGreaterThanOrEqual(3);
    }
  });

  it("uses a key once", () => {
    const keys = scene.groups.map((group) => group.key);
    expect(new Set(keys).size).toBe(keys.length);
    const rows = scene.table.rows.map((row) => row.key);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

it.each([700, 800, 1200, 1600])("the map keeps its text apart at a width of %i", (width) => {
  for (const story of [rollout(), brokenHa(), busy(), partition(), [large(20, 8)]]) {
    for (const scene of componentScenes(story, { width })) {
      expect([...overflows(scene), ...textCollisions(scene), ...linesThroughText(scene)]).toEqual([]);
    }
  }
});

it.each([760, 900, 1300])("every frame of the other views keeps its text apart at a width of %i", (width) => {
  const all = [
    ...[acrossNodes(), withoutRoute(), rejected(), unknownName()].flatMap((trace) => ladderScenes(trace, { width })),
    ...interiorScenes([...insideStory(), crowdedInside()], "worker-1", { width }),
    ...ownerScenes(rollingUpdate(), { width }),
    ...timelineScenes(recorded, { width, object: "pod/default/web-7c5d8b9f6-zt9cv" }),
    ...matrixScenes(stored(), { width, guess }),
    ...[stored(), refused("403"), refused("422")].flatMap((record) => sequenceScenes(record, { ...told, width })),
    ...matrixScenes(stored(), { width, parties: fewParties }),
    ...[roomIsMade(), openMaster(), manySquares(), manyMachines(40, 2)].flatMap((moments) =>
      placementScenes(moments, { width }),
    ),
  ];
  for (const scene of all) {
    expect([...overflows(scene), ...textCollisions(scene), ...linesThroughText(scene)]).toEqual([]);
  }
});

describe("the inspection itself", () => {
  const word = { kind: "text", x: 10, y: 20, text: "overflowing words", size: 12, max: 200 } as const;
  const page = {
    width: 200,
    height: 60,
    step: 0,
    title: "",
    desc: "",
    caption: "",
    legend: [],
    table: { columns: [], rows: [] },
  };
  const scene = (...shapes: Scene["groups"][number]["shapes"]): Scene => ({
    ...page,
    groups: [{ key: "a", x: 0, y: 0, shapes }],
  });

  it("finds text that leaves its box", () => {
    expect(overflows(scene({ kind: "box", x: 0, y: 0, w: 90, h: 40, fill: "card" }, word))).toHaveLength(1);
  });

  it("finds text on text and lines through text", () => {
    expect(textCollisions(scene(word, { ...word, x: 30 }))).toHaveLength(1);
    expect(linesThroughText(scene({ kind: "line", points: [40, 0, 40, 60] }, word))).toHaveLength(1);
  });

  it("finds faint text", () => {
    const shapes = flatten(scene({ kind: "box", x: 0, y: 0, w: 190, h: 40, fill: "solid", tone: "info" }, word));
    expect(contrastOf(shapes, shapes[1] as never)).toBeLessThan(4.5);
  });
});
