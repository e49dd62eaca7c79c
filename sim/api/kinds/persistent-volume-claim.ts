/**
 * `core/v1` PersistentVolumeClaim (Kubernetes 1.32, pkg/registry/core/persistentvolumeclaim): its type and its registration.
 * Left out: volume populators (a data source is kept, but nobody fills the volume from it).
 * Invariant: the spec of a claim that has its volume changes in what it asks for only, and only upwards.
 */
import { defaultClaim } from "../defaults/storage.ts";
import { claimPrinter } from "../tables/storage-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { validateClaim, validateClaimUpdate } from "../validation/claim.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { ResourceList } from "./container.ts";
import type { Kind } from "./kind.ts";
import type { AccessMode, VolumeMode } from "./persistent-volume.ts";
import type { LabelSelector } from "./pod-spec.ts";
import type { PodCondition } from "./pod-status.ts";

/** What a claim asks for. */
export interface PersistentVolumeClaimSpec {
  readonly accessModes?: readonly AccessMode[];
  readonly selector?: LabelSelector;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
  readonly volumeName?: string;
  /** Absent: the default class; empty: no class, only volumes made by hand. */
  readonly storageClassName?: string;
  readonly volumeMode?: VolumeMode;
  readonly dataSource?: JsonObject;
  readonly dataSourceRef?: JsonObject;
  readonly volumeAttributesClassName?: string;
}

/** What the volume controller found. */
export interface PersistentVolumeClaimStatus {
  readonly phase?: "Pending" | "Bound" | "Lost";
  readonly accessModes?: readonly AccessMode[];
  readonly capacity?: ResourceList;
  readonly conditions?: readonly PodCondition[];
}

/** A PersistentVolumeClaim. */
export interface PersistentVolumeClaim extends KubeObject {
  readonly spec: PersistentVolumeClaimSpec;
  readonly status?: PersistentVolumeClaimStatus;
}

/** The kind PersistentVolumeClaim. */
export const persistentVolumeClaimKind: Kind<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  resource: "persistentvolumeclaims",
  kind: "PersistentVolumeClaim",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  categories: [],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/persistentvolumeclaims",
  struct: "PersistentVolumeClaim",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {
    defaults: defaultClaim,
    prepareForCreate: (claim) => ({ ...claim, status: { phase: "Pending" } }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? {} }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateClaim,
    validateUpdate: validateClaimUpdate,
  },
  printer: claimPrinter,
};
