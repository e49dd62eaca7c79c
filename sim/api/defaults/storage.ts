/**
 * Defaults of volumes, claims and storage classes (Kubernetes 1.32, pkg/apis/core/v1/defaults.go and
 * pkg/apis/storage/v1/defaults.go).
 * Left out: defaults of cloud volume sources.
 * Invariant: a claim's class is not chosen here; that is admission's work.
 */
import type { PersistentVolume } from "../kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../kinds/persistent-volume-claim.ts";
import type { StorageClass } from "../kinds/storage-class.ts";

/** The annotation that makes a storage class the default one. */
export const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** A claim is for a file system. */
export function defaultClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  return claim.spec.volumeMode ? claim : { ...claim, spec: { ...claim.spec, volumeMode: "Filesystem" } };
}

/** A volume is a file system and is kept when its claim goes. */
export function defaultVolume(volume: PersistentVolume): PersistentVolume {
  const { spec } = volume;
  const { hostPath } = spec;
  return {
    ...volume,
    spec: {
      ...spec,
      ...(hostPath && { hostPath: { ...hostPath, type: hostPath.type ?? "" } }),
      persistentVolumeReclaimPolicy: spec.persistentVolumeReclaimPolicy || "Retain",
      volumeMode: spec.volumeMode ?? "Filesystem",
    },
  };
}

/** Volumes of a class are made at once, and go with their claim. */
export function defaultStorageClass(storageClass: StorageClass): StorageClass {
  return {
    ...storageClass,
    reclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
    volumeBindingMode: storageClass.volumeBindingMode ?? "Immediate",
  };
}
