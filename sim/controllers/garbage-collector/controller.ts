/**
 * The garbage collector: deletes what has lost all its owners, lets owners go when their dependents are gone, and frees
 * dependents that are to outlive their owner.
 * Source: Kubernetes 1.32, pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem, orphanDependents).
 * Left out: the live read of the dependent before its deletion (the delete carries its uid), circles of owners.
 * Invariant: nothing is deleted while one of its owners is there and is not waiting for it to go.
 */
import { findKind } from "../../api/kinds/registry.ts";
import type { ApiResponse, JsonObject, KubeObject, OwnerReference } from "../../api/types.ts";
import type { Controller, ControllerContext } from "../../client/controller.ts";
import { allSynced, type Change } from "../../client/informer.ts";
import { listAll } from "../../client/lister.ts";
import type { ClientRequest } from "../../client/requests.ts";
import type { Io } from "../../time/component.ts";
import { deleteOf, journalName, patchOf } from "../request-forms.ts";
import { dropSync, finishWrite, isCurrent, mayReconcile, requestSync, type SyncContext, sendWrite } from "../syncs.ts";
import {
  collected,
  dependentsOf,
  foregroundFinalizer,
  isDeletingDependents,
  isOrphaning,
  orphanFinalizer,
  ownerSeen,
  referenceTo,
  type Vertex,
  vertexKey,
  vertexOf,
} from "./dependents.ts";

const name = "garbage-collector-controller";
const resources = collected.map((served) => served.resource);

/** Uids of owners that are known not to exist (upstream's absentOwnerCache). */
const absentTable = "absent owners";

/** Collects what nobody owns any more. */
export const garbageCollector: Controller = {
  name,
  resources,
  changed,
  reconcile,
  answered,
  synced(io: Io): void {
    for (const resource of resources) {
      for (const object of listAll<KubeObject>(io, resource))
        if (needsLook(io, object, undefined)) queue(io, resource, object);
    }
  },
};

function queue(io: Io, resource: string, object: KubeObject): void {
  requestSync(io, name, vertexKey(resource, object));
}

function changed(io: Io, change: Change): void {
  if (!allSynced(io, resources)) return;
  const { object, previous, resource } = change;
  if (change.type === "DELETED") return gone(io, resource, object);
  if (needsLook(io, object, previous)) queue(io, resource, object);
  if (previous !== undefined) freed(io, object, previous);
}

/** A dependent that was to outlive an owner has lost its reference: the owner may have waited for just that. */
function freed(io: Io, object: KubeObject, previous: KubeObject): void {
  if (previous.metadata.ownerReferences === object.metadata.ownerReferences) return;
  for (const owner of previous.metadata.ownerReferences ?? []) {
    if (referenceTo(object, owner.uid) !== undefined) continue;
    const seen = ownerSeen(io, previous, owner);
    const kind = findKind(owner.apiVersion, owner.kind);
    if (seen !== undefined && seen !== "unserved" && kind !== undefined && isOrphaning(seen))
      queue(io, kind.resource, seen);
  }
}

/** The object is no more: its dependents have lost an owner, and owners may have waited for it. */
function gone(io: Io, resource: string, object: KubeObject): void {
  const { uid = "" } = object.metadata;
  dropSync(io, name, vertexKey(resource, object));
  const dependents = dependentsOf(io, uid);
  if (dependents.length > 0) io.table<1>(absentTable).set(`${io.self}|${uid}`, 1);
  for (const { served, object: dependent } of dependents) queue(io, served.resource, dependent);
  for (const owner of object.metadata.ownerReferences ?? []) {
    const seen = ownerSeen(io, object, owner);
    const kind = findKind(owner.apiVersion, owner.kind);
    if (seen !== undefined && seen !== "unserved" && kind !== undefined && isDeletingDependents(seen))
      queue(io, kind.resource, seen);
  }
}

/** Whether a change can call for something: a deletion that waits for us, or an owner that is not there. */
function needsLook(io: Io, object: KubeObject, previous: KubeObject | undefined): boolean {
  if (isDeletingDependents(object) || isOrphaning(object)) return true;
  const owners = object.metadata.ownerReferences;
  if (owners === undefined || (previous !== undefined && previous.metadata.ownerReferences === owners)) return false;
  return owners.some((owner) => {
    const seen = ownerSeen(io, object, owner);
    return seen === undefined || (seen !== "unserved" && isDeletingDependents(seen));
  });
}

function reconcile(io: Io, key: string): void {
  const vertex = vertexOf(io, key);
  if (vertex === undefined || !mayReconcile(io, name, key)) return;
  if (isOrphaning(vertex.object)) return freeDependents(io, key, vertex);
  if (isDeletingDependents(vertex.object)) return awaitDependents(io, key, vertex);
  if (vertex.object.metadata.deletionTimestamp === undefined) attemptToDelete(io, key, vertex);
}

