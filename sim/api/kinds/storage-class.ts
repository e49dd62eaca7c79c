/**
 * `storage.k8s.io/v1` StorageClass (Kubernetes 1.32, pkg/registry/storage/storageclass): its type and its registration.
 * Left out: nothing.
 * Invariant: provisioner, parameters, reclaim policy and binding mode never change.
 */
import { defaultStorageClass } from "../defaults/storage.ts";
import { storageClassPrinter } from "../tables/storage-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateStorageClass, validateStorageClassUpdate } from "../validation/storage-class.ts";
import type { Kind } from "./kind.ts";
import type { ReclaimPolicy } from "./persistent-volume.ts";

/** Values of one node label that a volume may be in. */
export interface TopologySelectorTerm {
  readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** A StorageClass: how volumes of a name are made. */
export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: ReclaimPolicy;
  readonly mountOptions?: readonly string[];
  readonly allowVolumeExpansion?: boolean;
  readonly volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
  readonly allowedTopologies?: readonly TopologySelectorTerm[];
}

/** The kind StorageClass. */
export const storageClassKind: Kind<StorageClass> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "storageclasses",
  kind: "StorageClass",
  singular: "storageclass",
  shortNames: ["sc"],
  categories: [],
  namespaced: false,
  subresources: [],
  storagePrefix: "/registry/storageclasses",
  struct: "StorageClass",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {
    defaults: defaultStorageClass,
    validate: validateStorageClass,
    validateUpdate: validateStorageClassUpdate,
  },
  printer: storageClassPrinter,
};
