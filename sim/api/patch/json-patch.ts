/**
 * JSON patch (RFC 6902), `application/json-patch+json`, as the library that the API server uses applies it
 * (Kubernetes 1.32 with evanphx/json-patch v4).
 * Left out: nothing.
 * Invariant: the target is never changed; the patch applies as a whole or not at all.
 */
import { equalJson } from "../schema/equal-json.ts";
import type { Json, JsonObject } from "../types.ts";

/** One operation; paths are JSON pointers (RFC 6901). */
export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** Thrown when an operation does not apply. */
export class JsonPatchError extends Error {}

function segments(pointer: string): readonly string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw new JsonPatchError(`pointer ${pointer} does not start with a slash`);
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function indexIn(list: readonly Json[], segment: string, endAllowed: boolean): number {
  if (segment === "-" && endAllowed) return list.length;
  const index = /^-?\d+$/.test(segment) ? Number(segment) : Number.NaN;
  const at = index < 0 ? index + list.length + (endAllowed ? 1 : 0) : index;
  if (!(at >= 0 && at < list.length + (endAllowed ? 1 : 0))) throw new JsonPatchError(`no index ${segment}`);
  return at;
}

function childOf(node: Json | undefined, segment: string): Json | undefined {
  if (Array.isArray(node)) return node[indexIn(node, segment, false)];
  if (typeof node === "object" && node !== null) return (node as JsonObject)[segment];
  throw new JsonPatchError(`nothing at ${segment}`);
}

function valueAt(target: Json, pointer: string): Json {
  let node: Json | undefined = target;
  for (const segment of segments(pointer)) node = childOf(node, segment);
  if (node === undefined) throw new JsonPatchError(`nothing at ${pointer}`);
  return node;
}

/** A copy of the containers along `path`, with `change` done to the innermost one. */
function along(node: Json, path: readonly string[], change: (container: Json, segment: string) => Json): Json {
  const [segment, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return change(node, segment);
  const child = childOf(node, segment);
  if (child === undefined) throw new JsonPatchError(`nothing at ${segment}`);
  const changed = along(child, rest, change);
  if (Array.isArray(node)) return node.map((item, index) => (index === indexIn(node, segment, false) ? changed : item));
  return { ...(node as JsonObject), [segment]: changed };
}

function add(target: Json, pointer: string, value: Json): Json {
  const path = segments(pointer);
  if (path.length === 0) return value;
  return along(target, path, (container, segment) => {
    if (Array.isArray(container)) {
      const at = indexIn(container, segment, true);
      return [...container.slice(0, at), value, ...container.slice(at)];
    }
    if (typeof container !== "object" || container === null)
      throw new JsonPatchError(`nothing to add to at ${pointer}`);
    return { ...(container as JsonObject), [segment]: value };
  });
}

function remove(target: Json, pointer: string): Json {
  return along(target, segments(pointer), (container, segment) => {
    if (Array.isArray(container)) {
      const at = indexIn(container, segment, false);
      return container.filter((_, index) => index !== at);
    }
    const { [segment]: gone, ...rest } = container as JsonObject;
    if (gone === undefined) throw new JsonPatchError(`nothing to remove at ${pointer}`);
    return rest;
  });
}

function replace(target: Json, pointer: string, value: Json): Json {
  valueAt(target, pointer);
  const path = segments(pointer);
  if (path.length === 0) return value;
  return along(target, path, (container, segment) => {
    if (!Array.isArray(container)) return { ...(container as JsonObject), [segment]: value };
    const at = indexIn(container, segment, false);
    return container.map((item, index) => (index === at ? value : item));
  });
}

function test(target: Json, pointer: string, value: Json): Json {
  let found: Json | undefined;
  try {
    found = valueAt(target, pointer);
  } catch (error) {
    if (!(error instanceof JsonPatchError) || value !== null) throw error;
    found = null;
  }
  if (!equalJson(found, value)) throw new JsonPatchError(`test failed at ${pointer}`);
  return target;
}

function applyOne(target: Json, operation: JsonPatchOperation): Json {
  const { op, path, from } = operation;
  const value = operation.value ?? null;
  switch (op) {
    case "add":
      return add(target, path, value);
    case "remove":
      return remove(target, path);
    case "replace":
      return replace(target, path, value);
    case "test":
      return test(target, path, value);
    case "copy":
      return add(target, path, valueAt(target, from ?? ""));
    case "move": {
      const moved = valueAt(target, from ?? "");
      return add(remove(target, from ?? ""), path, moved);
    }
    default:
      throw new JsonPatchError(`unexpected kind of operation: ${op}`);
  }
}

/** The target after all operations in order; throws {@link JsonPatchError} if one does not apply. */
export function applyJsonPatch(target: Json, operations: readonly JsonPatchOperation[]): Json {
  return operations.reduce(applyOne, target);
}
