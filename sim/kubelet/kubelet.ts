/**
 * The kubelet: makes the pods that are bound to its node run, and reports what it finds.
 * Source: Kubernetes 1.32, pkg/kubelet. Left out: eviction, static pods, device plugins, the HTTP server.
 * Events in: deliveries of its node's pods, what the runtime did, timers, answers. Events out: CRI calls, status reports,
 * Kubernetes Events, lease renewals.
 * Invariant: a kubelet touches only pods of its own node; it keeps its pods running while it can't reach the API server.
 */

import type { Pod } from "../api/kinds/pod.ts";
import type { DeliverBody, ResponseBody } from "../api/server/protocol.ts";
import type { NodeStreamBody } from "../api/server/relay.ts";
import type { Json } from "../api/types.ts";
import {
  allSynced,
  type Change,
  dropInformers,
  informerEvent,
  onDisturbed,
  startInformer,
  takeDelivery,
} from "../client/informer.ts";
import { record } from "../client/recorder.ts";
import { lostContext, reasonOf, serverOf, succeeded } from "../client/requests.ts";
import type { Component, Io, LostBody } from "../time/component.ts";
import { second } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";
import { beat, startBeating, stopBeating } from "./beating.ts";
import { containerOf, type RuntimeBody, runtimeOf } from "./cri.ts";
import { serveStream } from "./exec.ts";
import {
  createLease,
  postedReady,
  postNodeStatus,
  postNodeStatusIfChanged,
  registerNode,
} from "./node-registration.ts";
import { isBeingSetUp, retrySetUp } from "./pod-set-up.ts";
import { watchSources } from "./pod-sources.ts";
import { isOver, readyDelayUs } from "./pod-status.ts";
import { endOrphans, endUnknown, removeObject, stopFinished, terminate } from "./pod-termination.ts";
import { event, pullEnded, syncLater, syncPod } from "./pod-worker.ts";
import { forgetAllPulls } from "./pulls.ts";
import { forgetReport, forgetReports, isContradicted, reportStatus, reportTaken } from "./status-reports.ts";
import { newWorker, type PodWorkerRow, podOf, setWorker, workerKey, workers } from "./worker-rows.ts";

const retryUs = 1 * second;

/** The kubelet process of a node. */
export const kubelet: Component = {
  name: "kubelet",
  start(io) {
    for (const [key] of ownWorkers(io)) workers(io).delete(key);
    forgetReports(io);
    forgetAllPulls(io);
    takeSurroundings(io);
    startInformer(io, "pods", ["spec.nodeName", io.machine]);
    registerNode(io);
    createLease(io);
    startBeating(io);
  },
  handle,
  disturbed(io) {
    onDisturbed(io);
    beat(io);
    const { runtimeChanged, anyChanged } = takeSurroundings(io);
    if (runtimeChanged) forgetAllPulls(io);
    if (runtimeChanged && allSynced(io, ["pods"])) stopFinished(io);
    if (!anyChanged) return;
    postNodeStatusIfChanged(io, postedReady(io));
    repeatNodeWrites(io);
    for (const [, row] of ownWorkers(io)) resync(io, row.uid);
  },
  closed(io) {
    stopBeating(io);
    dropInformers(io);
  },
};

/**
 * Looks whether API server and runtime can be reached and whether they are the same incarnations, and remembers it: a
 * fault elsewhere must cost a node next to nothing.
 */
function takeSurroundings(io: Io): { readonly runtimeChanged: boolean; readonly anyChanged: boolean } {
  const found = [serverOf(io), runtimeOf(io)].map((id) => (io.reachable(id) ? io.epochOf(id) : -1));
  const known = io.table<readonly number[]>("kubelet surroundings");
  const [server, runtime] = known.get(io.machine) ?? [];
  known.set(io.machine, found);
  const runtimeChanged = runtime !== found[1];
  return { runtimeChanged, anyChanged: runtimeChanged || server !== found[0] };
}

