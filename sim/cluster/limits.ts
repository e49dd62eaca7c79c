/**
 * Which operations a cluster takes: an exercise that asks for a repair by kubectl does not take a pulled plug.
 * Models no upstream code.
 * Invariant: reading is always allowed, and what is refused has not happened.
 */
import { forbiddenError } from "../api/status-error.ts";
import type { ApiRequest, ApiResponse, Verb } from "../api/types.ts";
import type { Operation } from "./operations.ts";

/**
 * One allowed sort of operation; for requests perhaps only some verbs, or only some resources, named as RBAC names them:
 * "nodes" does not mean "nodes/status".
 */
export interface Limit {
  readonly kind: Operation["kind"];
  readonly verbs?: readonly Verb[];
  readonly resources?: readonly string[];
}

const reading: readonly Verb[] = ["get", "list", "watch"];

/** Why an operation is not allowed, in a sentence that says what is; undefined if it is, as all are without limits. */
export function refusalOf(operation: Operation, limits: readonly Limit[] | undefined): string | undefined {
  if (limits === undefined || operation.kind === "trace") return undefined;
  if (operation.kind !== "request") {
    if (limits.some(({ kind }) => kind === operation.kind)) return undefined;
    return `this exercise does not allow to ${operation.kind}; it allows ${wordsOf(limits)}`;
  }
  const { verb, resource, subresource } = operation.request;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  if (reading.includes(verb) || limits.some((limit) => fits(limit, verb, what))) return undefined;
  return `this exercise does not allow to ${verb} ${what}; it allows ${wordsOf(limits)}`;
}

function fits({ kind, verbs, resources }: Limit, verb: Verb, resource: string): boolean {
  return kind === "request" && (verbs?.includes(verb) ?? true) && (resources?.includes(resource) ?? true);
}

function wordsOf(limits: readonly Limit[]): string {
  if (limits.length === 0) return "reading only";
  const words = limits.map(({ kind, verbs, resources }) =>
    kind === "request" ? `${verbs?.join(", ") ?? "any request"} (${resources?.join(", ") ?? "any resource"})` : kind,
  );
  return words.join("; ");
}

/** The answer to a request that is not allowed. */
export function forbidden({ group, resource, name = "" }: ApiRequest, refusal: string): ApiResponse {
  return forbiddenError({ group, resource }, name, refusal);
}
