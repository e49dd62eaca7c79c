/**
 * Tables of budgets, quotas, limits and classes (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { CsiDriver } from "../kinds/csi-driver.ts";
import type { Column, Printer } from "../kinds/kind.ts";
import type { LimitRange, ResourceQuota } from "../kinds/namespace-limits.ts";
import type { PodDisruptionBudget } from "../kinds/pod-disruption-budget.ts";
import type { PriorityClass, RuntimeClass } from "../kinds/scheduling-classes.ts";
import { AGE, integer, NAME, text } from "./columns.ts";
import { ageOf } from "./duration.ts";
import { CREATED_AT } from "./rbac-columns.ts";

/** A column of yes or no. */
export function yesNo(name: string, describe: string): Column {
  return { name, type: "boolean", describe };
}

/** How many pods may go. */
export const budgetPrinter: Printer<PodDisruptionBudget> = {
  columns: [
    NAME,
    text("Min Available", "How many pods must stay."),
    text("Max Unavailable", "How many pods may be gone."),
    integer("Allowed Disruptions", "How many may go now."),
    AGE,
  ],
  cells: ({ metadata, spec, status }, nowSeconds) => [
    metadata.name,
    String(spec.minAvailable ?? "N/A"),
    String(spec.maxUnavailable ?? "N/A"),
    status?.disruptionsAllowed ?? 0,
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};

/** What is used of what is allowed: requests and counts in one column, limits in another. */
export const resourceQuotaPrinter: Printer<ResourceQuota> = {
  columns: [NAME, AGE, text("Request", "Requests and counts: used/allowed."), text("Limit", "Limits: used/allowed.")],
  cells: ({ metadata, spec, status }, nowSeconds) => {
    const hard = status?.hard && Object.keys(status.hard).length > 0 ? status.hard : (spec.hard ?? {});
    const shown = (limits: boolean) =>
      Object.keys(hard)
        .filter((name) => name.startsWith("limits.") === limits)
        .sort()
        .map((name) => `${name}: ${status?.used?.[name] ?? "0"}/${hard[name]}`)
        .join(", ");
    return [metadata.name, ageOf(metadata.creationTimestamp, nowSeconds), shown(false), shown(true)];
  },
};

/** Limit ranges show no more than when they were made. */
export const limitRangePrinter: Printer<LimitRange> = {
  columns: [NAME, CREATED_AT],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
};

/** The priority and whether it is the usual one. */
export const priorityClassPrinter: Printer<PriorityClass> = {
  columns: [
    NAME,
    integer("Value", "The priority."),
    yesNo("Global-Default", "Whether pods without a class get it."),
    AGE,
    text("PreemptionPolicy", "Whether its pods push others out."),
  ],
  cells: ({ metadata, value, globalDefault, preemptionPolicy }, nowSeconds) => [
    metadata.name,
    value,
    globalDefault ?? false,
    ageOf(metadata.creationTimestamp, nowSeconds),
    preemptionPolicy ?? "",
  ],
};

/** Who runs its pods. */
export const runtimeClassPrinter: Printer<RuntimeClass> = {
  columns: [NAME, text("Handler", "Who runs its pods."), AGE],
  cells: ({ metadata, handler }, nowSeconds) => [metadata.name, handler, ageOf(metadata.creationTimestamp, nowSeconds)],
};

function tokensText(tokens: CsiDriver["spec"]["tokenRequests"] = []): string {
  return tokens.map(({ audience }) => String(audience ?? "")).join(",") || "<unset>";
}

/** What a driver can. */
export const csiDriverPrinter: Printer<CsiDriver> = {
  columns: [
    NAME,
    yesNo("AttachRequired", "Whether volumes are attached first."),
    yesNo("PodInfoOnMount", "Whether it is told about pods."),
    yesNo("StorageCapacity", "Whether it says how much room there is."),
    text("TokenRequests", "The tokens that it wants."),
    yesNo("RequiresRepublish", "Whether mounts are renewed."),
    text("Modes", "How long its volumes live."),
    AGE,
  ],
  cells: ({ metadata, spec }, nowSeconds) => [
    metadata.name,
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    tokensText(spec.tokenRequests),
    spec.requiresRepublish ?? false,
    (spec.volumeLifecycleModes ?? []).join(",") || "<none>",
    ageOf(metadata.creationTimestamp, nowSeconds),
  ],
};
