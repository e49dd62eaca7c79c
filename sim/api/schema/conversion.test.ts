import { describe, expect, it } from "vitest";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import type { JsonObject } from "../types.ts";
import { conversionError, goText } from "./conversion.ts";

describe("what Go's converter says of wrong types", () => {
  it.each([
    ["ConfigMap", { data: 5 }, "cannot restore map from int64"],
    ["ConfigMap", { data: { a: 1 } }, "cannot convert int64 to string"],
    ["ConfigMap", { data: { a: true } }, "unrecognized type: string"],
    ["ConfigMap", { binaryData: { a: 1 } }, "cannot restore slice from int64"],
    ["ConfigMap", { metadata: "x" }, "cannot restore struct from: string"],
    ["Deployment", { spec: { replicas: "two" } }, "unrecognized type: int32"],
    ["Deployment", { spec: { replicas: 1.5 } }, "cannot convert float64 to int32"],
    ["Deployment", { spec: { template: { spec: { containers: {} } } } }, "cannot restore slice from map"],
    ["Deployment", { spec: { replicas: 2, paused: false } }, undefined],
    ["Deployment", { spec: null }, undefined],
  ] as const)("%s %j", (struct, object, error) => {
    expect(conversionError(KUBE_SCHEMA, struct, object as unknown as JsonObject)).toBe(error);
  });

  it("prints values as Go's %v does", () => {
    expect(goText({ b: [1, "x", null], a: { c: true } })).toBe("map[a:map[c:true] b:[1 x <nil>]]");
  });
});
