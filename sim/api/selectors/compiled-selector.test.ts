import { describe, expect, it } from "vitest";
import { compileSelector, selects } from "./compiled-selector.ts";
import { allowsNode, requiredNodeAffinity } from "./node-affinity.ts";
import { untoleratedTaint } from "./tolerations.ts";

describe("label selectors", () => {
  it("selects nothing when absent and everything when empty", () => {
    expect(selects(compileSelector(undefined), { a: "b" })).toBe(false);
    expect(selects(compileSelector({}), {})).toBe(true);
  });

  it.each([
    ["In", ["x", "y"], { k: "y" }, true],
    ["In", ["x"], {}, false],
    ["NotIn", ["x"], {}, true],
    ["NotIn", ["x"], { k: "x" }, false],
    ["Exists", [], { k: "" }, true],
    ["DoesNotExist", [], { k: "" }, false],
  ] as const)("%s %j on %j is %s", (operator, values, labels, expected) => {
    const selector = compileSelector({ matchExpressions: [{ key: "k", operator, values }] });
    expect(selects(selector, labels as Record<string, string>)).toBe(expected);
  });
});

describe("node affinity", () => {
  const node = { name: "n1", labels: { gen: "3", disk: "ssd" } };
  const affinity = (terms: object[]) =>
    requiredNodeAffinity({
      containers: [],
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    });

  it("compares numbers with Gt and Lt", () => {
    expect(allowsNode(affinity([{ matchExpressions: [{ key: "gen", operator: "Gt", values: ["2"] }] }]), node)).toBe(
      true,
    );
    expect(allowsNode(affinity([{ matchExpressions: [{ key: "gen", operator: "Lt", values: ["3"] }] }]), node)).toBe(
      false,
    );
    expect(allowsNode(affinity([{ matchExpressions: [{ key: "disk", operator: "Gt", values: ["1"] }] }]), node)).toBe(
      false,
    );
  });

  it("matches one of the terms, and never an empty one", () => {
    expect(allowsNode(affinity([{}]), node)).toBe(false);
    expect(allowsNode(affinity([]), node)).toBe(false);
    expect(
      allowsNode(affinity([{}, { matchFields: [{ key: "metadata.name", operator: "In", values: ["n1"] }] }]), node),
    ).toBe(true);
  });
});

describe("tolerations", () => {
  const taint = { key: "spot", value: "yes", effect: "NoSchedule" };
  it("covers by key, value and effect, with empty meaning any", () => {
    expect(untoleratedTaint([taint], [])).toBe(taint);
    expect(untoleratedTaint([taint], [{ operator: "Exists" }])).toBeUndefined();
    expect(untoleratedTaint([taint], [{ key: "spot", value: "yes" }])).toBeUndefined();
    expect(untoleratedTaint([taint], [{ key: "spot", value: "no" }])).toBe(taint);
    expect(untoleratedTaint([taint], [{ key: "spot", operator: "Exists", effect: "NoExecute" }])).toBe(taint);
    expect(untoleratedTaint([{ ...taint, effect: "PreferNoSchedule" }], [])).toBeUndefined();
  });
});
