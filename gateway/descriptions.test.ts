import { expect, it } from "vitest";
import { packageDescriptions, structsIn } from "./descriptions.ts";

it("reads comments, and which fields must be given", () => {
  const structs = structsIn(`import { X } from "y";
/** What it is. */
export interface Thing {
    /** Its name. */
    name: string;
    /**
     * More about it:
     *   in lines.
     */
    "odd-field"?: Array<string>;
    bare?: number;
}
/** Another. */
export type Other = string;
`);
  expect([...structs.keys()]).toEqual(["Thing"]);
  expect(structs.get("Thing")).toEqual({
    text: "What it is.",
    fields: new Map([
      ["name", { text: "Its name.", required: true }],
      ["odd-field", { text: "More about it:\n  in lines.", required: false }],
      ["bare", { text: "", required: false }],
    ]),
  });
});

it("finds the types of the API in the package", () => {
  const describe = packageDescriptions();
  expect(describe("apps", "DeploymentSpec")?.fields.get("template")?.required).toBe(true);
  expect(describe("rbac.authorization.k8s.io", "PolicyRule")?.fields.get("verbs")?.text).toMatch(/^Verbs is a list/);
  expect(describe("meta", "ObjectMeta")?.fields.get("name")?.text).toMatch(/unique within a namespace/);
  expect(describe("", "PodSpec")?.text).toMatch(/description of a pod/);
  expect(describe("nothing.example", "PodSpec")).toBeUndefined();
});
