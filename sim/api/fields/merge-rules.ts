/**
 * Which parts of an object are merged field by field, and which are taken whole: the markers listType, listMapKey, mapType
 * and structType of the Go types (Kubernetes 1.32, api/.../v1/types.go).
 * Left out: defaults of list keys other than a port's protocol.
 * Invariant: a list without a rule is taken whole; a list that a strategic patch merges by one key is merged by that key here
 * too unless it is named below.
 */
import type { Field, FieldType, Struct } from "../schema/notation.ts";

/** Structs that are taken whole wherever they stand. */
const WHOLE_STRUCTS = new Set([
  "ConfigMapKeySelector",
  "EndpointAddress",
  "EndpointPort",
  "LabelSelector",
  "LocalObjectReference",
  "NodeSelector",
  "NodeSelectorTerm",
  "ObjectFieldSelector",
  "ObjectReference",
  "OwnerReference",
  "ResourceFieldSelector",
  "RoleRef",
  "ScopeSelector",
  "ScopedResourceSelectorRequirement",
  "SecretKeySelector",
  "SecretReference",
  "ServiceBackendPort",
  "TopologySelectorTerm",
  "TypedLocalObjectReference",
]);

/** Fields that are not as their struct or their strategic patch would have them. Undefined: taken whole. */
const SPECIAL: Readonly<Record<string, readonly string[] | "whole" | "fields">> = {
  "Container.ports": ["containerPort", "protocol"],
  "EphemeralContainer.ports": ["containerPort", "protocol"],
  "ServiceSpec.ports": ["port", "protocol"],
  "PodSpec.topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
  "PodSpec.nodeSelector": "whole",
  "PodStatus.hostIPs": "whole",
  "ServiceSpec.selector": "whole",
  "ReplicationControllerSpec.selector": "whole",
  "JobStatus.conditions": "whole",
  "PersistentVolumeSpec.claimRef": "fields",
};

/** How a value is merged. */
export type MergeRule =
  | { readonly kind: "leaf" }
  | { readonly kind: "struct"; readonly struct: string }
  | { readonly kind: "map"; readonly of: FieldType }
  | { readonly kind: "list"; readonly struct: string; readonly keys: readonly string[] }
  | { readonly kind: "set" };

const LEAF: MergeRule = { kind: "leaf" };

/** The rule for a value of a type, where no field says otherwise. */
export function ruleOfType(type: FieldType): MergeRule {
  if (type.form === "struct") return WHOLE_STRUCTS.has(type.struct) ? LEAF : { kind: "struct", struct: type.struct };
  if (type.form === "map") return { kind: "map", of: type.of };
  if (type.form !== "list" || type.mergeKey === undefined) return LEAF;
  if (type.of.form !== "struct") return { kind: "set" };
  return { kind: "list", struct: type.of.struct, keys: [type.mergeKey] };
}

/** The rule for a field of a struct. */
export function ruleOfField(struct: Struct, field: Field): MergeRule {
  const special = SPECIAL[`${struct.name}.${field.name}`];
  const { type } = field;
  if (special === undefined) return ruleOfType(type);
  if (special === "whole") return LEAF;
  if (special === "fields") return type.form === "struct" ? { kind: "struct", struct: type.struct } : LEAF;
  if (type.form !== "list" || type.of.form !== "struct") return LEAF;
  return { kind: "list", struct: type.of.struct, keys: special };
}

/** What a key is where an item does not have it. */
export const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: "TCP" };
