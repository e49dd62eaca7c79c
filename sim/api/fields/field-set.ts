/**
 * Sets of fields, as managedFields stores them: a tree of path elements (`f:name`, `k:{"name":"a"}`, `v:"x"`), in which a
 * place may be a member itself, have members below it, or both
 * (sigs.k8s.io/structured-merge-diff v4, fieldpath/set.go and serialize.go; Kubernetes 1.32 FieldsV1).
 * Left out: elements by list index, which no served kind has.
 * Invariant: immutable; no empty branch is kept.
 */
import type { JsonObject } from "../types.ts";

/** A place in an object and what of it belongs to the set. */
export interface FieldNode {
  readonly member: boolean;
  readonly children: FieldSet;
}

/** A set of fields, by path element. */
export type FieldSet = ReadonlyMap<string, FieldNode>;

/** The set without members. */
export const NO_FIELDS: FieldSet = new Map();

function isUseful({ member, children }: FieldNode): boolean {
  return member || children.size > 0;
}

/** A set from its places; empty branches fall away. */
export function fieldSet(nodes: Iterable<readonly [string, FieldNode]>): FieldSet {
  return new Map([...nodes].filter(([, node]) => isUseful(node)));
}

const NOWHERE: FieldNode = { member: false, children: NO_FIELDS };

/** All members of both. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0) return b;
  const all = new Map(a);
  for (const [element, node] of b) {
    const other = all.get(element) ?? NOWHERE;
    all.set(element, { member: node.member || other.member, children: union(other.children, node.children) });
  }
  return all;
}

/** The members of `a` that are not members of `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a].map(([element, node]) => {
      const other = b.get(element);
      if (other === undefined) return [element, node];
      return [element, { member: node.member && !other.member, children: difference(node.children, other.children) }];
    }),
  );
}

/** The members that both have. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a].map(([element, node]) => {
      const other = b.get(element) ?? NOWHERE;
      return [element, { member: node.member && other.member, children: intersection(node.children, other.children) }];
    }),
  );
}

/** The set without a place and all below it; the path is given element by element. */
export function withoutPath(set: FieldSet, [first, ...rest]: readonly string[]): FieldSet {
  const node = first === undefined ? undefined : set.get(first);
  if (node === undefined) return set;
  const kept = [...set].filter(([element]) => element !== first);
  if (rest.length === 0) return fieldSet(kept);
  return fieldSet([...kept, [first!, { ...node, children: withoutPath(node.children, rest) }]]);
}

/** The set without one member; what is below it stays. */
export function withoutMember(set: FieldSet, path: readonly string[]): FieldSet {
  const single = path.reduceRight<FieldSet>(
    (below, element, index) => new Map([[element, { member: index === path.length - 1, children: below }]]),
    NO_FIELDS,
  );
  return difference(set, single);
}

/** The paths of all members, in the order of their elements. */
export function memberPaths(set: FieldSet, before: readonly string[] = []): readonly (readonly string[])[] {
  return [...set.keys()].sort().flatMap((element) => {
    const { member, children } = set.get(element)!;
    const path = [...before, element];
    return [...(member ? [path] : []), ...memberPaths(children, path)];
  });
}

/** The set in the form of `fieldsV1`: "." marks a member that has members below it. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const fields: Record<string, JsonObject> = {};
  for (const element of [...set.keys()].sort()) {
    const { member, children } = set.get(element)!;
    const below = toFieldsV1(children);
    fields[element] = member && children.size > 0 ? { ".": {}, ...below } : below;
  }
  return fields;
}

/** Reads `fieldsV1`. */
export function ofFieldsV1(fields: JsonObject): FieldSet {
  const places = Object.entries(fields).filter(([element]) => element !== ".");
  return new Map(
    places.map(([element, value]) => {
      const below = (value ?? {}) as JsonObject;
      const children = ofFieldsV1(below);
      return [element, { member: "." in below || children.size === 0, children }];
    }),
  );
}

/** A path as upstream's messages print it: `.spec.ports[port=80,protocol="TCP"].name`. */
export function pathText(path: readonly string[]): string {
  return path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith("f:")) return `.${rest}`;
      if (element.startsWith("v:")) return `[=${rest}]`;
      const keys = Object.entries(JSON.parse(rest) as JsonObject);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
    })
    .join("");
}
