/**
 * Defaults of role bindings (Kubernetes 1.32, pkg/apis/rbac/v1/defaults.go).
 * Left out: nothing.
 * Invariant: service accounts are in the core group, users and groups in the group of RBAC.
 */
import type { RoleBinding, Subject } from "../kinds/rbac.ts";

/** The API group of roles, users and groups. */
export const RBAC_GROUP = "rbac.authorization.k8s.io";

function defaultSubject(subject: Subject): Subject {
  const named = subject.kind === "User" || subject.kind === "Group";
  return named && !subject.apiGroup ? { ...subject, apiGroup: RBAC_GROUP } : subject;
}

/** Fills in the API groups of what is bound to what. */
export function defaultBinding(binding: RoleBinding): RoleBinding {
  const { roleRef, subjects } = binding;
  return {
    ...binding,
    ...(subjects && { subjects: subjects.map(defaultSubject) }),
    roleRef: { ...roleRef, apiGroup: roleRef.apiGroup || RBAC_GROUP },
  };
}
