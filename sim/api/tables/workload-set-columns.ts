/**
 * Tables of StatefulSets, DaemonSets, ControllerRevisions and ReplicationControllers
 * (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { ControllerRevision } from "../kinds/controller-revision.ts";
import type { DaemonSet } from "../kinds/daemon-set.ts";
import type { Printer } from "../kinds/kind.ts";
import type { ReplicationController } from "../kinds/replication-controller.ts";
import type { StatefulSet } from "../kinds/stateful-set.ts";
import { selectorText } from "../selectors/label-selector-object.ts";
import { AGE, integer, NAME, NONE, TEMPLATE_COLUMNS, templateCells, text } from "./columns.ts";
import { ageOf } from "./duration.ts";

/** READY shows ready over wanted; wide tables have no selector. */
export const statefulSetPrinter: Printer<StatefulSet> = {
  columns: [NAME, text("Ready", "Ready pods over wanted pods."), AGE, ...TEMPLATE_COLUMNS.slice(0, 2)],
  cells({ metadata, spec, status }, nowSeconds) {
    return [
      metadata.name,
      `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
      ageOf(metadata.creationTimestamp, nowSeconds),
      ...templateCells(spec.template, spec.selector).slice(0, 2),
    ];
  },
};

/** All numbers count nodes. */
export const daemonSetPrinter: Printer<DaemonSet> = {
  columns: [
    NAME,
    integer("Desired", "Nodes that are to run a pod."),
    integer("Current", "Nodes of those that have one."),
    integer("Ready", "Nodes with a ready pod."),
    integer("Up-to-date", "Nodes with a pod of the newest template."),
    integer("Available", "Nodes with a pod that has been ready long enough."),
    text("Node Selector", "The labels that a node must have."),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  cells({ metadata, spec, status }, nowSeconds) {
    return [
      metadata.name,
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      selectorText({ matchLabels: spec.template.spec?.nodeSelector ?? {} }) || NONE,
      ageOf(metadata.creationTimestamp, nowSeconds),
      ...templateCells(spec.template, spec.selector),
    ];
  },
};

/** Whose revision it is, and its number. */
export const controllerRevisionPrinter: Printer<ControllerRevision> = {
  columns: [
    NAME,
    text("Controller", "The object that the revision belongs to."),
    text("Revision", "The number of the revision."),
    AGE,
  ],
  cells({ metadata, revision }, nowSeconds) {
    const owner = metadata.ownerReferences?.find((one) => one.controller === true);
    const group = owner?.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
    return [
      metadata.name,
      owner === undefined ? NONE : `${owner.kind.toLowerCase()}${group}/${owner.name}`,
      revision ?? 0,
      ageOf(metadata.creationTimestamp, nowSeconds),
    ];
  },
};

/** Wanted, existing and ready pods. */
export const replicationControllerPrinter: Printer<ReplicationController> = {
  columns: [
    NAME,
    integer("Desired", "Pods asked for."),
    integer("Current", "Pods that exist."),
    integer("Ready", "Pods that are ready."),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  cells({ metadata, spec, status }, nowSeconds) {
    const cells = [spec.replicas ?? 1, status?.replicas ?? 0, status?.readyReplicas ?? 0];
    const age = ageOf(metadata.creationTimestamp, nowSeconds);
    return [metadata.name, ...cells, age, ...templateCells(spec.template, { matchLabels: spec.selector ?? {} })];
  },
};
