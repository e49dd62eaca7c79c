/**
 * PATCH: applies the patch to the stored object, then goes the way of an update
 * (Kubernetes 1.32, apiserver pkg/endpoints/handlers/patch.go).
 * Left out: nothing; server-side apply is in apply.ts.
 * Invariant: a patch that names no resourceVersion never conflicts; prepared again it applies to the newer object.
 */
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { StrategicPatchError, strategicMergePatch } from "../patch/strategic-merge-patch.ts";
import { badRequestError, unprocessableError, unsupportedMediaTypeError } from "../status-error.ts";
import type { ApiRequest, JsonObject } from "../types.ts";
import { apply } from "./apply.ts";
import { type Handling, Refusal } from "./handling.ts";
import type { Outcome } from "./outcome.ts";
import { storedObject, updateObject } from "./update.ts";
import { readOut } from "./versioned.ts";

function operations(body: ApiRequest["body"]): readonly JsonPatchOperation[] {
  if (Array.isArray(body)) return body as unknown as readonly JsonPatchOperation[];
  const message = "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp";
  throw new Refusal(badRequestError(message));
}

function objectPatch(body: ApiRequest["body"]): JsonObject {
  if (!Array.isArray(body) && body !== undefined) return body as JsonObject;
  throw new Refusal(badRequestError("json: cannot unmarshal array into Go value of type map[string]interface {}"));
}

/** The patched object, before defaulting and validation; throws the real refusals. */
export function patched(request: ApiRequest, struct: string, current: JsonObject): JsonObject {
  try {
    switch (request.patchType) {
      case "json":
        return applyJsonPatch(current, operations(request.body)) as JsonObject;
      case "merge":
        return mergePatch(current, objectPatch(request.body)) as JsonObject;
      case "strategic":
        return strategicMergePatch(KUBE_SCHEMA, struct, current, objectPatch(request.body));
      default:
        throw new Refusal(unsupportedMediaTypeError());
    }
  } catch (error) {
    if (error instanceof JsonPatchError) throw new Refusal(unprocessableError());
    if (error instanceof StrategicPatchError) throw new Refusal(badRequestError(error.message));
    throw error;
  }
}

/** PATCH of an object or its status. */
export function patch(handling: Handling): Outcome {
  if (handling.request.patchType === "apply") return apply(handling);
  const stored = storedObject(handling);
  const current = readOut(stored) as unknown as JsonObject;
  return updateObject(handling, patched(handling.request, handling.kind.struct, current), stored);
}
