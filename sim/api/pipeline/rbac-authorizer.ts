/**
 * The RBAC authorizer: who may do what, as roles and bindings in the store say (Kubernetes 1.32,
 * plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/registry/rbac/validation/rule.go).
 * Left out: the bootstrap roles (cluster-admin, view and so on) do not exist unless somebody makes them; paths that are no
 * resources are not asked about.
 * Invariant: rules only ever allow; what no rule allows is no opinion.
 */
import { storageKey, storageRange } from "../kinds/kind.ts";
import {
  clusterRoleBindingKind,
  clusterRoleKind,
  type PolicyRule,
  type Role,
  type RoleBinding,
  roleBindingKind,
  roleKind,
  type Subject,
} from "../kinds/rbac.ts";
import type { UserInfo } from "../types.ts";
import type { AccessAttributes, Authorizer, Reader } from "./outcome.ts";

function has(list: readonly string[] | undefined, value: string): boolean {
  return list?.includes("*") === true || list?.includes(value) === true;
}

function allows(rule: PolicyRule, { verb, group, resource, subresource, name = "" }: AccessAttributes): boolean {
  const what = subresource ? `${resource}/${subresource}` : resource;
  const wanted = has(rule.resources, what) || (subresource && rule.resources?.includes(`*/${subresource}`));
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group) || !wanted) return false;
  return !rule.resourceNames?.length || rule.resourceNames.includes(name);
}

function isSubject({ kind, name, namespace }: Subject, user: UserInfo, bindingNamespace: string): boolean {
  if (kind === "User") return name === user.name;
  if (kind === "Group") return user.groups.includes(name);
  return user.name === `system:serviceaccount:${namespace || bindingNamespace}:${name}`;
}

/** The subject of a binding that the user is, as the reason names it. */
function subjectText({ kind, name, namespace }: Subject): string {
  return kind === "ServiceAccount"
    ? `${kind} ${JSON.stringify(`${name}/${namespace}`)}`
    : `${kind} ${JSON.stringify(name)}`;
}

function roleOf(reader: Reader, { roleRef, metadata }: RoleBinding): Role | undefined {
  const kind = roleRef.kind === "Role" ? roleKind : clusterRoleKind;
  return reader.get(storageKey(kind, metadata.namespace, roleRef.name))?.value as Role | undefined;
}

function allowedBy(binding: RoleBinding, attributes: AccessAttributes, reader: Reader): string | undefined {
  const { metadata, roleRef, subjects = [], kind } = binding;
  const { namespace = "", name } = metadata;
  const subject = subjects.find((one) => isSubject(one, attributes.user, namespace));
  if (subject === undefined) return undefined;
  const rules = roleOf(reader, binding)?.rules ?? [];
  if (!rules.some((rule) => allows(rule, attributes))) return undefined;
  const bound = JSON.stringify(namespace === "" ? name : `${name}/${namespace}`);
  return `RBAC: allowed by ${kind} ${bound} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subjectText(subject)}`;
}

/** The rules that bind a user in a namespace, of the cluster's bindings first (validation.RuleResolver). */
export function rulesOf(user: UserInfo, namespace: string, reader: Reader): readonly PolicyRule[] {
  return bindingsOf(reader, namespace).flatMap((binding) => {
    const { metadata, subjects = [] } = binding;
    const isBound = subjects.some((one) => isSubject(one, user, metadata.namespace ?? ""));
    return isBound ? (roleOf(reader, binding)?.rules ?? []) : [];
  });
}

function bindingsOf(reader: Reader, namespace: string | undefined): readonly RoleBinding[] {
  const wide = reader.list(storageRange(clusterRoleBindingKind, undefined));
  const near = namespace ? reader.list(storageRange(roleBindingKind, namespace)) : [];
  return [...wide, ...near].map(({ value }) => value as RoleBinding);
}

/** Allows what a binding of the cluster, or of the request's namespace, allows. */
export const rbacAuthorizer: Authorizer = {
  name: "RBAC",
  authorize(attributes, reader) {
    for (const binding of bindingsOf(reader, attributes.namespace)) {
      const reason = allowedBy(binding, attributes, reader);
      if (reason !== undefined) return { decision: "allow", reason };
    }
    return { decision: "no opinion", reason: "" };
  },
};
