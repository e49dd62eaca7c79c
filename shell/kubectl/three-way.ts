import type { Json, JsonObject } from "../../sim/api/types.ts";
import { isList, isObject, sameJson, sortedKeys } from "./json-values.ts";
import { isMergedSet, mergeKeyOf, retainsKeys } from "./merge-keys.ts";

/** The three states that `kubectl apply` compares. `original` is what was last applied. */
interface ThreeStates {
  readonly original: JsonObject;
  readonly modified: JsonObject;
  readonly current: JsonObject;
}

/**
 * The strategic merge patch that brings `current` to `modified`, and removes what `original` had and `modified` has
 * not (apimachinery pkg/util/strategicpatch, `CreateThreeWayMergePatch` with overwrite). Empty when nothing changes.
 */
export function strategicThreeWay(states: ThreeStates, kind: string): JsonObject {
  const differ = new Differ(kind, true);
  return differ.objects(states.original, states.modified, states.current, []);
}

/** The same as an RFC 7386 merge patch, for custom resources: lists are replaced as a whole. */
export function mergeThreeWay(states: ThreeStates): JsonObject {
  return new Differ("", false).objects(states.original, states.modified, states.current, []);
}

class Differ {
  private readonly kind: string;
  private readonly strategic: boolean;

  constructor(kind: string, strategic: boolean) {
    this.kind = kind;
    this.strategic = strategic;
  }

  objects(original: JsonObject, modified: JsonObject, current: JsonObject, path: readonly string[]): JsonObject {
    const patch: Record<string, Json> = {};
    for (const key of sortedKeys(modified)) {
      const [wanted, now] = [modified[key]!, current[key]];
      if (wanted === null) {
        if (now !== undefined && now !== null) patch[key] = null;
      } else if (isObject(wanted) && isObject(now)) {
        const old = original[key];
        const below = this.objects(isObject(old) ? old : {}, wanted, now, [...path, key]);
        if (sortedKeys(below).length > 0) patch[key] = below;
      } else if (isList(wanted) && isList(now)) {
        Object.assign(patch, this.lists(key, original[key], wanted, now, path));
      } else if (!sameJson(wanted, now)) patch[key] = wanted;
    }
    for (const key of sortedKeys(original)) {
      if (modified[key] === undefined && current[key] !== undefined) patch[key] = null;
    }
    if (this.strategic && retainsKeys(path) && Object.keys(patch).length > 0) {
      patch["$retainKeys"] = sortedKeys(modified).filter((key) => modified[key] !== null);
    }
    return patch;
  }

  private lists(
    key: string,
    original: Json | undefined,
    wanted: readonly Json[],
    now: readonly Json[],
    path: readonly string[],
  ): JsonObject {
    const below = [...path, key];
    const old = isList(original) ? original : [];
    const mergeKey = this.strategic ? mergeKeyOf(below, this.kind) : undefined;
    if (mergeKey !== undefined && [...wanted, ...now].every((item) => isObject(item) && item[mergeKey] !== undefined)) {
      return this.keyedLists(key, mergeKey, old, wanted, now, below);
    }
    if (this.strategic && isMergedSet(below)) return setPatch(key, old, wanted, now);
    return sameJson(wanted, now) ? {} : { [key]: wanted };
  }

  private keyedLists(
    key: string,
    mergeKey: string,
    original: readonly Json[],
    wanted: readonly Json[],
    now: readonly Json[],
    path: readonly string[],
  ): JsonObject {
    const byKey = (list: readonly Json[], id: Json): JsonObject | undefined =>
      list.filter(isObject).find((item) => item[mergeKey] === id);
    const items: Json[] = [];
    for (const item of wanted.filter(isObject)) {
      const id = item[mergeKey]!;
      const present = byKey(now, id);
      if (present === undefined) items.push(item);
      else {
        const below = this.objects(byKey(original, id) ?? {}, item, present, path);
        if (sortedKeys(below).length > 0) items.push({ ...below, [mergeKey]: id });
      }
    }
    for (const item of original.filter(isObject)) {
      const id = item[mergeKey];
      if (id === undefined || byKey(wanted, id) !== undefined || byKey(now, id) === undefined) continue;
      items.push({ $patch: "delete", [mergeKey]: id });
    }
    if (items.length === 0 && sameOrder(wanted, now, mergeKey)) return {};
    const order = wanted.filter(isObject).map((item) => ({ [mergeKey]: item[mergeKey]! }));
    return { [`$setElementOrder/${key}`]: order, ...(items.length === 0 ? {} : { [key]: items }) };
  }
}

/** Whether the items that both lists have stand in the same order. */
function sameOrder(wanted: readonly Json[], now: readonly Json[], mergeKey: string): boolean {
  const ids = (list: readonly Json[]) => list.filter(isObject).map((item) => item[mergeKey]!);
  const [a, b] = [ids(wanted), ids(now)];
  return sameJson(
    a.filter((id) => b.includes(id)),
    b.filter((id) => a.includes(id)),
  );
}

function setPatch(key: string, original: readonly Json[], wanted: readonly Json[], now: readonly Json[]): JsonObject {
  const added = wanted.filter((item) => !now.includes(item));
  const removed = original.filter((item) => !wanted.includes(item) && now.includes(item));
  if (added.length === 0 && removed.length === 0) return {};
  return {
    [`$setElementOrder/${key}`]: wanted,
    ...(removed.length === 0 ? {} : { [`$deleteFromPrimitiveList/${key}`]: removed }),
    ...(added.length === 0 ? {} : { [key]: added }),
  };
}
