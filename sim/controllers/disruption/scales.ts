/**
 * How many pods the controllers behind a budget's pods are asked for, each controller counted once.
 * Source: Kubernetes 1.32, pkg/controller/disruption/disruption.go (getExpectedScale and its finders).
 * Left out: custom resources with a scale of their own.
 * Invariant: only reads what this process has seen.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { KubeObject, OwnerReference } from "../../api/types.ts";
import { lookUp } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";
import { controllerOf } from "../owner.ts";

/** The sum, or why it can't be made; `unmanaged`: pods that no controller would replace. */
export type Scale =
  | { readonly kind: "known"; readonly replicas: number; readonly unmanaged: readonly string[] }
  | { readonly kind: "failed"; readonly message: string };

/** A workload as far as its size goes. */
interface Sized extends KubeObject {
  readonly spec: { readonly replicas?: number };
}

const resources: Readonly<Record<string, string>> = {
  ReplicaSet: "replicasets",
  ReplicationController: "replicationcontrollers",
  StatefulSet: "statefulsets",
  Deployment: "deployments",
};

/** Resources whose sizes count. */
export const scaledResources: readonly string[] = Object.values(resources);

function sized(io: Io, namespace: string, owner: OwnerReference): Sized | undefined {
  const resource = resources[owner.kind];
  const found = resource === undefined ? undefined : lookUp<Sized>(io, resource, namespace, owner.name);
  return found?.metadata.uid === owner.uid ? found : undefined;
}

/** Nothing to count. */
export const noScale: Scale = { kind: "known", replicas: 0, unmanaged: [] };

/** What the controllers of these pods are asked for, together. A ReplicaSet of a Deployment counts as the Deployment. */
export function scaleOf(io: Io, pods: readonly Pod[]): Scale {
  const sizes = new Map<string, number>();
  const seen = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const { name, namespace = "" } = pod.metadata;
    const owner = controllerOf(pod);
    if (owner === undefined) {
      unmanaged.push(name);
      continue;
    }
    if (seen.has(owner.uid)) continue;
    seen.add(owner.uid);
    const direct = sized(io, namespace, owner);
    if (direct === undefined)
      return { kind: "failed", message: `found no controllers for pod ${JSON.stringify(name)}` };
    const above = owner.kind === "ReplicaSet" ? controllerOf(direct) : undefined;
    const found = above?.kind === "Deployment" ? (sized(io, namespace, above) ?? direct) : direct;
    sizes.set(found.metadata.uid ?? "", found.spec.replicas ?? 1);
  }
  return { kind: "known", replicas: [...sizes.values()].reduce((sum, size) => sum + size, 0), unmanaged };
}
