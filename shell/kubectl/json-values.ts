import type { Json, JsonObject } from "../../sim/api/types.ts";

/** True for `{…}`, false for lists, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a JSON list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path of field names, or undefined where the path leaves the object. Numbers index lists. */
export function at(value: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let current = value as Json | undefined;
  for (const step of path) {
    if (typeof step === "number") current = isList(current) ? current[step] : undefined;
    else current = isObject(current) ? current[step] : undefined;
  }
  return current;
}

/** The whole number at a path; `fallback` where there is none. */
export function numberAt(value: unknown, fallback: number, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : fallback;
}

/** The text at a path, "" where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The list at a path, empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** The object at a path, empty where there is none. */
export function objectAt(value: unknown, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The same object with the value at a path replaced, or removed when `value` is undefined; missing parents are made. */
export function withAt(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return object;
  const { [first]: old, ...others } = object;
  if (rest.length > 0) return { ...object, [first]: withAt(isObject(old) ? old : {}, rest, value) };
  return value === undefined ? others : { ...object, [first]: value };
}

/** Deep equality of JSON values, whatever the order of fields; an undefined field counts as absent. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = (object: JsonObject) => Object.keys(object).filter((key) => object[key] !== undefined);
  const aKeys = keys(a);
  return aKeys.length === keys(b).length && aKeys.every((key) => b[key] !== undefined && sameJson(a[key], b[key]));
}

/** A Go map's printed order: keys by their UTF-8 bytes, here by code unit, which agrees outside the astral planes. */
export function sortedKeys(object: JsonObject): readonly string[] {
  return Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort((a, b) => (a < b ? -1 : 1));
}
