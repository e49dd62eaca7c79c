/**
 * Claiming pods: a controller adopts orphans that its selector selects, and lets go of pods that it selects no more.
 * Source: Kubernetes 1.32, pkg/controller/controller_ref_manager.go (PodControllerRefManager).
 * Left out: the live read of the owner before an adoption (the adoption patch carries the uid that the process has seen).
 * Invariant: a pod whose owner is another controller is left alone.
 */
import type { Pod } from "../api/kinds/pod.ts";
import type { LabelSelector } from "../api/kinds/pod-spec.ts";
import { selects } from "../api/selectors/label-selector-object.ts";
import type { JsonObject, KubeObject } from "../api/types.ts";
import { keyOf } from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { listAll, listIndexed } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import { noteOrphan, orphansOf } from "./orphans.ts";
import { controllerOf, controllerReference, isControlledBy } from "./owner.ts";
import { journalName, patchOf, pods } from "./request-forms.ts";
import { requestSync, sendWrite } from "./syncs.ts";

/** A workload that selects pods by labels. */
export interface Selecting extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector };
}

/** Takes the owner's reference off a pod that its selector selects no more. */
export function releasePod(io: Io, controller: string, key: string, owner: KubeObject, pod: Pod): void {
  const { uid = "" } = owner.metadata;
  const metadata = { uid: pod.metadata.uid ?? "", ownerReferences: [{ $patch: "delete", uid }] };
  sendWrite(io, controller, key, patchOf(pods, pod, { metadata }), { write: "release" });
  io.note("release", journalName(pod), "", `labels no longer match the selector of ${journalName(owner)}`);
}

/** Makes the owner the controller of an orphan; `more` goes into the pod's metadata with it. */
export function adoptPod(
  io: Io,
  controller: string,
  key: string,
  owner: KubeObject,
  pod: Pod,
  more: JsonObject = {},
): void {
  const ownerReferences = [{ ...controllerReference(owner) }];
  const metadata = { uid: pod.metadata.uid ?? "", ownerReferences, ...more };
  sendWrite(io, controller, key, patchOf(pods, pod, { metadata }), { write: "adopt" });
  io.note("adopt", journalName(pod), "", `labels match the selector of ${journalName(owner)}`);
}

/** What a claim needs to know beside the owner. */
export interface ClaimOptions {
  /** Which orphans may be adopted, beside those that the selector selects. */
  readonly accepts?: (pod: Pod) => boolean;
  /** For the metadata of an adopted pod. */
  readonly more?: JsonObject;
}

/** Adopts and releases pods of an owner; true if there were any, and what is listed is therefore about to change. */
export function claimPods(
  io: Io,
  controller: string,
  key: string,
  owner: Selecting,
  options: ClaimOptions = {},
): boolean {
  const { namespace = "", deletionTimestamp } = owner.metadata;
  const { selector } = owner.spec;
  const strays = ownedPods(io, owner).filter((pod) => !selects(selector, pod.metadata.labels));
  for (const pod of strays) releasePod(io, controller, key, owner, pod);
  if (deletionTimestamp !== undefined) return strays.length > 0;
  const orphans = orphansOf<Pod>(io, "pods", namespace).filter(
    (pod) => selects(selector, pod.metadata.labels) && options.accepts?.(pod) !== false,
  );
  for (const pod of orphans) adoptPod(io, controller, key, owner, pod, options.more);
  return strays.length + orphans.length > 0;
}

/** All pods that an owner controls, by name. */
export function ownedPods(io: Io, owner: KubeObject): Pod[] {
  return listIndexed<Pod>(io, "pods", "owner", owner.metadata.uid ?? "").filter((pod) => isControlledBy(pod, owner));
}

/** Puts the owners in the queue that a change of a pod concerns: its controller before and after, or who may adopt it. */
export function syncOwners(io: Io, controller: string, kind: string, resource: string, change: Change): void {
  const { namespace = "" } = change.object.metadata;
  const before = change.previous === undefined ? undefined : controllerOf(change.previous);
  const after = change.type === "DELETED" ? undefined : controllerOf(change.object);
  for (const owner of before?.uid === after?.uid ? [after] : [before, after])
    if (owner?.kind === kind) requestSync(io, controller, `${namespace}/${owner.name}`);
  if (!noteOrphan(io, change)) return;
  for (const owner of listAll<Selecting>(io, resource, namespace))
    if (selects(owner.spec.selector, change.object.metadata.labels)) requestSync(io, controller, keyOf(owner));
}
