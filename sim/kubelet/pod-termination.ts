/**
 * Ending a pod: its containers get SIGTERM and the grace period, then its last status is reported and the object removed.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet.go (SyncTerminatingPod, SyncTerminatedPod) and status_manager.go.
 * Left out: preStop hooks.
 * Invariant: the object is deleted only after every container has ended.
 */
import type { Pod } from "../api/kinds/pod.ts";
import { listIndexed } from "../client/lister.ts";
import { record } from "../client/recorder.ts";
import { sendRequest } from "../client/requests.ts";
import type { Io } from "../time/component.ts";
import { second } from "../time/instant.ts";
import { type ContainerRow, containerOf, runtimeOf, sandboxOf } from "./cri.ts";
import { isOver } from "./pod-status.ts";
import { cri, event, stopSandbox } from "./pod-worker.ts";
import { forgetPulls } from "./pulls.ts";
import { forgetReport, reportStatus } from "./status-reports.ts";
import { newWorker, type PodWorkerRow, podOf, setWorker, workerKey, workers } from "./worker-rows.ts";

/** Starts or goes on with ending a pod that has been deleted. */
export function terminate(io: Io, uid: string): void {
  const row = workers(io).get(workerKey(io, uid));
  if (row === undefined) return;
  const pod = podOf(io, row);
  if (row.finishing && pod !== undefined) return;
  if (!row.terminating) setWorker(io, { ...row, terminating: true });
  stopContainers(io, pod, row);
  const running = row.containers.some((name) => (containerOf(io, uid, name)?.state ?? "exited") !== "exited");
  if (running) return;
  if (pod === undefined) return cleanUp(io, uid);
  setWorker(io, { ...row, terminating: true, finishing: true });
  if (!reportStatus(io, pod, uid)) removeObject(io, uid);
}

/** Tells those to stop that have not been told: all at first, and what the runtime did not hear when it was down. */
function stopContainers(io: Io, pod: Pod | undefined, row: PodWorkerRow): void {
  if (!io.reachable(runtimeOf(io))) return;
  const graceUs = pod === undefined ? 0 : (pod.metadata.deletionGracePeriodSeconds ?? 30) * second;
  const stopping = row.containers.filter((name) => {
    const container = containerOf(io, row.uid, name);
    return container !== undefined && container.state !== "exited" && !container.stopping;
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

/** The object is gone: removes sandbox and containers and forgets the pod, unless the runtime is down: then later. */
function cleanUp(io: Io, uid: string): void {
  if (!cri(io, { verb: "RemovePodSandbox", pod: uid })) return;
  workers(io).delete(workerKey(io, uid));
  forgetReport(io, uid);
  forgetPulls(io, uid);
}

/**
 * Ends what the runtime has of a pod that this kubelet has no worker for: it was deleted while no kubelet ran, or was
 * over when this one started (HandlePodCleanups).
 */
export function endUnknown(io: Io, uid: string): void {
  const prefix = `${workerKey(io, uid)}|`;
  const containers = [...io.sorted<ContainerRow>("containers").range(prefix, `${prefix.slice(0, -1)}}`)];
  if (containers.length === 0 && sandboxOf(io, uid) === undefined) return;
  const names = containers.map(([key]) => key.slice(prefix.length));
  setWorker(io, newWorker(io, { namespace: "", name: "", uid, containers: names }));
  terminate(io, uid);
}

/** Ends everything in the runtime that belongs to no pod of this node. */
export function endOrphans(io: Io): void {
  const known = new Set(listIndexed<Pod>(io, "pods", "node", io.machine).map(({ metadata }) => metadata.uid ?? ""));
  const found = new Set<string>();
  for (const table of ["sandboxes", "containers"])
    for (const [key] of io.sorted(table).range(`${io.machine}|`, `${io.machine}}`))
      found.add(key.split("|")[1] as string);
  for (const uid of found) if (!known.has(uid) && !workers(io).has(workerKey(io, uid))) endUnknown(io, uid);
}

/**
 * Stops the sandboxes of pods that are over and that no worker looks after: this kubelet has started since, and the
 * runtime could not be told before. Their containers end with them.
 */
export function stopFinished(io: Io): void {
  for (const { metadata, status } of listIndexed<Pod>(io, "pods", "node", io.machine)) {
    const uid = metadata.uid ?? "";
    if (isOver(status?.phase) && !workers(io).has(workerKey(io, uid))) stopSandbox(io, uid);
  }
}
