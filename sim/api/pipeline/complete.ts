/**
 * The answer to a request once its plan is committed (Kubernetes 1.32, apiserver pkg/endpoints/handlers/responsewriters).
 * Left out: nothing.
 * Invariant: what is answered carries the revision of the commit.
 */
import { findKind } from "../kinds/registry.ts";
import type { ApiResponse, KubeObject, Status } from "../types.ts";
import type { WritePlan } from "./outcome.ts";
import { scaleOf } from "./scale.ts";
import { versioned } from "./versioned.ts";

/** What a commit tells: the revision of the write. */
export interface Commit {
  readonly revision: number;
}

function deleted(object: KubeObject, group: string, resource: string): Status {
  const { name, uid } = object.metadata;
  const details = { name, ...(group === "" ? {} : { group }), kind: resource, ...(uid ? { uid } : {}) };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

/** The response for a committed plan. */
export function complete(plan: WritePlan, commit: Commit): ApiResponse {
  const object = plan.value ?? plan.last!;
  const form = plan.answer;
  switch (form.form) {
    case "object":
      return {
        code: form.code,
        body: versioned(object, commit.revision),
        ...(form.warnings ? { warnings: form.warnings } : {}),
      };
    case "scale":
      return { code: form.code, body: scaleOf(findKind(object.apiVersion, object.kind)!, object, commit.revision) };
    case "deleted":
      return { code: form.code, body: deleted(object, form.group, form.resource) };
    case "success":
      return {
        code: form.code,
        body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: form.code },
      };
    case "fixed":
      return form.response;
  }
}
