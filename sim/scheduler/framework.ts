/**
 * The scheduling framework: one small interface for each extension point at which a plugin can take part.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/interface.go. Plugins are constants: what they need comes as
 * arguments, and `SchedulingContext` is what upstream's `Handle` gives access to.
 * Left out: extenders, waiting pods of Permit across cycles, plugin arguments other than the defaults.
 * Invariant: plugins are pure; they change nothing but their own part of the cycle state.
 */
import type { CycleState } from "./cycle-state.ts";
import type { ClusterEventWithHint } from "./events.ts";
import type { NodeList } from "./node-list.ts";
import type { NodeInfo } from "./node-row.ts";
import type { DisruptionBudgetLike, LabelSelecting, MapSelecting, NamespaceLike } from "./objects.ts";
import type { PodInfo } from "./pod-row.ts";
import type { Status } from "./status.ts";
import type { StorageView } from "./storage-view.ts";

/** The cluster as a cycle sees it, and its source of chance. */
export interface SchedulingContext {
  readonly nodes: NodeList;
  readonly namespaces: () => readonly NamespaceLike[];
  /** Services of one namespace. */
  readonly servicesIn: (namespace: string) => readonly MapSelecting[];
  /** The ReplicationController, ReplicaSet or StatefulSet that owns a pod, if it still exists. */
  readonly controller: (kind: string, namespace: string, name: string) => PodOwner | undefined;
  /** Claims, volumes and classes; absent where there is no storage at all. */
  readonly storage?: StorageView;
  readonly disruptionBudgets: () => readonly DisruptionBudgetLike[];
  /** Pods nominated to a node by preemption and not yet bound there. */
  readonly nominatedPods: (nodeName: string) => readonly PodInfo[];
  /** A whole number from 0 to n - 1, from the scheduler's own random stream. */
  readonly below: (n: number) => number;
}

/** A workload object that owns pods and selects them by a map (ReplicationController) or a label selector. */
export type PodOwner = MapSelecting | LabelSelecting;

/** Every plugin has a name, and may say which cluster events can end a refusal of its own (`EnqueueExtensions`). */
export interface Plugin {
  readonly name: string;
  readonly eventsToRegister?: readonly ClusterEventWithHint[];
}

/** Decides whether a pod may enter the active queue at all. */
export interface PreEnqueuePlugin extends Plugin {
  preEnqueue(pod: PodInfo): Status;
}

/** What the queue is ordered by. */
export interface QueuedPodOrder {
  readonly priority: number;
  /** When the pod was added to the queue, in simulated microseconds. */
  readonly timestampUs: number;
}

/** Orders the active queue; there is exactly one. */
export interface QueueSortPlugin extends Plugin {
  less(left: QueuedPodOrder, right: QueuedPodOrder): boolean;
}

/** PreFilter's verdict; `nodeNames`, if given, are the only nodes that can be feasible (`PreFilterResult`). */
export interface PreFilterAnswer {
  readonly status: Status;
  readonly nodeNames?: ReadonlySet<string>;
}

/** Keeps a plugin's PreFilter state right while preemption tries a node with pods added or removed. */
export interface PreFilterExtensions {
  addPod(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void;
  removePod(state: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void;
}

/** Works out once per cycle what Filter needs for every node. */
export interface PreFilterPlugin extends Plugin {
  preFilter(context: SchedulingContext, state: CycleState, pod: PodInfo): PreFilterAnswer;
  readonly preFilterExtensions?: PreFilterExtensions;
}

/** Says whether the pod can run on a node. */
export interface FilterPlugin extends Plugin {
  filter(state: CycleState, pod: PodInfo, node: NodeInfo): Status;
}

/** What PostFilter came to: the node to nominate and the pods to evict there, or the words why not. */
export interface PostFilterAnswer {
  readonly status: Status;
  readonly nominatedNode?: string;
  readonly victims: readonly PodInfo[];
}

/** Looks for a way out when no node is feasible. */
export interface PostFilterPlugin extends Plugin {
  postFilter(
    context: SchedulingContext,
    state: CycleState,
    pod: PodInfo,
    statuses: NodeStatuses,
    runFilters: RunFilters,
  ): PostFilterAnswer;
}

/** Runs the profile's Filter plugins, PreFilter extensions included, for a trial node (upstream's `Handle`). */
export interface RunFilters {
  filter(state: CycleState, pod: PodInfo, node: NodeInfo): Status;
  addPod(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void;
  removePod(state: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void;
}

/** Verdicts by node; nodes that nobody looked at have `absent` (`NodeToStatus`). */
export interface NodeStatuses {
  readonly byNode: ReadonlyMap<string, Status>;
  readonly absent: Status;
}

/** Works out once per cycle what Score needs for every feasible node. */
export interface PreScorePlugin extends Plugin {
  preScore(context: SchedulingContext, state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Status;
}

/** Turns one plugin's raw scores, in the order of `nodes`, into 0–100, in place (`ScoreExtensions.NormalizeScore`). */
export interface ScoreExtensions {
  normalizeScore(state: CycleState, nodes: readonly NodeInfo[], scores: number[]): void;
}

/** Ranks a feasible node; whole numbers only. */
export interface ScorePlugin extends Plugin {
  score(context: SchedulingContext, state: CycleState, pod: PodInfo, node: NodeInfo): number;
  readonly scoreExtensions?: ScoreExtensions;
}

/** Claims what the pod will use, and gives it back when a later point refuses. @public */
export interface ReservePlugin extends Plugin {
  reserve(state: CycleState, pod: PodInfo, nodeName: string): Status;
  unreserve(state: CycleState, pod: PodInfo, nodeName: string): void;
}

/** Allows, refuses or delays (`Wait`, for `timeoutUs`) the binding. @public */
export interface PermitPlugin extends Plugin {
  permit(state: CycleState, pod: PodInfo, nodeName: string): { readonly status: Status; readonly timeoutUs: number };
}

/** Does what must be done before the pod is bound. @public */
export interface PreBindPlugin extends Plugin {
  preBind(state: CycleState, pod: PodInfo, nodeName: string): Status;
}

/** `v1.Binding`: the body of the request that binds a pod. */
export interface Binding {
  readonly apiVersion: "v1";
  readonly kind: "Binding";
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid?: string };
  readonly target: { readonly kind: "Node"; readonly name: string };
}

/** Makes the binding to send to the API server, or declines with undefined. */
export interface BindPlugin extends Plugin {
  bind(state: CycleState, pod: PodInfo, nodeName: string): Binding | undefined;
}

/** Is told after the pod was bound. @public */
export interface PostBindPlugin extends Plugin {
  postBind(state: CycleState, pod: PodInfo, nodeName: string): void;
}

/** The greatest score after normalising (`MaxNodeScore`). */
export const maxNodeScore = 100;
