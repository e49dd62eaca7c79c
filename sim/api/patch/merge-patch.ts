/**
 * JSON merge patch (RFC 7386), `application/merge-patch+json`.
 * Left out: nothing.
 * Invariant: untouched members are kept by identity; null deletes.
 */
import type { Json, JsonObject } from "../types.ts";

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The target with the patch merged in: objects member by member, everything else as a whole. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json | undefined> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
