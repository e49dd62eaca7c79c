/**
 * What a view or a check may see of a cluster: one immutable picture of a moment, made of plain data.
 * Nothing here is computed by the viewer: whether a pod is ready or a process runs is recorded by the simulation.
 * Invariant: the same step of the same history gives the same snapshot, value for value.
 */
import type { KubeObject } from "./api/types.ts";
import type { JournalEntry } from "./time/journal.ts";

/** One simulated process, e.g. "kube-scheduler" on machine "master-1". */
export interface ProcessSnapshot {
  /** Unique, e.g. "kubelet/worker-1". */
  readonly id: string;
  /** Component name, e.g. "kubelet". */
  readonly component: string;
  /** Host it runs on, e.g. "worker-1". */
  readonly machine: string;
  readonly running: boolean;
  /** What it did last or does now, in a few words; "" when it has not done anything yet. */
  readonly doing: string;
  /** Step in which it last did something; -1 if never. */
  readonly doingStep: number;
}

/** One host: a control-plane machine or a node. */
export interface MachineSnapshot {
  readonly name: string;
  readonly role: "control-plane" | "worker";
  readonly zone: string;
  readonly up: boolean;
}

/** A message between two processes that was sent or delivered in the steps shown. */
export interface MessageSnapshot {
  readonly step: number;
  readonly from: string;
  readonly to: string;
  /** e.g. "request", "response", "watch", "propose", "commit", "timer". */
  readonly kind: string;
  /** Short text, e.g. "create pods default/web-1" or "201". */
  readonly label: string;
  readonly dropped: boolean;
}

export type { JournalEntry };

/** A cluster at one moment. */
export interface Snapshot {
  readonly step: number;
  /** Simulated microseconds since the cluster's start. */
  readonly now: number;
  /** Newest etcd revision. */
  readonly revision: number;
  readonly seed: number;
  readonly hash: string;
  readonly machines: readonly MachineSnapshot[];
  readonly processes: readonly ProcessSnapshot[];
  /** Links that a fault has cut, as pairs of process ids or machine names. */
  readonly cutLinks: readonly (readonly [string, string])[];
  /** Messages of the last step (or of the last few, see the maker). */
  readonly messages: readonly MessageSnapshot[];
  /** Journal entries of the same steps as `messages`. */
  readonly journal: readonly JournalEntry[];
  /** All stored objects of a resource, e.g. objects("pods"), ordered by namespace and name. */
  objects(resource: string): readonly KubeObject[];
}
