/**
 * Tables of Deployments and ReplicaSets (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { Deployment } from "../kinds/deployment.ts";
import type { Printer } from "../kinds/kind.ts";
import type { ReplicaSet } from "../kinds/replicaset.ts";
import { AGE, integer, NAME, TEMPLATE_COLUMNS, templateCells, text } from "./columns.ts";
import { ageOf } from "./duration.ts";

/** READY shows ready over wanted. */
export const deploymentPrinter: Printer<Deployment> = {
  columns: [
    NAME,
    text("Ready", "Ready pods over wanted pods."),
    text("Up-to-date", "Pods of the newest template."),
    text("Available", "Pods that have been ready long enough."),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  cells({ metadata, spec, status }, nowSeconds) {
    return [
      metadata.name,
      `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      ageOf(metadata.creationTimestamp, nowSeconds),
      ...templateCells(spec.template, spec.selector),
    ];
  },
};

/** Wanted, existing and ready pods. */
export const replicaSetPrinter: Printer<ReplicaSet> = {
  columns: [
    NAME,
    integer("Desired", "Wanted pods."),
    integer("Current", "Existing pods."),
    integer("Ready", "Ready pods."),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  cells({ metadata, spec, status }, nowSeconds) {
    return [
      metadata.name,
      spec.replicas ?? 1,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      ageOf(metadata.creationTimestamp, nowSeconds),
      ...templateCells(spec.template, spec.selector),
    ];
  },
};
