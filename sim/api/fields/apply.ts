/**
 * Server-side apply: an apply configuration is merged into the live object; what its manager gave up and nobody else has goes;
 * what others have and this would change is a conflict (structured-merge-diff v4 merge/update.go and typed/merge.go;
 * Kubernetes 1.32, apimachinery pkg/util/managedfields).
 * Left out: moving fields over from the last-applied annotation of client-side apply.
 * Invariant: applying the same configuration twice changes nothing.
 */
import type { Schema } from "../schema/notation.ts";
import type { Json, JsonObject } from "../types.ts";
import { type FieldOwner, isSameOwner, type OwnerIdentity } from "./field-owners.ts";
import { type FieldSet, intersection, memberPaths, pathText } from "./field-set.ts";
import type { MergeRule } from "./merge-rules.ts";
import { type Part, partsOf } from "./typed-value.ts";

/** Thrown for a configuration that has no sense: the sentence goes into a 500. */
export class ApplyError extends Error {}

function isPlain(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses fields that no struct has, and two items of one key. */
export function checkConfiguration(schema: Schema, rule: MergeRule, value: Json, path = ""): void {
  const parts = partsOf(schema, rule, value);
  const seen = new Set<string>();
  for (const { element, value: part, rule: own, named } of parts) {
    const at = path + pathText([element]);
    if (rule.kind === "struct" && !named) throw new ApplyError(`${at}: field not declared in schema`);
    if (seen.has(element)) {
      throw new ApplyError(`${path}: duplicate entries for key ${pathText([element])}`);
    }
    seen.add(element);
    checkConfiguration(schema, own, part, at);
  }
}

/** Items of both lists: those of the configuration in its order, the others where they stood. */
function mergedItems(schema: Schema, before: readonly Part[], after: readonly Part[]): readonly Json[] {
  const old = new Map(before.map((part) => [part.element, part]));
  const next = new Map(after.map((part) => [part.element, part]));
  const items: Json[] = [];
  const done = new Set<string>();
  let at = 0;
  const emit = (part: Part) => {
    if (done.has(part.element)) return;
    done.add(part.element);
    const [one, two] = [old.get(part.element), next.get(part.element)];
    items.push(two === undefined ? one!.value : merged(schema, two.rule, one?.value, two.value));
  };
  for (const part of before) {
    if (!next.has(part.element)) {
      emit(part);
      continue;
    }
    while (at < after.length && !done.has(part.element)) emit(after[at++]!);
  }
  while (at < after.length) emit(after[at++]!);
  return items;
}

/** A value with a configuration merged into it. */
export function merged(schema: Schema, rule: MergeRule, before: Json | undefined, after: Json): Json {
  if (before === undefined || before === null || after === null || rule.kind === "leaf") return after;
  if (rule.kind === "list" || rule.kind === "set") {
    if (!Array.isArray(before) || !Array.isArray(after)) return after;
    return mergedItems(schema, partsOf(schema, rule, before), partsOf(schema, rule, after));
  }
  if (!isPlain(before) || !isPlain(after)) return after;
  const result: Record<string, Json | undefined> = { ...before };
  for (const part of partsOf(schema, rule, after)) {
    const name = part.element.slice(2);
    result[name] = merged(schema, part.rule, before[name], part.value);
  }
  return result;
}

/** The value without what `given` had and `kept` has no more. */
export function pruned(schema: Schema, rule: MergeRule, value: Json, given: FieldSet, kept: FieldSet): Json {
  if (given.size === 0) return value;
  const survivors = partsOf(schema, rule, value).flatMap((part) => {
    const had = given.get(part.element);
    if (had === undefined) return [part];
    const has = kept.get(part.element);
    if (has === undefined) return [];
    return [{ ...part, value: pruned(schema, part.rule, part.value, had.children, has.children) }];
  });
  if (Array.isArray(value)) return survivors.map((part) => part.value);
  return Object.fromEntries(survivors.map((part) => [part.element.slice(2), part.value]));
}

/** A field that somebody else manages and this configuration would change. */
export interface FieldConflict {
  readonly with: OwnerIdentity;
  readonly path: string;
}

/** What stands in the way of changing these fields, by manager. */
export function conflictsOf(
  managers: readonly FieldOwner[],
  self: OwnerIdentity,
  changed: FieldSet,
): readonly FieldConflict[] {
  const others = managers.filter((one) => !isSameOwner(one, self));
  return others
    .flatMap((one) =>
      memberPaths(intersection(one.fields, changed)).map((path) => ({ with: one, path: pathText(path) })),
    )
    .sort((a, b) => (a.with.manager < b.with.manager ? -1 : a.with.manager > b.with.manager ? 1 : 0));
}

/** A manager as messages name it. */
export function ownerText({ manager, operation, apiVersion, subresource }: OwnerIdentity): string {
  const name = JSON.stringify(manager);
  if (operation === "Apply") return name;
  return subresource === ""
    ? `${name} using ${apiVersion}`
    : `${name} with subresource ${JSON.stringify(subresource)} using ${apiVersion}`;
}

/** The sentence about conflicts. */
export function conflictText(conflicts: readonly FieldConflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only) {
    return `Apply failed with 1 conflict: conflict with ${ownerText(only.with)}: ${only.path}`;
  }
  const byManager = new Map<string, string[]>();
  for (const conflict of conflicts) {
    const name = ownerText(conflict.with);
    byManager.set(name, [...(byManager.get(name) ?? []), `- ${conflict.path}`]);
  }
  const parts = [...byManager].map(([name, paths]) => [`conflicts with ${name}:`, ...paths].join("\n"));
  return `Apply failed with ${conflicts.length} conflicts: ${parts.join("\n")}`;
}