/** The owner goes when no dependent blocks it any more; until then the dependents are looked at (processDeletingDependentsItem). */
function awaitDependents(io: Io, key: string, vertex: Vertex): void {
  const { uid = "" } = vertex.object.metadata;
  const blocking = dependentsOf(io, uid).filter(({ object }) => referenceTo(object, uid)?.blockOwnerDeletion === true);
  if (blocking.length === 0) return dropFinalizer(io, key, vertex, foregroundFinalizer);
  for (const { served, object } of blocking)
    if (object.metadata.deletionTimestamp === undefined) queue(io, served.resource, object);
}

/** Dependents lose their reference to this owner; then it goes (orphanDependents). */
function freeDependents(io: Io, key: string, vertex: Vertex): void {
  const { uid = "" } = vertex.object.metadata;
  const dependents = dependentsOf(io, uid);
  if (dependents.length === 0) return dropFinalizer(io, key, vertex, orphanFinalizer);
  for (const { served, object } of dependents) {
    io.note(
      "orphan",
      journalName(object),
      "",
      `its owner ${journalName(vertex.object)} was deleted with policy Orphan`,
    );
    sendWrite(io, name, key, patchOf(served, object, withoutOwners(object, [uid])), { write: "orphan" });
  }
}

function withoutOwners(object: KubeObject, uids: readonly string[]): JsonObject {
  return {
    metadata: { uid: object.metadata.uid ?? "", ownerReferences: uids.map((uid) => ({ $patch: "delete", uid })) },
  };
}

function dropFinalizer(io: Io, key: string, { served, object }: Vertex, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  const body = { metadata: { resourceVersion: object.metadata.resourceVersion ?? "", finalizers } };
  io.note("finalize", journalName(object), "", `${finalizer}: nothing that it waited for is left`);
  sendWrite(io, name, key, patchOf(served, object, body, "merge"), { write: "finalize" });
}

/** Sorts the owners; deletes the object if none of them holds it (attemptToDeleteItem). */
function attemptToDelete(io: Io, key: string, vertex: Vertex): void {
  const { object, served } = vertex;
  const owners = object.metadata.ownerReferences ?? [];
  const unsure = owners.filter((owner) => stateOf(io, object, owner) === "unsure");
  if (unsure.length > 0) {
    for (const owner of unsure) sendWrite(io, name, key, liveRead(object, owner), { write: "verify", uid: owner.uid });
    return;
  }
  const solid = owners.filter((owner) => stateOf(io, object, owner) === "solid");
  const waiting = owners.filter((owner) => stateOf(io, object, owner) === "waiting");
  if (owners.length === 0 || solid.length === owners.length) return;
  if (solid.length > 0) {
    const lost = owners.filter((owner) => !solid.includes(owner)).map((owner) => owner.uid);
    io.note("release", journalName(object), "", "one of its owners is gone, another one is left");
    return sendWrite(io, name, key, patchOf(served, object, withoutOwners(object, lost)), { write: "release" });
  }
  const hasDependents = waiting.length > 0 && dependentsOf(io, object.metadata.uid ?? "").length > 0;
  const propagationPolicy = hasDependents ? "Foreground" : policyOf(object);
  const why = waiting.length > 0 ? "waits for it to go" : "is gone";
  const owner = waiting[0] ?? (owners[0] as OwnerReference);
  io.note("delete", journalName(object), "", `its owner ${owner.kind} ${owner.name} ${why}`);
  sendWrite(io, name, key, deleteOf(served, object, { propagationPolicy }), { write: "delete" });
}

function policyOf({ metadata }: KubeObject): "Orphan" | "Foreground" | "Background" {
  if (metadata.finalizers?.includes(orphanFinalizer)) return "Orphan";
  return metadata.finalizers?.includes(foregroundFinalizer) ? "Foreground" : "Background";
}

type OwnerState = "solid" | "waiting" | "gone" | "unsure";

function stateOf(io: Io, dependent: KubeObject, owner: OwnerReference): OwnerState {
  const seen = ownerSeen(io, dependent, owner);
  if (seen === "unserved") return "solid";
  if (seen === undefined) return io.table<1>(absentTable).has(`${io.self}|${owner.uid}`) ? "gone" : "unsure";
  return isDeletingDependents(seen) && owner.blockOwnerDeletion === true ? "waiting" : "solid";
}

function liveRead(dependent: KubeObject, owner: OwnerReference): ClientRequest {
  const kind = findKind(owner.apiVersion, owner.kind);
  const { group = "", version = "v1", resource = "" } = kind ?? {};
  const { namespace } = dependent.metadata;
  const where = kind?.namespaced === true && namespace !== undefined ? { namespace } : {};
  return { group, version, resource, verb: "get", name: owner.name, ...where };
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  if (context.write !== "verify") {
    const settled = response?.code === 404 || (context.write === "delete" && response?.code === 409);
    return finishWrite(io, context, response, settled ? false : undefined);
  }
  const uid = String(context.uid);
  const absent =
    response?.code === 404 || (response?.code === 200 && (response.body as KubeObject).metadata.uid !== uid);
  if (absent) {
    io.table<1>(absentTable).set(`${io.self}|${uid}`, 1);
    requestSync(io, name, context.key);
  }
  finishWrite(io, context, undefined, !absent);
}
