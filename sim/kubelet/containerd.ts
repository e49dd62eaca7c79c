/**
 * containerd: sandboxes with a pause container, images, containers and their processes.
 * Models containerd 2.0 behind CRI v1. Left out: snapshots, shims as processes of their own, resource limits.
 * Containers run on while containerd itself is down; without power they end.
 * Invariant: a container's process ends once; its row says when and how.
 */
import type { Component, Io, Message } from "../time/component.ts";
import { type Instant, millisecond, minute } from "../time/instant.ts";
import { randomHex } from "../time/random.ts";
import type { Body } from "../time/timeline.ts";
import { imageExists } from "./behaviour.ts";
import {
  type ContainerRow,
  type CriBody,
  containerKey,
  imageState,
  type RuntimeBody,
  type SandboxRow,
  sandboxKey,
  sandboxOf,
} from "./cri.ts";
import { hostOf } from "./host.ts";
import { takenPort, unboundBehaviour } from "./host-ports.ts";
import { forgetLog } from "./logs.ts";
import { type CniPlugins, connect, disconnect } from "./sandbox-network.ts";

/** A step of the runtime's own work that takes time. */
interface DoneBody extends Body {
  readonly kind: "sandbox created" | "image resolved" | "container started" | "process ended";
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  /** For "process ended": the start that it belongs to. */
  readonly startedAt: Instant;
  readonly exitCode: number;
  readonly tookUs: number;
  readonly periodic?: true;
}

type CriCall = CriBody["call"];

function containers(io: Io) {
  return io.sorted<ContainerRow>("containers");
}

function sandboxes(io: Io) {
  return io.sorted<SandboxRow>("sandboxes");
}

/** The containerd process of a machine, which finds these CNI plugins installed. */
export function containerdWith(plugins: CniPlugins): Component {
  return {
    name: "containerd",
    start(io) {
      abandonCalls(io);
      for (const [key, row] of ownContainers(io)) resume(io, key, row);
    },
    handle(body, io) {
      if (body.kind === "cri") return call(io, plugins, (body as CriBody).call);
      const done = body as DoneBody;
      if (done.kind === "sandbox created") return sandboxCreated(io, plugins, done);
      if (done.kind === "image resolved") return imageResolved(io, done);
      if (done.kind === "container started") return containerStarted(io, done);
      if (done.kind === "process ended") return processEnded(io, done);
      throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
    },
    closed(io, silent) {
      if (silent) powerLost(io, plugins);
    },
  };
}

/** Containers of this machine, of one pod if its uid is given; collected first, so that they may be changed meanwhile. */
function ownContainers(io: Io, pod?: string): readonly [string, ContainerRow][] {
  const from = pod === undefined ? `${io.machine}|` : `${io.machine}|${pod}|`;
  return [...containers(io).range(from, `${from.slice(0, -1)}}`)];
}

function ownSandboxes(io: Io): readonly [string, SandboxRow][] {
  return [...sandboxes(io).range(`${io.machine}|`, `${io.machine}}`)];
}

function call(io: Io, plugins: CniPlugins, request: CriCall): void {
  switch (request.verb) {
    case "RunPodSandbox":
      return runPodSandbox(io, request);
    case "PullImage":
      return pullImage(io, request);
    case "StartContainer":
      return startContainer(io, request);
    case "StopContainer":
      return stopContainer(io, request);
    case "StopPodSandbox":
      return stopPodSandbox(io, plugins, request.pod);
    case "RemovePodSandbox":
      return removePodSandbox(io, plugins, request.pod);
  }
}

function done(kind: DoneBody["kind"], pod: string, rest: Partial<DoneBody> = {}): DoneBody {
  return { kind, pod, container: "", image: "", startedAt: 0, exitCode: 0, tookUs: 0, ...rest };
}

function tell(io: Io, what: RuntimeBody["what"], about: DoneBody, message = ""): void {
  const { pod, container, image, tookUs } = about;
  const body: RuntimeBody & Message = { kind: "runtime", pod, what, container, image, tookUs, message };
  io.call(`kubelet/${io.machine}`, body);
}

