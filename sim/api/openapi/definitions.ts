/**
 * The schema tables as OpenAPI schemas: one definition a struct, named as the real server names it
 * (Kubernetes 1.32, kube-openapi pkg/generators and api/openapi-spec/v3).
 * Left out: enumerations and defaults of fields; formats beyond those of numbers and times.
 * Invariant: every `$ref` of a definition is among the definitions that are made with it.
 */
import type { Kind } from "../kinds/kind.ts";
import { KINDS, KUBE_SCHEMA } from "../kinds/registry.ts";
import { META_STRUCTS } from "../schema/core-structs.ts";
import type { Field, FieldType } from "../schema/notation.ts";
import type { JsonObject } from "../types.ts";

/** What a package of Kubernetes types knows of a struct that the tables don't: its words, and which fields must be given. */
export interface StructDescription {
  readonly text: string;
  readonly fields: ReadonlyMap<string, { readonly text: string; readonly required: boolean }>;
}

/** Finds the description of a struct that belongs to a group's package, e.g. ("apps", "DeploymentSpec"). */
export type Descriptions = (group: string, struct: string) => StructDescription | undefined;

/** No words at all: names and types are all that there is. */
export const noDescriptions: Descriptions = () => undefined;

const metaNames = new Set(META_STRUCTS.split("\n").map((line) => line.trim().split(" ")[0] ?? ""));
const notMeta = new Set(["ObjectReference", "LocalObjectReference"]);
const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Lists and structs of which a patch keeps only the keys that it names (`patchStrategy=retainKeys` in the Go source). */
const retainsKeys = new Set(["PodSpec.volumes", "DeploymentSpec.strategy"]);

let homes: ReadonlyMap<string, Kind> | undefined;

/** The kind that each struct belongs to: the first one that is made of it, core first. */
function homeOf(struct: string): { readonly group: string; readonly version: string } {
  if (homes === undefined) {
    const found = new Map<string, Kind>();
    for (const kind of [...KINDS].sort((a, b) => Number(a.group !== "") - Number(b.group !== ""))) {
      for (const name of reachableFrom(kind.struct)) if (!found.has(name)) found.set(name, kind);
    }
    homes = found;
  }
  return homes.get(struct) ?? { group: "", version: "v1" };
}

function isMeta(struct: string): boolean {
  return metaNames.has(struct) && !notMeta.has(struct);
}

/** The name of a struct's definition, e.g. "io.k8s.api.apps.v1.DeploymentSpec". */
export function definitionName(struct: string): string {
  if (isMeta(struct)) return `${metaPackage}.${struct}`;
  const { group, version } = homeOf(struct);
  return `io.k8s.api.${group === "" ? "core" : group.split(".")[0]}.${version}.${struct}`;
}

function structsOf(type: FieldType): readonly string[] {
  if (type.form === "struct") return [type.struct];
  return type.form === "scalar" ? [] : structsOf(type.of);
}

/** A struct and all that it consists of, each once, nearest first. */
export function reachableFrom(struct: string): readonly string[] {
  const found = new Set([struct]);
  for (const name of found) {
    for (const { type } of KUBE_SCHEMA.find(name).fields) for (const next of structsOf(type)) found.add(next);
  }
  return [...found];
}

const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

/** The definitions of scalars that have one. */
export const scalarDefinitions: Readonly<Record<string, JsonObject>> = {
  [quantity]: { description: "An amount, e.g. 500m, 64Mi or 2.", oneOf: [{ type: "string" }, { type: "number" }] },
  [intOrString]: {
    description: "A whole number, or text such as a percentage or a port's name.",
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
  [`${metaPackage}.Time`]: { description: "A moment in RFC 3339.", type: "string", format: "date-time" },
  [`${metaPackage}.MicroTime`]: {
    description: "A moment in RFC 3339 with microseconds.",
    type: "string",
    format: "date-time",
  },
};

const scalars: Readonly<Record<string, JsonObject>> = {
  s: { type: "string" },
  i: { type: "integer", format: "int32" },
  l: { type: "integer", format: "int64" },
  b: { type: "boolean" },
  q: reference(quantity),
  y: { type: "string", format: "byte" },
  x: reference(intOrString),
  t: reference(`${metaPackage}.Time`),
  m: reference(`${metaPackage}.MicroTime`),
  "*": { type: "object" },
};

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

function schemaOf(type: FieldType): JsonObject {
  switch (type.form) {
    case "scalar":
      return scalars[type.scalar] as JsonObject;
    case "struct":
      return reference(definitionName(type.struct));
    case "map":
      return { type: "object", additionalProperties: schemaOf(type.of) };
    case "list":
      return { type: "array", items: itemsOf(type.of), ...merging(type.mergeKey) };
  }
}

/** A reference with siblings stands in `allOf`, as OpenAPI 3.0 wants it. */
function itemsOf(type: FieldType): JsonObject {
  const schema = schemaOf(type);
  return "$ref" in schema ? { allOf: [schema], default: {} } : schema;
}

function merging(key: string | undefined): JsonObject {
  if (key === undefined) return { "x-kubernetes-list-type": "atomic" };
  if (key === "") return { "x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge" };
  return {
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": [key],
    "x-kubernetes-patch-merge-key": key,
    "x-kubernetes-patch-strategy": "merge",
  };
}

function property(struct: string, field: Field, text: string | undefined): JsonObject {
  const schema = schemaOf(field.type);
  const retains: JsonObject = retainsKeys.has(`${struct}.${field.name}`)
    ? { "x-kubernetes-patch-strategy": "x-kubernetes-patch-merge-key" in schema ? "merge,retainKeys" : "retainKeys" }
    : {};
  const about: JsonObject = text === undefined ? retains : { description: text, ...retains };
  return "$ref" in schema ? { allOf: [schema], ...about } : { ...schema, ...about };
}

/** Whether the tables alone show that a field must be given: it is always encoded and no struct, time or status is. */
function isNeeded({ always, type }: Field): boolean {
  return always && type.form !== "struct" && !(type.form === "scalar" && "tmq".includes(type.scalar));
}

/** The definition of a struct. Without a description, required fields are those that the tables show to be. */
export function definition(struct: string, describe: Descriptions): JsonObject {
  const known = describe(isMeta(struct) ? "meta" : homeOf(struct).group, struct);
  const properties: Record<string, JsonObject> = {};
  const required: string[] = [];
  const { fields } = KUBE_SCHEMA.find(struct);
  const kind = KINDS.find((each) => each.struct === struct);
  const typed: readonly Field[] = kind === undefined ? [] : [textField("apiVersion"), textField("kind")];
  for (const field of [...typed, ...fields]) {
    const about = known?.fields.get(field.name);
    properties[field.name] = property(struct, field, about?.text);
    const typing = typed.includes(field);
    if (!typing && (about?.required ?? isNeeded(field))) required.push(field.name);
  }
  const gvk = kind && { group: kind.group, version: kind.version, kind: kind.kind };
  return {
    ...(known && { description: known.text }),
    type: "object",
    ...(required.length > 0 && { required }),
    properties,
    ...(gvk && { "x-kubernetes-group-version-kind": [gvk] }),
  };
}

function textField(name: string): Field {
  return { name, always: false, type: { form: "scalar", scalar: "s", pointer: false } };
}
