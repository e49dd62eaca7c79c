/**
 * Ending a pod: its containers get SIGTERM and the grace period, then its last status is reported and the object removed.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet.go (SyncTerminatingPod, SyncTerminatedPod) and status_manager.go.
 * Left out: preStop hooks.
 * Invariant: the object is deleted only after every container has ended.
 */
import type { Pod } from "../api/kinds/pod.ts";
import { record } from "../client/recorder.ts";
import { sendRequest } from "../client/requests.ts";
import type { Io } from "../time/component.ts";
import { second } from "../time/instant.ts";
import { containerOf } from "./cri.ts";
import { cri, event } from "./pod-worker.ts";
import { reportStatus } from "./status-reports.ts";
import { type PodWorkerRow, podOf, setWorker, workerKey, workers } from "./worker-rows.ts";

/** Starts or goes on with ending a pod that has been deleted. */
export function terminate(io: Io, uid: string): void {
  const row = workers(io).get(workerKey(io, uid));
  if (row === undefined || row.finishing) return;
  const pod = podOf(io, row);
  if (!row.terminating) {
    setWorker(io, { ...row, terminating: true });
    stopContainers(io, pod, row);
  }
  const running = row.containers.some((name) => (containerOf(io, uid, name)?.state ?? "exited") !== "exited");
  if (running) return;
  if (pod === undefined) return cleanUp(io, uid);
  setWorker(io, { ...row, terminating: true, finishing: true });
  if (!reportStatus(io, pod, uid)) removeObject(io, uid);
}

function stopContainers(io: Io, pod: Pod | undefined, row: PodWorkerRow): void {
  const graceUs = pod === undefined ? 0 : (pod.metadata.deletionGracePeriodSeconds ?? 30) * second;
  const stopping = row.containers.filter((name) => {
    const state = containerOf(io, row.uid, name)?.state;
    return state === "running" || state === "starting";
  });
  if (pod !== undefined && stopping.length > 0) {
    record(
      io,
      "kubelet",
      pod,
      stopping.map((name) => event({ name }, "Killing", `Stopping container ${name}`)),
    );
  }
  for (const container of stopping) cri(io, { verb: "StopContainer", pod: row.uid, container, graceUs });
}

/** The last status has been taken: deletes the object for good. */
export function removeObject(io: Io, uid: string): void {
  const row = workers(io).get(workerKey(io, uid));
  if (row === undefined) return;
  const { namespace, name } = row;
  const target = { group: "", version: "v1", resource: "pods", namespace, name };
  sendRequest(
    io,
    { ...target, verb: "delete", gracePeriodSeconds: 0, preconditions: { uid } },
    { what: "remove", uid },
  );
}

/** The object is gone: removes sandbox and containers and forgets the pod. */
export function cleanUp(io: Io, uid: string): void {
  cri(io, { verb: "RemovePodSandbox", pod: uid });
  workers(io).delete(workerKey(io, uid));
}
