/**
 * The admission plugins about volumes: StorageObjectInUseProtection keeps what is in use, DefaultStorageClass chooses a class
 * (Kubernetes 1.32, plugin/pkg/admission/storage/{storageobjectinuseprotection,setdefault}).
 * Left out: PersistentVolumeClaimResize.
 * Invariant: of several default classes the newest is taken; of equally old ones the first by name.
 */
import { DEFAULT_CLASS } from "../defaults/storage.ts";
import { storageRange } from "../kinds/kind.ts";
import type { PersistentVolumeClaim } from "../kinds/persistent-volume-claim.ts";
import type { StorageClass } from "../kinds/storage-class.ts";
import type { Reader } from "../pipeline/outcome.ts";
import type { KubeObject } from "../types.ts";
import type { AdmissionPlugin, Admitted } from "./chain.ts";

const CLASSES = { namespaced: false, storagePrefix: "/registry/storageclasses" };
const BETA_CLASS = "volume.beta.kubernetes.io/storage-class";

function protectedBy(finalizer: string, object: KubeObject): Admitted {
  const { metadata } = object;
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.includes(finalizer)) return { object, verdict: "" };
  const next = { ...object, metadata: { ...metadata, finalizers: [...finalizers, finalizer] } };
  return { object: next, verdict: `finalizer ${finalizer}` };
}

function inUseProtection(resource: string, finalizer: string): AdmissionPlugin {
  return {
    name: "StorageObjectInUseProtection",
    resource,
    operations: ["CREATE"],
    admit: (object) => protectedBy(finalizer, object),
  };
}

/** Keeps a claim as long as a pod uses it. */
export const claimProtection = inUseProtection("persistentvolumeclaims", "kubernetes.io/pvc-protection");

/** Keeps a volume as long as a claim has it. */
export const volumeProtection = inUseProtection("persistentvolumes", "kubernetes.io/pv-protection");

/** The class that a claim without one gets, undefined if no class is the default. */
function defaultClass(reader: Reader): StorageClass | undefined {
  const all = reader.list(storageRange(CLASSES, undefined)).map(({ value }) => value as StorageClass);
  const born = (one: StorageClass) => one.metadata.creationTimestamp ?? "";
  const defaults = all.filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
  return defaults.reduce<StorageClass | undefined>(
    (best, one) => (best === undefined || born(one) > born(best) ? one : best),
    undefined,
  );
}

/** Gives a claim that names no class the default one. */
export const defaultStorageClass: AdmissionPlugin = {
  name: "DefaultStorageClass",
  resource: "persistentvolumeclaims",
  operations: ["CREATE"],
  admit(object, { reader }) {
    const claim = object as PersistentVolumeClaim;
    const named = claim.spec.storageClassName !== undefined || claim.metadata.annotations?.[BETA_CLASS] !== undefined;
    const found = named ? undefined : defaultClass(reader);
    if (found === undefined) return { object, verdict: "" };
    const storageClassName = found.metadata.name;
    const next: PersistentVolumeClaim = { ...claim, spec: { ...claim.spec, storageClassName } };
    return { object: next, verdict: `class ${storageClassName}` };
  },
};
