/**
 * Tables of secrets, volumes, claims and storage classes (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import { DEFAULT_CLASS } from "../defaults/storage.ts";
import type { Printer } from "../kinds/kind.ts";
import type { PersistentVolume } from "../kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../kinds/persistent-volume-claim.ts";
import type { Secret } from "../kinds/secret.ts";
import type { StorageClass } from "../kinds/storage-class.ts";
import { className } from "../volumes/claims.ts";
import { AGE, NAME, text, wide } from "./columns.ts";
import { ageOf } from "./duration.ts";

const MODE_LETTERS = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
] as const;

function modesText(modes: readonly string[] = []): string {
  return MODE_LETTERS.filter(([mode]) => modes.includes(mode))
    .map(([, letters]) => letters)
    .join(",");
}

const UNSET = "<unset>";

/** Type and number of entries. */
export const secretPrinter: Printer<Secret> = {
  columns: [NAME, text("Type", "What the secret is for."), text("Data", "Number of entries."), AGE],
  cells: ({ metadata, type, data }, nowSeconds) => [
    metadata.name,
    type ?? "",
    Object.keys(data ?? {}).length,
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};

/** Size, modes, and whose it is. */
export const volumePrinter: Printer<PersistentVolume> = {
  columns: [
    NAME,
    text("Capacity", "Its size."),
    text("Access Modes", "Who may mount it how."),
    text("Reclaim Policy", "What becomes of it without its claim."),
    text("Status", "Its phase."),
    text("Claim", "The claim that it is bound to."),
    text("StorageClass", "The class that it belongs to."),
    text("VolumeAttributesClass", "The class of its attributes."),
    text("Reason", "Why it failed."),
    AGE,
    wide(text("VolumeMode", "File system or device.")),
  ],
  cells: ({ metadata, spec, status }, nowSeconds) => [
    metadata.name,
    spec.capacity?.storage ?? "0",
    modesText(spec.accessModes),
    spec.persistentVolumeReclaimPolicy ?? "",
    metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
    spec.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "",
    className({ metadata, spec }),
    spec.volumeAttributesClassName ?? UNSET,
    status?.reason ?? "",
    ageOf(metadata.creationTimestamp, nowSeconds),
    spec.volumeMode ?? UNSET,
  ],
};

/** Phase, volume and size. */
export const claimPrinter: Printer<PersistentVolumeClaim> = {
  columns: [
    NAME,
    text("Status", "Its phase."),
    text("Volume", "The volume that it is bound to."),
    text("Capacity", "The size of that volume."),
    text("Access Modes", "How that volume may be mounted."),
    text("StorageClass", "The class that is asked for."),
    text("VolumeAttributesClass", "The class of its attributes."),
    AGE,
    wide(text("VolumeMode", "File system or device.")),
  ],
  cells: ({ metadata, spec, status }, nowSeconds) => {
    const bound = Boolean(spec.volumeName);
    return [
      metadata.name,
      metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
      spec.volumeName ?? "",
      bound ? (status?.capacity?.storage ?? "0") : "",
      bound ? modesText(status?.accessModes) : "",
      className({ metadata, spec }),
      spec.volumeAttributesClassName ?? UNSET,
      ageOf(metadata.creationTimestamp, nowSeconds),
      spec.volumeMode ?? UNSET,
    ];
  },
};

/** How volumes of the class are made; the default class is marked. */
export const storageClassPrinter: Printer<StorageClass> = {
  columns: [
    NAME,
    text("Provisioner", "Who makes its volumes."),
    text("ReclaimPolicy", "What becomes of a volume without its claim."),
    text("VolumeBindingMode", "When a volume is made."),
    text("AllowVolumeExpansion", "Whether its volumes can grow."),
    AGE,
  ],
  cells: (storageClass, nowSeconds) => {
    const { metadata, provisioner, reclaimPolicy, volumeBindingMode, allowVolumeExpansion } = storageClass;
    const isDefault = metadata.annotations?.[DEFAULT_CLASS] === "true";
    return [
      isDefault ? `${metadata.name} (default)` : metadata.name,
      provisioner,
      reclaimPolicy ?? "Delete",
      volumeBindingMode ?? "Immediate",
      allowVolumeExpansion ?? false,
      ageOf(metadata.creationTimestamp, nowSeconds),
    ];
  },
};