function runPodSandbox(io: Io, request: Extract<CriCall, { verb: "RunPodSandbox" }>): void {
  const { pod, namespace, name, hostNetwork } = request;
  sandboxes(io).set(sandboxKey(io, pod), {
    id: newId(io),
    state: "creating",
    address: "",
    namespace,
    name,
    hostNetwork,
  });
  io.after(io.latency("create sandbox"), done("sandbox created", pod));
}

function sandboxCreated(io: Io, plugins: CniPlugins, event: DoneBody): void {
  const key = sandboxKey(io, event.pod);
  const row = sandboxes(io).get(key);
  if (row === undefined || row.state !== "creating") return;
  const connected = row.hostNetwork
    ? ({ kind: "connected", address: hostOf(io).address } as const)
    : connect(io, plugins, row.id, { uid: event.pod, namespace: row.namespace, name: row.name });
  if (connected.kind === "failed") {
    sandboxes(io).delete(key);
    io.note("CNI ADD", "", "", connected.message);
    return tell(io, "sandbox failed", event, connected.message);
  }
  const { address } = connected;
  sandboxes(io).set(key, { ...row, state: "ready", address });
  io.note("create sandbox", "", "", `pause container ${row.id.slice(0, 12)}, address ${address}`);
  tell(io, "sandbox ready", event);
}

function pullImage(io: Io, request: Extract<CriCall, { verb: "PullImage" }>): void {
  const { image, pod, container } = request;
  const known = imageState(io, image) === "present";
  const tookUs = io.latency(known ? "message" : "pull image");
  if (!known) io.table<"pulling" | "present">("images").set(`${io.machine}|${image}`, "pulling");
  io.after(tookUs, done("image resolved", pod, { image, container, tookUs }));
}

function imageResolved(io: Io, event: DoneBody): void {
  const images = io.table<"pulling" | "present">("images");
  const key = `${io.machine}|${event.image}`;
  if (imageExists(event.image)) {
    images.set(key, "present");
    io.note("pull image", "", "", event.image);
    tell(io, "image pulled", event);
  } else {
    images.delete(key);
    tell(io, "image failed", event);
  }
}

function startContainer(io: Io, request: Extract<CriCall, { verb: "StartContainer" }>): void {
  const { pod, container, image, attempt, behaviour, hostPorts } = request;
  const key = containerKey(io, pod, container);
  const former = containers(io).get(key);
  if (former?.previous !== undefined) forgetLog(io, former.previous);
  containers(io).set(key, {
    id: newId(io),
    image,
    state: "starting",
    startedAt: io.now,
    finishedAt: 0,
    exitCode: 0,
    reason: "",
    attempt,
    behaviour,
    stopping: false,
    ...(former !== undefined && { previous: former.id }),
    ...(hostPorts.length > 0 && { hostPorts }),
  });
  io.after(io.latency("start container"), done("container started", pod, { container, image }));
}

function containerStarted(io: Io, event: DoneBody): void {
  const key = containerKey(io, event.pod, event.container);
  const row = containers(io).get(key);
  if (row === undefined || row.state !== "starting") return;
  const portTaken = row.hostPorts && takenPort(io, row.hostPorts);
  const refused = portTaken && { portTaken, behaviour: unboundBehaviour };
  const running: ContainerRow = { ...row, state: "running", startedAt: io.now, ...refused };
  containers(io).set(key, running);
  io.note("start container", "", "", `${event.container} (${event.image})`);
  armEnd(io, event.pod, event.container, running);
  tell(io, "started", event);
}

/** A process that lives longer than this is one that runs, as far as `settle` is concerned. */
const longLifeUs = 1 * minute;

/** Sets the timer for a process that ends by itself. In a crash loop that recurs for ever: periodic. */
function armEnd(io: Io, pod: string, container: string, row: ContainerRow): void {
  const { lifeUs, exitCode } = row.behaviour;
  if (lifeUs === undefined) return;
  const left = Math.max(0, row.startedAt + lifeUs - io.now);
  const again = row.attempt > 0 || lifeUs > longLifeUs ? ({ periodic: true } as const) : {};
  io.after(left, done("process ended", pod, { container, startedAt: row.startedAt, exitCode, ...again }));
}

function processEnded(io: Io, event: DoneBody): void {
  const key = containerKey(io, event.pod, event.container);
  const row = containers(io).get(key);
  if (row === undefined || row.state !== "running" || row.startedAt !== event.startedAt) return;
  const { exitCode } = event;
  containers(io).set(key, {
    ...row,
    state: "exited",
    finishedAt: io.now,
    exitCode,
    reason: exitCode === 0 ? "Completed" : "Error",
  });
  io.note("exit container", "", "", `${event.container} with code ${exitCode}`);
  tell(io, "exited", event);
}

