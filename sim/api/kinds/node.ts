/**
 * `core/v1` Node (Kubernetes 1.32, pkg/registry/core/node/strategy.go): its type and its registration.
 * Left out: dynamic kubelet configuration.
 * Invariant: key prefix in etcd is "minions", as it has been since the first release.
 */
import { nodePrinter } from "../tables/node-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateNode, validateNodeUpdate } from "../validation/node.ts";
import type { ResourceList } from "./container.ts";
import type { Kind } from "./kind.ts";

/** Keeps pods without a matching toleration away. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  readonly timeAdded?: string;
}

/** One condition of a Node, such as Ready or MemoryPressure. */
export interface NodeCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly lastHeartbeatTime?: string | null;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

/** An image that a node has. */
export interface ContainerImage {
  readonly names?: readonly string[];
  readonly sizeBytes?: number;
}

/** What is wanted of a node. */
export interface NodeSpec {
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  readonly unschedulable?: boolean;
  readonly taints?: readonly Taint[];
}

/** What kubelet and node controllers report. */
export interface NodeStatus {
  readonly capacity?: ResourceList;
  readonly allocatable?: ResourceList;
  readonly phase?: string;
  readonly conditions?: readonly NodeCondition[];
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port: number } };
  readonly nodeInfo?: Readonly<Record<string, string>>;
  readonly images?: readonly ContainerImage[];
  readonly volumesInUse?: readonly string[];
}

/** A Node. */
export interface Node extends KubeObject {
  readonly spec: NodeSpec;
  readonly status?: NodeStatus;
}

/** A node that reports no allocatable amounts offers its whole capacity. */
function withAllocatable(node: Node): Node {
  const { capacity, allocatable } = node.status ?? {};
  return capacity && !allocatable ? { ...node, status: { ...node.status, allocatable: capacity } } : node;
}

/** The kind Node. */
export const nodeKind: Kind<Node> = {
  group: "",
  version: "v1",
  resource: "nodes",
  kind: "Node",
  singular: "node",
  shortNames: ["no"],
  categories: [],
  namespaced: false,
  subresources: ["status"],
  storagePrefix: "/registry/minions",
  struct: "Node",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: withAllocatable,
    prepareForUpdate: (next, previous) =>
      next.status === previous.status ? next : { ...next, status: previous.status! },
    prepareForStatusUpdate: (next, previous) => withAllocatable({ ...next, spec: previous.spec }),
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
  },
  printer: nodePrinter,
  fieldLabels: { "spec.unschedulable": (node) => String(node.spec.unschedulable ?? false) },
};
