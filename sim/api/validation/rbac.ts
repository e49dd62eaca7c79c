/**
 * Validation of roles and their bindings (Kubernetes 1.32, pkg/apis/rbac/validation/validation.go).
 * Left out: selectors of aggregation.
 * Invariant: a namespaced role speaks of resources only.
 */
import { RBAC_GROUP } from "../defaults/rbac.ts";
import type { PolicyRule, Role, RoleBinding, Subject } from "../kinds/rbac.ts";
import { equalJson } from "../schema/equal-json.ts";
import { type FieldError, goStrings, invalid, notSupported, required } from "./field-error.ts";
import { dnsSubdomain } from "./names.ts";

const SUBJECT_KINDS = ["ServiceAccount", "User", "Group"];
const ROLE_KINDS = ["ClusterRole", "Role"];

function validateRule(rule: PolicyRule, at: string, namespaced: boolean): readonly FieldError[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors: FieldError[] = [];
  if (!verbs?.length) errors.push(required(`${at}.verbs`, "verbs must contain at least one value"));
  if (nonResourceURLs.length > 0) {
    const urls = goStrings(nonResourceURLs);
    const wrong = (why: string) => errors.push(invalid(`${at}.nonResourceURLs`, urls, why));
    if (namespaced) wrong("namespaced rules cannot apply to non-resource URLs");
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      wrong("rules cannot apply to both regular resources and non-resource URLs");
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${at}.apiGroups`, "resource rules must supply at least one api group"));
  }
  if (resources.length === 0) {
    errors.push(required(`${at}.resources`, "resource rules must supply at least one resource"));
  }
  return errors;
}

function validateRules({ rules }: Role, namespaced: boolean): readonly FieldError[] {
  return (rules ?? []).flatMap((rule, index) => validateRule(rule, `rules[${index}]`, namespaced));
}

/** Errors of a Role by itself. */
export function validateRole(role: Role): readonly FieldError[] {
  return validateRules(role, true);
}

/** Errors of a ClusterRole by itself. */
export function validateClusterRole(role: Role): readonly FieldError[] {
  return validateRules(role, false);
}

function validateSubject({ kind, apiGroup = "", name, namespace }: Subject, at: string, namespaced: boolean) {
  const errors: FieldError[] = [];
  const isAccount = kind === "ServiceAccount";
  const group = isAccount ? "" : RBAC_GROUP;
  if (!name) errors.push(required(`${at}.name`));
  if (!SUBJECT_KINDS.includes(kind)) return [...errors, notSupported(`${at}.kind`, kind, SUBJECT_KINDS)];
  if (isAccount && name) errors.push(...dnsSubdomain(name).map((text) => invalid(`${at}.name`, name, text)));
  if (apiGroup !== group) errors.push(notSupported(`${at}.apiGroup`, apiGroup, [group]));
  if (isAccount && !namespaced && !namespace) errors.push(required(`${at}.namespace`));
  return errors;
}

/** Errors of a binding by itself. */
export function validateBinding({ kind, roleRef, subjects = [] }: RoleBinding): readonly FieldError[] {
  const namespaced = kind === "RoleBinding";
  const roles = namespaced ? ROLE_KINDS : ["ClusterRole"];
  const errors: FieldError[] = [];
  if (roleRef.apiGroup !== RBAC_GROUP) {
    errors.push(notSupported("roleRef.apiGroup", roleRef.apiGroup, [RBAC_GROUP]));
  }
  if (!roles.includes(roleRef.kind)) errors.push(notSupported("roleRef.kind", roleRef.kind, roles));
  if (!roleRef.name) errors.push(required("roleRef.name"));
  return [
    ...errors,
    ...subjects.flatMap((subject, index) => validateSubject(subject, `subjects[${index}]`, namespaced)),
  ];
}

/** Errors of a change of a binding. */
export function validateBindingUpdate(next: RoleBinding, previous: RoleBinding): readonly FieldError[] {
  if (equalJson(next.roleRef, previous.roleRef)) return [];
  const { apiGroup, kind, name } = next.roleRef;
  const [group, role, text] = [apiGroup, kind, name].map((part) => JSON.stringify(part));
  const go = `rbac.RoleRef{APIGroup:${group}, Kind:${role}, Name:${text}}`;
  return [invalid("roleRef", { go }, "cannot change roleRef")];
}
