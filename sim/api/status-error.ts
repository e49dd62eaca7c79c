/**
 * The refusals of the API server: `Status` objects with the real reasons, codes, details and sentences
 * (Kubernetes 1.32, apimachinery pkg/api/errors/errors.go).
 * Left out: webhook-specific internal errors.
 * Invariant: every function returns a whole response; nothing here throws.
 */
import type { ApiResponse, Status, StatusCause } from "./types.ts";
import { aggregate, causesOf, type FieldError } from "./validation/field-error.ts";

/** A resource and its group, as messages print it: `deployments.apps`, `pods`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

type Details = NonNullable<Status["details"]>;

function qualified(group: string, name: string): string {
  return group === "" ? name : `${name}.${group}`;
}

/** Details with empty members left out, as Go's omitempty does. */
function detailsOf(name: string, group: string, kind: string, more: Details = {}): Details {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind, ...more };
}

/** Any failure; `reason` "" (unknown) and absent details are left out. */
function failure(code: number, reason: string, message: string, details?: Details): ApiResponse {
  const body: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason === "" ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
  return { code, body };
}

/** 404: the named object does not exist. */
export function notFoundError(of: GroupResource, name: string): ApiResponse {
  const message = `${qualified(of.group, of.resource)} ${JSON.stringify(name)} not found`;
  return failure(404, "NotFound", message, detailsOf(name, of.group, of.resource));
}

/** 404: no such path: unknown group, version, resource or subresource. */
export function unknownResourceError(): ApiResponse {
  return failure(404, "NotFound", "the server could not find the requested resource", {});
}

/** 409: an object of that name exists. */
export function alreadyExistsError(of: GroupResource, name: string): ApiResponse {
  const message = `${qualified(of.group, of.resource)} ${JSON.stringify(name)} already exists`;
  return failure(409, "AlreadyExists", message, detailsOf(name, of.group, of.resource));
}

/** What a lost optimistic lock is told. */
const OBJECT_MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

/** 409: the write contradicts the stored state; `why` follows the colon. */
export function conflictError(of: GroupResource, name: string, why: string = OBJECT_MODIFIED): ApiResponse {
  const message = `Operation cannot be fulfilled on ${qualified(of.group, of.resource)} ${JSON.stringify(name)}: ${why}`;
  return failure(409, "Conflict", message, detailsOf(name, of.group, of.resource));
}

/** 409: what an apply would change is managed by others. */
export function applyConflictError(message: string, causes: readonly StatusCause[]): ApiResponse {
  return failure(409, "Conflict", message, { causes });
}

/** 422: validation errors, with one cause each. */
export function invalidError(group: string, kind: string, name: string, errors: readonly FieldError[]): ApiResponse {
  const message = `${qualified(group, kind)} ${JSON.stringify(name)} is invalid: ${aggregate(errors)}`;
  return failure(422, "Invalid", message, detailsOf(name, group, kind, { causes: causesOf(errors) }));
}

/** 422 without a word about the field: what a JSON patch that does not apply gets. */
export function unprocessableError(): ApiResponse {
  return failure(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

/** 403: authorization or admission refused; `why` follows "is forbidden: ". */
export function forbiddenError(
  of: GroupResource,
  name: string,
  why: string,
  causes?: readonly StatusCause[],
): ApiResponse {
  const subject = qualified(of.group, of.resource);
  const message =
    name === "" ? `${subject} is forbidden: ${why}` : `${subject} ${JSON.stringify(name)} is forbidden: ${why}`;
  return failure(403, "Forbidden", message, detailsOf(name, of.group, of.resource, causes ? { causes } : {}));
}

/** 403: the user may not use a path that is no resource. */
export function forbiddenPathError(user: string, verb: string, path: string): ApiResponse {
  return failure(
    403,
    "Forbidden",
    `forbidden: User ${JSON.stringify(user)} cannot ${verb} path ${JSON.stringify(path)}`,
    {},
  );
}

/** 400: the request itself is malformed. */
export function badRequestError(message: string): ApiResponse {
  return failure(400, "BadRequest", message);
}

/** 405: the resource exists but not with this verb. */
export function methodNotAllowedError(): ApiResponse {
  return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

/** 415: a patch or body of a media type that is not served here. */
export function unsupportedMediaTypeError(): ApiResponse {
  return failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

/** 415: a body whose media type no reader takes. */
export function unknownBodyFormatError(): ApiResponse {
  const types = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  const message = `the body of the request was in an unknown format - accepted media types include: ${types}`;
  return failure(415, "UnsupportedMediaType", message);
}

/** 406: the client takes no form of answer that the server has. */
export function notAcceptableError(): ApiResponse {
  const plain = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
  const watching = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];
  const message = `406: Not Acceptable\n\nAvailable representations: ${[...plain, ...watching].join(", ")}`;
  return failure(406, "NotAcceptable", message, {});
}

/** 413: the body has more than `bytesMax` bytes. */
export function requestTooLargeError(bytesMax: number): ApiResponse {
  return failure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${bytesMax}`);
}

/** 410: the wanted revision is compacted away; `continueToken` lets the client go on inconsistently. */
export function expiredError(message: string, continueToken?: string): ApiResponse {
  const answer = failure(410, "Expired", message);
  if (continueToken === undefined) return answer;
  return { ...answer, body: { ...(answer.body as Status), metadata: { continue: continueToken } } };
}

/** 504: the server has not seen that revision yet. */
export function tooLargeResourceVersionError(wanted: number, current: number): ApiResponse {
  return failure(504, "Timeout", `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** 504: no answer within the request's own time-out. */
export function timeoutError(message: string): ApiResponse {
  return failure(504, "Timeout", `Timeout: ${message}`, {});
}

/** 429: come back later; used by evictions that a disruption budget refuses. */
export function tooManyRequestsError(message: string, causes: readonly StatusCause[]): ApiResponse {
  return failure(429, "TooManyRequests", message, { causes });
}

/** 500 with a bare message and no reason: what upstream answers for errors that it does not classify. */
export function unclassifiedError(message: string): ApiResponse {
  return failure(500, "", message);
}

/** 500: something behind the API server failed; `why` follows "Internal error occurred: ". */
export function internalError(why: string): ApiResponse {
  return failure(500, "InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}
