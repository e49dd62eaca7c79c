/**
 * The fields of a body that its struct does not have, in the order of the body, as strict decoding reports them
 * (Kubernetes 1.32, sigs.k8s.io/json UnmarshalStrict).
 * Left out: duplicate fields; they are gone once JSON is parsed.
 * Invariant: only called for bodies that have some, so that good bodies pay nothing.
 */
import type { FieldType, Schema, Struct } from "./notation.ts";

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function walkValue(schema: Schema, type: FieldType, value: unknown, path: string, found: string[]): void {
  if (type.form === "struct" && isObject(value)) walkStruct(schema, schema.find(type.struct), value, path, found);
  else if (type.form === "list" && Array.isArray(value)) {
    for (const [index, item] of value.entries()) walkValue(schema, type.of, item, `${path}[${index}]`, found);
  } else if (type.form === "map" && isObject(value)) {
    for (const key of Object.keys(value)) walkValue(schema, type.of, value[key], `${path}.${key}`, found);
  }
}

function walkStruct(
  schema: Schema,
  struct: Struct,
  value: Readonly<Record<string, unknown>>,
  path: string,
  found: string[],
): void {
  for (const key of Object.keys(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    const field = struct.byName.get(key);
    if (field) walkValue(schema, field.type, value[key], at, found);
    else if (path !== "" || (key !== "kind" && key !== "apiVersion")) found.push(at);
  }
}

/** Paths such as `spec.containers[0].imge`. */
export function unknownFields(
  schema: Schema,
  struct: string,
  body: Readonly<Record<string, unknown>>,
): readonly string[] {
  const found: string[] = [];
  walkStruct(schema, schema.find(struct), body, "", found);
  return found;
}
