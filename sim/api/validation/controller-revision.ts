/**
 * Validation of ControllerRevisions (Kubernetes 1.32, pkg/apis/apps/validation/validation.go).
 * Left out: nothing.
 * Invariant: none beside the wording.
 */
import type { ControllerRevision } from "../kinds/controller-revision.ts";
import { equalJson } from "../schema/equal-json.ts";
import { type FieldError, invalid, required } from "./field-error.ts";
import { notNegative } from "./workloads.ts";

/** Errors of a revision by itself. */
export function validateRevision({ data, revision }: ControllerRevision): readonly FieldError[] {
  const errors = notNegative(revision, "revision");
  if (data === undefined || data === null) return [...errors, required("data", "data is mandatory")];
  const isObject = typeof data === "object" && !Array.isArray(data);
  return isObject ? errors : [...errors, required("data", "data must be a valid JSON object")];
}

/** Errors of a change. */
export function validateRevisionUpdate(next: ControllerRevision, previous: ControllerRevision): readonly FieldError[] {
  if (equalJson(next.data, previous.data)) return [];
  return [invalid("data", { go: `runtime.RawExtension{Raw:${JSON.stringify(next.data)}}` }, "field is immutable")];
}
