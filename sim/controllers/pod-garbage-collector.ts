/**
 * The pod garbage collector: deletes pods whose node is gone.
 * Source: Kubernetes 1.32, pkg/controller/podgc/gc_controller.go.
 * Left out: the threshold of 12,500 finished pods, and nodes with the out-of-service taint. Its checks every 20 s are events
 * only when they can find something.
 * Invariant: decisions fall at the same instants as if every check ran: a node found missing is given 40 s to come back.
 */
import type { Pod } from "../api/kinds/pod.ts";
import type { PodCondition, PodStatus } from "../api/kinds/pod-status.ts";
import type { ApiResponse, JsonObject } from "../api/types.ts";
import { type Controller, type ControllerContext, type ControllerTimer, splitKey } from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { listIndexed, lookUp } from "../client/lister.ts";
import { sendRequest } from "../client/requests.ts";
import { enqueue, enqueueRateLimited } from "../client/workqueue.ts";
import type { Io } from "../time/component.ts";
import { type Instant, rfc3339, second } from "../time/instant.ts";
import { deleteOf, journalName, patchOf, pods } from "./request-forms.ts";

const name = "pod-garbage-collector-controller";
const checkPeriod = 20 * second;
const quarantine = 40 * second;

/** Node name → instant of the check that will act on it, if it is still missing then. */
const missingTable = "missing nodes";

/** Deletes the pods of nodes that no longer exist. */
export const podGarbageCollector: Controller = {
  name,
  resources: ["pods", "nodes"],
  changed,
  reconcile,
  answered,
  timer,
  synced(io: Io): void {
    io.table<Instant>("pod garbage collector start").set(io.self, io.now);
    for (const node of io.table<1>("nodes to check").keys())
      if (node.startsWith(prefix(io))) arm(io, node.slice(prefix(io).length));
  },
};

function prefix(io: Io): string {
  return `${io.self}|${io.epoch}|`;
}

function changed(io: Io, change: Change): void {
  if (change.resource === "nodes") {
    if (change.type === "DELETED") suspect(io, change.object.metadata.name);
    return;
  }
  const { nodeName } = (change.object as Pod).spec;
  if (change.type === "DELETED" || !nodeName || (change.previous as Pod | undefined)?.spec.nodeName === nodeName)
    return;
  if (lookUp(io, "nodes", "", nodeName) === undefined) suspect(io, nodeName);
}

/** A node may be missing: from the next check on its quarantine counts. */
function suspect(io: Io, node: string): void {
  const table = io.table<1>("nodes to check");
  if (table.has(prefix(io) + node)) return;
  table.set(prefix(io) + node, 1);
  if (io.table<Instant>("pod garbage collector start").get(io.self) !== undefined) arm(io, node);
}

function arm(io: Io, node: string): void {
  const start = io.table<Instant>("pod garbage collector start").get(io.self) ?? io.now;
  const found = start + Math.ceil((io.now - start) / checkPeriod) * checkPeriod;
  const due = found + quarantine;
  io.table<Instant>(missingTable).set(prefix(io) + node, due);
  const body: ControllerTimer = { kind: "controller timer", controller: name, name: "check", key: node };
  io.after(due - io.now, body);
}

/** The quarantine is over: the node's pods go, unless it is back. */
function timer(io: Io, { key: node }: ControllerTimer): void {
  io.table<1>("nodes to check").delete(prefix(io) + node);
  if (io.table<Instant>(missingTable).get(prefix(io) + node) !== io.now) return;
  io.table<Instant>(missingTable).delete(prefix(io) + node);
  if (lookUp(io, "nodes", "", node) !== undefined) return;
  for (const pod of listIndexed<Pod>(io, "pods", "node", node)) {
    if (pod.spec.nodeName === node) enqueue(io, name, `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`);
  }
}

/** Marks one pod failed, then deletes it at once: no kubelet is left that could confirm the end. */
function reconcile(io: Io, key: string): void {
  const pod = lookUp<Pod>(io, "pods", ...splitKey(key));
  if (pod === undefined || lookUp(io, "nodes", "", pod.spec.nodeName ?? "") !== undefined) return;
  io.note("delete", journalName(pod), "DeletionByPodGC", "PodGC: node no longer exists");
  const { phase } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed") return remove(io, key, pod);
  const message = "PodGC: node no longer exists";
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByPodGC",
    message,
    lastTransitionTime: rfc3339(io.now),
  };
  const status: PodStatus = { phase: "Failed", conditions: [condition] };
  sendRequest(io, patchOf(pods, pod, { status } as unknown as JsonObject, "strategic", "status"), {
    controller: name,
    key,
    write: "status",
  });
}

function remove(io: Io, key: string, pod: Pod): void {
  sendRequest(io, deleteOf(pods, pod, { gracePeriodSeconds: 0 }), { controller: name, key, write: "delete" });
}

function answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
  const key = String(context.key);
  if (response?.code === 404) return;
  if (response === undefined || response.code >= 400) return enqueueRateLimited(io, name, key);
  if (context.write === "status") remove(io, key, response.body as Pod);
}
