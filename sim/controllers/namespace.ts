/**
 * The namespace controller: empties a namespace that is being deleted, reports how far it is, and lets it go.
 * Source: Kubernetes 1.32, pkg/controller/namespace (namespace_controller.go, deletion/namespaced_resources_deleter.go,
 * deletion/status_condition_utils.go).
 * Left out: discovery that fails. What is left is counted in what this process has seen instead of by list requests.
 * Invariant: the finalizer "kubernetes" goes only when nothing is left in the namespace.
 */
import type { Namespace, NamespaceCondition } from "../api/kinds/namespace.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { KINDS } from "../api/kinds/registry.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { ApiResponse, KubeObject } from "../api/types.ts";
import type { Controller, ControllerContext } from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { listAll, lookUp } from "../client/lister.ts";
import { enqueueAfter } from "../client/workqueue.ts";
import type { Io } from "../time/component.ts";
import { type Duration, millisecond, rfc3339, second } from "../time/instant.ts";
import { namespaces, type Served, updateOf } from "./request-forms.ts";
import { dropSync, finishWrite, mayReconcile, type SyncContext, sendWrite, writesUnderWay } from "./syncs.ts";

const name = "namespace-controller";

/** The finalizer that this controller answers for. */
const ownFinalizer = "kubernetes";

/** Wait before the first look, so that other API servers know of the deletion and create nothing any more. */
const gracePeriod = 5 * second;

/** What upstream spends on listing what is left; here the time in which the deletions become visible. */
const listingTime = 50 * millisecond;

/** What can be in a namespace, without the Events: they are asked to go, but nobody waits for them. */
const contents: readonly (Served & { readonly storage: string })[] = KINDS.filter((kind) => kind.namespaced).map(
  (kind) => ({
    group: kind.group,
    version: kind.version,
    resource: kind.resource,
    storage: kind.storagePrefix,
  }),
);
const counted = contents.filter((served) => served.resource !== "events");

/** Empties namespaces. */
export const namespaceController: Controller = {
  name,
  resources: ["namespaces", ...counted.map((served) => served.resource)],
  changed,
  reconcile,
  answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
    finishWrite(
      io,
      context as SyncContext,
      response,
      response?.code === 404 || response?.code === 405 ? false : undefined,
    );
    const { key } = context as SyncContext;
    if (context.write === "empty" && writesUnderWay(io, name, key) === 0) enqueueAfter(io, name, key, listingTime);
  },
};

function changed(io: Io, { type, resource, object }: Change): void {
  if (resource !== "namespaces") return;
  if (type === "DELETED") return dropSync(io, name, object.metadata.name);
  if (object.metadata.deletionTimestamp !== undefined) enqueueAfter(io, name, object.metadata.name, gracePeriod);
}

function reconcile(io: Io, key: string): void {
  const namespace = lookUp<Namespace>(io, "namespaces", "", key);
  if (namespace?.metadata.deletionTimestamp === undefined || !mayReconcile(io, name, key)) return;
  if (namespace.spec?.finalizers?.includes(ownFinalizer) !== true) return;
  const left = remains(io, key);
  const status: Namespace["status"] = {
    phase: "Terminating",
    conditions: conditionsOf(namespace, left, rfc3339(io.now)),
  };
  const asked = io.table<string>("emptied namespaces");
  const { uid = "" } = namespace.metadata;
  if (asked.get(`${io.self}|${key}`) !== uid) {
    asked.set(`${io.self}|${key}`, uid);
    return empty(io, key, namespace);
  }
  if (!equalJson(namespace.status, status)) {
    const next: Namespace = { ...namespace, status };
    sendWrite(io, name, key, updateOf(namespaces, next, "status"), { write: "status" });
  }
  if (left.length > 0) {
    if (left.some(([, objects]) => objects.some((object) => object.metadata.deletionTimestamp === undefined)))
      asked.delete(`${io.self}|${key}`);
    return enqueueAfter(io, name, key, estimate(left));
  }
  asked.delete(`${io.self}|${key}`);
  const finalizers = namespace.spec.finalizers.filter((finalizer) => finalizer !== ownFinalizer);
  // Without a resourceVersion, since the status is written just before: the finalizers are all that this replaces.
  const { resourceVersion: _any, ...metadata } = namespace.metadata;
  const next: Namespace = { ...namespace, metadata, spec: { ...namespace.spec, finalizers } };
  sendWrite(io, name, key, updateOf(namespaces, next, "finalize"), { write: "finalize" });
  io.note("finalize", `namespace//${key}`, "ContentRemoved", "All content successfully removed");
}

/** Asks the API server to delete everything in the namespace, resource by resource. */
function empty(io: Io, key: string, namespace: Namespace): void {
  if (namespace.status?.phase !== "Terminating") {
    const next: Namespace = { ...namespace, status: { ...namespace.status, phase: "Terminating" } };
    sendWrite(io, name, key, updateOf(namespaces, next, "status"), { write: "status" });
  }
  for (const { storage: _storage, ...served } of contents) {
    const propagationPolicy = "Background" as const;
    const request = { ...served, verb: "deletecollection", namespace: key, propagationPolicy } as const;
    sendWrite(io, name, key, request, { write: "empty" });
  }
  io.note("empty", `namespace//${key}`, "", "the namespace is being deleted");
}

type Remains = readonly (readonly [served: Served, objects: readonly KubeObject[]])[];

function remains(io: Io, namespace: string): Remains {
  return counted
    .map((served) => [served, listAll<KubeObject>(io, served.resource, namespace)] as const)
    .filter(([, objects]) => objects.length > 0);
}

/** When to look again: half the time that the slowest of the rest may take, and a second. */
function estimate(left: Remains): Duration {
  let seconds = 0;
  for (const [served, objects] of left) {
    const graces =
      served.resource === "pods" ? objects.map((pod) => (pod as Pod).spec.terminationGracePeriodSeconds ?? 0) : [];
    const grace = Math.max(0, ...graces);
    seconds = Math.max(seconds, grace > 0 ? grace : 15);
  }
  return (Math.floor(seconds / 2) + 1) * second;
}

function conditionsOf(namespace: Namespace, left: Remains, now: string): readonly NamespaceCondition[] {
  const finalizers = new Map<string, number>();
  for (const [, objects] of left) {
    for (const object of objects) {
      for (const finalizer of object.metadata.finalizers ?? [])
        finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    }
  }
  const kinds = left
    .map(([{ group, resource }, objects]) => `${resource}.${group} has ${objects.length} resource instances`)
    .sort();
  const names = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort();
  const rows: readonly (readonly [string, boolean, string, string])[] = [
    ["NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"],
    [
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ],
    [
      "NamespaceDeletionContentFailure",
      false,
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ],
    kinds.length > 0
      ? ["NamespaceContentRemaining", true, "SomeResourcesRemain", `Some resources are remaining: ${kinds.join(", ")}`]
      : ["NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed"],
    names.length > 0
      ? [
          "NamespaceFinalizersRemaining",
          true,
          "SomeFinalizersRemain",
          `Some content in the namespace has finalizers remaining: ${names.join(", ")}`,
        ]
      : ["NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished"],
  ];
  return rows.map(([type, holds, reason, message]) => {
    const status = holds ? "True" : "False";
    const before = namespace.status?.conditions?.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? now) : now;
    return { type, status, lastTransitionTime, reason, message };
  });
}
