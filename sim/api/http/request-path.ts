/**
 * What a path of the API names: group, version, namespace, resource, object, subresource
 * (Kubernetes 1.32, apiserver pkg/endpoints/request/requestinfo.go).
 * Left out: the path of what a proxy subresource passes on.
 * Invariant: namespaces are objects themselves: `/namespaces/x` names one, `/namespaces/x/pods` looks into it.
 */
import type { GroupVersionResource } from "../types.ts";

/** A path under /api/v1 or /apis/GROUP/VERSION that goes on to a resource. */
export interface ResourcePath extends GroupVersionResource {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** The old form of a watch: `/api/v1/watch/pods`. */
  readonly watch: boolean;
}

const OF_NAMESPACES = new Set(["status", "finalize"]);

/** Reads a path's segments; undefined for one that names no resource. */
export function resourcePath(segments: readonly string[]): ResourcePath | undefined {
  const core = segments[0] === "api";
  if (!core && segments[0] !== "apis") return undefined;
  const [group, version, ...all] = core ? ["", ...segments.slice(1)] : segments.slice(1);
  const watch = all[0] === "watch";
  const rest = watch ? all.slice(1) : all;
  if (group === undefined || version === undefined || rest[0] === undefined) return undefined;
  const inside = rest[0] === "namespaces" && rest[2] !== undefined && !OF_NAMESPACES.has(rest[2]);
  const [resource, name, subresource] = inside ? rest.slice(2) : rest;
  return {
    group,
    version,
    resource: resource!,
    watch,
    ...(inside && { namespace: rest[1]! }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}
