/**
 * Objects seen as fields: the parts of a value with their path elements, the set of all its fields, and the difference of
 * two values (sigs.k8s.io/structured-merge-diff v4, typed/{tofieldset,compare,helpers}.go).
 * Left out: duplicate items of a list by key in stored objects.
 * Invariant: a field that is null or empty is a field all the same; one that is absent is none.
 */
import { equalJson } from "../schema/equal-json.ts";
import type { Schema } from "../schema/notation.ts";
import type { Json, JsonObject } from "../types.ts";
import { type FieldNode, type FieldSet, fieldSet, NO_FIELDS, union } from "./field-set.ts";
import { KEY_DEFAULTS, type MergeRule, ruleOfField, ruleOfType } from "./merge-rules.ts";

/** A part of a value: its path element, what it is, and its own rule. `named`: a field of a struct. */
export interface Part {
  readonly element: string;
  readonly value: Json;
  readonly rule: MergeRule;
  readonly named: boolean;
}

/** The path element of a list's item: its keys in alphabetic order. */
function keyElement(item: JsonObject, keys: readonly string[]): string {
  const pairs = [...keys].sort().map((key) => [key, item[key] ?? KEY_DEFAULTS[key]] as const);
  return `k:${JSON.stringify(Object.fromEntries(pairs.filter(([, value]) => value !== undefined)))}`;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function structParts(schema: Schema, name: string, value: JsonObject): readonly Part[] {
  const struct = schema.find(name);
  return Object.keys(value).flatMap((key) => {
    const field = struct.byName.get(key);
    const part = value[key];
    if (part === undefined) return [];
    const rule: MergeRule = field ? ruleOfField(struct, field) : { kind: "leaf" };
    return [{ element: `f:${key}`, value: part, rule, named: field !== undefined }];
  });
}

/** The parts of a value that is merged part by part; none for a leaf. */
export function partsOf(schema: Schema, rule: MergeRule, value: Json | undefined): readonly Part[] {
  if (rule.kind === "struct" && isObject(value)) return structParts(schema, rule.struct, value);
  if (rule.kind === "map" && isObject(value)) {
    const of = ruleOfType(rule.of);
    return Object.keys(value).map((key) => ({ element: `f:${key}`, value: value[key]!, rule: of, named: false }));
  }
  if (!Array.isArray(value)) return [];
  if (rule.kind === "set") {
    const leaf: MergeRule = { kind: "leaf" };
    return value.map((item) => ({ element: `v:${JSON.stringify(item)}`, value: item, rule: leaf, named: false }));
  }
  if (rule.kind !== "list") return [];
  const { keys, struct } = rule;
  const of = ruleOfType({ form: "struct", struct });
  return (value as readonly JsonObject[]).map((item) => {
    return { element: keyElement(item, keys), value: item, rule: of, named: false };
  });
}

function isEmptyMap(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Every field of a value, as an apply configuration owns them. */
export function fieldsOf(schema: Schema, rule: MergeRule, value: Json): FieldSet {
  return fieldSet(
    partsOf(schema, rule, value).map((part): [string, FieldNode] => {
      const isLeaf = part.rule.kind === "leaf";
      const member = isLeaf || part.value === null || isEmptyMap(part.value) || !part.named;
      return [part.element, { member, children: isLeaf ? NO_FIELDS : fieldsOf(schema, part.rule, part.value) }];
    }),
  );
}

/** What differs between two values: fields that were changed or added, and fields that are gone. */
export interface Difference {
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

const NO_DIFFERENCE: Difference = { changed: NO_FIELDS, removed: NO_FIELDS };

function partsByElement(schema: Schema, rule: MergeRule, value: Json | undefined): ReadonlyMap<string, Part> {
  return new Map(partsOf(schema, rule, value).map((part) => [part.element, part]));
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isEmptyMap(value);
}

/** Where one place differs; absent is undefined. */
function placeDifference(schema: Schema, rule: MergeRule, before: Json | undefined, after: Json | undefined) {
  const isLeaf = rule.kind === "leaf" || (isEmpty(before) && isEmpty(after));
  const below = isLeaf ? NO_DIFFERENCE : differenceOf(schema, rule, before, after);
  const differs = isLeaf && before !== undefined && after !== undefined && !equalJson(before, after);
  return {
    changed: { member: before === undefined || differs, children: below.changed },
    removed: { member: after === undefined, children: below.removed },
  };
}

/** What has to be said about the change from one value to another. */
export function differenceOf(
  schema: Schema,
  rule: MergeRule,
  before: Json | undefined,
  after: Json | undefined,
): Difference {
  if (before === after) return NO_DIFFERENCE;
  const old = partsByElement(schema, rule, before);
  const next = partsByElement(schema, rule, after);
  const changed: [string, FieldNode][] = [];
  const removed: [string, FieldNode][] = [];
  for (const element of new Set([...old.keys(), ...next.keys()])) {
    const [one, two] = [old.get(element), next.get(element)];
    if (one?.value === two?.value) continue;
    const place = placeDifference(schema, (two ?? one)!.rule, one?.value, two?.value);
    changed.push([element, place.changed]);
    removed.push([element, place.removed]);
  }
  return { changed: fieldSet(changed), removed: fieldSet(removed) };
}

/** The union of several sets. */
export function unionOf(sets: Iterable<FieldSet>): FieldSet {
  let all: FieldSet = NO_FIELDS;
  for (const set of sets) all = union(all, set);
  return all;
}
