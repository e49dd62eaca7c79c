/**
 * From a request's body to a decoded, defaulted object of the kind the URL names, with the real complaints
 * (Kubernetes 1.32, apiserver pkg/endpoints/handlers/create.go and runtime/serializer).
 * Left out: other versions of the kind; protobuf.
 * Invariant: the result has kind, apiVersion and, for namespaced kinds, the namespace of the URL.
 */
import { apiVersionOf, type Kind } from "../kinds/kind.ts";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import { conversionError, goText } from "../schema/conversion.ts";
import { DecodeError, decode } from "../schema/decode.ts";
import { badRequestError, invalidError } from "../status-error.ts";
import type { ApiRequest, JsonObject, KubeObject, ObjectMeta } from "../types.ts";
import { invalid } from "../validation/field-error.ts";
import { type Handling, Refusal } from "./handling.ts";

type WithSpec = KubeObject & { readonly spec?: JsonObject };

/** A decoded object and the warnings to send along. */
export interface ReadBody {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

const NO_WARNINGS: readonly string[] = [];

/** `version` is that of the group alone, e.g. "v1" for "apps/v1". */
function cannotBeHandled(kind: string, version: string, as: string, why: string): Refusal {
  return new Refusal(
    badRequestError(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${as}: ${why}`),
  );
}

/** What a strategic merge patch left behind has a wrong type. */
function wrongPatch({ body }: ApiRequest, why: string): Refusal {
  return new Refusal(invalidError("", "", "", [invalid("patch", goText(body as JsonObject), why)]));
}

/** Refuses a body whose kind or apiVersion is not what the URL wants; absent ones are taken to be right. */
function checkKind(kind: Kind, body: JsonObject): void {
  const wanted = apiVersionOf(kind.group, kind.version);
  const apiVersion = (body.apiVersion as string) || wanted;
  const given = (body.kind as string) || kind.kind;
  if (given !== kind.kind) {
    const group = kind.group === "" ? "core" : kind.group.split(".")[0];
    const why = `converting (${kind.version}.${given}) to (${group}.${kind.kind}): unknown conversion`;
    throw cannotBeHandled(given, apiVersion.slice(apiVersion.indexOf("/") + 1), kind.kind, why);
  }
  if (apiVersion !== wanted) {
    throw new Refusal(
      badRequestError(
        `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
      ),
    );
  }
}

function strictness(request: ApiRequest, kind: Kind, unknown: readonly string[]): readonly string[] {
  const complaints = unknown.map((field) => `unknown field ${JSON.stringify(field)}`);
  for (const field of request.duplicateFields ?? []) complaints.push(`duplicate field ${JSON.stringify(field)}`);
  if (complaints.length === 0 || request.fieldValidation === "Ignore") return NO_WARNINGS;
  if (request.fieldValidation !== "Strict") return complaints;
  throw cannotBeHandled(kind.kind, kind.version, kind.kind, `strict decoding error: ${complaints.join(", ")}`);
}

/** Puts the URL's namespace in, or refuses another one. */
function withNamespace(request: ApiRequest, kind: Kind, metadata: ObjectMeta): ObjectMeta {
  if (!kind.namespaced) {
    if (metadata.namespace === undefined) return metadata;
    const { namespace: _none, ...rest } = metadata;
    return rest;
  }
  if (metadata.namespace === request.namespace) return metadata;
  if (metadata.namespace) {
    throw new Refusal(
      badRequestError("the namespace of the provided object does not match the namespace sent on the request"),
    );
  }
  return { ...metadata, namespace: request.namespace! };
}

/** Decodes an object of the kind; `previous` is the stored object of an update, whose parts are recognised by identity. */
export function readObject(handling: Handling, body: JsonObject, previous?: KubeObject): ReadBody {
  const { kind, request } = handling;
  checkKind(kind, body);
  let decoded: ReturnType<typeof decode>;
  try {
    decoded = decode(KUBE_SCHEMA, kind.struct, body, previous as JsonObject | undefined);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    if (request.patchType === "strategic")
      throw wrongPatch(request, conversionError(KUBE_SCHEMA, kind.struct, body) ?? error.message);
    throw cannotBeHandled(kind.kind, kind.version, kind.kind, error.message);
  }
  const warnings = strictness(request, kind, decoded.unknown);
  const fields = decoded.object as unknown as KubeObject;
  const object: KubeObject = {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind.group, kind.version),
    ...(fields as object),
    metadata: withNamespace(request, kind, fields.metadata),
  };
  return { object: hasDefaults(object, previous) ? object : defaulted(kind, object), warnings };
}

/** What is stored has its defaults; they depend on metadata and spec only. */
function hasDefaults(object: KubeObject, previous: KubeObject | undefined): boolean {
  if (previous === undefined || object.metadata !== previous.metadata) return false;
  return (object as WithSpec).spec !== undefined && (object as WithSpec).spec === (previous as WithSpec).spec;
}

function defaulted(kind: Kind, object: KubeObject): KubeObject {
  const { strategy } = kind;
  return strategy.defaults ? strategy.defaults(object) : object;
}

/** The body as one object; refuses an absent body or a list. */
export function bodyObject({ request, kind }: Handling): JsonObject {
  const { body } = request;
  if (body === undefined || Array.isArray(body)) {
    throw new Refusal(
      badRequestError(`the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind`),
    );
  }
  return body as JsonObject;
}
