/**
 * The PersistentVolume controller: binds claims to volumes that fit, asks for volumes to be made, and sees to volumes
 * whose claim is gone.
 * Source: Kubernetes 1.32, pkg/controller/volume/persistentvolume/pv_controller.go.
 * Left out: provisioners inside the controller; recycling; the wait for the resync: a claim is looked at again as soon as
 * a volume becomes available.
 * Invariant: level-based; one write a step, in upstream's order: the volume's claim, its phase, the claim's volume, its phase.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { StorageClass } from "../../api/kinds/storage-class.ts";
import type { ApiResponse } from "../../api/types.ts";
import { className, delaysBinding } from "../../api/volumes/claims.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import { enqueueAfter } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { second } from "../../time/instant.ts";
import { claims, deleteOf, updateOf, volumes } from "../request-forms.ts";
import { dropSync, finishWrite, isCurrent, mayReconcile, requestSync, type SyncContext, sendWrite } from "../syncs.ts";
import { type ClaimView, claimStep } from "./claim-step.ts";
import type { Step } from "./step.ts";
import { volumeStep } from "./volume-step.ts";

const name = "persistentvolume-controller";
/** How often upstream looks at everything again. */
const resyncUs = 15 * second;

/** Binds claims and volumes. */
export const volumeBinder: Controller = {
  name,
  resources: ["persistentvolumeclaims", "persistentvolumes", "storageclasses", "pods"],
  changed,
  reconcile,
  answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
    const context = given as SyncContext;
    if (isCurrent(io, context)) finishWrite(io, context, response, response?.code === 404 ? false : undefined);
  },
};

function changed(io: Io, change: Change): void {
  const { object, resource, type } = change;
  switch (resource) {
    case "persistentvolumes":
      return volumeChanged(io, change as Change<PersistentVolume>);
    case "persistentvolumeclaims": {
      if (type === "DELETED") dropSync(io, name, keyOf(object));
      const volume = (object as PersistentVolumeClaim).spec.volumeName;
      if (volume) requestSync(io, name, volume);
      for (const one of meantFor(io, object as PersistentVolumeClaim)) requestSync(io, name, one);
      return type === "DELETED" ? undefined : requestSync(io, name, keyOf(object));
    }
    case "storageclasses":
      return syncPendingClaims(io, object.metadata.name);
    default:
      return;
  }
}

/** Volumes that name a claim. */
function meantFor(io: Io, { metadata }: PersistentVolumeClaim): readonly string[] {
  const all = listAll<PersistentVolume>(io, "persistentvolumes");
  const found = all.filter(
    ({ spec }) => spec.claimRef?.name === metadata.name && spec.claimRef?.namespace === metadata.namespace,
  );
  return found.map((one) => one.metadata.name);
}

function volumeChanged(io: Io, { object, type, previous }: Change<PersistentVolume>): void {
  const key = object.metadata.name;
  if (type === "DELETED") dropSync(io, name, key);
  else requestSync(io, name, key);
  for (const { name: claim, namespace } of [object.spec.claimRef, previous?.spec.claimRef].filter(
    (one) => one !== undefined,
  ))
    requestSync(io, name, `${namespace}/${claim}`);
  if (object.status?.phase === "Available" || type === "DELETED") syncPendingClaims(io, className(object));
}

function syncPendingClaims(io: Io, storageClass: string): void {
  for (const claim of listAll<PersistentVolumeClaim>(io, "persistentvolumeclaims"))
    if (claim.status?.phase !== "Bound" && className(claim) === storageClass) requestSync(io, name, keyOf(claim));
}

function reconcile(io: Io, key: string): void {
  if (!mayReconcile(io, name, key)) return;
  const [namespace, own] = splitKey(key);
  if (namespace === "") {
    const volume = lookUp<PersistentVolume>(io, "persistentvolumes", "", own);
    if (volume !== undefined) take(io, key, volumeStep(volume, claimOf(io, volume)));
    return;
  }
  const claim = lookUp<PersistentVolumeClaim>(io, "persistentvolumeclaims", namespace, own);
  if (claim !== undefined) take(io, key, claimStep(claim, viewFor(io, claim)));
}

function claimOf(io: Io, { spec }: PersistentVolume): PersistentVolumeClaim | undefined {
  const { namespace = "", name: own = "" } = spec.claimRef ?? {};
  return own === "" ? undefined : lookUp<PersistentVolumeClaim>(io, "persistentvolumeclaims", namespace, own);
}

function viewFor(io: Io, claim: PersistentVolumeClaim): ClaimView {
  const storageClass = lookUp<StorageClass>(io, "storageclasses", "", className(claim));
  return {
    storageClass,
    delays: delaysBinding(storageClass),
    volume: (own) => lookUp<PersistentVolume>(io, "persistentvolumes", "", own),
    volumes: () => listAll<PersistentVolume>(io, "persistentvolumes"),
    pods: () => listAll(io, "pods", claim.metadata.namespace),
  };
}

/** Says what is to be said, and makes the one write of the step; a claim that waits is looked at again. */
function take(io: Io, key: string, step: Step): void {
  const { about, text, write, waits } = step;
  if (text !== undefined && about !== undefined) record(io, name, about, [text]);
  if (write?.kind === "volume" || write?.kind === "claim") {
    const served = write.kind === "volume" ? volumes : claims;
    sendWrite(io, name, key, updateOf(served, write.object, write.subresource), { write: write.kind });
  } else if (write?.kind === "delete volume")
    sendWrite(io, name, key, deleteOf(volumes, write.object), { write: "delete" });
  if (waits === true) enqueueAfter(io, name, key, resyncUs, true);
}
