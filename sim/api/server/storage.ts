/**
 * How the API server's objects lie in etcd: keys by resource, objects by revision.
 * Source: Kubernetes 1.32, staging/src/k8s.io/apiserver/pkg/storage/etcd3 and the watch cache in front of it.
 * Invariant: an object read at a revision has that state's resourceVersion and is the same value each time.
 */

import { etcdStore } from "../../etcd/member.ts";
import type { MvccStore } from "../../etcd/mvcc-store.ts";
import type { LiveVersion } from "../../etcd/version.ts";
import type { Io } from "../../time/component.ts";
import { type Kind, storageKey } from "../kinds/kind.ts";
import { KINDS } from "../kinds/registry.ts";
import { versioned } from "../pipeline/versioned.ts";
import type { KubeObject } from "../types.ts";
import { indexedKeys } from "./indices.ts";

const kinds = new Map<string, Kind>(KINDS.map((kind) => [kind.resource, kind]));
const resources = new Map<string, string>(KINDS.map((kind) => [kind.storagePrefix, kind.resource]));

function kindOf(resource: string): Kind {
  const kind = kinds.get(resource);
  if (kind === undefined) throw new RangeError(`no resource is called "${resource}"`);
  return kind;
}

/** The etcd key of an object, e.g. "/registry/pods/default/web". */
export function resourceKey(resource: string, namespace: string, name: string): string {
  return storageKey(kindOf(resource), namespace, name);
}

/** The etcd key of an object of a resource. */
export function objectKey(resource: string, object: KubeObject): string {
  return storageKey(kindOf(resource), object.metadata.namespace, object.metadata.name);
}

/** What all keys of a resource begin with, e.g. "/registry/pods/". */
export function resourcePrefix(resource: string): string {
  return `${kindOf(resource).storagePrefix}/`;
}

/** The resource that a key belongs to; undefined for keys of nobody. */
export function resourceOfKey(key: string): string | undefined {
  const second = key.indexOf("/", "/registry/".length);
  const short = resources.get(key.slice(0, second));
  return short ?? resources.get(key.slice(0, key.indexOf("/", second + 1)));
}

/** The end of the range of keys that begin with a prefix ending in "/". */
export function prefixEnd(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}

/** The API objects of this world's etcd. */
export function storeOf(io: Io): MvccStore<KubeObject> {
  return etcdStore(io) as unknown as MvccStore<KubeObject>;
}

/** An object as it was at a revision; undefined if it did not exist. */
export function objectAt(io: Io, key: string, revision: number): KubeObject | undefined {
  const version = storeOf(io).version(key, revision);
  return version && versioned(version.value, version.modRevision);
}

/** All objects of a resource at a revision, ordered by key; a field that is indexed narrows what is looked at. */
export function* objectsAt(
  io: Io,
  resource: string,
  revision: number,
  field?: readonly [string, string],
): IterableIterator<KubeObject> {
  if (field?.[0] === "spec.nodeName") {
    for (const key of indexedKeys(io, resource, "node", field[1])) {
      const object = objectAt(io, key, revision);
      if (object !== undefined) yield object;
    }
    return;
  }
  const prefix = resourcePrefix(resource);
  if (field?.[0] === "metadata.name" && !kindOf(resource).namespaced) {
    const object = objectAt(io, `${prefix}${field[1]}`, revision);
    if (object !== undefined) yield object;
    return;
  }
  for (const version of listPrefix(io, prefix, revision)) yield versioned(version.value, version.modRevision);
}

/** Versions of all keys with a prefix at a revision, in key order. */
export function listPrefix(io: Io, prefix: string, revision?: number): readonly LiveVersion<KubeObject>[] {
  return storeOf(io).list(prefix, prefixEnd(prefix), revision);
}

/** Keys and revisions of the changes of a resource in (after, upTo]; undefined where compaction took some away. */
export function changesBetween(
  io: Io,
  resource: string,
  after: number,
  upTo: number,
): (readonly [string, number])[] | undefined {
  const changes = storeOf(io).changesSince(after);
  if (changes === undefined) return undefined;
  const prefix = resourcePrefix(resource);
  const found: (readonly [string, number])[] = [];
  for (const { key, modRevision } of changes) {
    if (modRevision > upTo) break;
    if (key.startsWith(prefix)) found.push([key, modRevision]);
  }
  return found;
}
