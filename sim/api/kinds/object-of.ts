/**
 * From a resource's name to the type of its objects, for those who read objects by resource.
 * Source: Kubernetes 1.32, the resources of `/api/v1` and the API groups.
 * Left out: resources whose objects have no type of their own here; they are plain API objects.
 * Invariant: a name in here is the resource of a registered kind.
 */
import type { KubeObject } from "../types.ts";
import type { ConfigMap } from "./config-map.ts";
import type { ControllerRevision } from "./controller-revision.ts";
import type { DaemonSet } from "./daemon-set.ts";
import type { Deployment } from "./deployment.ts";
import type { KubeEvent } from "./event.ts";
import type { Job } from "./job.ts";
import type { Lease } from "./lease.ts";
import type { Namespace } from "./namespace.ts";
import type { Node } from "./node.ts";
import type { PersistentVolume } from "./persistent-volume.ts";
import type { PersistentVolumeClaim } from "./persistent-volume-claim.ts";
import type { Pod } from "./pod.ts";
import type { ReplicaSet } from "./replicaset.ts";
import type { ReplicationController } from "./replication-controller.ts";
import type { Secret } from "./secret.ts";
import type { ServiceAccount } from "./service-account.ts";
import type { StatefulSet } from "./stateful-set.ts";
import type { StorageClass } from "./storage-class.ts";

interface TypesByResource {
  readonly configmaps: ConfigMap;
  readonly controllerrevisions: ControllerRevision;
  readonly daemonsets: DaemonSet;
  readonly deployments: Deployment;
  readonly events: KubeEvent;
  readonly jobs: Job;
  readonly leases: Lease;
  readonly namespaces: Namespace;
  readonly nodes: Node;
  readonly persistentvolumeclaims: PersistentVolumeClaim;
  readonly persistentvolumes: PersistentVolume;
  readonly pods: Pod;
  readonly replicasets: ReplicaSet;
  readonly replicationcontrollers: ReplicationController;
  readonly secrets: Secret;
  readonly serviceaccounts: ServiceAccount;
  readonly statefulsets: StatefulSet;
  readonly storageclasses: StorageClass;
}

/** The type of a resource's objects: `ObjectOf<"pods">` is Pod. */
export type ObjectOf<R extends string> = R extends keyof TypesByResource ? TypesByResource[R] : KubeObject;
