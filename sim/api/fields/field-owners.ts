/**
 * Who manages which fields of an object: `metadata.managedFields`, and how an update moves fields to whoever changed them
 * (Kubernetes 1.32, apimachinery pkg/util/managedfields; structured-merge-diff v4 merge/update.go).
 * Left out: merging the oldest of more than ten updaters into "ancient-changes".
 * Invariant: a field that an update changes belongs to its manager alone; a manager without fields has no entry.
 */
import type { Kind } from "../kinds/kind.ts";
import { apiVersionOf } from "../kinds/kind.ts";
import type { Schema } from "../schema/notation.ts";
import type { Json, JsonObject, KubeObject } from "../types.ts";
import {
  difference,
  type FieldSet,
  NO_FIELDS,
  ofFieldsV1,
  toFieldsV1,
  union,
  withoutMember,
  withoutPath,
} from "./field-set.ts";
import { type Difference, differenceOf } from "./typed-value.ts";

/** One manager and its fields. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** What tells one manager from another. */
export type OwnerIdentity = Omit<FieldOwner, "time" | "fields">;

/** Whether two entries are of one manager. */
export function isSameOwner(a: OwnerIdentity, b: OwnerIdentity): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}

/** Reads managedFields. */
export function managersOf({ metadata }: KubeObject): readonly FieldOwner[] {
  return (metadata.managedFields ?? []).map((entry) => ({
    manager: (entry.manager as string | undefined) ?? "",
    operation: entry.operation === "Apply" ? "Apply" : "Update",
    apiVersion: (entry.apiVersion as string | undefined) ?? "",
    subresource: (entry.subresource as string | undefined) ?? "",
    time: (entry.time as string | null | undefined) ?? undefined,
    fields: ofFieldsV1((entry.fieldsV1 ?? {}) as JsonObject),
  }));
}

function order(a: FieldOwner, b: FieldOwner): number {
  const key = ({ operation, time = "", manager, apiVersion, subresource }: FieldOwner) =>
    [operation, time, manager, apiVersion, subresource].join("\n");
  const [one, two] = [key(a), key(b)];
  return one < two ? -1 : one > two ? 1 : 0;
}

/** The object with these managers; without any, it has no managedFields. */
export function withManagers<T extends KubeObject>(object: T, managers: readonly FieldOwner[]): T {
  const { managedFields: _former, ...metadata } = object.metadata;
  const entries = [...managers].filter(({ fields }) => fields.size > 0).sort(order);
  if (entries.length === 0) return { ...object, metadata };
  const managedFields = entries.map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(fields),
    ...(subresource !== "" && { subresource }),
  }));
  return { ...object, metadata: { ...metadata, managedFields } };
}

/** What nobody manages: identity, and what the server alone writes. */
const SERVERS_OWN = [
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => ["f:metadata", `f:${name}`]),
];

/** What a request to this subresource can't change, and so does not come to manage. */
function resetPaths(kind: Kind, subresource: string): readonly (readonly string[])[] {
  if (subresource === "status") {
    const labels = kind.kind === "Deployment" ? [["f:metadata", "f:labels"]] : [];
    return [["f:spec"], ...labels];
  }
  return kind.subresources.includes("status") ? [["f:status"]] : [];
}

/** The fields of a set that may be managed through a subresource. */
export function manageable(kind: Kind, subresource: string, set: FieldSet): FieldSet {
  const own = SERVERS_OWN.reduce(withoutMember, set);
  return resetPaths(kind, subresource).reduce(withoutPath, own);
}

/** An object's fields for comparing: without its type and its managers. */
export function comparableFields(object: KubeObject): Json {
  const { kind: _kind, apiVersion: _version, metadata, ...rest } = object as KubeObject & JsonObject;
  const { managedFields: _managers, resourceVersion: _revision, ...own } = metadata as KubeObject["metadata"];
  return { ...rest, metadata: own as unknown as JsonObject };
}

/** The difference of two versions of an object, as far as it can be managed. */
export function managedDifference(
  schema: Schema,
  kind: Kind,
  subresource: string,
  before: Json,
  after: KubeObject,
): Difference {
  const rule = { kind: "struct", struct: kind.struct } as const;
  const { changed, removed } = differenceOf(schema, rule, before, comparableFields(after));
  return { changed: manageable(kind, subresource, changed), removed: manageable(kind, subresource, removed) };
}

/** The managers after others' fields were changed or removed by somebody else. */
export function yielding(managers: readonly FieldOwner[], { changed, removed }: Difference): readonly FieldOwner[] {
  return managers
    .map((one) => ({ ...one, fields: difference(difference(one.fields, changed), removed) }))
    .filter(({ fields }) => fields.size > 0);
}

/** The managers after an update by `self` at `time`: what it changed is its own now, beside what was. */
export function updated(
  managers: readonly FieldOwner[],
  self: OwnerIdentity,
  change: Difference,
  time: string,
): readonly FieldOwner[] {
  const others = yielding(managers, change);
  if (change.changed.size === 0) return others;
  const former = others.find((one) => isSameOwner(one, self));
  const fields = union(former?.fields ?? NO_FIELDS, change.changed);
  return [...others.filter((one) => one !== former), { ...self, time, fields }];
}

/** Who a request's writer is: the field manager it names, or the first word of its user agent. */
export function identityOf(
  kind: Kind,
  operation: FieldOwner["operation"],
  given: { readonly fieldManager?: string; readonly userAgent: string; readonly subresource?: string },
): OwnerIdentity {
  const agent = given.userAgent.split("/")[0] || "unknown";
  return {
    manager: given.fieldManager ?? agent,
    operation,
    apiVersion: apiVersionOf(kind.group, kind.version),
    subresource: given.subresource ?? "",
  };
}