function ownWorkers(io: Io) {
  return [...workers(io).range(`${io.machine}|`, `${io.machine}}`)];
}

function handle(body: Body, io: Io): void {
  if (informerEvent(io, body)) return;
  switch (body.kind) {
    case "deliver": {
      if ((body as DeliverBody).resource !== "pods") return sourcesChanged(io, body as DeliverBody);
      const isFirst = !allSynced(io, ["pods"]);
      for (const change of takeDelivery(io, body as DeliverBody)) podChanged(io, change as Change<Pod>);
      if (!isFirst) return;
      endOrphans(io);
      return stopFinished(io);
    }
    case "runtime":
      return runtimeEvent(io, body as RuntimeBody);
    case "sync pod":
      return resync(io, (body as Body & { readonly uid: string }).uid);
    case "node stream":
      return serveStream(io, body as NodeStreamBody);
    case "beat":
      return beat(io);
    case "retry":
      return writeNode(io, (body as Body & { readonly what: string }).what);
    case "response": {
      const { context, response } = body as ResponseBody;
      return answered(io, context as Context, succeeded(response), reasonOf(response));
    }
    case "lost": {
      const context = lostContext(body as LostBody);
      if (context !== undefined) answered(io, context as Context, false, "lost");
      return;
    }
    default:
      throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
  }
}

type Context = { readonly what: string; readonly uid?: string } & Record<string, Json>;

/** What pods refer to has changed: those that wait to be set up are looked at. */
function sourcesChanged(io: Io, body: DeliverBody): void {
  if (takeDelivery(io, body).length === 0 && body.listed !== true) return;
  for (const [, row] of ownWorkers(io)) if (isBeingSetUp(io, row)) retrySetUp(io, row);
}

function podChanged(io: Io, { type, object }: Change<Pod>): void {
  const uid = object.metadata.uid as string;
  const known = workers(io).get(workerKey(io, uid));
  if (type === "DELETED") {
    if (known === undefined) endUnknown(io, uid);
    else terminate(io, uid);
    return;
  }
  if (known === undefined) {
    if (isOver(object.status?.phase) && object.metadata.deletionTimestamp === undefined) return;
    const { initContainers = [], containers: own, ephemeralContainers = [] } = object.spec;
    const containers = [...initContainers, ...own, ...ephemeralContainers].map((container) => container.name);
    const { namespace = "", name } = object.metadata;
    setWorker(io, newWorker(io, { namespace, name, uid, containers }));
    watchSources(io, object);
    for (const container of containers) awaitReadiness(io, object, container);
  }
  const isJoined = known !== undefined && takeEphemeral(io, object, known);
  // Else a change of the status alone is this kubelet's own report coming back.
  if (known === undefined || isJoined || isContradicted(io, object) || object.metadata.deletionTimestamp !== undefined)
    resync(io, uid);
}

/** Ephemeral containers that have come to a pod; false if there are none that this kubelet does not know. */
function takeEphemeral(io: Io, pod: Pod, row: PodWorkerRow): boolean {
  const joined = (pod.spec.ephemeralContainers ?? []).filter(({ name }) => !row.containers.includes(name));
  if (joined.length === 0) return false;
  setWorker(io, { ...row, containers: [...row.containers, ...joined.map(({ name }) => name)] });
  watchSources(io, pod);
  return true;
}

function resync(io: Io, uid: string): void {
  const row = workers(io).get(workerKey(io, uid));
  if (row === undefined) return;
  const pod = podOf(io, row);
  if (row.terminating || pod === undefined || pod.metadata.deletionTimestamp !== undefined) terminate(io, uid);
  else syncPod(io, uid);
}

