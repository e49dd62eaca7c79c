/**
 * What the kubelet remembers of the pods of its node: the rows of its pod workers.
 * Source: Kubernetes 1.32, pkg/kubelet/pod_workers.go (podSyncStatus) and the back-offs of kuberuntime.
 * Invariant: a row is replaced, never changed; a restarted kubelet begins without rows and finds its pods anew.
 */
import type { Pod } from "../api/kinds/pod.ts";
import { lookUp } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import { type Duration, type Instant, second } from "../time/instant.ts";
import type { ContainerRow } from "./cri.ts";

/** How long a failed pull is reported as ErrImagePull before it is ImagePullBackOff. */
export const pullErrorShownUs = 1 * second;

/** What the kubelet remembers of a container between its starts. */
export interface RestartRow {
  readonly backoffUs: Duration;
  /** Not before this instant. */
  readonly notBefore: Instant;
  /** How it ended last. */
  readonly last?: ContainerRow;
}

/** Why a container's image is not there. */
export interface ImageTrouble {
  readonly backoffUs: Duration;
  readonly notBefore: Instant;
}

/** One pod of this node, as its worker remembers it. */
export interface PodWorkerRow {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Names of all its containers, init containers first. */
  readonly containers: readonly string[];
  readonly startedAt: Instant;
  readonly restarts: Readonly<Record<string, RestartRow>>;
  readonly trouble: Readonly<Record<string, ImageTrouble>>;
  /** By container: why its configuration can't be made. */
  readonly refused: Readonly<Record<string, string>>;
  /** Tries to set the pod up that have failed in a row, and the instant of the next one. */
  readonly mounting: { readonly failures: number; readonly notBefore: Instant };
  /** The pod is being ended; its containers get this long. */
  readonly terminating: boolean;
  /** The last status and the deletion have been asked for. */
  readonly finishing: boolean;
}

/** The row of a pod that this kubelet has just heard of. */
export function newWorker(
  io: Io,
  about: Pick<PodWorkerRow, "namespace" | "name" | "uid" | "containers">,
): PodWorkerRow {
  return {
    ...about,
    startedAt: io.now,
    restarts: {},
    trouble: {},
    ...freshSetUp,
    terminating: false,
    finishing: false,
  };
}

const freshSetUp = { refused: {}, mounting: { failures: 0, notBefore: 0 } } as const;

/** All pod workers, by machine and uid. */
export function workers(io: Io) {
  return io.sorted<PodWorkerRow>("pod workers");
}

/** Key of a pod's worker on this machine. */
export function workerKey(io: Io, uid: string): string {
  return `${io.machine}|${uid}`;
}

/** Replaces a worker's row. */
export function setWorker(io: Io, row: PodWorkerRow): void {
  workers(io).set(workerKey(io, row.uid), row);
}

/** The pod of a worker as this kubelet sees it; undefined if it is gone or another one has its name. */
export function podOf(io: Io, row: PodWorkerRow): Pod | undefined {
  const pod = lookUp<Pod>(io, "pods", row.namespace, row.name);
  return pod?.metadata.uid === row.uid ? pod : undefined;
}

/** Whether the restart policy wants an ended container started again. */
export function mayRestart(pod: Pod, state: ContainerRow): boolean {
  const policy = pod.spec.restartPolicy ?? "Always";
  return policy === "Always" || (policy === "OnFailure" && state.exitCode !== 0);
}
