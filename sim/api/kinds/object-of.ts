/**
 * From a resource's name to the type of its objects, for those who read objects by resource.
 * Source: Kubernetes 1.32, the resources of `/api/v1` and the API groups.
 * Left out: resources whose objects have no type of their own here; they are plain API objects.
 * Invariant: a name in here is the resource of a registered kind.
 */
import type { KubeObject } from "../types.ts";
import type { ConfigMap } from "./config-map.ts";
import type { Deployment } from "./deployment.ts";
import type { KubeEvent } from "./event.ts";
import type { Lease } from "./lease.ts";
import type { Namespace } from "./namespace.ts";
import type { Node } from "./node.ts";
import type { Pod } from "./pod.ts";
import type { ReplicaSet } from "./replicaset.ts";
import type { ServiceAccount } from "./service-account.ts";

interface TypesByResource {
  readonly configmaps: ConfigMap;
  readonly deployments: Deployment;
  readonly events: KubeEvent;
  readonly leases: Lease;
  readonly namespaces: Namespace;
  readonly nodes: Node;
  readonly pods: Pod;
  readonly replicasets: ReplicaSet;
  readonly serviceaccounts: ServiceAccount;
}

/** The type of a resource's objects: `ObjectOf<"pods">` is Pod. */
export type ObjectOf<R extends string> = R extends keyof TypesByResource ? TypesByResource[R] : KubeObject;