function runtimeEvent(io: Io, body: RuntimeBody): void {
  const row = workers(io).get(workerKey(io, body.pod));
  if (row === undefined) return;
  const pod = podOf(io, row);
  if (body.what === "image pulled" || body.what === "image failed") {
    pullEnded(io, body.pod, body.container, body.image, body.tookUs, body.what === "image pulled");
  }
  if (body.what === "started" && pod !== undefined) {
    const about = { name: body.container };
    record(io, "kubelet", pod, [
      event(about, "Created", `Created container: ${body.container}`),
      event(about, "Started", `Started container ${body.container}`),
    ]);
    awaitReadiness(io, pod, body.container);
  }
  if (body.what === "sandbox failed" && pod !== undefined) {
    const message = `Failed to create pod sandbox: ${body.message}`;
    record(io, "kubelet", pod, [{ type: "Warning", reason: "FailedCreatePodSandBox", message }]);
    return syncLater(io, body.pod, 10 * retryUs, true);
  }
  resync(io, body.pod);
}

/** Looks at a pod again when a container that runs will have been found ready. */
function awaitReadiness(io: Io, pod: Pod, name: string): void {
  const container = pod.spec.containers.find((one) => one.name === name);
  const running = containerOf(io, pod.metadata.uid ?? "", name);
  if (container === undefined || running?.state !== "running") return;
  const left = running.startedAt + readyDelayUs(container) - io.now;
  if (left > 0) syncLater(io, pod.metadata.uid ?? "", left, false);
}

function answered(io: Io, context: Context, good: boolean, reason: string): void {
  const { what, uid = "" } = context;
  const row = workers(io).get(workerKey(io, uid));
  if (what === "remove") {
    if (!good && reason !== "NotFound" && reason !== "Conflict") syncAgain(io, row, reason);
    return;
  }
  if (what === "status") {
    if (good) return statusTaken(io, uid, row);
    forgetReport(io, uid);
    return reason === "NotFound" ? undefined : syncAgain(io, row, reason);
  }
  // What was posted may have been overtaken by what the runtime did meanwhile.
  if (good) return what === "lease" ? undefined : postNodeStatusIfChanged(io, context.ready === true);
  if (what === "register" && reason === "AlreadyExists") return postNodeStatus(io);
  if (what === "lease" && reason === "AlreadyExists") return;
  // Somebody deleted the Node: as upstream, only the next start of this kubelet makes it anew.
  if (what === "node status" && reason === "NotFound") return;
  if (!io.reachable(serverOf(io))) nodeWrites(io).set(`${io.machine}|${what}`, 1);
  else io.after(retryUs, { kind: "retry", what, ...(reason === "Timeout" && { periodic: true }) } as Body);
}

/** A status was taken. What has changed meanwhile is reported next; the last one of all is followed by the removal. */
function statusTaken(io: Io, uid: string, row: PodWorkerRow | undefined): void {
  const again = reportTaken(io, uid);
  if (row === undefined) return;
  if (!row.finishing) return again ? resync(io, uid) : undefined;
  const pod = podOf(io, row);
  if (pod !== undefined && !(again && reportStatus(io, pod, uid))) removeObject(io, uid);
}

/** A write about a pod failed: does it again, soon if the server can be reached; else a repair wakes all pods. */
function syncAgain(io: Io, row: PodWorkerRow | undefined, reason: string): void {
  if (row === undefined) return;
  setWorker(io, { ...row, finishing: false });
  if (io.reachable(serverOf(io))) syncLater(io, row.uid, retryUs, reason === "Timeout");
}

/** Writes about the Node that are to be made when the server can be reached again. */
function nodeWrites(io: Io) {
  return io.table<1>("node writes to repeat");
}

function repeatNodeWrites(io: Io): void {
  if (!io.reachable(serverOf(io))) return;
  for (const what of ["register", "lease", "node status"])
    if (nodeWrites(io).delete(`${io.machine}|${what}`)) writeNode(io, what);
}

function writeNode(io: Io, what: string): void {
  if (what === "lease") createLease(io);
  else if (what === "register") registerNode(io);
  else postNodeStatus(io);
}
