/**
 * Owners and dependents: the graph that the garbage collector walks.
 * Source: Kubernetes 1.32, pkg/controller/garbagecollector/{graph.go,graph_builder.go}. Upstream holds the graph in memory;
 * here the index of owners and the informers' view are the graph.
 * Left out: owners of kinds that are not served, which are taken for present.
 * Invariant: an owner counts as absent only if the API server, or a deletion that was seen, said so.
 */
import { findKind, KINDS } from "../../api/kinds/registry.ts";
import type { KubeObject, OwnerReference } from "../../api/types.ts";
import { listIndexed, lookUp } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";
import type { Served } from "../request-forms.ts";

/** The finalizers that the propagation policy of a delete puts on an object. */
export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

/** All resources that take part; Events come and go by themselves. */
export const collected: readonly Served[] = KINDS.filter((kind) => kind.resource !== "events").map(
  ({ group, version, resource }) => ({ group, version, resource }),
);

/** A resource of the graph by name. */
function servedOf(resource: string): Served {
  return collected.find((served) => served.resource === resource) as Served;
}

/** An object of the graph with its resource. */
export interface Vertex {
  readonly served: Served;
  readonly object: KubeObject;
}

/** A key for the workqueue: `resource|namespace|name`. */
export function vertexKey(resource: string, object: KubeObject): string {
  return `${resource}|${object.metadata.namespace ?? ""}|${object.metadata.name}`;
}

/** The object behind a key, as this process sees it. */
export function vertexOf(io: Io, key: string): Vertex | undefined {
  const [resource = "", namespace = "", name = ""] = key.split("|");
  const object = lookUp<KubeObject>(io, resource, namespace, name);
  return object && { served: servedOf(resource), object };
}

/** All objects that name this uid as an owner, by resource and key. */
export function dependentsOf(io: Io, uid: string): Vertex[] {
  const found: Vertex[] = [];
  for (const served of collected) {
    for (const object of listIndexed<KubeObject>(io, served.resource, "owner", uid)) {
      if (referenceTo(object, uid) !== undefined) found.push({ served, object });
    }
  }
  return found;
}

/** An object's reference to an owner. */
export function referenceTo(object: KubeObject, uid: string): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.uid === uid);
}

/** Being deleted in the foreground: waits for those dependents that block it. */
export function isDeletingDependents({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(foregroundFinalizer) ?? false);
}

/** Being deleted, but its dependents are to stay. */
export function isOrphaning({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(orphanFinalizer) ?? false);
}

/** An owner as this process sees it; "unserved" if the kind is not known here. */
export function ownerSeen(io: Io, dependent: KubeObject, owner: OwnerReference): KubeObject | "unserved" | undefined {
  const kind = findKind(owner.apiVersion, owner.kind);
  if (kind === undefined) return "unserved";
  const namespace = kind.namespaced ? (dependent.metadata.namespace ?? "") : "";
  const found = lookUp<KubeObject>(io, kind.resource, namespace, owner.name);
  return found?.metadata.uid === owner.uid ? found : undefined;
}
