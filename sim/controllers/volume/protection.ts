/**
 * The protection controllers: a claim stays while a pod uses it, a volume stays while a claim has it.
 * Source: Kubernetes 1.32, pkg/controller/volume/{pvcprotection,pvprotection}.
 * Left out: the live list of pods before a claim is let go.
 * Invariant: only a finalizer of an object that is being deleted is taken away.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiResponse, KubeObject } from "../../api/types.ts";
import { claimNames } from "../../api/volumes/claims.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";
import { claims, journalName, patchOf, type Served, volumes } from "../request-forms.ts";
import { finishWrite, isCurrent, mayReconcile, requestSync, type SyncContext, sendWrite } from "../syncs.ts";

/** What one of the two protects. */
interface Protection {
  readonly name: string;
  readonly finalizer: string;
  readonly served: Served;
  isUsed(io: Io, object: KubeObject): boolean;
}

const ofClaims: Protection = {
  name: "pvc-protection-controller",
  finalizer: "kubernetes.io/pvc-protection",
  served: claims,
  isUsed: (io, { metadata }) =>
    listAll<Pod>(io, "pods", metadata.namespace).some(
      ({ spec }) => !!spec.nodeName && claimNames(spec).includes(metadata.name),
    ),
};

const ofVolumes: Protection = {
  name: "pv-protection-controller",
  finalizer: "kubernetes.io/pv-protection",
  served: volumes,
  isUsed: (_io, object) => (object as PersistentVolume).status?.phase === "Bound",
};

function controllerFor(protection: Protection, more: readonly string[]): Controller {
  const { name, served } = protection;
  return {
    name,
    resources: [served.resource, ...more],
    changed(io: Io, { object, resource, type }: Change): void {
      if (resource === served.resource) return type === "DELETED" ? undefined : requestSync(io, name, keyOf(object));
      const { namespace } = object.metadata;
      for (const claim of claimNames((object as Pod).spec)) requestSync(io, name, `${namespace}/${claim}`);
    },
    reconcile: (io, key) => letGo(io, protection, key),
    answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
      const context = given as SyncContext;
      if (isCurrent(io, context)) finishWrite(io, context, response, response?.code === 404 ? false : undefined);
    },
  };
}

/** Takes the finalizer off an object that is being deleted and that nobody uses. */
function letGo(io: Io, protection: Protection, key: string): void {
  const { name, finalizer, served } = protection;
  const object = lookUp<PersistentVolumeClaim | PersistentVolume>(io, served.resource, ...splitKey(key));
  const { deletionTimestamp, finalizers = [] } = object?.metadata ?? {};
  if (object === undefined || deletionTimestamp === undefined || !finalizers.includes(finalizer)) return;
  if (!mayReconcile(io, name, key) || protection.isUsed(io, object)) return;
  const left = finalizers.filter((one) => one !== finalizer);
  const metadata = { resourceVersion: object.metadata.resourceVersion ?? "", finalizers: left };
  io.note("finalize", journalName(object), "", `${finalizer}: nobody uses it`);
  sendWrite(io, name, key, patchOf(served, object, { metadata }, "merge"), { write: "finalize" });
}

/** Keeps claims that pods use. */
export const claimProtectionController = controllerFor(ofClaims, ["pods"]);

/** Keeps volumes that claims have. */
export const volumeProtectionController = controllerFor(ofVolumes, []);
