/**
 * Why an object in free form can't become a typed one: what a strategic merge patch that leaves a wrong type behind is
 * refused with (Kubernetes 1.32, apimachinery pkg/runtime/converter.go fromUnstructured, and the patcher's
 * applyPatchToObject).
 * Left out: texts of named string types, which are told as "string" here.
 * Invariant: pure; the first complaint in the order of the struct's fields.
 */
import type { Json, JsonObject } from "../types.ts";
import type { FieldType, Schema, Struct } from "./notation.ts";

const GO_KIND = { s: "string", i: "int32", l: "int64", b: "bool" } as const;

/** The kind of a JSON value as Go's reflection names it. */
function kindOf(value: Json): string {
  if (Array.isArray(value)) return "slice";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "string" : "map";
}

function scalarError(wanted: "string" | "int32" | "int64" | "bool", value: Json): string | undefined {
  const given = kindOf(value);
  const numbers = ["int32", "int64"];
  if (given === wanted || (given === "int64" && numbers.includes(wanted))) return undefined;
  // Go converts between numbers, and from whole numbers to text, but not here.
  const converts = (given === "float64" && numbers.includes(wanted)) || (given === "int64" && wanted === "string");
  return converts ? `cannot convert ${given} to ${wanted}` : `unrecognized type: ${wanted}`;
}

function valueError(schema: Schema, type: FieldType, value: Json | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  const given = kindOf(value);
  switch (type.form) {
    case "struct":
      if (given !== "map") return `cannot restore struct from: ${given}`;
      return structError(schema, schema.find(type.struct), value as JsonObject);
    case "map":
      if (given !== "map") return `cannot restore map from ${given}`;
      return firstError(schema, type.of, Object.values(value as JsonObject));
    case "list":
      if (given !== "slice") return `cannot restore slice from ${given}`;
      return firstError(schema, type.of, value as readonly Json[]);
    case "scalar":
      if (type.scalar === "y") return given === "string" ? undefined : `cannot restore slice from ${given}`;
      return type.scalar in GO_KIND ? scalarError(GO_KIND[type.scalar as "s"], value) : undefined;
  }
}

function firstError(schema: Schema, of: FieldType, values: readonly (Json | undefined)[]): string | undefined {
  for (const value of values) {
    const error = valueError(schema, of, value);
    if (error !== undefined) return error;
  }
  return undefined;
}

function structError(schema: Schema, struct: Struct, object: JsonObject): string | undefined {
  for (const { name, type } of struct.fields) {
    const error = valueError(schema, type, object[name]);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** What Go's converter says of an object that is to become this struct; undefined where the types are right. */
export function conversionError(schema: Schema, struct: string, object: JsonObject): string | undefined {
  return structError(schema, schema.find(struct), object);
}

/** A JSON value as Go's %v prints it: `map[a:1 b:[x y]]`, with the keys in order. */
export function goText(value: Json | undefined): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const map = value as JsonObject;
  const pairs = Object.keys(map)
    .sort()
    .map((key) => `${key}:${goText(map[key])}`);
  return `map[${pairs.join(" ")}]`;
}