function stopContainer(io: Io, request: Extract<CriCall, { verb: "StopContainer" }>): void {
  const { pod, container, graceUs } = request;
  const key = containerKey(io, pod, container);
  const row = containers(io).get(key);
  if (row === undefined || row.state === "exited") return;
  const heeds = row.behaviour.heedsTerm && graceUs > 0;
  const delay = heeds ? Math.min(graceUs, io.latency("stop container")) : graceUs;
  const startedAt = row.state === "running" ? row.startedAt : io.now;
  containers(io).set(key, { ...row, state: "running", startedAt, stopping: true });
  io.note(
    "stop container",
    "",
    "",
    `${container}: SIGTERM${heeds ? "" : `, SIGKILL after ${graceUs / millisecond} ms`}`,
  );
  io.after(delay, done("process ended", pod, { container, startedAt, exitCode: heeds ? 0 : 137 }));
}

/** A process ends by no doing of its own. */
function endNow(io: Io, key: string, row: ContainerRow, exitCode: number, reason: string): void {
  if (row.state === "exited") return;
  containers(io).set(key, { ...row, state: "exited", finishedAt: io.now, exitCode, reason });
}

/** Ends what still runs in a sandbox, then the pause container and its network: CNI DEL. What has ended stays listed. */
function stopPodSandbox(io: Io, plugins: CniPlugins, pod: string): void {
  const row = sandboxOf(io, pod);
  if (row === undefined || row.state === "stopped") return;
  for (const [key, container] of ownContainers(io, pod)) endNow(io, key, container, 137, "Error");
  removeNetwork(io, plugins, pod, row);
  sandboxes(io).set(sandboxKey(io, pod), { ...row, state: "stopped" });
  io.note("stop sandbox", "", "", `pause container ${row.id.slice(0, 12)}, address ${row.address} is free`);
}

function removePodSandbox(io: Io, plugins: CniPlugins, pod: string): void {
  const row = sandboxOf(io, pod);
  if (row !== undefined) removeNetwork(io, plugins, pod, row);
  sandboxes(io).delete(sandboxKey(io, pod));
  for (const [key, { id, previous }] of ownContainers(io, pod)) {
    forgetLog(io, id);
    if (previous !== undefined) forgetLog(io, previous);
    containers(io).delete(key);
  }
}

function removeNetwork(io: Io, plugins: CniPlugins, pod: string, row: SandboxRow): void {
  if (!row.hostNetwork) disconnect(io, plugins, row.id, { uid: pod, namespace: row.namespace, name: row.name });
}

/** Calls that were under way have failed with the process that served them: the kubelet makes them again. */
function abandonCalls(io: Io): void {
  for (const [key, row] of ownSandboxes(io)) if (row.state === "creating") sandboxes(io).delete(key);
  for (const [key, row] of ownContainers(io)) if (row.stopping) containers(io).set(key, { ...row, stopping: false });
  const images = io.table<"pulling" | "present">("images");
  for (const [key, state] of images.entries())
    if (state === "pulling" && key.startsWith(`${io.machine}|`)) images.delete(key);
}

/** containerd is back: what was under way starts anew, and what ended meanwhile is found out. */
function resume(io: Io, key: string, row: ContainerRow): void {
  const [, pod = "", container = ""] = key.split("|");
  if (row.state === "running") armEnd(io, pod, container, row);
  if (row.state === "starting")
    io.after(io.latency("start container"), done("container started", pod, { container, image: row.image }));
}

/** The machine lost power: every process on it is gone. */
function powerLost(io: Io, plugins: CniPlugins): void {
  for (const [key, row] of ownContainers(io)) endNow(io, key, row, 255, "Unknown");
  for (const [key, row] of ownSandboxes(io)) {
    removeNetwork(io, plugins, key.slice(key.indexOf("|") + 1), row);
    sandboxes(io).delete(key);
  }
}

const idWords = 8;

/** A container id: 64 hexadecimal digits. */
function newId(io: Io): string {
  return randomHex(io.random, idWords);
}
