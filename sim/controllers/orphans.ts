/**
 * Objects that nobody controls, by namespace: the candidates for adoption. Upstream lists a whole namespace in each sync;
 * this set holds the few that matter, so that a sync costs nothing for the many (Kubernetes 1.32,
 * pkg/controller/controller_ref_manager.go).
 * Invariant: an orphan that the process has seen is in the set; an entry is only a hint, and is checked when it is read.
 */

import type { KubeObject } from "../api/types.ts";
import type { Change } from "../client/informer.ts";
import { lookUp } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import type { SortedMap } from "../time/sorted-map.ts";
import { controllerOf } from "./owner.ts";

function setOf(io: Io): SortedMap<1> {
  return io.sorted<1>("orphans");
}

function rowKey(io: Io, resource: string, namespace: string, name: string): string {
  return `${io.self}|${resource}|${namespace}/${name}`;
}

/** Takes a change in; says whether the object is an orphan now. */
export function noteOrphan(io: Io, change: Change): boolean {
  const { object, previous, resource } = change;
  const { namespace = "", name } = object.metadata;
  const orphan = change.type !== "DELETED" && controllerOf(object) === undefined;
  if (orphan) setOf(io).set(rowKey(io, resource, namespace, name), 1);
  else if (previous !== undefined && controllerOf(previous) === undefined) {
    setOf(io).delete(rowKey(io, resource, namespace, name));
  }
  return orphan;
}

/** Orphans of a resource in a namespace that are not being deleted, by name. */
export function orphansOf<T extends KubeObject>(io: Io, resource: string, namespace: string): T[] {
  const from = rowKey(io, resource, namespace, "");
  const found: T[] = [];
  for (const [key] of setOf(io).range(from, `${from.slice(0, -1)}0`)) {
    const object = lookUp<T>(io, resource, namespace, key.slice(from.length));
    if (object === undefined || controllerOf(object) !== undefined) continue;
    if (object.metadata.deletionTimestamp === undefined) found.push(object);
  }
  return found;
}
