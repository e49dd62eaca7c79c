/**
 * The answers to access reviews: what the authorizers would say (Kubernetes 1.32,
 * pkg/registry/authorization/{selfsubjectaccessreview,subjectaccessreview}/rest.go).
 * Left out: paths that are no resources are allowed to the administrator only.
 * Invariant: asks the same authorizers as a request does; nothing is stored.
 */
import type { AccessReview } from "../kinds/reviews.ts";
import { invalidError } from "../status-error.ts";
import type { KubeObject, UserInfo, Verb } from "../types.ts";
import { invalid } from "../validation/field-error.ts";
import { decide } from "./authorize.ts";
import { bodyObject, readObject } from "./body.ts";
import { trackedCreate } from "./field-management.ts";
import { answer, type Handling, Refusal } from "./handling.ts";
import type { AccessDecision, Outcome } from "./outcome.ts";

function decided(handling: Handling, user: UserInfo, { spec }: AccessReview): AccessDecision {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const { verb = "", group = "", resource = "", subresource, namespace, name } = resourceAttributes ?? {};
  const attributes = {
    user,
    verb: (resourceAttributes ? verb : (nonResourceAttributes?.verb ?? "")) as Verb,
    group,
    resource,
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
  };
  return decide(attributes, handling.reader, handling.context);
}

/** POST of a review: the same object with the answer in its status. */
export function answerReview(handling: Handling): Outcome {
  const { kind, request } = handling;
  const { object, warnings } = readObject(handling, bodyObject(handling));
  const review = object as AccessReview;
  const { resourceAttributes, nonResourceAttributes, user, groups } = review.spec;
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    throw new Refusal(invalidError(kind.group, kind.kind, "", [invalid("spec.resourceAttributes", null, why)]));
  }
  const self = kind.kind === "SelfSubjectAccessReview";
  const asked = self ? request.user : { name: user ?? "", groups: groups ?? [] };
  const { decision, reason } = decided(handling, asked, review);
  const status = { allowed: decision === "allow", ...(reason !== "" && { reason }) };
  const { metadata } = trackedCreate(handling, object);
  const body = { ...object, metadata, status } as KubeObject;
  return answer(handling, { code: 201, body, ...(warnings.length > 0 && { warnings }) });
}
