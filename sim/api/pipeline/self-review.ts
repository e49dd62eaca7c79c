/**
 * Who am I, and what may I do: the answers to SelfSubjectReview and SelfSubjectRulesReview (Kubernetes 1.32,
 * pkg/registry/authentication/selfsubjectreview/rest.go, pkg/registry/authorization/selfsubjectrulesreview/rest.go).
 * Left out: the Node authorizer's rules, which the real server does not tell either.
 * Invariant: what the bootstrap roles cluster-admin, system:basic-user, system:discovery and system:public-info-viewer allow
 * is told as if they were stored; the other rules are those of the RBAC authorizer.
 */
import type { PolicyRule } from "../kinds/rbac.ts";
import type { RulesReview } from "../kinds/reviews.ts";
import { badRequestError } from "../status-error.ts";
import type { JsonObject, KubeObject, UserInfo } from "../types.ts";
import { bodyObject, readObject } from "./body.ts";
import { trackedCreate } from "./field-management.ts";
import { answer, type Handling, Refusal } from "./handling.ts";
import type { Outcome } from "./outcome.ts";
import { rulesOf } from "./rbac-authorizer.ts";

const PUBLIC_PATHS = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const DISCOVERY_PATHS = [
  ...["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*"],
  ...["/readyz", "/version", "/version/"],
];
const ANYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];
const BASIC: readonly PolicyRule[] = [
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["get"], nonResourceURLs: DISCOVERY_PATHS },
  { verbs: ["get"], nonResourceURLs: PUBLIC_PATHS },
];

/** What the bootstrap roles, which are not stored, give a user. */
function bootstrapRules({ groups }: UserInfo): readonly PolicyRule[] {
  return [
    ...(groups.includes("system:masters") ? ANYTHING : []),
    ...(groups.includes("system:authenticated") ? BASIC : []),
  ];
}

function identity({ name, groups }: UserInfo): JsonObject {
  return { userInfo: { username: name, groups } };
}

function rulesStatus({ request, reader }: Handling, { spec }: RulesReview): JsonObject {
  const { user } = request;
  if (!spec.namespace) throw new Refusal(badRequestError("no namespace on request"));
  const rules = [...bootstrapRules(user), ...rulesOf(user, spec.namespace, reader)];
  const resourceRules = rules
    .filter(({ resources = [] }) => resources.length > 0)
    .map(({ verbs, apiGroups = [], resources = [], resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames && { resourceNames }),
    }));
  const nonResourceRules = rules
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs }));
  return { resourceRules, nonResourceRules, incomplete: false };
}

/** POST of a question about oneself: the same object with the answer in its status. */
export function answerSelfReview(handling: Handling): Outcome {
  const { object, warnings } = readObject(handling, bodyObject(handling));
  const isRules = handling.kind.kind === "SelfSubjectRulesReview";
  const status = isRules ? rulesStatus(handling, object as RulesReview) : identity(handling.request.user);
  const { metadata } = trackedCreate(handling, object);
  const body = { ...object, metadata, status } as KubeObject;
  return answer(handling, { code: 201, body, ...(warnings.length > 0 && { warnings }) });
}
