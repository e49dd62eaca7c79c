/**
 * The status that a kubelet reports of a pod, made from what the runtime lists and what the kubelet remembers.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase) and pkg/kubelet/status/generate.go.
 * Left out: resource figures, probes that fail.
 * Invariant: a pure function of pod, rows, last report and instant; a condition's transition time changes with its status.
 */
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { ContainerState, ContainerStatus, PodCondition, PodStatus } from "../api/kinds/pod-status.ts";
import type { Io } from "../time/component.ts";
import { type Duration, type Instant, rfc3339, second } from "../time/instant.ts";
import { type ContainerRow, containerOf, sandboxOf } from "./cri.ts";
import { hostOf } from "./host.ts";
import { mayRestart, type PodWorkerRow, pullErrorShownUs } from "./worker-rows.ts";

/** How long after its start a container counts as ready: its probes are taken to succeed at their first try. */
export function readyDelayUs(container: Container): Duration {
  const { readinessProbe, startupProbe } = container;
  return ((startupProbe?.initialDelaySeconds ?? 0) + (readinessProbe?.initialDelaySeconds ?? 0)) * second;
}

/** The whole status of a pod now. `last` is what was reported before. */
export function podStatus(io: Io, pod: Pod, row: PodWorkerRow, last: PodStatus | undefined): PodStatus {
  const sandbox = sandboxOf(io, row.uid);
  const { initContainers: inits = [], ephemeralContainers: ephemerals = [] } = pod.spec;
  const initialized = isInitialized(io, pod, row);
  const containerStatuses = pod.spec.containers.map((container) => statusOf(io, pod, row, container, initialized));
  const phase = phaseOf(io, pod, row, initialized);
  const address = sandbox?.address ?? last?.podIP ?? pod.status?.podIP ?? "";
  const { address: host } = hostOf(io);
  return {
    phase,
    conditions: conditionsOf(
      io,
      pod,
      containerStatuses,
      { phase, initialized, sandbox: sandbox?.state === "ready" },
      last,
    ),
    hostIP: host,
    hostIPs: [{ ip: host }],
    ...(address !== "" && { podIP: address, podIPs: [{ ip: address }] }),
    startTime: pod.status?.startTime ?? rfc3339(row.startedAt),
    ...(inits.length > 0 && {
      initContainerStatuses: inits.map((container) => statusOf(io, pod, row, container, true)),
    }),
    containerStatuses,
    ...(ephemerals.length > 0 && {
      ephemeralContainerStatuses: ephemerals.map((container) => ephemeralStatus(io, pod, row, container)),
    }),
    ...(pod.status?.qosClass && { qosClass: pod.status.qosClass }),
  };
}

/** Whether a pod that nobody has deleted has finished for good: nothing of it will be started again. */
export function isFinished(io: Io, pod: Pod, row: PodWorkerRow): boolean {
  if ((pod.spec.restartPolicy ?? "Always") === "Always") return false;
  return isOver(phaseOf(io, pod, row, isInitialized(io, pod, row)));
}

