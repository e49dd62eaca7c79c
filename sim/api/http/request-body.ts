/**
 * The body of a request as a value, or the API server's refusal of its media type or text
 * (Kubernetes 1.32, apiserver pkg/endpoints/handlers/{create,patch}.go and runtime/serializer).
 * Left out: protobuf.
 * Invariant: YAML is read where its media type is named; what is JSON is read as JSON.
 */
import type { Kind } from "../kinds/kind.ts";
import {
  badRequestError,
  requestTooLargeError,
  unknownBodyFormatError,
  unprocessableError,
  unsupportedMediaTypeError,
} from "../status-error.ts";
import type { ApiRequest, ApiResponse, PatchType } from "../types.ts";
import { readJson } from "./json-text.ts";
import type { HttpRequest } from "./types.ts";
import { readYaml } from "./yaml-text.ts";

const BYTES_MAX = 3 * 1024 * 1024;
const SHOWN_MAX = 30;
const BODIES = new Set(["", "application/json", "application/yaml"]);

const PATCHES: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** A body that could be read, with what goes into the ApiRequest for it; or the refusal. */
export type RequestBody =
  | { readonly refusal: ApiResponse }
  | Pick<ApiRequest, "body" | "patchType" | "duplicateFields">;

/** A request's media type without its parameters. */
function mediaType({ headers }: HttpRequest): string {
  return (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
}

/** The body as upstream quotes it in a refusal. */
function summary(text: string): string {
  if (text === "") return "<empty>";
  if (text.startsWith("{")) return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1)} ...` : text;
  const hex = [...text.slice(0, SHOWN_MAX)].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return text.length > SHOWN_MAX ? `${hex} ...` : hex;
}

function unreadable(kind: Kind | undefined, why: string, text: string): ApiResponse {
  const of = kind?.kind ?? "";
  const reason = `couldn't get version/kind; json parse error: ${why}`;
  return badRequestError(`the object provided is unrecognized (must be of type ${of}): ${reason} (${summary(text)})`);
}

function readText(text: string, yaml: boolean) {
  const json = readJson(text);
  return yaml && "mistake" in json ? readYaml(text) : json;
}

function readPatch(request: HttpRequest): RequestBody {
  const patchType = PATCHES[mediaType(request)];
  if (patchType === undefined) return { refusal: unsupportedMediaTypeError() };
  const read = readText(request.body, patchType === "apply");
  if ("mistake" in read) {
    return {
      refusal:
        patchType === "json" ? badRequestError(`error decoding patch: ${read.mistake}`) : badRequestError(read.mistake),
    };
  }
  if (read.value === null) return { refusal: unprocessableError() };
  return { body: read.value as object as NonNullable<ApiRequest["body"]>, patchType, ...duplicatesOf(read) };
}

function duplicatesOf(read: object): Pick<ApiRequest, "duplicateFields"> {
  const { duplicates = [] } = read as { duplicates?: readonly string[] };
  return duplicates.length > 0 ? { duplicateFields: duplicates } : {};
}

/** Reads the body of a request about objects of `kind`; an empty one is refused where an object is needed. */
export function readBody(request: HttpRequest, kind: Kind | undefined): RequestBody {
  const { method, body } = request;
  if (body.length > BYTES_MAX) return { refusal: requestTooLargeError(BYTES_MAX) };
  if (method === "GET" || method === "HEAD") return {};
  if (method === "PATCH") return readPatch(request);
  if (body === "" && method === "DELETE") return {};
  const type = mediaType(request);
  if (!BODIES.has(type)) return { refusal: unknownBodyFormatError() };
  const read = readText(body, type === "application/yaml");
  if ("mistake" in read) return { refusal: unreadable(kind, read.mistake, body) };
  if (typeof read.value !== "object" || read.value === null || Array.isArray(read.value)) {
    const what = Array.isArray(read.value) ? "array" : read.value === null ? "null" : typeof read.value;
    const into =
      'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    return { refusal: unreadable(kind, `json: cannot unmarshal ${what} into ${into}`, body) };
  }
  return { body: read.value as object as NonNullable<ApiRequest["body"]>, ...duplicatesOf(read) };
}
