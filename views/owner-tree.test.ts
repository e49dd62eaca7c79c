import { describe, expect, it } from "vitest";
import type { KubeObject } from "../sim/api/types.ts";
import { manyOwners, objectsSnapshot, rollingUpdate } from "../test/scenes/owners.ts";
import { BUNDLE_BYTES_MAX } from "./bundle.ts";
import { ownerScenes, ownerTree } from "./owner-tree.ts";
import type { Scene } from "./scene.ts";
import { sceneToSvg } from "./svg.ts";

const labels = (scene: Scene): readonly string[] => scene.groups.map((group) => group.label ?? "");

describe("the tree of owners", () => {
  it("follows owner references from Deployment to pod, and selectors from Service to pod", () => {
    const text = ownerTree(rollingUpdate()).toString();
    expect(text).toMatch(/├─ Deployment web {2}2\/3 ready\n│ {2}├─ ReplicaSet/);
    expect(text).toContain("Service web  ClusterIP · 172.21.3.4 · selects ");
    expect(text).toContain("EndpointSlice web-x4j94  2/4 endpoints ready");
    expect(text).toContain("pods without an owner");
  });

  it("has one place for a thing in all frames", () => {
    const scenes = ownerScenes(rollingUpdate());
    const places = new Map<string, string>();
    for (const { key, x, y } of scenes.flatMap((scene) => scene.groups)) {
      expect(places.get(key) ?? `${x} ${y}`, key).toBe(`${x} ${y}`);
      places.set(key, `${x} ${y}`);
    }
  });

  it("hatches what is terminating and says so", () => {
    const scene = ownerScenes(rollingUpdate())[2]!;
    expect(labels(scene)).toContain("pod default/web-5b4c3a2d1-bbbbb, Terminating");
  });

  it("folds the pods of a ReplicaSet above eight to one cell", () => {
    expect(labels(ownerScenes(rollingUpdate())[0]!)).toContain("pods of api-66d9f: 12 ready");
  });

  it("puts what needs attention first and counts what does not fit", () => {
    const display = ownerTree([manyOwners(100, 30)]);
    const scene = display.scenes[0]!;
    const first = scene.groups.find(({ key }) => key.startsWith("deployment/"));
    expect(first?.label).toContain("app-3, 29 of 30 ready");
    expect(labels(scene).filter((label) => label.startsWith("Deployment"))).toHaveLength(48);
    expect(JSON.stringify(scene)).toContain("52 more workloads: 1,560/1,560 pods ready");
    expect(scene.groups.length).toBeLessThanOrEqual(300);
    expect(JSON.stringify(display.toMimeBundle()).length).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
  });

  it("shows one namespace when asked", () => {
    const scene = ownerScenes(rollingUpdate(), { namespace: "shop" })[0]!;
    expect(scene.groups.filter(({ key }) => key.startsWith("namespace//"))).toHaveLength(1);
  });

  it("draws objects that lack nearly everything, owners in a circle, and hostile names", () => {
    const bare = (kind: string, name: string, rest: object = {}): KubeObject =>
      ({ apiVersion: "v1", kind, metadata: { name, uid: `u-${name}`, ...rest } }) as unknown as KubeObject;
    const circle = [
      bare("ReplicaSet", "a", { ownerReferences: [{ uid: "u-b", controller: true }] }),
      bare("ReplicaSet", "b", { ownerReferences: [{ uid: "u-a", controller: true }] }),
    ];
    const objects = {
      deployments: [bare("Deployment", '<script>"&'.repeat(40))],
      replicasets: circle,
      pods: [bare("Pod", "p")],
      services: [bare("Service", "s")],
      endpointslices: [bare("EndpointSlice", "e")],
    };
    const svg = sceneToSvg(ownerScenes([objectsSnapshot(1, objects)])[0]!);
    expect(svg).not.toContain("<script");
    expect(svg).toContain("</svg>");
  });
});
