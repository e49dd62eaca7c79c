import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import type { JsonObject } from "../types.ts";
import { applyJsonPatch, JsonPatchError } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

const strategic = (original: JsonObject, patch: JsonObject) =>
  strategicMergePatch(KUBE_SCHEMA, "PodSpec", original, patch);
const container = (name: string, more: JsonObject = {}) => ({ name, ...more });

describe("strategic merge patch", () => {
  it("merges containers by name and orders them as told, server-only ones beside their old neighbours", () => {
    const original = { containers: ["a", "b", "c"].map((name) => container(name)) };
    const patch = {
      containers: [container("n", { image: "i" }), container("c", { image: "j" })],
      "$setElementOrder/containers": [{ name: "c" }, { name: "n" }, { name: "a" }],
    };
    expect(strategic(original, patch)).toEqual({
      containers: [container("b"), container("c", { image: "j" }), container("n", { image: "i" }), container("a")],
    });
  });

  it("obeys $patch, $retainKeys and null", () => {
    const original = { volumes: [{ name: "v", emptyDir: {} }], nodeSelector: { a: "1", b: "2" } };
    expect(
      strategic(original, { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/" } }] })
        .volumes,
    ).toEqual([{ name: "v", hostPath: { path: "/" } }]);
    expect(strategic(original, { volumes: [{ name: "v", $patch: "delete" }] }).volumes).toEqual([]);
    expect(strategic(original, { nodeSelector: { $patch: "replace", c: "3" } }).nodeSelector).toEqual({ c: "3" });
    expect(strategic(original, { nodeSelector: { a: null } }).nodeSelector).toEqual({ b: "2" });
  });

  it("treats finalizers as a set", () => {
    const patched = strategicMergePatch(
      KUBE_SCHEMA,
      "ObjectMeta",
      { finalizers: ["x/a", "x/b"] },
      {
        finalizers: ["x/c", "x/a"],
        "$deleteFromPrimitiveList/finalizers": ["x/b"],
      },
    );
    expect(patched.finalizers).toEqual(expect.arrayContaining(["x/a", "x/c"]));
  });

  it("names a missing merge key", () => {
    expect(() => strategic({ containers: [] }, { containers: [{ image: "i" }] })).toThrow(
      "does not contain declared merge key: name",
    );
  });
});

it("merges by RFC 7386 for objects without null: the patch is then part of the result", () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const tree = fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(leaf, fc.dictionary(fc.constantFrom("a", "b"), leaf)),
  );
  fc.assert(
    fc.property(tree, tree, (target, patch) => {
      const once = mergePatch(target as JsonObject, patch as JsonObject);
      expect(mergePatch(once, patch as JsonObject)).toEqual(once);
    }),
  );
});

describe("JSON patch", () => {
  it("adds, moves, copies and tests without changing its target", () => {
    const target = { list: ["a", "b"], map: { x: 1 } };
    const before = JSON.stringify(target);
    const patched = applyJsonPatch(target, [
      { op: "add", path: "/list/1", value: "n" },
      { op: "add", path: "/list/-", value: "z" },
      { op: "move", from: "/map/x", path: "/y~1z" },
      { op: "test", path: "/y~1z", value: 1 },
    ]);
    expect(patched).toEqual({ list: ["a", "n", "b", "z"], map: {}, "y/z": 1 });
    expect(JSON.stringify(target)).toBe(before);
  });

  it.each([
    [{ op: "remove", path: "/nope" }],
    [{ op: "replace", path: "/nope", value: 1 }],
    [{ op: "test", path: "/a", value: 2 }],
    [{ op: "add", path: "/list/9", value: 1 }],
  ] as const)("refuses %o", (operation) => {
    expect(() => applyJsonPatch({ a: 1, list: [] }, [operation])).toThrow(JsonPatchError);
  });
});
