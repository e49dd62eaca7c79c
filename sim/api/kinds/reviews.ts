/**
 * Questions that are asked by creating an object and are never stored: `authorization.k8s.io/v1` SelfSubjectAccessReview,
 * SubjectAccessReview and SelfSubjectRulesReview, `authentication.k8s.io/v1` SelfSubjectReview (Kubernetes 1.32,
 * pkg/registry/authorization and pkg/registry/authentication).
 * Left out: reviews of access in a namespace and of tokens.
 * Invariant: not among the registered kinds, since there is nothing to list, watch or delete.
 */
import type { KubeObject } from "../types.ts";
import type { Kind } from "./kind.ts";

/** What somebody wants to do. */
export interface ReviewedAccess {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
}

/** A question: may this user (by default the asker) do this? */
export interface AccessReview extends KubeObject {
  readonly spec: {
    readonly resourceAttributes?: ReviewedAccess;
    readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
    readonly user?: string;
    readonly groups?: readonly string[];
  };
}

/** A question: what may I do in a namespace? */
export interface RulesReview extends KubeObject {
  readonly spec: { readonly namespace?: string };
}

const AUTHORIZATION = "authorization.k8s.io";

function review(kind: string, group = AUTHORIZATION): Kind {
  const singular = kind.toLowerCase();
  return {
    ...{ group, version: "v1", kind, singular, resource: `${singular}s`, struct: kind },
    ...{ shortNames: [], categories: [], namespaced: false, subresources: [], storagePrefix: "" },
    nameRule: () => [],
    strategy: {},
    printer: { columns: [], cells: () => [] },
    createOnly: true,
  };
}

/** The kinds of questions. */
export const REVIEW_KINDS: readonly Kind[] = [
  review("SelfSubjectReview", "authentication.k8s.io"),
  review("SelfSubjectAccessReview"),
  review("SelfSubjectRulesReview"),
  review("SubjectAccessReview"),
];

/** The kind of question behind a resource in a URL, undefined if there is none. */
export function findReview(group: string, version: string, resource: string): Kind | undefined {
  return REVIEW_KINDS.find((one) => one.group === group && one.version === version && one.resource === resource);
}
