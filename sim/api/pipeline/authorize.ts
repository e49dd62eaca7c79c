/**
 * Who is asking and may they: authentication as the caller found it, then the authorizers in order
 * (Kubernetes 1.32, apiserver pkg/endpoints/filters/authorization.go and pkg/authorization/union).
 * Left out: the Node authorizer's graph; kubelets are allowed as a whole.
 * Invariant: the first authorizer with an opinion decides; none at all is a denial.
 */
import { forbiddenError } from "../status-error.ts";
import type { ApiRequest, ApiResponse } from "../types.ts";
import { Refusal } from "./handling.ts";
import type { AccessAttributes, AccessDecision, Authorizer, PipelineContext, Reader, Stage } from "./outcome.ts";

const CONTROL_PLANE = new Set([
  "system:kube-controller-manager",
  "system:kube-scheduler",
  "system:apiserver",
  "system:cloud-controller-manager",
  "system:kube-proxy",
]);
const MASTERS: Stage = { stage: "authorize", plugin: "SystemMasters", verdict: "allow: group system:masters" };
const COMPONENT: Stage = { stage: "authorize", plugin: "RBAC", verdict: "allow: control-plane component" };
const NODE: Stage = { stage: "authorize", plugin: "Node", verdict: "allow: node" };

const ANYBODY: Stage = { stage: "authorize", plugin: "RBAC", verdict: "allow: everybody may ask about themselves" };

/** What everybody who is known may create: the role system:basic-user. */
const selfReviews = new Set([
  "selfsubjectreviews.authentication.k8s.io",
  "selfsubjectaccessreviews.authorization.k8s.io",
  "selfsubjectrulesreviews.authorization.k8s.io",
]);

const authenticated = new Map<string, Stage>();

/** How the user's name tells the credential that proved it. */
function credential(name: string): string {
  if (name === "system:anonymous") return "anonymous";
  return name.startsWith("system:serviceaccount:") ? "service account token" : "client certificate";
}

/** The stage record of authentication; one per user name. */
export function authenticate({ user }: ApiRequest): Stage {
  let stage = authenticated.get(user.name);
  if (!stage) {
    stage = { stage: "authenticate", plugin: credential(user.name), verdict: user.name };
    authenticated.set(user.name, stage);
  }
  return stage;
}

function builtIn({ user, group, resource }: AccessAttributes): Stage | undefined {
  if (user.groups.includes("system:masters")) return MASTERS;
  if (CONTROL_PLANE.has(user.name) || user.name.startsWith("system:serviceaccount:kube-system:")) return COMPONENT;
  if (selfReviews.has(`${resource}.${group}`) && user.groups.includes("system:authenticated")) return ANYBODY;
  return user.groups.includes("system:nodes") || user.name.startsWith("system:node:") ? NODE : undefined;
}

function ask(
  authorizers: readonly Authorizer[],
  attributes: AccessAttributes,
  reader: Reader,
): [string, AccessDecision] {
  const reasons: string[] = [];
  for (const authorizer of authorizers) {
    const decision = authorizer.authorize(attributes, reader);
    if (decision.decision !== "no opinion") return [authorizer.name, decision];
    if (decision.reason !== "") reasons.push(decision.reason);
  }
  return ["RBAC", { decision: "deny", reason: reasons.join("\n") }];
}

/** The real 403 for what nobody allows; the authorizers' reasons follow. */
export function deniedError(
  { user, verb, group, resource, subresource, namespace, name }: AccessAttributes,
  reason = "",
): ApiResponse {
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  const sentence = `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
  return forbiddenError({ group, resource }, name ?? "", reason === "" ? sentence : `${sentence}: ${reason}`);
}

/** The stage record of authorization; throws the real 403 otherwise. */
export function authorize(request: ApiRequest, reader: Reader, context: PipelineContext): Stage {
  const own = builtIn(request);
  if (own) return own;
  const [plugin, { decision, reason }] = ask(context.authorizers ?? [], request, reader);
  if (decision !== "allow") throw new Refusal(deniedError(request, reason));
  return { stage: "authorize", plugin, verdict: `allow: ${reason}` };
}

/** What the authorizers say about an access; allowed without a reason where that follows from who asks. */
export function decide(attributes: AccessAttributes, reader: Reader, context: PipelineContext): AccessDecision {
  if (builtIn(attributes)) return { decision: "allow", reason: "" };
  return ask(context.authorizers ?? [], attributes, reader)[1];
}
