/**
 * Lists of objects as of a revision, the same list for every revision at which nothing of it has changed.
 * Models no upstream code: kube-proxy keeps its own maps up to date; here thousands of nodes look at one store.
 * Left out: nothing.
 * Invariant: a list is made from the one before and the changes since, so that what has not changed keeps its identity.
 */

import { changesBetween, objectAt, objectKey, objectsAt, storeOf } from "../api/server/storage.ts";
import type { KubeObject } from "../api/types.ts";
import type { MvccStore } from "../etcd/mvcc-store.ts";
import type { Io } from "../time/component.ts";
import { madeOnce } from "./memory.ts";

interface SeenList {
  readonly revision: number;
  readonly keys: readonly string[];
  readonly objects: readonly KubeObject[];
}

/** Lists remembered for each resource of a store: nodes are seldom further apart than that. */
const listsMax = 16;
/** The newest lists of any store, so that a fork begins with those of its parent. */
const newest = new Map<string, SeenList>();
const stores = new WeakMap<MvccStore<KubeObject>, Map<string, SeenList[]>>();

type Filter = (object: KubeObject) => boolean;

/** The objects of a resource at a revision that pass a filter (always the same one for a resource), ordered by key. */
export function listAt<T extends KubeObject>(io: Io, resource: string, revision: number, filter: Filter): readonly T[] {
  const byResource = madeOnce(stores, storeOf(io), () => new Map<string, SeenList[]>());
  const lists = byResource.get(resource) ?? [];
  byResource.set(resource, lists);
  const same = lists.find((list) => list.revision === revision);
  if (same !== undefined) return same.objects as readonly KubeObject[] as readonly T[];
  const made = nearby(io, resource, revision, lists, filter) ?? listed(io, resource, revision, filter);
  lists.push(made);
  if (lists.length > listsMax) lists.shift();
  return made.objects as readonly KubeObject[] as readonly T[];
}

/** The list from one of another revision of the same store; undefined if none is near enough to tell. */
function nearby(
  io: Io,
  resource: string,
  revision: number,
  lists: readonly SeenList[],
  filter: Filter,
): SeenList | undefined {
  for (let at = lists.length - 1; at >= 0; at--) {
    const list = lists[at] as SeenList;
    const isLater = list.revision < revision;
    const [after, upTo] = isLater ? [list.revision, revision] : [revision, list.revision];
    const changes = changesBetween(io, resource, after, upTo);
    if (changes?.length === 0) return { ...list, revision };
    if (isLater && changes !== undefined) return patched(io, list, revision, changes, filter);
  }
  return undefined;
}

function patched(
  io: Io,
  list: SeenList,
  revision: number,
  changes: readonly (readonly [string, number])[],
  filter: Filter,
): SeenList {
  const keys = [...list.keys];
  const objects = [...list.objects];
  let differs = false;
  for (const key of new Set(changes.map(([each]) => each))) {
    const found = objectAt(io, key, revision);
    const object = found !== undefined && filter(found) ? found : undefined;
    const at = placeOf(keys, key);
    const isThere = keys[at] === key;
    if (object === undefined && !isThere) continue;
    differs = true;
    if (object === undefined) {
      keys.splice(at, 1);
      objects.splice(at, 1);
    } else if (isThere) objects[at] = object;
    else {
      keys.splice(at, 0, key);
      objects.splice(at, 0, object);
    }
  }
  return differs ? { revision, keys, objects } : { ...list, revision };
}

function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads all objects; if they are just those of the newest list of another store, that list serves here too. */
function listed(io: Io, resource: string, revision: number, filter: Filter): SeenList {
  const objects = [...objectsAt(io, resource, revision)].filter(filter);
  const before = newest.get(resource);
  const isSame = before?.objects.length === objects.length && before.objects.every((one, at) => one === objects[at]);
  const list = isSame
    ? { ...(before as SeenList), revision }
    : { revision, keys: objects.map((object) => objectKey(resource, object)), objects };
  newest.set(resource, list);
  return list;
}
