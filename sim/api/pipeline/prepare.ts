/**
 * The API server's request pipeline as a pure function: authenticate, authorize, decode, mutate, validate, then an answer or
 * the plan of a write (Kubernetes 1.32, apiserver pkg/server/config.go DefaultBuildHandlerChain and pkg/endpoints/installer.go).
 * Left out: priority and fairness, audit.
 * Invariant: nothing is changed here; the same request on the same store in the same context gives the same outcome.
 */

import type { Kind } from "../kinds/kind.ts";
import { findResource } from "../kinds/registry.ts";
import { findReview } from "../kinds/reviews.ts";
import { methodNotAllowedError, unknownResourceError } from "../status-error.ts";
import type { ApiRequest } from "../types.ts";
import { authenticate, authorize } from "./authorize.ts";
import { create } from "./create.ts";
import { deleteOne } from "./delete.ts";
import { type Handling, Refusal } from "./handling.ts";
import { streamFromNode } from "./node-streams.ts";
import type { Outcome, PipelineContext, Reader, Stage } from "./outcome.ts";
import { patch } from "./patch.ts";
import { deleteCollection, get, list } from "./read.ts";
import { answerReview } from "./review.ts";
import { answerSelfReview } from "./self-review.ts";
import { bind, evict, finalize, readScale, writeScale } from "./subresources.ts";
import { createToken } from "./token.ts";
import { update } from "./update.ts";

type Handler = (handling: Handling) => Outcome;

const ON_ONE: Readonly<Record<string, Handler>> = { get, update, patch, delete: deleteOne };
const ON_COLLECTION: Readonly<Record<string, Handler>> = { list, create, deletecollection: deleteCollection };

/** Which verbs each subresource serves; status and ephemeralcontainers go the way of the object itself. */
const ON_SUBRESOURCE: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  status: { get, update, patch },
  ephemeralcontainers: { get, update, patch },
  scale: { get: readScale, update: writeScale, patch: writeScale },
  binding: { create: bind },
  eviction: { create: evict },
  log: { get: streamFromNode },
  exec: { create: streamFromNode },
  attach: { create: streamFromNode },
  finalize: { update: finalize },
  token: { create: createToken },
};

/** The handler for a request, or the real 404 or 405. */
function route(kind: Kind | undefined, request: ApiRequest): Handler {
  const { subresource, verb, name } = request;
  if (!kind || (subresource && !kind.subresources.includes(subresource as "status"))) {
    throw new Refusal(unknownResourceError());
  }
  if (kind.namespaced && !request.namespace) {
    if (name || verb === "create") throw new Refusal(unknownResourceError());
    // Across namespaces a resource is read, never emptied.
    if (verb === "deletecollection") throw new Refusal(methodNotAllowedError());
  }
  if (kind.createOnly) {
    if (verb !== "create" || name) throw new Refusal(methodNotAllowedError());
    return kind.kind === "SelfSubjectReview" || kind.kind === "SelfSubjectRulesReview"
      ? answerSelfReview
      : answerReview;
  }
  const handlers = subresource ? ON_SUBRESOURCE[subresource]! : name && verb !== "list" ? ON_ONE : ON_COLLECTION;
  const handler = verb === "deletecollection" && kind.withoutDeleteCollection ? undefined : handlers[verb];
  if (!handler) throw new Refusal(methodNotAllowedError());
  return handler;
}

/**
 * Runs a request up to its answer or its write. Prepare the request again when a plan's key has moved on: it then either makes
 * a new plan from the newer object or answers with the real conflict.
 */
export function prepare(request: ApiRequest, reader: Reader, context: PipelineContext): Outcome {
  const stages: Stage[] = [authenticate(request)];
  try {
    stages.push(authorize(request, reader, context));
    const { group, version, resource } = request;
    const kind = findResource(group, version, resource) ?? findReview(group, version, resource);
    const handler = route(kind, request);
    return handler({ request, reader, context, kind: kind!, stages });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const message = (error.response.body as { message?: string }).message ?? "";
    stages.push({ stage: "validate", plugin: "refused", verdict: message });
    return { kind: "answer", response: error.response, stages };
  }
}
