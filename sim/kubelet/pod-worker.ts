/**
 * Pod workers: for each pod of this node, what the kubelet remembers, and the next thing to do for it.
 * Source: Kubernetes 1.32, pkg/kubelet/{pod_workers,kubelet}.go and kuberuntime/kuberuntime_manager.go (SyncPod,
 * computePodActions). Left out: pod-level admission, sidecars (restartable init containers), lifecycle hooks.
 * Level-based: `syncPod` looks at the pod as seen and at what the runtime lists, and starts the next missing thing.
 * Invariant: one thing at a time is under way for a pod; containers start in the order of the spec.
 */
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { record } from "../client/recorder.ts";
import type { Io, PeriodicBody } from "../time/component.ts";
import { type Duration, minute, second } from "../time/instant.ts";
import { type Behaviour, behaviourOf, imageBytes } from "./behaviour.ts";
import { commandLine, expandKnown, inlineScript } from "./command-line.ts";
import { processVariables } from "./container-files.ts";
import { type ContainerRow, type CriBody, containerOf, imageState, runtimeOf, sandboxOf } from "./cri.ts";
import { isRefused, mountsReady } from "./pod-set-up.ts";
import { isFinished } from "./pod-status.ts";
import { listeningPorts } from "./ports.ts";
import { pullOf, setPull, takePull } from "./pulls.ts";
import { forgetReport, isContradicted, reportStatus, wasReported } from "./status-reports.ts";
import {
  mayRestart,
  type PodWorkerRow,
  podOf,
  pullErrorShownUs,
  type RestartRow,
  setWorker,
  workerKey,
  workers,
} from "./worker-rows.ts";

const backoffFirst = 10 * second;
const backoffMax = 5 * minute;
/** A container that ran this long begins with no back-off again. */
const backoffForgottenAfter = 10 * minute;

/** Calls the runtime; false if it does not run. */
export function cri(io: Io, call: CriBody["call"]): boolean {
  const runtime = runtimeOf(io);
  if (!io.reachable(runtime)) return false;
  const body: CriBody = { kind: "cri", call };
  io.call(runtime, body);
  return true;
}

/**
 * Brings a pod nearer to what its spec wants, then reports its status if that has changed. While something is under way
 * nothing is reported, since upstream's worker reports before and after SyncPod, which waits for the runtime.
 */
export function syncPod(io: Io, uid: string): void {
  const row = workers(io).get(workerKey(io, uid));
  if (row === undefined) return;
  const pod = podOf(io, row);
  if (pod === undefined || row.terminating || pod.metadata.deletionTimestamp !== undefined) return;
  // As upstream with an unhealthy runtime: what is not known is not reported.
  if (isContradicted(io, pod) && io.reachable(runtimeOf(io))) forgetReport(io, uid);
  const busy = advance(io, pod, row);
  if (!busy || !wasReported(io, uid)) reportStatus(io, pod, uid);
}

/**
 * Stops the sandbox of a pod that has finished, so that its address is free; containers, logs and the pod's own podIP
 * stay until the object is deleted. True if that is still to be done since the runtime is down.
 */
export function stopSandbox(io: Io, uid: string): boolean {
  const sandbox = sandboxOf(io, uid);
  if (sandbox === undefined || sandbox.state === "stopped") return false;
  return !cri(io, { verb: "StopPodSandbox", pod: uid });
}

/** Starts the next missing thing; true if the runtime is at work for this pod. */
function advance(io: Io, pod: Pod, row: PodWorkerRow): boolean {
  const { uid } = row;
  if (isFinished(io, pod, row)) return stopSandbox(io, uid);
  const sandbox = sandboxOf(io, uid);
  if (sandbox === undefined || sandbox.state === "stopped") {
    if (!mountsReady(io, pod, row)) return false;
    const { namespace, name } = row;
    const hostNetwork = pod.spec.hostNetwork === true;
    return cri(io, { verb: "RunPodSandbox", pod: uid, namespace, name, hostNetwork });
  }
  if (sandbox.state !== "ready") return true;
  // Ephemeral containers start whatever the others do, and never again.
  for (const container of pod.spec.ephemeralContainers ?? []) {
    const state = containerOf(io, uid, container.name);
    if (state?.state === "starting") return true;
    if (state === undefined && bringUp(io, pod, row, container, state)) return true;
  }
  for (const container of pod.spec.initContainers ?? []) {
    const state = initState(io, pod, row, container);
    if (state !== "done") return state === "busy";
  }
  for (const container of pod.spec.containers) {
    const state = containerOf(io, uid, container.name);
    if (state?.state === "starting") return true;
    if (state?.state === "running") continue;
    if (state?.state === "exited" && !mayRestart(pod, state)) continue;
    if (bringUp(io, pod, row, container, state)) return true;
  }
  return false;
}

/** How far an init container is; starts it if nothing else is to be waited for. */
function initState(io: Io, pod: Pod, row: PodWorkerRow, container: Container): "done" | "busy" | "waiting" {
  const state = containerOf(io, row.uid, container.name);
  if (state?.state === "exited" && state.exitCode === 0) return "done";
  if (state?.state === "starting") return "busy";
  if (state?.state === "running" || (state?.state === "exited" && pod.spec.restartPolicy === "Never")) return "waiting";
  return bringUp(io, pod, row, container, state) ? "busy" : "waiting";
}

