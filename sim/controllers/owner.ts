/**
 * Owner references: who controls an object, and how a controller claims one.
 * Source: Kubernetes 1.32, apimachinery pkg/apis/meta/v1/controller_ref.go and pkg/controller/controller_ref_manager.go.
 * Left out: the live read of the owner before an adoption (the adoption patch carries the uid that the process has seen).
 * Invariant: an object has at most one owner that controls it.
 */
import type { KubeObject, OwnerReference } from "../api/types.ts";

/** The owner that controls an object; undefined for an orphan. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** Whether `owner` is the one that controls `object`. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** The reference that an object made by `owner` carries: the owner controls it and waits for its deletion. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { name, uid = "" } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}
