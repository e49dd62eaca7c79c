import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KUBE_SCHEMA } from "../../sim/api/kinds/registry.ts";
import { mergePatch } from "../../sim/api/patch/merge-patch.ts";
import { strategicMergePatch } from "../../sim/api/patch/strategic-merge-patch.ts";
import type { JsonObject } from "../../sim/api/types.ts";
import { isObject, listAt, sameJson, textAt } from "./json-values.ts";
import { mergeKeyOf } from "./merge-keys.ts";
import { mergeThreeWay, strategicThreeWay } from "./three-way.ts";

const key = fc.constantFrom("a", "b", "c");
const tree = fc.letrec<{ object: JsonObject }>((tie) => ({
  object: fc.dictionary(
    key,
    fc.oneof({ maxDepth: 3 }, fc.integer({ max: 3, min: 0 }), fc.array(fc.integer({ max: 2, min: 0 })), tie("object")),
  ) as fc.Arbitrary<JsonObject>,
})).object;

describe("the three-way patch", () => {
  test("brings any current state to hold all of the manifest, and to lose what only the last manifest held", () => {
    fc.assert(
      fc.property(tree, tree, tree, (original, modified, current) => {
        const patch = mergeThreeWay({ original, modified, current });
        const result = mergePatch(current, patch) as JsonObject;
        expect(holds(result, modified)).toBe(true);
        for (const name of Object.keys(original)) if (!(name in modified)) expect(result).not.toHaveProperty(name);
        expect(mergeThreeWay({ original: modified, modified, current: result })).toEqual({});
      }),
    );
  });

  test("the server's strategic merge brings a Deployment to its manifest, and what others added stays", () => {
    const named = <T>(value: fc.Arbitrary<T>) =>
      fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c"), value), { selector: ([name]) => name });
    const env = named(fc.constantFrom("1", "2")).map((list) => list.map(([name, value]) => ({ name, value })));
    const containers = named(fc.tuple(fc.constantFrom("x", "y"), env)).map((list) =>
      list.map(([name, [image, variables]]) => ({ name, image, ...(variables.length > 0 ? { env: variables } : {}) })),
    );
    const deployment = fc
      .tuple(containers, fc.constantFrom(1, 2))
      .map(([list, replicas]) => ({ spec: { replicas, template: { spec: { containers: list } } } }) as JsonObject);
    const own = (object: JsonObject): JsonObject =>
      strategicMergePatch(KUBE_SCHEMA, "Deployment", {}, object) as JsonObject;
    fc.assert(
      fc.property(deployment, deployment, (original, modified) => {
        const injected = { spec: { template: { spec: { containers: [{ name: "sidecar", image: "z" }] } } } };
        const current = strategicMergePatch(KUBE_SCHEMA, "Deployment", own(original), injected) as JsonObject;
        const patch = strategicThreeWay({ original, modified, current }, "Deployment");
        const result = strategicMergePatch(KUBE_SCHEMA, "Deployment", current, patch) as JsonObject;
        expect(strategicThreeWay({ original: modified, modified, current: result }, "Deployment")).toEqual({});
        const names = (object: JsonObject) =>
          listAt(object, "spec", "template", "spec", "containers").map((one) => textAt(one, "name"));
        expect([...names(result)].sort()).toEqual([...names(modified), "sidecar"].sort());
      }),
    );
  });

  test.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
    [
      "a list with a merge key changes by its items",
      { spec: { containers: [{ name: "a", image: "1" }, { name: "gone" }] } },
      { spec: { containers: [{ name: "a", image: "2" }] } },
      { spec: { containers: [{ name: "a", image: "1", x: "server" }, { name: "gone" }, { name: "injected" }] } },
      {
        spec: {
          "$setElementOrder/containers": [{ name: "a" }],
          containers: [
            { image: "2", name: "a" },
            { $patch: "delete", name: "gone" },
          ],
        },
      },
    ],
    [
      "a list without one is replaced",
      {},
      { spec: { taints: [{ key: "a" }] } },
      { spec: { taints: [{ key: "b" }] } },
      { spec: { taints: [{ key: "a" }] } },
    ],
    [
      "a set gains and loses single values",
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { finalizers: ["a", "c"] } },
      { metadata: { finalizers: ["a", "b", "x"] } },
      {
        metadata: {
          "$setElementOrder/finalizers": ["a", "c"],
          "$deleteFromPrimitiveList/finalizers": ["b"],
          finalizers: ["c"],
        },
      },
    ],
    [
      "a strategy keeps only the fields that are named",
      { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { type: "Recreate" } } },
      { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ["type"], rollingUpdate: null, type: "Recreate" } } },
    ],
  ])("%s", (_, original, modified, current, patch) => {
    expect(strategicThreeWay({ original, modified, current }, "Deployment")).toEqual(patch);
  });
});

test("kubectl and the server agree on which lists are merged by a key", () => {
  const kinds: Readonly<Record<string, string>> = {
    Deployment: "Deployment",
    Pod: "Pod",
    Node: "Node",
    ServiceAccount: "ServiceAccount",
  };
  const differences: string[] = [];
  const walk = (struct: string, path: readonly string[], kind: string): void => {
    for (const { name, type } of KUBE_SCHEMA.find(struct).fields) {
      const below = [...path, name];
      if (type.form === "list" && type.of.form === "struct") {
        const ours = mergeKeyOf(below, kind);
        if (ours !== type.mergeKey)
          differences.push(`${kind} ${below.join(".")}: server ${type.mergeKey}, kubectl ${ours}`);
        walk(type.of.struct, below, kind);
      } else if (type.form === "struct" && below.length < 12) walk(type.struct, below, kind);
    }
  };
  for (const [kind, struct] of Object.entries(kinds)) walk(struct, [], kind);
  expect(differences).toEqual([]);
});

function holds(whole: JsonObject, part: JsonObject): boolean {
  return Object.entries(part).every(([name, value]) => {
    const found = whole[name];
    return isObject(value) && isObject(found) ? holds(found, value) : sameJson(found, value) || isEmptyIn(value, found);
  });
}

function isEmptyIn(value: unknown, found: unknown): boolean {
  return isObject(value) && isObject(found) && Object.keys(value).length === 0;
}
