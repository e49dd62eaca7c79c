/**
 * Listers: reading what a process has seen, through the indices that client-go's indexers would hold.
 * Source: Kubernetes 1.32, staging/src/k8s.io/client-go/tools/cache/{listers,thread_safe_store}.go.
 * Invariant: an answer never shows a change that the process's watch has not delivered yet.
 */
import { versioned } from "../api/pipeline/versioned.ts";
import { type IndexName, indexedKeys } from "../api/server/indices.ts";
import { listPrefix, objectAt, objectsAt, resourceKey, resourcePrefix } from "../api/server/storage.ts";
import type { KubeObject } from "../api/types.ts";
import type { Io } from "../time/component.ts";
import { seenRevision } from "./informer.ts";

/** One object as this process sees it; undefined if it does not exist for it. */
export function lookUp<T extends KubeObject>(io: Io, resource: string, namespace: string, name: string): T | undefined {
  const cursor = seenRevision(io, resource);
  return cursor < 0 ? undefined : (objectAt(io, resourceKey(resource, namespace, name), cursor) as T | undefined);
}

/** All objects of a resource, of one namespace if one is given, ordered by namespace and name. */
export function listAll<T extends KubeObject>(io: Io, resource: string, namespace?: string): T[] {
  const cursor = seenRevision(io, resource);
  if (cursor < 0) return [];
  if (namespace === undefined) return [...objectsAt(io, resource, cursor)] as T[];
  const versions = listPrefix(io, `${resourcePrefix(resource)}${namespace}/`, cursor);
  return versions.map(({ value, modRevision }) => versioned(value, modRevision) as T);
}

/** Objects of a resource that an index holds under a value, e.g. pods by owner uid. */
export function listIndexed<T extends KubeObject>(io: Io, resource: string, index: IndexName, value: string): T[] {
  const cursor = seenRevision(io, resource);
  if (cursor < 0) return [];
  const objects: T[] = [];
  for (const key of indexedKeys(io, resource, index, value)) {
    const object = objectAt(io, key, cursor) as T | undefined;
    if (object !== undefined) objects.push(object);
  }
  return objects;
}
