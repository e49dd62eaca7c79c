/**
 * The `autoscaling/v1` Scale view of a workload (Kubernetes 1.32, pkg/registry/apps/deployment/storage/storage.go
 * scaleFromDeployment).
 * Left out: nothing.
 * Invariant: a scale has the identity and resourceVersion of the object that it is a view of.
 */
import type { Kind } from "../kinds/kind.ts";
import type { KubeObject } from "../types.ts";

/** The scale of an object at a revision; only for kinds with `scaling`. */
export function scaleOf(kind: Kind, object: KubeObject, modRevision: number): KubeObject {
  const { name, namespace, uid, creationTimestamp } = object.metadata;
  const { specReplicas, statusReplicas, selector } = kind.scaling!.read(object);
  const scale = {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion: String(modRevision), creationTimestamp },
    spec: specReplicas === 0 ? {} : { replicas: specReplicas },
    status: { replicas: statusReplicas, selector },
  };
  return scale as KubeObject;
}
