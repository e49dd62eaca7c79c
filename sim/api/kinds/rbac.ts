/**
 * `rbac.authorization.k8s.io/v1` Role, ClusterRole, RoleBinding and ClusterRoleBinding (Kubernetes 1.32,
 * pkg/registry/rbac): their types and registrations.
 * Left out: the check that nobody grants more than they have; aggregation is kept, not carried out.
 * Invariant: what a binding binds to never changes.
 */
import { defaultBinding } from "../defaults/rbac.ts";
import { bindingPrinter, rolePrinter } from "../tables/rbac-columns.ts";
import type { KubeObject } from "../types.ts";
import { pathSegment } from "../validation/names.ts";
import { validateBinding, validateBindingUpdate, validateClusterRole, validateRole } from "../validation/rbac.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector } from "./pod-spec.ts";

/** What may be done to what: verbs on resources, or on paths of the server. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A Role or ClusterRole. */
export interface Role extends KubeObject {
  readonly rules: readonly PolicyRule[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

/** Who is given a role. */
export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A RoleBinding or ClusterRoleBinding. */
export interface RoleBinding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
}

const SHARED = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  shortNames: [],
  categories: [],
  subresources: [],
  nameRule: pathSegment,
} as const;

/** The kind Role. */
export const roleKind: Kind<Role> = {
  ...SHARED,
  resource: "roles",
  kind: "Role",
  singular: "role",
  namespaced: true,
  storagePrefix: "/registry/roles",
  struct: "Role",
  strategy: { validate: validateRole },
  printer: rolePrinter,
};

/** The kind ClusterRole. */
export const clusterRoleKind: Kind<Role> = {
  ...SHARED,
  resource: "clusterroles",
  kind: "ClusterRole",
  singular: "clusterrole",
  namespaced: false,
  storagePrefix: "/registry/clusterroles",
  struct: "ClusterRole",
  strategy: { validate: validateClusterRole },
  printer: rolePrinter,
};

const BINDING_STRATEGY = { defaults: defaultBinding, validate: validateBinding, validateUpdate: validateBindingUpdate };

/** The kind RoleBinding. */
export const roleBindingKind: Kind<RoleBinding> = {
  ...SHARED,
  resource: "rolebindings",
  kind: "RoleBinding",
  singular: "rolebinding",
  namespaced: true,
  storagePrefix: "/registry/rolebindings",
  struct: "RoleBinding",
  strategy: BINDING_STRATEGY,
  printer: bindingPrinter,
};

/** The kind ClusterRoleBinding. */
export const clusterRoleBindingKind: Kind<RoleBinding> = {
  ...SHARED,
  resource: "clusterrolebindings",
  kind: "ClusterRoleBinding",
  singular: "clusterrolebinding",
  namespaced: false,
  storagePrefix: "/registry/clusterrolebindings",
  struct: "ClusterRoleBinding",
  strategy: BINDING_STRATEGY,
  printer: bindingPrinter,
};
