/**
 * Strategic merge patch: a merge patch that knows which lists are keyed, with the directives $patch, $retainKeys,
 * $setElementOrder and $deleteFromPrimitiveList (Kubernetes 1.32, apimachinery pkg/util/strategicpatch/patch.go).
 * Left out: creation of patches; kubectl does that itself.
 * Invariant: merge keys come from the schema tables; untouched parts are kept by identity.
 */
import { equalJson } from "../schema/equal-json.ts";
import type { FieldType, Schema, Struct } from "../schema/notation.ts";
import type { Json, JsonObject } from "../types.ts";

/** Thrown for a malformed directive or list item; the message is upstream's. */
export class StrategicPatchError extends Error {}

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const ORDER = "$setElementOrder/";
const DELETE_VALUES = "$deleteFromPrimitiveList/";

type Members = Record<string, Json | undefined>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the schema says about a member; undefined in maps and in free-form parts. */
function memberType(struct: Struct | undefined, name: string): FieldType | undefined {
  return struct?.byName.get(name)?.type;
}

function structOf(schema: Schema, type: FieldType | undefined): Struct | undefined {
  if (type?.form === "struct") return schema.find(type.struct);
  return type?.form === "list" && type.of.form === "struct" ? schema.find(type.of.struct) : undefined;
}

/** Keeps only the members that the patch lists. */
function retainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  const listed = patch[RETAIN_KEYS];
  if (listed === undefined) return original;
  if (!Array.isArray(listed)) throw new StrategicPatchError("$retainKeys must be a list");
  const keep = new Set(listed as readonly string[]);
  for (const key of Object.keys(patch)) {
    if (!key.startsWith("$") && patch[key] !== null && !keep.has(key)) {
      throw new StrategicPatchError(`invalid retainKeys: ${JSON.stringify(listed)} must contain all keys of the patch`);
    }
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.has(key)));
}

/** The patch without directives, as the value of something that did not exist. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) {
    return value.filter((item) => !(isObject(item) && item[DIRECTIVE] !== undefined)).map(withoutDirectives);
  }
  if (!isObject(value)) return value;
  const clean: Members = {};
  for (const [key, member] of Object.entries(value)) {
    if (key.startsWith("$") || member === null || member === undefined) continue;
    clean[key] = withoutDirectives(member);
  }
  return clean;
}

function mergeMap(schema: Schema, struct: Struct | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === "replace") return withoutDirectives(patch) as JsonObject;
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") {
    throw new StrategicPatchError(`unknown patch type: ${String(directive)} in map`);
  }
  const merged: Members = { ...retainKeys(original, patch) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined || name === DIRECTIVE || name === RETAIN_KEYS || name.startsWith(ORDER)) continue;
    if (name.startsWith(DELETE_VALUES)) {
      deleteValues(merged, name.slice(DELETE_VALUES.length), value);
      continue;
    }
    if (value === null) delete merged[name];
    else merged[name] = mergeMember(schema, memberType(struct, name), merged[name], value as Json, patch[ORDER + name]);
  }
  orderOnly(struct, merged, patch);
  return merged;
}

function deleteValues(merged: Members, name: string, values: Json): void {
  const list = merged[name];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  merged[name] = list.filter((item) => !values.some((value) => equalJson(value, item)));
}

/** Orders lists that the patch does not otherwise touch. */
function orderOnly(struct: Struct | undefined, merged: Members, patch: JsonObject): void {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(ORDER)) continue;
    const name = directive.slice(ORDER.length);
    const list = merged[name];
    const type = memberType(struct, name);
    if (patch[name] !== undefined || !Array.isArray(list) || type?.form !== "list") continue;
    merged[name] = ordered(list, order!, type.mergeKey, list);
  }
}

function mergeMember(
  schema: Schema,
  type: FieldType | undefined,
  original: Json | undefined,
  patch: Json,
  order: Json | undefined,
): Json {
  if (isObject(patch)) {
    if (!isObject(original)) return withoutDirectives(patch);
    return mergeMap(schema, structOf(schema, type), original, patch);
  }
  if (!Array.isArray(patch)) return patch;
  if (type?.form !== "list" || type.mergeKey === undefined) return withoutDirectives(patch);
  const existing = Array.isArray(original) ? original : [];
  if (type.mergeKey === "") return mergeValues(existing, patch, order);
  return mergeKeyed(schema, structOf(schema, type), type.mergeKey, existing, patch, order);
}

/** A list of plain values as a set: new ones are appended. */
function mergeValues(existing: readonly Json[], patch: readonly Json[], order: Json | undefined): Json {
  const merged = [...existing];
  for (const value of patch) if (!merged.some((item) => equalJson(item, value))) merged.push(value);
  return order === undefined ? merged : ordered(merged, order, "", existing);
}

function keyed(item: Json, key: string): JsonObject {
  if (!isObject(item)) throw new StrategicPatchError("expected objects in a list with a merge key");
  if (item[key] === undefined) {
    throw new StrategicPatchError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
  }
  return item;
}

function mergeKeyed(
  schema: Schema,
  struct: Struct | undefined,
  key: string,
  existing: readonly Json[],
  patch: readonly Json[],
  order: Json | undefined,
): Json {
  if (patch.some((item) => isObject(item) && item[DIRECTIVE] === "replace")) {
    return withoutDirectives(patch.filter((item) => !(isObject(item) && item[DIRECTIVE] === "replace")));
  }
  let merged: Json[] = [...existing];
  for (const raw of patch) {
    const item = keyed(raw, key);
    const sameKey = (one: Json) => isObject(one) && equalJson(one[key], item[key]);
    if (item[DIRECTIVE] === "delete") {
      merged = merged.filter((one) => !sameKey(one));
      continue;
    }
    const at = merged.findIndex(sameKey);
    if (at < 0) merged.push(withoutDirectives(item));
    else merged[at] = mergeMap(schema, struct, merged[at] as JsonObject, item);
  }
  return order === undefined ? merged : ordered(merged, order, key, existing);
}

/**
 * The list in the order of the directive; items that only the server has keep their place relative to their old neighbours:
 * each comes before the first directive item that stood behind it.
 */
function ordered(list: readonly Json[], order: Json, key: string | undefined, before: readonly Json[]): Json[] {
  const keyOf = (item: Json): Json => (key && isObject(item) ? (item[key] ?? null) : item);
  const wanted = (order as readonly Json[]).map(keyOf);
  const rank = (item: Json) => wanted.findIndex((one) => equalJson(one, keyOf(item)));
  const oldPlace = (item: Json) => before.findIndex((one) => equalJson(keyOf(one), keyOf(item)));
  const listed = list.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
  const serverOnly = list.filter((item) => rank(item) < 0).sort((a, b) => oldPlace(a) - oldPlace(b));
  const result: Json[] = [];
  while (listed.length > 0 || serverOnly.length > 0) {
    const [first, server] = [listed[0], serverOnly[0]];
    const serverFirst = server !== undefined && (first === undefined || goesBefore(oldPlace(server), oldPlace(first)));
    result.push(serverFirst ? serverOnly.shift()! : listed.shift()!);
  }
  return result;
}

/** Whether a server-only item goes before a listed one; a new listed item (−1) goes first. */
function goesBefore(serverPlace: number, listedPlace: number): boolean {
  return listedPlace >= 0 && serverPlace < listedPlace;
}

/** The object with the patch merged in, as the struct named; throws {@link StrategicPatchError}. */
export function strategicMergePatch(
  schema: Schema,
  struct: string,
  original: JsonObject,
  patch: JsonObject,
): JsonObject {
  return mergeMap(schema, schema.find(struct), original, patch);
}
