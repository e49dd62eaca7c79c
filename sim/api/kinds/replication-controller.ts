/**
 * `core/v1` ReplicationController (Kubernetes 1.32, pkg/registry/core/replicationcontroller/strategy.go): its type and its
 * registration.
 * Left out: nothing.
 * Invariant: `metadata.generation` counts changes of spec; the selector is a plain map of labels.
 */
import { defaultReplicationController } from "../defaults/workload-sets.ts";
import { equalJson } from "../schema/equal-json.ts";
import { selectorText } from "../selectors/label-selector-object.ts";
import { replicationControllerPrinter } from "../tables/workload-set-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateReplicationController } from "../validation/replication-controller.ts";
import type { Kind } from "./kind.ts";
import type { PodTemplateSpec } from "./pod-spec.ts";
import type { ReplicaSetStatus } from "./replicaset.ts";

/** What is wanted. */
export interface ReplicationControllerSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: Readonly<Record<string, string>>;
  readonly template?: PodTemplateSpec;
}

/** A ReplicationController; its status has the fields of a ReplicaSet's. */
export interface ReplicationController extends KubeObject {
  readonly spec: ReplicationControllerSpec;
  readonly status?: ReplicaSetStatus;
}

const NO_STATUS: ReplicaSetStatus = { replicas: 0 };

/** The kind ReplicationController. */
export const replicationControllerKind: Kind<ReplicationController> = {
  group: "",
  version: "v1",
  resource: "replicationcontrollers",
  kind: "ReplicationController",
  singular: "replicationcontroller",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "scale"],
  storagePrefix: "/registry/controllers",
  struct: "ReplicationController",
  orphansByDefault: true,
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultReplicationController,
    prepareForCreate: (controller) => ({ ...controller, status: NO_STATUS }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? NO_STATUS }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateReplicationController,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: replicationControllerPrinter,
  fieldLabels: { "status.replicas": (controller) => String(controller.status?.replicas ?? 0) },
  scaling: {
    read: (controller) => ({
      specReplicas: controller.spec.replicas ?? 1,
      statusReplicas: controller.status?.replicas ?? 0,
      selector: selectorText({ matchLabels: controller.spec.selector ?? {} }),
    }),
    write: (controller, replicas) => ({ ...controller, spec: { ...controller.spec, replicas } }),
  },
};
