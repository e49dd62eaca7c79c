import { expect, it } from "vitest";
import { KINDS } from "../kinds/registry.ts";
import type { JsonObject } from "../types.ts";
import { type Descriptions, definitionName } from "./definitions.ts";
import { openapiDocument, openapiIndex } from "./document.ts";

function schemasOf(path: string, describe?: Descriptions) {
  const document = openapiDocument(path, describe) as unknown as {
    readonly paths: Record<string, Record<string, JsonObject>>;
    readonly components: { readonly schemas: Record<string, JsonObject> };
  };
  return { ...document, schemas: document.components.schemas };
}

/** Every reference inside a value. */
function references(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === "$ref" ? [(part as string).replace("#/components/schemas/", "")] : references(part),
  );
}

it("has a document for each group and version that is served, and no other", () => {
  const { paths } = openapiIndex("tag") as { readonly paths: Record<string, { readonly serverRelativeURL: string }> };
  expect(paths["apis/apps/v1"]).toEqual({ serverRelativeURL: "/openapi/v3/apis/apps/v1?hash=tag" });
  for (const path of Object.keys(paths)) expect(openapiDocument(path)).toBeDefined();
  expect(openapiDocument("apis/apps/v9")).toBeUndefined();
});

it("defines whatever it refers to", () => {
  for (const path of Object.keys((openapiIndex("") as { paths: object }).paths)) {
    const { schemas } = schemasOf(path);
    expect(references(openapiDocument(path)).filter((name) => schemas[name] === undefined)).toEqual([]);
  }
});

it("names the kind of each schema and of each operation", () => {
  for (const { group, version, kind, struct, namespaced, resource } of KINDS) {
    const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
    const { schemas, paths } = schemasOf(path);
    const gvk = { group, version, kind };
    expect(schemas[definitionName(struct)]?.["x-kubernetes-group-version-kind"]).toEqual([gvk]);
    const one = `/${path}/${namespaced ? "namespaces/{namespace}/" : ""}${resource}/{name}`;
    expect(paths[one]?.patch?.["x-kubernetes-group-version-kind"]).toEqual(gvk);
  }
});

it("tells patches by which key lists are merged", () => {
  const { schemas } = schemasOf("api/v1");
  const spec = schemas["io.k8s.api.core.v1.PodSpec"] as unknown as { properties: Record<string, JsonObject> };
  expect(spec.properties.containers).toMatchObject({
    type: "array",
    "x-kubernetes-patch-merge-key": "name",
    "x-kubernetes-patch-strategy": "merge",
  });
  expect(spec.properties.volumes?.["x-kubernetes-patch-strategy"]).toBe("merge,retainKeys");
  expect(spec.properties.nodeSelector).toEqual({ type: "object", additionalProperties: { type: "string" } });
});

it("takes words and required fields from the descriptions that it is given", () => {
  const describe: Descriptions = (group, struct) =>
    group === "apps" && struct === "DeploymentSpec"
      ? { text: "What is wanted.", fields: new Map([["template", { text: "The pods.", required: true }]]) }
      : undefined;
  const { schemas } = schemasOf("apis/apps/v1", describe);
  expect(schemas["io.k8s.api.apps.v1.DeploymentSpec"]).toMatchObject({
    description: "What is wanted.",
    required: ["template"],
    properties: { template: { description: "The pods." } },
  });
});
