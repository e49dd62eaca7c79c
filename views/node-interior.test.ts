import { describe, expect, it } from "vitest";
import type { Snapshot } from "../sim/snapshot.ts";
import { crowdedInside, insideStory } from "../test/scenes/spaces.ts";
import { single } from "../test/scenes/stories.ts";
import { interiorScenes, nodeInterior } from "./node-interior.ts";
import type { Scene } from "./scene.ts";
import { sceneToSvg } from "./svg.ts";

const keys = (scene: Scene): readonly string[] => scene.groups.map((group) => group.key);
const labelOf = (scene: Scene, key: string): string => scene.groups.find((group) => group.key === key)?.label ?? "";

describe("the inside of a node", () => {
  it("names every target by what it is", () => {
    const scene = interiorScenes(insideStory(), "worker-1")[1]!;
    expect(keys(scene)).toEqual(
      expect.arrayContaining([
        "namespace/worker-1",
        "interface/worker-1/tunl0",
        "interface/cni-client/eth0",
        "route/worker-1/1",
        "chain/worker-1/nat/KUBE-SERVICES",
        "pod/default/client#uid-client",
      ]),
    );
  });

  it("marks what a step has brought, taken and changed", () => {
    const [, second, third] = interiorScenes(insideStory(), "worker-1");
    expect(labelOf(second!, "pod/default/web-7c5d8b9f6-x2x7q#uid-web-7c5d8b9f6-x2x7q")).toContain(", new");
    expect(second!.caption).toContain("lines new");
    expect(labelOf(third!, "route/worker-1/gone/1")).toMatch(/172\.30\.182\.0\/26 .*, gone$/);
    expect(labelOf(third!, "interface/worker-1/tunl0")).toMatch(/down, .*, changed$/);
    expect(third!.caption).toContain("1 line gone, 1 interface changed");
  });

  it("keeps everything in its place from frame to frame", () => {
    const scenes = interiorScenes(insideStory(), "worker-1");
    const places = scenes.map((scene) => new Map(scene.groups.map(({ key, x, y }) => [key, `${x} ${y}`])));
    const still = [
      "namespace/worker-1",
      "interface/worker-1/eth0",
      "interface/cni-client/eth0",
      "table/routes/worker-1",
    ];
    for (const key of still) expect(new Set(places.map((place) => place.get(key))).size, key).toBe(1);
  });

  it("shows the pod asked for first, with its own routes, and counts the rest", () => {
    const scene = interiorScenes([crowdedInside()], "worker-1", { pod: "default/web-7c5d8b9f6-kkk33" })[0]!;
    const pods = keys(scene).filter((key) => key.startsWith("pod/"));
    expect(pods[0]).toContain("kkk33");
    expect(keys(scene)).toContain("table/routes/cni-web-7c5d8b9f6-kkk33");
    expect(JSON.stringify(scene)).toContain("36 more not drawn");
    expect(scene.groups.length).toBeLessThanOrEqual(300);
  });

  it("lists chosen chains with what they jump to", () => {
    const scene = interiorScenes(insideStory(), "worker-1", { tables: ["nat/KUBE-SERVICES"] })[0]!;
    expect(keys(scene)).toContain("chain/worker-1/nat/KUBE-SVC-LOLE4ISW44XBNTGU");
    expect(keys(scene)).not.toContain("table/routes/worker-1");
  });

  it("says the same in its table", () => {
    const text = nodeInterior(insideStory(), "worker-1").toString();
    expect(text).toMatch(/interface tunl0 {2}down, changed · tunl0, ipip, down, MTU 1480, 172\.30\.113\.64\/32/);
    expect(text).toMatch(/172\.30\.182\.0\/26 via 10\.1\.0\.11 dev tunl0 proto bird onlink {2}gone/);
  });

  it("draws what is there: no such machine, a snapshot without namespaces, half a namespace, hostile names", () => {
    const evil = '"><script>x</script>';
    const half = { name: evil, kind: "host", machine: "worker-1", pod: "", podUid: "" };
    const broken = [
      single()[0]!,
      { ...single()[0]!, namespaces: undefined },
      { ...single()[0]!, namespaces: () => [half, { name: "p", kind: "pod", pod: evil }] },
    ] as unknown as Snapshot[];
    for (const snapshot of broken) {
      const svg = sceneToSvg(interiorScenes([snapshot], "worker-1")[0]!);
      expect(svg).toContain("</svg>");
      expect(svg).not.toContain("<script");
    }
    expect(nodeInterior([], "worker-1").toString()).toContain("Nothing to show yet");
  });
});
