import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import type { Json } from "../types.ts";
import { checkConfiguration, merged, pruned } from "./apply.ts";
import { difference, intersection, NO_FIELDS, ofFieldsV1, pathText, toFieldsV1, union } from "./field-set.ts";
import { differenceOf, fieldsOf } from "./typed-value.ts";

const DEPLOYMENT = { kind: "struct", struct: "Deployment" } as const;

function deployment(containers: readonly Json[], more: Record<string, Json> = {}): Json {
  return { metadata: {}, spec: { ...more, template: { spec: { containers } } } };
}

type Tree = { [element: string]: Tree };

/** Small trees over few elements, so that they meet. */
function trees(depth: number): fc.Arbitrary<Tree> {
  const below = depth === 0 ? fc.constant<Tree>({}) : trees(depth - 1);
  return fc.dictionary(fc.constantFrom("f:a", "f:b", 'k:{"name":"c"}', 'v:"d"', "."), below, { maxKeys: 3 });
}

const sets = trees(3).map((tree) => ofFieldsV1(tree));
const text = (set: ReturnType<typeof ofFieldsV1>) => JSON.stringify(toFieldsV1(set));

describe("field sets", () => {
  it("obey the laws of sets", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(text(union(a, b))).toBe(text(union(b, a)));
        expect(text(difference(a, a))).toBe("{}");
        expect(text(union(difference(a, b), intersection(a, b)))).toBe(text(a));
        expect(text(intersection(difference(a, b), b))).toBe("{}");
      }),
    );
  });

  it("survive being written and read", () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(text(ofFieldsV1(toFieldsV1(set)))).toBe(text(set));
      }),
    );
  });

  it("print paths as upstream does", () => {
    expect(pathText(["f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}', "f:name"])).toBe(
      '.spec.ports[port=80,protocol="TCP"].name',
    );
  });
});

describe("typed values", () => {
  it("own the keys of lists and maps, and atomic parts whole", () => {
    const container = { name: "a", image: "i", ports: [{ containerPort: 80 }], command: ["x"] };
    const owned = fieldsOf(KUBE_SCHEMA, DEPLOYMENT, deployment([container], { selector: { matchLabels: { a: "b" } } }));
    expect(toFieldsV1(owned)).toEqual({
      "f:metadata": {},
      "f:spec": {
        "f:selector": {},
        "f:template": {
          "f:spec": {
            "f:containers": {
              'k:{"name":"a"}': {
                ".": {},
                "f:command": {},
                "f:image": {},
                "f:name": {},
                "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
              },
            },
          },
        },
      },
    });
  });

  it("tell what was changed, added and removed", () => {
    const before = deployment([
      { name: "a", image: "1" },
      { name: "b", image: "1" },
    ]);
    const after = deployment([
      { name: "a", image: "2" },
      { name: "c", image: "1" },
    ]);
    const { changed, removed } = differenceOf(KUBE_SCHEMA, DEPLOYMENT, before, after);
    const at = (set: typeof changed) =>
      Object.keys(
        (toFieldsV1(set) as Record<string, never>)["f:spec"]?.["f:template"]?.["f:spec"]?.["f:containers"] ?? {},
      );
    expect(at(changed)).toEqual(['k:{"name":"a"}', 'k:{"name":"c"}']);
    expect(at(removed)).toEqual(['k:{"name":"b"}']);
  });
});

describe("apply", () => {
  const containers = fc
    .uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 })
    .chain((names) =>
      fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), image: fc.constantFrom("1", "2") }))),
    );

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(containers, containers, (live, wanted) => {
        const once = merged(KUBE_SCHEMA, DEPLOYMENT, deployment(live), deployment(wanted));
        expect(merged(KUBE_SCHEMA, DEPLOYMENT, once, deployment(wanted))).toEqual(once);
      }),
    );
  });

  it("takes away what its manager gave up and nobody else has", () => {
    const both = deployment([
      { name: "a", image: "1" },
      { name: "b", image: "1" },
    ]);
    const own = fieldsOf(KUBE_SCHEMA, DEPLOYMENT, both);
    const kept = fieldsOf(KUBE_SCHEMA, DEPLOYMENT, deployment([{ name: "a", image: "1" }]));
    expect(pruned(KUBE_SCHEMA, DEPLOYMENT, both, own, kept)).toEqual(deployment([{ name: "a", image: "1" }]));
    expect(pruned(KUBE_SCHEMA, DEPLOYMENT, both, NO_FIELDS, kept)).toBe(both);
  });

  it("refuses unknown fields and two items of one key", () => {
    const check = (value: Json) => () => checkConfiguration(KUBE_SCHEMA, DEPLOYMENT, value);
    expect(check({ spec: { unknown: 1 } })).toThrow(".spec.unknown: field not declared in schema");
    expect(check(deployment([{ name: "a" }, { name: "a" }]))).toThrow(
      '.spec.template.spec.containers: duplicate entries for key [name="a"]',
    );
  });
});
