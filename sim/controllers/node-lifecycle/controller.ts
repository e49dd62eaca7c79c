/**
 * The node lifecycle controller: marks silent nodes, and turns conditions into taints that keep pods away or make them leave.
 * Source: Kubernetes 1.32, pkg/controller/nodelifecycle/node_lifecycle_controller.go.
 * Left out: reconciliation of the beta labels for architecture and operating system.
 * Invariant: all taints of a node are written by one sync at a time, from what this process has seen.
 */
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiResponse, JsonObject, KubeObject } from "../../api/types.ts";
import { type Controller, type ControllerContext, type ControllerTimer, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listIndexed, lookUp } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import type { Io } from "../../time/component.ts";
import { rfc3339 } from "../../time/instant.ts";
import { isReady } from "../pod-state.ts";
import { journalName, nodes, patchOf, pods, updateOf } from "../request-forms.ts";
import { dropSync, finishWrite, isCurrent, mayReconcile, requestSync, type SyncContext, sendWrite } from "../syncs.ts";
import { readyStatus } from "./health.ts";
import { drainQueues, forgetNode, forgetZones, type MonitorWrites, monitor, wantedEviction } from "./monitor.ts";
import { evictionTaintOn, readyChanged, wantedTaints } from "./taints.ts";
import { armEveryTick, armTick, startTicks, takeTick, watchAnew, watchingSince } from "./ticks.ts";

const name = "node-lifecycle-controller";
/** The source of its Events. */
const source = "node-controller";

/** Watches over nodes. */
export const nodeLifecycleController: Controller = {
  name,
  resources: ["nodes", "pods", "leases"],
  changed,
  reconcile,
  answered,
  timer,
  synced(io: Io): void {
    forgetZones(io);
    startTicks(io);
    armTick(io, name, io.now, false);
    armEveryTick(io, name);
  },
  disturbed: (io: Io) => armTick(io, name, io.now, true),
};

function changed(io: Io, change: Change): void {
  if (change.resource === "pods") return podChanged(io, change.object as Pod, change);
  if (change.resource !== "nodes") return;
  const node = change.object as Node;
  if (change.type === "DELETED") {
    forgetNode(io, node.metadata.name);
    dropSync(io, name, `node/${node.metadata.name}`);
  } else requestSync(io, name, `node/${node.metadata.name}`);
  if (change.type === "DELETED" || readyChanged(node, change.previous as Node | undefined)) {
    const ready = readyStatus(node) === "True" && evictionTaintOn(node) === undefined;
    armTick(io, name, io.now, change.type !== "DELETED" && !ready);
  }
}

/** A pod that comes to a node which is not ready can't be ready either (podUpdated). */
function podChanged(io: Io, pod: Pod, { type, previous }: Change): void {
  const { nodeName } = pod.spec;
  if (type === "DELETED" || !nodeName || !isReady(pod)) return;
  const before = previous as Pod | undefined;
  if (before?.spec.nodeName === nodeName) return;
  const node = lookUp<Node>(io, "nodes", "", nodeName);
  if (node !== undefined && readyStatus(node) !== "True") requestSync(io, name, podKey(pod));
}

function podKey(pod: Pod): string {
  return `pod/${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
}

function reconcile(io: Io, key: string): void {
  const [kind, rest] = splitKey(key);
  if (kind === "pod") return markPodNotReady(io, key, lookUp<Pod>(io, "pods", ...splitKey(rest)));
  const node = lookUp<Node>(io, "nodes", "", rest);
  if (node === undefined || !mayReconcile(io, name, key)) return;
  const before = node.spec.taints ?? [];
  const taints = wantedTaints(node, before, wantedEviction(io, node), rfc3339(io.now));
  if (taints === before) return;
  const body = { spec: { taints: taints.length === 0 ? null : taints } } as unknown as JsonObject;
  sendWrite(io, name, key, patchOf(nodes, node, body), { write: "taint" });
  const words = taints.map((taint) => `${taint.key}:${taint.effect}`).join(", ");
  io.note("taint", journalName(node), "", words === "" ? "no taints are left" : `taints are now ${words}`);
}

/** No kubelet will say it: the pod's Ready becomes False (MarkPodsNotReady). */
function markPodNotReady(io: Io, key: string, pod: Pod | undefined): void {
  if (pod === undefined || !isReady(pod) || !mayReconcile(io, name, key)) return;
  const node = lookUp<Node>(io, "nodes", "", pod.spec.nodeName ?? "");
  if (node === undefined || readyStatus(node) === "True") return;
  const lastTransitionTime = rfc3339(io.now);
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === "Ready" ? { ...condition, status: "False" as const, lastTransitionTime } : condition,
  );
  const next: Pod = { ...pod, status: { ...pod.status, conditions } };
  sendWrite(io, name, key, updateOf(pods, next, "status"), { write: "not ready" });
  io.note("mark", journalName(pod), "NodeNotReady", "Node is not ready");
  record(io, source, pod, [{ type: "Warning", reason: "NodeNotReady", message: "Node is not ready" }]);
}

function timer(io: Io, body: ControllerTimer): void {
  if (body.name === "drain") return drain(io);
  if (body.key === "periodic") armEveryTick(io, name);
  const since = watchingSince(io);
  if (since === undefined || !takeTick(io, body)) return;
  const next = monitor(io, since, writesOf(io), () => watchAnew(io));
  drain(io);
  if (next !== undefined) armTick(io, name, next, true);
}

function drain(io: Io): void {
  const next = drainQueues(io, writesOf(io));
  if (next === undefined) return;
  const armed = io.table<number>("node eviction timers");
  if ((armed.get(`${io.self}|${io.epoch}`) ?? -1) === next) return;
  armed.set(`${io.self}|${io.epoch}`, next);
  const body: ControllerTimer = { kind: "controller timer", controller: name, name: "drain", key: "" };
  io.after(next - io.now, body);
}

function writesOf(io: Io): MonitorWrites {
  return {
    silence: (node, wasReady) => silence(io, node, wasReady),
    taint: (node) => requestSync(io, name, `node/${node}`),
    watched: (node, uid, change) => sayWatched(io, node, uid, change),
  };
}

function sayWatched(io: Io, node: string, uid: string, change: "registered" | "removed"): void {
  const [reason, what] =
    change === "registered"
      ? ["RegisteredNode", `Registered Node ${node} in Controller`]
      : ["RemovingNode", `Removing Node ${node} from Controller`];
  // Such an Event is about a reference that names no revision.
  const about: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: node, uid } };
  record(io, source, about, [{ type: "Normal", reason, message: `Node ${node} event: ${what}` }]);
}

function silence(io: Io, node: Node, wasReady: boolean): void {
  const key = `node/${node.metadata.name}`;
  if (!mayReconcile(io, name, key)) return;
  sendWrite(io, name, key, updateOf(nodes, node, "status"), { write: "status" });
  io.note("mark", journalName(node), "NodeStatusUnknown", "Kubelet stopped posting node status.");
  if (!wasReady) return;
  const message = `Node ${node.metadata.name} status is now: NodeNotReady`;
  record(io, source, node, [{ type: "Normal", reason: "NodeNotReady", message }]);
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  if (context.write === "status") {
    const [, node] = splitKey(context.key);
    if (response === undefined || response.code >= 400) armTick(io, name, io.now, true);
    else
      for (const pod of listIndexed<Pod>(io, "pods", "node", node))
        if (isReady(pod)) requestSync(io, name, podKey(pod));
  }
  finishWrite(io, context, response, response?.code === 404 ? false : undefined);
}