/** Pulls the image or starts the container; true if something is under way now for which the others must wait. */
function bringUp(io: Io, pod: Pod, row: PodWorkerRow, container: Container, state: ContainerRow | undefined): boolean {
  const image = container.image ?? "";
  if (state !== undefined && !backoffOver(io, pod, row, container, state)) return false;
  const trouble = row.trouble[container.name];
  if (trouble !== undefined && io.now < trouble.notBefore) {
    const backoff = { ...event(container, "BackOff", `Back-off pulling image "${image}"`), type: "Normal" } as const;
    const failed = { ...event(container, "Failed", "Error: ImagePullBackOff"), type: "Warning" } as const;
    if (io.now >= trouble.notBefore - trouble.backoffUs + pullErrorShownUs)
      record(io, "kubelet", pod, [backoff, failed]);
    return false;
  }
  const present = imageState(io, image);
  const attempt = state === undefined ? 0 : state.attempt + 1;
  const pull = pullOf(io, row.uid, container.name);
  if (pull === "pulling") return true;
  if (present !== "present" || (container.imagePullPolicy === "Always" && pull === undefined)) {
    if (container.imagePullPolicy === "Never" || !io.reachable(runtimeOf(io))) return false;
    record(io, "kubelet", pod, [event(container, "Pulling", `Pulling image "${image}"`)]);
    setPull(io, row.uid, container.name, "pulling");
    return cri(io, { verb: "PullImage", image, pod: row.uid, container: container.name });
  }
  if (!io.reachable(runtimeOf(io))) return false;
  if (!takePull(io, row.uid, container.name)) {
    const text = `Container image "${image}" already present on machine`;
    record(io, "kubelet", pod, [event(container, "Pulled", text)]);
  }
  if (isRefused(io, pod, container)) return false;
  const call = { verb: "StartContainer", pod: row.uid, container: container.name, image, attempt } as const;
  const hostPorts = pod.spec.hostNetwork === true ? listeningPorts(container) : [];
  return cri(io, { ...call, behaviour: behaviourIn(io, pod, container), hostPorts });
}

/** What the main process will do in the environment that it finds: variables may stand in its command line. */
function behaviourIn(io: Io, pod: Pod, container: Container): Behaviour {
  const refers = (word: string) => word.includes("$");
  if (!container.command?.some(refers) && !container.args?.some(refers)) return behaviourOf(container);
  const variables = processVariables(io, pod, container);
  const words = commandLine(container, variables);
  const isScript = inlineScript(words) !== undefined;
  return behaviourOf(container, isScript ? words.map((word) => expandKnown(word, variables)) : words);
}

/** The runtime has ended a pull; `found`: the image is there now. */
export function pullEnded(
  io: Io,
  uid: string,
  container: string,
  image: string,
  tookUs: Duration,
  found: boolean,
): void {
  const row = workers(io).get(workerKey(io, uid));
  const pod = row && podOf(io, row);
  if (row === undefined || pod === undefined || pullOf(io, uid, container) !== "pulling") return;
  const about = { name: container };
  setPull(io, uid, container, found ? "pulled" : undefined);
  if (found) {
    if (row.trouble[container] !== undefined) {
      const { [container]: _gone, ...trouble } = row.trouble;
      setWorker(io, { ...row, trouble });
    }
    const took = goDuration(tookUs);
    const text = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${imageBytes(image)} bytes.`;
    record(io, "kubelet", pod, [event(about, "Pulled", text)]);
    return;
  }
  const backoffUs = Math.min(backoffMax, (row.trouble[container]?.backoffUs ?? backoffFirst / 2) * 2);
  setWorker(io, { ...row, trouble: { ...row.trouble, [container]: { backoffUs, notBefore: io.now + backoffUs } } });
  const why = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  record(io, "kubelet", pod, [
    { ...event(about, "Failed", `Failed to pull image "${image}": ${why}`), type: "Warning" },
    { ...event(about, "Failed", "Error: ErrImagePull"), type: "Warning" },
  ]);
  syncLater(io, uid, pullErrorShownUs, false);
  syncLater(io, uid, backoffUs, true);
}

/** Go's text for a duration cut to milliseconds: "2s", "532ms", "1.25s". */
function goDuration(us: Duration): string {
  const ms = Math.floor(us / 1000);
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}

/** Sets a timer that looks at the pod again. Back-offs recur for ever: periodic. */
export function syncLater(io: Io, uid: string, delay: Duration, periodic: boolean): void {
  const body: PeriodicBody & { readonly uid: string } = { kind: "sync pod", uid, ...(periodic && { periodic: true }) };
  io.after(delay, body);
}

/** Whether an ended container may be started now; else sets the back-off and the timer for it. */
function backoffOver(io: Io, pod: Pod, row: PodWorkerRow, container: Container, state: ContainerRow): boolean {
  const before = row.restarts[container.name];
  if (before?.last?.id === state.id) return io.now >= before.notBefore;
  const forgotten = state.finishedAt - state.startedAt >= backoffForgottenAfter;
  const first = before === undefined || forgotten;
  const backoffUs = first ? backoffFirst : Math.min(backoffMax, before.backoffUs * 2);
  const wait = first ? 0 : before.backoffUs;
  const restart: RestartRow = { backoffUs, notBefore: io.now + wait, last: state };
  setWorker(io, { ...row, restarts: { ...row.restarts, [container.name]: restart } });
  if (wait === 0) return true;
  const text = `Back-off restarting failed container ${container.name} in pod ${row.name}_${row.namespace}(${row.uid})`;
  record(io, "kubelet", pod, [{ ...event(container, "BackOff", text), type: "Warning" }]);
  syncLater(io, row.uid, wait, true);
  return false;
}

/** An Event about one container. */
export function event(container: { readonly name: string }, reason: string, message: string) {
  return { type: "Normal", reason, message, fieldPath: `spec.containers{${container.name}}` } as const;
}
