/**
 * The requests that controllers send, as client-go's typed clients form them (Kubernetes 1.32, client-go/kubernetes/typed).
 * Left out: apply configurations.
 * Invariant: bodies share the parts of the object that they were made from; nothing is copied.
 */
import type { JsonObject, KubeObject, PatchType } from "../api/types.ts";
import type { ClientRequest } from "../client/requests.ts";

/** A resource with the group and version that it is served in. */
export interface Served {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Where Pods are served. */
export const pods: Served = { group: "", version: "v1", resource: "pods" };
/** Where Nodes are served. */
export const nodes: Served = { group: "", version: "v1", resource: "nodes" };
/** Where Namespaces are served. */
export const namespaces: Served = { group: "", version: "v1", resource: "namespaces" };
/** Where ServiceAccounts are served. */
export const serviceAccounts: Served = { group: "", version: "v1", resource: "serviceaccounts" };
/** Where ConfigMaps are served. */
export const configMaps: Served = { group: "", version: "v1", resource: "configmaps" };
/** Where ReplicaSets are served. */
export const replicaSets: Served = { group: "apps", version: "v1", resource: "replicasets" };
/** Where Deployments are served. */
export const deployments: Served = { group: "apps", version: "v1", resource: "deployments" };

/** Where ReplicationControllers are served. */
export const replicationControllers: Served = { group: "", version: "v1", resource: "replicationcontrollers" };
/** Where StatefulSets are served. */
export const statefulSets: Served = { group: "apps", version: "v1", resource: "statefulsets" };
/** Where DaemonSets are served. */
export const daemonSets: Served = { group: "apps", version: "v1", resource: "daemonsets" };
/** Where ControllerRevisions are served. */
export const controllerRevisions: Served = { group: "apps", version: "v1", resource: "controllerrevisions" };
/** Where Jobs are served. */
export const jobs: Served = { group: "batch", version: "v1", resource: "jobs" };
/** Where PersistentVolumeClaims are served. */
export const claims: Served = { group: "", version: "v1", resource: "persistentvolumeclaims" };
/** Where PersistentVolumes are served. */
export const volumes: Served = { group: "", version: "v1", resource: "persistentvolumes" };

/** Where PodDisruptionBudgets are served. */
export const budgets: Served = { group: "policy", version: "v1", resource: "poddisruptionbudgets" };

function place(object: KubeObject): { readonly namespace?: string; readonly name: string } {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** POST of a new object into its namespace. */
export function createOf(
  served: Served,
  object: Omit<KubeObject, "metadata"> & { readonly metadata: object },
): ClientRequest {
  const { namespace } = object.metadata as { readonly namespace?: string };
  const body = object as unknown as JsonObject;
  return { ...served, verb: "create", ...(namespace !== undefined && { namespace }), body };
}

/** PUT of a changed object, or of a subresource such as its status; its resourceVersion guards the write. */
export function updateOf(served: Served, object: KubeObject, subresource?: string): ClientRequest {
  const body = object as unknown as JsonObject;
  return { ...served, verb: "update", ...place(object), ...(subresource !== undefined && { subresource }), body };
}

/** PATCH of an object or subresource. */
export function patchOf(
  served: Served,
  object: KubeObject,
  body: JsonObject,
  patchType: PatchType = "strategic",
  subresource?: string,
): ClientRequest {
  return {
    ...served,
    verb: "patch",
    patchType,
    ...place(object),
    ...(subresource !== undefined && { subresource }),
    body,
  };
}

/** DELETE of just this object: the uid guards against a new one of the same name. */
export function deleteOf(served: Served, object: KubeObject, more: Partial<ClientRequest> = {}): ClientRequest {
  const { uid } = object.metadata;
  return { ...served, verb: "delete", ...place(object), ...(uid !== undefined && { preconditions: { uid } }), ...more };
}

/** `kind/namespace/name` in lower case kind, as the journal names objects. */
export function journalName(object: KubeObject): string {
  return `${object.kind.toLowerCase()}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
