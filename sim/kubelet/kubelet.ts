/**
 * The kubelet: makes the pods that are bound to its node run, and reports what it finds.
 * Source: Kubernetes 1.32, pkg/kubelet. Left out: eviction, static pods, volumes, device plugins, the HTTP server.
 * Events in: deliveries of its node's pods, what the runtime did, timers, answers. Events out: CRI calls, status reports,
 * Kubernetes Events, lease renewals.
 * Invariant: a kubelet touches only pods of its own node; it keeps its pods running while it can't reach the API server.
 */

import type { Pod } from "../api/kinds/pod.ts";
import type { DeliverBody, ResponseBody } from "../api/server/protocol.ts";
import type { Json } from "../api/types.ts";
import {
  type Change,
  dropInformers,
  informerEvent,
  onDisturbed,
  startInformer,
  takeDelivery,
} from "../client/informer.ts";
import { record } from "../client/recorder.ts";
import { lostContext, reasonOf, succeeded } from "../client/requests.ts";
import type { Component, Io, LostBody } from "../time/component.ts";
import { second } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";
import { beat, startBeating, stopBeating } from "./beating.ts";
import type { RuntimeBody } from "./cri.ts";
import { createLease, postNodeStatus, registerNode } from "./node-registration.ts";
import { readyDelayUs } from "./pod-status.ts";
import { cleanUp, removeObject, terminate } from "./pod-termination.ts";
import { event, pullEnded, syncLater, syncPod } from "./pod-worker.ts";
import { forgetReport } from "./status-reports.ts";
import { podOf, setWorker, workerKey, workers } from "./worker-rows.ts";

const retryUs = 1 * second;

/** The kubelet process of a node. */
export const kubelet: Component = {
  name: "kubelet",
  start(io) {
    dropInformers(io);
    for (const [key] of ownWorkers(io)) workers(io).delete(key);
    startInformer(io, "pods", ["spec.nodeName", io.machine]);
    registerNode(io);
    createLease(io);
    startBeating(io);
  },
  handle,
  disturbed(io) {
    onDisturbed(io);
    beat(io);
    postNodeStatusIfChanged(io);
    for (const [, row] of ownWorkers(io)) resync(io, row.uid);
  },
  closed: stopBeating,
};

function ownWorkers(io: Io) {
  return [...workers(io).range(`${io.machine}|`, `${io.machine}}`)];
}

function handle(body: Body, io: Io): void {
  if (informerEvent(io, body)) return;
  switch (body.kind) {
    case "deliver":
      for (const change of takeDelivery(io, body as DeliverBody)) podChanged(io, change as Change<Pod>);
      return;
    case "runtime":
      return runtimeEvent(io, body as RuntimeBody);
    case "sync pod":
      return resync(io, (body as Body & { readonly uid: string }).uid);
    case "beat":
      return beat(io);
    case "retry": {
      const { what } = body as Body & { readonly what: string };
      return what === "lease" ? createLease(io) : what === "register" ? registerNode(io) : postNodeStatus(io);
    }
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

function podChanged(io: Io, { type, object }: Change<Pod>): void {
  const uid = object.metadata.uid as string;
  const known = workers(io).get(workerKey(io, uid));
  if (type === "DELETED") {
    if (known !== undefined) {
      terminate(io, uid);
      if (workers(io).get(workerKey(io, uid))?.finishing) cleanUp(io, uid);
    }
    return;
  }
  if (known === undefined) {
    const { phase } = object.status ?? {};
    if (phase === "Succeeded" || phase === "Failed") return;
    const containers = [...(object.spec.initContainers ?? []), ...object.spec.containers].map(
      (container) => container.name,
    );
    const { namespace = "", name } = object.metadata;
    const startedAt = io.now;
    setWorker(io, {
      namespace,
      name,
      uid,
      containers,
      startedAt,
      restarts: {},
      trouble: {},
      terminating: false,
      finishing: false,
    });
  }
  // A change of the status alone is this kubelet's own report coming back.
  if (known === undefined || object.metadata.deletionTimestamp !== undefined) resync(io, uid);
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
    const container = pod.spec.containers.find(({ name }) => name === body.container);
    const delay = container === undefined ? 0 : readyDelayUs(container);
    if (delay > 0) syncLater(io, body.pod, delay, false);
  }
  if (body.what === "sandbox failed" && pod !== undefined) {
    const why = "Failed to create pod sandbox: no free address in the node's pod network";
    record(io, "kubelet", pod, [{ type: "Warning", reason: "FailedCreatePodSandBox", message: why }]);
    return syncLater(io, body.pod, 10 * retryUs, true);
  }
  resync(io, body.pod);
}

function answered(io: Io, context: Context, good: boolean, reason: string): void {
  const { what, uid = "" } = context;
  if (what === "remove") {
    if (!good && reason !== "NotFound" && reason !== "Conflict") retryLater(io, uid, () => removeObject(io, uid));
    return;
  }
  if (what === "status") {
    const finishing = workers(io).get(workerKey(io, uid))?.finishing === true;
    if (good) return finishing ? removeObject(io, uid) : undefined;
    if (reason === "NotFound") return;
    forgetReport(io, uid);
    const row = workers(io).get(workerKey(io, uid));
    if (row !== undefined) setWorker(io, { ...row, finishing: false });
    return retryLater(io, uid, () => syncLater(io, uid, retryUs, false));
  }
  if (good) return;
  if (what === "register" && reason === "AlreadyExists") return postNodeStatus(io);
  if (what === "lease" && reason === "AlreadyExists") return;
  io.after(retryUs, { kind: "retry", what } as Body);
}

/** Tries again while the server can be reached; when it can't, a repair calls everything anew. */
function retryLater(io: Io, uid: string, retry: () => void): void {
  const row = workers(io).get(workerKey(io, uid));
  if (row !== undefined && io.reachable(io.table<string>("endpoints").get("kube-apiserver") as string)) retry();
}

/** The runtime has gone or come back: the Node's Ready condition says so. */
function postNodeStatusIfChanged(io: Io): void {
  const posted = io.table<boolean>("posted runtime states");
  const runtime = io.reachable(`containerd/${io.machine}`);
  if ((posted.get(io.machine) ?? true) === runtime) return;
  posted.set(io.machine, runtime);
  postNodeStatus(io);
}
