/**
 * `apps/v1` ControllerRevision (Kubernetes 1.32, pkg/registry/apps/controllerrevision/strategy.go): its type and its
 * registration.
 * Left out: nothing.
 * Invariant: the data of a revision never change; only its number does, when it becomes the newest again.
 */
import { controllerRevisionPrinter } from "../tables/workload-set-columns.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { validateRevision, validateRevisionUpdate } from "../validation/controller-revision.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";

/** One state of a StatefulSet's or DaemonSet's template; `data` is a patch that brings the set back to it. */
export interface ControllerRevision extends KubeObject {
  readonly data?: JsonObject;
  readonly revision: number;
}

/** The kind ControllerRevision. */
export const controllerRevisionKind: Kind<ControllerRevision> = {
  group: "apps",
  version: "v1",
  resource: "controllerrevisions",
  kind: "ControllerRevision",
  singular: "controllerrevision",
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/controllerrevisions",
  struct: "ControllerRevision",
  nameRule: dnsSubdomain,
  strategy: { validate: validateRevision, validateUpdate: validateRevisionUpdate },
  printer: controllerRevisionPrinter,
};
