/**
 * What must be there before a pod's sandbox and its containers: mounted volumes, and an environment that can be made.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet.go (SyncPod's WaitForAttachAndMount), pkg/volume/util/nestedpendingoperations
 * (back-off of failed mounts) and kuberuntime_container.go (ErrCreateContainerConfig).
 * Left out: time that mounting takes; the wait for the back-off when what was missing has come.
 * Invariant: a failure is told as an Event at each try, and tries go on with growing distance.
 */
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { type EventText, record } from "../client/recorder.ts";
import type { Io, PeriodicBody } from "../time/component.ts";
import { millisecond, second } from "../time/instant.ts";
import { sandboxOf } from "./cri.ts";
import { environmentFailure, mountFailures, sourcesSeen } from "./pod-sources.ts";
import { type PodWorkerRow, podOf, setWorker, workerKey, workers } from "./worker-rows.ts";

const mountBackoffFirst = 500 * millisecond;
const mountBackoffMax = 122 * second;
/** How long a pod worker waits after a sync that failed. */
const configRetryUs = 10 * second;

/** Whether all volumes can be mounted; if not, says why and sets the next try. */
export function mountsReady(io: Io, pod: Pod, row: PodWorkerRow): boolean {
  if (!sourcesSeen(io, pod)) return false;
  const failures = mountFailures(io, pod);
  if (failures.length === 0) return true;
  if (io.now < row.mounting.notBefore) return false;
  const texts = failures.map(({ message }): EventText => ({ type: "Warning", reason: "FailedMount", message }));
  record(io, "kubelet", pod, texts);
  const { failures: before } = row.mounting;
  const delay = Math.min(mountBackoffMax, mountBackoffFirst * 2 ** Math.min(before, 20));
  setWorker(io, { ...row, mounting: { failures: before + 1, notBefore: io.now + delay } });
  tryLater(io, row.uid, delay);
  return false;
}

/** Whether a container's configuration can't be made; if so, says why and sets the next try. */
export function isRefused(io: Io, pod: Pod, container: Container): boolean {
  const uid = pod.metadata.uid ?? "";
  const row = workers(io).get(workerKey(io, uid));
  const why = environmentFailure(io, pod, container);
  if (row === undefined) return why !== undefined;
  const { [container.name]: before, ...others } = row.refused;
  if (why === undefined) {
    if (before !== undefined) setWorker(io, { ...row, refused: others });
    return false;
  }
  if (before === why && io.now < row.mounting.notBefore) return true;
  const mounting = { failures: 0, notBefore: io.now + configRetryUs };
  setWorker(io, { ...row, mounting, refused: { ...others, [container.name]: why } });
  const fieldPath = `spec.containers{${container.name}}`;
  record(io, "kubelet", pod, [{ type: "Warning", reason: "Failed", message: `Error: ${why}`, fieldPath }]);
  tryLater(io, uid, configRetryUs);
  return true;
}

function tryLater(io: Io, uid: string, delay: number): void {
  const body: PeriodicBody & { readonly uid: string } = { kind: "sync pod", uid, periodic: true };
  io.after(delay, body);
}

/** Whether a pod waits for what it refers to. */
export function isBeingSetUp(io: Io, row: PodWorkerRow): boolean {
  if (row.terminating) return false;
  return sandboxOf(io, row.uid) === undefined || Object.keys(row.refused).length > 0;
}

/** Looks at such a pod again without delay. */
export function retrySetUp(io: Io, row: PodWorkerRow): void {
  const pod = podOf(io, row);
  if (pod === undefined) return;
  const isReady = mountFailures(io, pod).length === 0;
  if (isReady) setWorker(io, { ...row, mounting: { failures: 0, notBefore: 0 } });
  io.after(0, { kind: "sync pod", uid: row.uid } as PeriodicBody & { readonly uid: string });
}
