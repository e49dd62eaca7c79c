import { describe, expect, it } from "vitest";
import type { Hop, Trace } from "../sim/trace.ts";
import { acrossNodes, rejected, traceOf, unknownName, withoutRoute } from "../test/scenes/traces.ts";
import { BUNDLE_BYTES_MAX, VIEW_TYPE } from "./bundle.ts";
import { unpackFrames } from "./frames.ts";
import { ladderScenes, pathLadder } from "./path-ladder.ts";
import type { Scene } from "./scene.ts";
import { sceneToSvg } from "./svg.ts";
import { sceneToText } from "./text.ts";

const words = (scene: Scene): string =>
  scene.groups.flatMap((group) => group.shapes.map((shape) => (shape.kind === "text" ? shape.text : ""))).join("\n");
const last = (scenes: readonly Scene[]): Scene => scenes[scenes.length - 1]!;
const rungs = (scene: Scene): readonly string[] =>
  scene.groups.map((group) => group.key).filter((key) => /^(hop|leg|fold|back)\//.test(key));

describe("the ladder of a packet", () => {
  it("has a frame for each rung and the whole story last", () => {
    const scenes = ladderScenes(acrossNodes());
    expect(scenes).toHaveLength(rungs(last(scenes)).length + 1);
    expect(scenes[0]!.caption).toMatch(/^Hop 1 of \d+ /);
    expect(last(scenes).caption).toMatch(/^Answered after 1.8 ms/);
  });

  it("moves the packet and nothing else from frame to frame", () => {
    const scenes = ladderScenes(acrossNodes());
    const places = (scene: Scene) =>
      scene.groups.filter(({ key }) => key !== "cursor" && key !== "packet").map(({ key, x, y }) => `${key} ${x} ${y}`);
    for (const scene of scenes) expect(places(scene)).toEqual(places(scenes[0]!));
    const cursors = scenes.map((scene) => scene.groups.find(({ key }) => key === "cursor")?.y ?? -1);
    expect(cursors.slice(0, -1)).toEqual([...cursors.slice(0, -1)].sort((a, b) => a - b));
    expect(cursors[cursors.length - 1]).toBe(-1);
  });

  it("shows what changed as before and after, with the rule, its chain and its number", () => {
    const picture = words(last(ladderScenes(acrossNodes())));
    expect(picture).toContain("dst 172.21.3.4:80 → ");
    expect(picture).toContain("172.30.182.3:8080");
    expect(picture).toContain("KUBE-SEP-7QZLO6HN5PNNGJWT #2 → DNAT");
    expect(picture).toContain("ipip 10.0.0.11 → 10.1.0.11");
    expect(picture).toContain("no rule matched → policy ACCEPT");
  });

  it("says how it ended: no route, refused, no name", () => {
    expect(words(last(ladderScenes(withoutRoute())))).toContain("no route matches 172.30.182.3: the packet is dropped");
    expect(words(last(ladderScenes(rejected())))).toContain("KUBE-SERVICES #1 → REJECT");
    expect(words(last(ladderScenes(unknownName())))).toContain("NXDOMAIN");
  });

  it("reads as a tree in a terminal, with everything that the picture says", () => {
    const text = pathLadder(acrossNodes()).toString();
    expect(text).toMatch(/├─ node\/worker-1\n/);
    expect(text).toMatch(/│ {2}├─ ↷ DNAT PREROUTING · nat/);
    expect(text).toContain("▲ dst 172.21.3.4:80 → 172.30.182.3:8080");
    expect(text).toMatch(/pod\/default\/client sees {2}✓ answered after 1.8 ms/);
  });

  it("tells a lookup hop by hop when asked to", () => {
    const scene = last(ladderScenes(acrossNodes(), { leg: 0 }));
    expect(words(scene)).toContain("delivered to coredns");
    expect(rungs(scene)).toContain("leg/1");
  });

  it("works from a saved notebook", () => {
    const set = pathLadder(acrossNodes()).toMimeBundle()[VIEW_TYPE]!;
    expect(set.dropped).toBe(0);
    expect(unpackFrames(set)).toEqual(ladderScenes(acrossNodes()));
  });

  it("keeps loops short and small", () => {
    const trace = acrossNodes();
    const leg = trace.legs[1]!;
    const hops = Array.from({ length: 400 }, (_, at): Hop => leg.hops[at % 20]!);
    const display = pathLadder({ ...trace, legs: [{ ...leg, hops }] });
    expect(rungs(last(display.scenes)).length).toBeLessThanOrEqual(40);
    const set = display.toMimeBundle();
    expect(JSON.stringify(set).length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
    expect(sceneToText(last(display.scenes))).toMatch(/… \d+ hops like these/);
  });

  it("draws hostile text as text", () => {
    const evil = '</text></svg><script>alert("1")</script>';
    const trace = acrossNodes();
    const hops = trace.legs[1]!.hops.map((hop) => ({ ...hop, text: evil, device: evil, place: `pod/default/${evil}` }));
    const display = pathLadder({
      ...traceOf(evil, [{ ...trace.legs[1]!, hops, target: evil }], trace.outcome),
      from: evil,
    });
    expect(sceneToSvg(last(display.scenes))).not.toContain("<script");
    expect(display.toMimeBundle()["text/html"]).not.toContain("<script");
  });

  it("draws what is there when fields are missing", () => {
    const broken = [
      traceOf("http://web", [], { kind: "no route", by: "", text: "connect: Network is unreachable", afterUs: 0 }),
      { from: "a", to: "b", legs: [{ purpose: "request", hops: [{ kind: "rules", verdict: "accepted" }] }] },
      { from: "a", to: "b", legs: [{ hops: [{ kind: "odd", role: "odd", verdict: "odd", namespace: "?" }] }] },
      { from: "a", to: "b" },
      { legs: [{ purpose: "lookup", hops: [{}] }, {}] },
      {},
    ] as unknown as Trace[];
    for (const trace of broken) {
      for (const scene of ladderScenes(trace)) {
        expect(sceneToSvg(scene)).toContain("</svg>");
        expect(sceneToSvg(scene)).not.toMatch(/undefined|NaN/);
      }
      expect(pathLadder(trace).toString()).not.toMatch(/undefined|^$/);
    }
  });

  it("draws words that all objects inherit as words", () => {
    const odd = ["constructor", "__proto__", "toString"].map((word) => ({
      from: word,
      to: word,
      legs: [{ purpose: word, hops: [{ kind: word, role: word, verdict: word, hook: word, place: word }] }],
      outcome: { kind: word, text: word, by: word, afterUs: 0 },
    })) as unknown as Trace[];
    for (const trace of odd)
      for (const scene of ladderScenes(trace)) expect(sceneToSvg(scene)).not.toMatch(/undefined|native code|NaN/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -5, "wide"])(
    "is as wide as can be drawn when asked for %s",
    (width) => {
      const [scene] = ladderScenes(acrossNodes(), { width: width as number });
      expect(scene!.width).toBeGreaterThanOrEqual(760);
      expect(scene!.width).toBeLessThanOrEqual(4000);
    },
  );

  it("stays small, and its texts are cut, however long the way and the rules are", () => {
    const trace = acrossNodes();
    const leg = trace.legs[1]!;
    const long = `-A KUBE-SERVICES ${"-m comment --comment x ".repeat(220)}-j ACCEPT`;
    const rule = { table: "nat", chain: "KUBE-SERVICES", index: 1, text: long, verdict: "CONTINUE" };
    const hops = Array.from({ length: 300 }, (_, at): Hop => {
      const rules = Array.from({ length: 50 }, () => rule);
      return { ...leg.hops[at % 20]!, kind: "rules", hook: "FORWARD", verdict: "dropped", rules, text: long };
    });
    const display = pathLadder({ ...trace, legs: [{ ...leg, hops }] });
    expect(JSON.stringify(display.toMimeBundle()).length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
    expect(display.toString()).toMatch(/… [\d,]+ rows like these/);
  });
});
