/**
 * What the scheduler reads of the API objects that it watches, and nothing more.
 * Source: Kubernetes 1.32, api/core/v1, api/apps/v1, api/policy/v1. Left out: volumes, claims, resource claims.
 * Invariant: structural types, so that the API's own typed objects fit; all values are immutable.
 */
import type { LabelSelector, PodSpec } from "../api/kinds/pod-spec.ts";

/** Labels or a map selector: text by key. */
export type Labels = Readonly<Record<string, string>>;

/** The metadata that decisions depend on. */
export interface MetadataLike {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Labels;
  readonly creationTimestamp?: string | null;
  readonly deletionTimestamp?: string | null;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[];
}

/** A `v1.Pod` as the scheduler sees it. */
export interface PodLike {
  readonly metadata: MetadataLike;
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly nominatedNodeName?: string;
    readonly startTime?: string | null;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/** `v1.Taint`: what a node asks pods to tolerate. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A `v1.Node` as the scheduler sees it. */
export interface NodeLike {
  readonly metadata: MetadataLike;
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly images?: readonly { readonly names?: readonly string[] | null; readonly sizeBytes?: number }[];
  };
}

/** A Namespace, whose labels namespace selectors read. */
export interface NamespaceLike {
  readonly metadata: MetadataLike;
}

/** A Service or ReplicationController: it selects pods by a plain map. */
export interface MapSelecting {
  readonly metadata: MetadataLike;
  readonly spec?: { readonly selector?: Labels };
}

/** A ReplicaSet or StatefulSet: it selects pods by a label selector. */
export interface LabelSelecting {
  readonly metadata: MetadataLike;
  readonly spec?: { readonly selector?: LabelSelector };
}

/** A PodDisruptionBudget: preemption prefers not to break it. */
export interface DisruptionBudgetLike extends LabelSelecting {
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly disruptedPods?: Readonly<Record<string, unknown>>;
  };
}
