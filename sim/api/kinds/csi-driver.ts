/**
 * `storage.k8s.io/v1` CSIDriver (Kubernetes 1.32, pkg/registry/storage/csidriver): its type and its registration.
 * Left out: nothing is mounted by a driver; what it says about itself is kept.
 * Invariant: every yes-or-no of the spec has a value.
 */
import { csiDriverPrinter } from "../tables/policy-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";

/** What a CSI driver says about itself. */
export interface CsiDriver extends KubeObject {
  readonly spec: {
    readonly attachRequired?: boolean;
    readonly podInfoOnMount?: boolean;
    readonly volumeLifecycleModes?: readonly string[];
    readonly storageCapacity?: boolean;
    readonly fsGroupPolicy?: string;
    readonly tokenRequests?: readonly JsonObject[];
    readonly requiresRepublish?: boolean;
    readonly seLinuxMount?: boolean;
  };
}

const DEFAULTS: CsiDriver["spec"] = {
  attachRequired: true,
  podInfoOnMount: false,
  volumeLifecycleModes: ["Persistent"],
  storageCapacity: false,
  fsGroupPolicy: "ReadWriteOnceWithFSType",
  requiresRepublish: false,
  seLinuxMount: false,
};

/** The kind CSIDriver. */
export const csiDriverKind: Kind<CsiDriver> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "csidrivers",
  kind: "CSIDriver",
  singular: "csidriver",
  shortNames: [],
  categories: [],
  namespaced: false,
  subresources: [],
  storagePrefix: "/registry/csidrivers",
  struct: "CSIDriver",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: { defaults: (driver) => ({ ...driver, spec: { ...DEFAULTS, ...driver.spec } }) },
  printer: csiDriverPrinter,
};