/** Whether a phase is one that a pod never leaves. */
export function isOver(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

function isInitialized(io: Io, pod: Pod, row: PodWorkerRow): boolean {
  return (pod.spec.initContainers ?? []).every(({ name }) => {
    const state = containerOf(io, row.uid, name);
    return state?.state === "exited" && state.exitCode === 0;
  });
}

function phaseOf(io: Io, pod: Pod, row: PodWorkerRow, initialized: boolean): NonNullable<PodStatus["phase"]> {
  if (!initialized) return initFailed(io, pod, row) ? "Failed" : "Pending";
  const states = pod.spec.containers.map((container) => containerOf(io, row.uid, container.name));
  if (states.some(neverStarted)) return "Pending";
  const final = states.every((state) => state?.state === "exited" && (row.terminating || !mayRestart(pod, state)));
  if (!final) return "Running";
  return states.every((state) => state?.exitCode === 0) ? "Succeeded" : "Failed";
}

function neverStarted(state: ContainerRow | undefined): boolean {
  return state === undefined || (state.state === "starting" && state.attempt === 0);
}

function initFailed(io: Io, pod: Pod, row: PodWorkerRow): boolean {
  if (pod.spec.restartPolicy !== "Never") return false;
  return (pod.spec.initContainers ?? []).some((container) => {
    const state = containerOf(io, row.uid, container.name);
    return state?.state === "exited" && state.exitCode !== 0;
  });
}

function statusOf(io: Io, pod: Pod, row: PodWorkerRow, container: Container, initialized: boolean): ContainerStatus {
  const state = containerOf(io, row.uid, container.name);
  const restart = row.restarts[container.name];
  const current = stateOf(io, pod, row, container, state, initialized);
  const running = current.running !== undefined;
  const ready = running
    ? io.now >= (state as ContainerRow).startedAt + readyDelayUs(container)
    : current.terminated?.exitCode === 0 && isInit(pod, container);
  return {
    name: container.name,
    state: current,
    lastState:
      restart?.last === undefined || current.terminated !== undefined
        ? noState
        : { terminated: terminated(restart.last) },
    ready,
    restartCount: state?.attempt ?? 0,
    image: container.image ?? "",
    imageID:
      state === undefined || state.state === "starting"
        ? ""
        : `${container.image ?? ""}@sha256:${digest(container.image ?? "")}`,
    ...(state !== undefined && state.state !== "starting" && { containerID: `containerd://${state.id}` }),
    started: running,
  };
}

/** Nobody probes an ephemeral container: it is never ready, and whether it has started is not told. */
function ephemeralStatus(io: Io, pod: Pod, row: PodWorkerRow, container: Container): ContainerStatus {
  const { started: _untold, ...status } = statusOf(io, pod, row, container, true);
  return { ...status, ready: false };
}

const noState: ContainerState = {};

function isInit(pod: Pod, container: Container): boolean {
  return pod.spec.initContainers?.includes(container) === true;
}

function stateOf(
  io: Io,
  pod: Pod,
  row: PodWorkerRow,
  container: Container,
  state: ContainerRow | undefined,
  initialized: boolean,
): ContainerState {
  if (state?.state === "running") return { running: { startedAt: rfc3339(state.startedAt) } };
  const restart = row.restarts[container.name];
  if (state?.state === "exited") {
    const waits =
      restart !== undefined && restart.last?.id === state.id && io.now < restart.notBefore && !row.terminating;
    if (!waits) return { terminated: terminated(state) };
    const backoff = `back-off ${goSeconds(restart.notBefore - state.finishedAt)} restarting failed`;
    const message = `${backoff} container=${container.name} pod=${row.name}_${row.namespace}(${row.uid})`;
    return { waiting: { reason: "CrashLoopBackOff", message } };
  }
  const trouble = row.trouble[container.name];
  if (trouble !== undefined) return { waiting: imageTrouble(container.image ?? "", trouble, io.now) };
  const refused = row.refused[container.name];
  if (refused !== undefined) return { waiting: { reason: "CreateContainerConfigError", message: refused } };
  return {
    waiting: { reason: initialized || pod.spec.initContainers === undefined ? "ContainerCreating" : "PodInitializing" },
  };
}

function imageTrouble(
  image: string,
  trouble: { readonly notBefore: Instant; readonly backoffUs: Duration },
  now: Instant,
) {
  if (now < trouble.notBefore - trouble.backoffUs + pullErrorShownUs) {
    const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    return { reason: "ErrImagePull", message: `rpc error: code = NotFound desc = ${why}` };
  }
  return { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
}

function terminated(state: ContainerRow) {
  return {
    exitCode: state.exitCode,
    reason: state.reason,
    startedAt: rfc3339(state.startedAt),
    finishedAt: rfc3339(state.finishedAt),
    containerID: `containerd://${state.id}`,
  };
}

/** Go's text for a whole number of seconds: "10s", "1m20s", "5m0s". */
function goSeconds(us: Duration): string {
  const seconds = Math.round(us / second);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** A stand-in for an image's digest: the name's characters, spread over 64 hexadecimal digits. */
function digest(image: string): string {
  let text = "";
  for (let index = 0; text.length < 64; index++) {
    text += ((image.charCodeAt(index % image.length) * 31 + index * 7) & 255).toString(16).padStart(2, "0");
  }
  return text;
}

interface Facts {
  readonly phase: string;
  readonly initialized: boolean;
  readonly sandbox: boolean;
}

function conditionsOf(
  io: Io,
  pod: Pod,
  statuses: readonly ContainerStatus[],
  facts: Facts,
  last: PodStatus | undefined,
): PodCondition[] {
  const unready = statuses.filter((status) => !status.ready).map((status) => status.name);
  const over = isOver(facts.phase);
  const notReady = unready.length === 0 ? undefined : notReadyReason(facts, unready, over);
  const known = last?.conditions ?? pod.status?.conditions ?? [];
  const make = (type: string, holds: boolean, why?: { reason: string; message?: string }): PodCondition => {
    const status = holds ? "True" : "False";
    const before = known.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? null) : rfc3339(io.now);
    return { type, status, lastProbeTime: null, lastTransitionTime, ...why };
  };
  const initialized = facts.initialized || over;
  const notInitialized = {
    reason: "ContainersNotInitialized",
    message: `containers with incomplete status: [${incompleteInits(io, pod)}]`,
  };
  return [
    make("PodReadyToStartContainers", facts.sandbox),
    make(
      "Initialized",
      initialized,
      initialized ? (facts.phase === "Succeeded" ? { reason: "PodCompleted" } : undefined) : notInitialized,
    ),
    make("Ready", notReady === undefined, notReady),
    make("ContainersReady", notReady === undefined, notReady),
    make("PodScheduled", true),
  ];
}

function notReadyReason(facts: Facts, unready: readonly string[], over: boolean): { reason: string; message?: string } {
  if (over) return { reason: facts.phase === "Succeeded" ? "PodCompleted" : "PodFailed" };
  return { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
}

function incompleteInits(io: Io, pod: Pod): string {
  const names = (pod.spec.initContainers ?? []).filter((container) => {
    const state = containerOf(io, pod.metadata.uid ?? "", container.name);
    return state?.state !== "exited" || state.exitCode !== 0;
  });
  return names.map((container) => container.name).join(" ");
}
