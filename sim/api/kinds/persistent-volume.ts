/**
 * `core/v1` PersistentVolume (Kubernetes 1.32, pkg/registry/core/persistentvolume): its type and its registration.
 * Left out: volume sources of clouds and storage arrays are carried along untyped.
 * Invariant: what a volume consists of never changes; `status.lastPhaseTransitionTime` moves with the phase.
 */
import { defaultVolume } from "../defaults/storage.ts";
import { volumePrinter } from "../tables/storage-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateVolume, validateVolumeUpdate } from "../validation/volume.ts";
import type { ResourceList } from "./container.ts";
import type { ObjectReference } from "./event.ts";
import type { Kind } from "./kind.ts";
import type { NodeSelector } from "./pod-spec.ts";

/** Who may mount a volume how. */
export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";

/** Whether a volume is mounted as a file system or handed on as a device. */
export type VolumeMode = "Filesystem" | "Block";

/** What becomes of a volume without its claim. */
export type ReclaimPolicy = "Retain" | "Delete" | "Recycle";

/** What a volume is; exactly one source is present. */
export interface PersistentVolumeSpec {
  readonly capacity?: ResourceList;
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly nfs?: { readonly server: string; readonly path: string; readonly readOnly?: boolean };
  readonly local?: { readonly path: string; readonly fsType?: string };
  readonly csi?: JsonObject & { readonly driver?: string; readonly volumeHandle?: string };
  readonly accessModes?: readonly AccessMode[];
  readonly claimRef?: ObjectReference;
  readonly persistentVolumeReclaimPolicy?: ReclaimPolicy;
  readonly storageClassName?: string;
  readonly mountOptions?: readonly string[];
  readonly volumeMode?: VolumeMode;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly volumeAttributesClassName?: string;
}

/** What the volume controller found. */
export interface PersistentVolumeStatus {
  readonly phase?: "Pending" | "Available" | "Bound" | "Released" | "Failed";
  readonly message?: string;
  readonly reason?: string;
  readonly lastPhaseTransitionTime?: string;
}

/** A PersistentVolume. */
export interface PersistentVolume extends KubeObject {
  readonly spec: PersistentVolumeSpec;
  readonly status?: PersistentVolumeStatus;
}

/** The status with the instant of its last change of phase. */
function timed(next: PersistentVolume, previous: PersistentVolume, wallTime: string): PersistentVolume {
  const { lastPhaseTransitionTime, ...status } = next.status ?? {};
  const before = previous.status ?? {};
  const moved = status.phase !== before.phase;
  const given = lastPhaseTransitionTime !== before.lastPhaseTransitionTime ? lastPhaseTransitionTime : undefined;
  const time = given ?? (moved ? wallTime : before.lastPhaseTransitionTime);
  return { ...next, spec: previous.spec, status: { ...status, ...(time ? { lastPhaseTransitionTime: time } : {}) } };
}

/** The kind PersistentVolume. */
export const persistentVolumeKind: Kind<PersistentVolume> = {
  group: "",
  version: "v1",
  resource: "persistentvolumes",
  kind: "PersistentVolume",
  singular: "persistentvolume",
  shortNames: ["pv"],
  categories: [],
  namespaced: false,
  subresources: ["status"],
  storagePrefix: "/registry/persistentvolumes",
  struct: "PersistentVolume",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {
    defaults: defaultVolume,
    prepareForCreate: (volume, wallTime) => ({
      ...volume,
      status: { phase: "Pending", lastPhaseTransitionTime: wallTime },
    }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? {} }),
    prepareForStatusUpdate: timed,
    validate: validateVolume,
    validateUpdate: validateVolumeUpdate,
  },
  printer: volumePrinter,
  fieldLabels: { name: (volume) => volume.metadata.name },
};
