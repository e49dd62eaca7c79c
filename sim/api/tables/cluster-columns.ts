/**
 * Tables of namespaces, leases, config maps and service accounts
 * (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { ConfigMap } from "../kinds/config-map.ts";
import type { Printer } from "../kinds/kind.ts";
import type { Lease } from "../kinds/lease.ts";
import type { Namespace } from "../kinds/namespace.ts";
import type { ServiceAccount } from "../kinds/service-account.ts";
import { AGE, NAME, text } from "./columns.ts";
import { ageOf } from "./duration.ts";

/** The phase. */
export const namespacePrinter: Printer<Namespace> = {
  columns: [NAME, text("Status", "Active or Terminating."), AGE],
  cells: ({ metadata, status }, nowSeconds) => [
    metadata.name,
    status?.phase ?? "",
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};

/** Who holds it. */
export const leasePrinter: Printer<Lease> = {
  columns: [NAME, text("Holder", "Who holds the lease."), AGE],
  cells: ({ metadata, spec }, nowSeconds) => [
    metadata.name,
    spec?.holderIdentity ?? "",
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};

/** How many entries. */
export const configMapPrinter: Printer<ConfigMap> = {
  columns: [NAME, text("Data", "Number of entries."), AGE],
  cells: ({ metadata, data, binaryData }, nowSeconds) => [
    metadata.name,
    Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};

/** How many secrets; none since tokens are requested. */
export const serviceAccountPrinter: Printer<ServiceAccount> = {
  columns: [NAME, text("Secrets", "Number of secrets that pods may use."), AGE],
  cells: ({ metadata, secrets }, nowSeconds) => [
    metadata.name,
    secrets?.length ?? 0,
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};
