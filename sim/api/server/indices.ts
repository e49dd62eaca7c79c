/**
 * Indices over stored objects that informers' indexers would keep one by one: pods by node, objects by owner.
 * Source: client-go's thread-safe store with its index functions (Kubernetes 1.32, tools/cache/thread_safe_store.go).
 * Invariant: an index holds at least the keys that match at any revision which is not compacted; readers check the object
 * at their own revision, since they may stand behind.
 */
import type { Io } from "../../time/component.ts";
import type { SortedMap } from "../../time/sorted-map.ts";
import type { KubeObject } from "../types.ts";

/** `owner`: uid of an owner reference. `node`: spec.nodeName. */
export type IndexName = "owner" | "node";

const separator = "\u0000";

function indexOf(io: Io): SortedMap<number> {
  return io.sorted<number>("indices");
}

function entry(resource: string, index: IndexName, value: string, key: string): string {
  return `${resource}${separator}${index}${separator}${value}${separator}${key}`;
}

/** Puts a written object into the indices that it belongs to. */
export function indexObject(
  io: Io,
  resource: string,
  key: string,
  object: KubeObject,
  previous: KubeObject | undefined,
): void {
  const owners = object.metadata.ownerReferences;
  if (owners !== undefined && owners !== previous?.metadata.ownerReferences) {
    for (const owner of owners) indexOf(io).set(entry(resource, "owner", owner.uid, key), 1);
  }
  if (resource !== "pods") return;
  const node = nodeOf(object);
  if (node !== "" && (previous === undefined || nodeOf(previous) !== node))
    indexOf(io).set(entry(resource, "node", node, key), 1);
}

/** Takes an object that no readable revision holds any more out of the indices. */
export function unindexObject(io: Io, resource: string, key: string, object: KubeObject): void {
  for (const owner of object.metadata.ownerReferences ?? [])
    indexOf(io).delete(entry(resource, "owner", owner.uid, key));
  const node = nodeOf(object);
  if (node !== "") indexOf(io).delete(entry(resource, "node", node, key));
}

/** Keys that may match; a superset of those that do at any revision. Ordered. */
export function* indexedKeys(io: Io, resource: string, index: IndexName, value: string): IterableIterator<string> {
  const from = entry(resource, index, value, "");
  const to = `${from.slice(0, -1)}\u0001`;
  for (const [name] of indexOf(io).range(from, to)) yield name.slice(from.length);
}

function nodeOf(object: KubeObject): string {
  return (object as KubeObject & { readonly spec?: { readonly nodeName?: string } }).spec?.nodeName ?? "";
}
