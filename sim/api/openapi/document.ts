/**
 * OpenAPI v3 as the API server publishes it, one document a group and version, and the index of them
 * (Kubernetes 1.32, kube-openapi pkg/handler3 and apiserver pkg/endpoints/installer.go).
 * Left out: answers' schemas, parameters that no client looks for, protobuf; documents of version-less paths.
 * Invariant: pure; the same kinds and descriptions give the same document, so an index's hash names its contents.
 */
import { apiVersionOf, type Kind } from "../kinds/kind.ts";
import { KINDS } from "../kinds/registry.ts";
import type { JsonObject } from "../types.ts";
import {
  type Descriptions,
  definition,
  definitionName,
  noDescriptions,
  reachableFrom,
  scalarDefinitions,
} from "./definitions.ts";

/** Path of a group and version: "api/v1", "apis/apps/v1". */
function pathOf({ group, version }: Kind): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

/** The index at /openapi/v3: where the document of each group and version is. */
export function openapiIndex(tag: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const kind of KINDS) {
    const path = pathOf(kind);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${tag}` };
  }
  return { paths };
}

/** The document of "api/v1", "apis/apps/v1" …; undefined for a group and version that is not served. */
export function openapiDocument(path: string, describe: Descriptions = noDescriptions): JsonObject | undefined {
  const kinds = KINDS.filter((kind) => pathOf(kind) === path);
  if (kinds.length === 0) return undefined;
  const paths: Record<string, JsonObject> = {};
  const structs = new Set<string>();
  for (const kind of kinds) {
    Object.assign(paths, pathsOf(kind));
    for (const struct of reachableFrom(kind.struct)) structs.add(struct);
  }
  const schemas: Record<string, JsonObject> = { ...scalarDefinitions };
  for (const struct of structs) schemas[definitionName(struct)] = definition(struct, describe);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.32.3" },
    paths,
    components: { schemas },
  };
}

const writing = ["dryRun", "fieldManager", "fieldValidation"];
const listing = ["continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "timeoutSeconds", "watch"];
const patchTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];

function pathsOf(kind: Kind): Record<string, JsonObject> {
  const { namespaced, resource } = kind;
  const root = `/${pathOf(kind)}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${resource}` : `${root}/${resource}`;
  const one = `${collection}/{name}`;
  const written = { required: true, content: { "application/json": { schema: bodyOf(kind) } } };
  const patched = {
    required: true,
    content: Object.fromEntries(patchTypes.map((type) => [type, { schema: { type: "object" } }])),
  };
  const paths: Record<string, JsonObject> = {
    [collection]: {
      get: operation(kind, "list", listing),
      post: operation(kind, "post", writing, written),
      delete: operation(kind, "deletecollection", listing),
    },
    [one]: {
      get: operation(kind, "get", []),
      put: operation(kind, "put", writing, written),
      patch: operation(kind, "patch", [...writing, "force"], patched),
      delete: operation(kind, "delete", ["dryRun", "gracePeriodSeconds", "propagationPolicy"]),
    },
  };
  if (namespaced) paths[`${root}/${resource}`] = { get: operation(kind, "list", listing) };
  return paths;
}

function bodyOf({ struct }: Kind): JsonObject {
  return { $ref: `#/components/schemas/${definitionName(struct)}` };
}

function operation(kind: Kind, action: string, parameters: readonly string[], requestBody?: JsonObject): JsonObject {
  const { group, version } = kind;
  return {
    tags: [apiVersionOf(group, version)],
    operationId: `${action}${kind.kind}`,
    parameters: parameters.map((name) => ({ name, in: "query", schema: { type: "string", uniqueItems: true } })),
    ...(requestBody && { requestBody }),
    responses: { 200: { description: "OK" } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind: kind.kind },
  };
}
