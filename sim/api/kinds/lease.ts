/**
 * `coordination.k8s.io/v1` Lease (Kubernetes 1.32, pkg/registry/coordination/lease): its type and its registration.
 * Left out: coordinated leader election.
 * Invariant: times have microseconds, unlike all other timestamps.
 */
import { leasePrinter } from "../tables/cluster-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateLease } from "../validation/small-kinds.ts";
import type { Kind } from "./kind.ts";

/** Who holds something, and since when. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** A Lease. */
export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

/** The kind Lease. */
export const leaseKind: Kind<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  resource: "leases",
  kind: "Lease",
  singular: "lease",
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/leases",
  struct: "Lease",
  nameRule: dnsSubdomain,
  createsOnUpdate: true,
  needsResourceVersion: true,
  strategy: { validate: validateLease },
  printer: leasePrinter,
};
