/**
 * The taint eviction controller: deletes pods from nodes with NoExecute taints that they do not tolerate, or not for longer.
 * Source: Kubernetes 1.32, pkg/controller/tainteviction/taint_eviction.go.
 * Left out: nothing.
 * Invariant: a deletion that is planned happens when its time is up, unless the taints that caused it go before.
 */
import type { Node, Taint } from "../api/kinds/node.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { Toleration } from "../api/kinds/pod-spec.ts";
import type { PodCondition } from "../api/kinds/pod-status.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { ApiResponse, JsonObject } from "../api/types.ts";
import {
  type Controller,
  type ControllerContext,
  type ControllerTimer,
  keyOf,
  splitKey,
} from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { listIndexed, lookUp } from "../client/lister.ts";
import { record } from "../client/recorder.ts";
import { sendRequest } from "../client/requests.ts";
import { enqueue, enqueueRateLimited, forget } from "../client/workqueue.ts";
import type { Io } from "../time/component.ts";
import { type Duration, type Instant, rfc3339, second } from "../time/instant.ts";
import type { Table } from "../time/table.ts";
import { deleteOf, journalName, patchOf, pods } from "./request-forms.ts";

const name = "taint-eviction-controller";

interface PlannedEviction {
  readonly epoch: number;
  readonly uid: string;
  readonly due: Instant;
}

/** Makes pods leave nodes that they do not tolerate. */
export const taintEvictionController: Controller = {
  name,
  resources: ["pods", "nodes"],
  changed,
  timer,
  reconcile,
  answered,
};

function planned(io: Io): Table<PlannedEviction> {
  return io.table<PlannedEviction>("planned evictions");
}

function planOf(io: Io, key: string): PlannedEviction | undefined {
  const plan = planned(io).get(`${io.self}|${key}`);
  return plan?.epoch === io.epoch ? plan : undefined;
}

function changed(io: Io, change: Change): void {
  if (change.resource === "pods") return podChanged(io, change);
  const node = change.object as Node;
  const before = noExecute(change.previous as Node | undefined);
  const after = change.type === "DELETED" ? [] : noExecute(node);
  if (equalJson(before, after)) return;
  for (const pod of listIndexed<Pod>(io, "pods", "node", node.metadata.name)) {
    if (pod.spec.nodeName === node.metadata.name) decide(io, pod, after);
  }
}

function podChanged(io: Io, change: Change): void {
  const pod = change.object as Pod;
  const { nodeName } = pod.spec;
  if (change.type === "DELETED") return cancel(io, pod);
  const before = change.previous as Pod | undefined;
  if (!nodeName || (before?.spec.nodeName === nodeName && before.spec.tolerations === pod.spec.tolerations)) return;
  const taints = noExecute(lookUp<Node>(io, "nodes", "", nodeName));
  if (taints.length > 0) decide(io, pod, taints);
}

function noExecute(node: Node | undefined): readonly Taint[] {
  return node?.spec.taints?.filter((taint) => taint.effect === "NoExecute") ?? [];
}

/** Plans, keeps or cancels the eviction of one pod (processPodOnNode). */
function decide(io: Io, pod: Pod, taints: readonly Taint[]): void {
  if (taints.length === 0) return cancel(io, pod);
  const wait = toleratedFor(pod.spec.tolerations ?? [], taints);
  if (wait === "for ever") return cancel(io, pod);
  const plan = planOf(io, keyOf(pod));
  if (plan !== undefined && wait > 0) return;
  planned(io).set(`${io.self}|${keyOf(pod)}`, { epoch: io.epoch, uid: pod.metadata.uid ?? "", due: io.now + wait });
  if (wait === 0) return enqueue(io, name, keyOf(pod));
  const reasons = taints.map((taint) => taint.key).join(", ");
  io.note("plan eviction", journalName(pod), "", `tolerates ${reasons} for ${wait / second} s`);
  const body: ControllerTimer = { kind: "controller timer", controller: name, name: "evict", key: keyOf(pod) };
  io.after(wait, body);
}

/** How long a pod may stay: 0 if it does not tolerate all taints (getMinTolerationTime). */
export function toleratedFor(tolerations: readonly Toleration[], taints: readonly Taint[]): Duration | "for ever" {
  const used: Toleration[] = [];
  for (const taint of taints) {
    const match = tolerations.find((toleration) => tolerates(toleration, taint));
    if (match === undefined) return 0;
    used.push(match);
  }
  const limits = used.flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [tolerationSeconds]));
  return limits.length === 0 ? "for ever" : Math.max(0, Math.min(...limits)) * second;
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return (toleration.operator ?? "Equal") === "Equal" && (toleration.value ?? "") === (taint.value ?? "");
}

function cancel(io: Io, pod: Pod): void {
  if (planOf(io, keyOf(pod)) === undefined) return;
  planned(io).delete(`${io.self}|${keyOf(pod)}`);
  const message = `Cancelling deletion of Pod ${keyOf(pod)}`;
  io.note("cancel eviction", journalName(pod), "TaintManagerEviction", message);
  record(io, name, pod, [{ type: "Normal", reason: "TaintManagerEviction", message }]);
}

function timer(io: Io, { key }: ControllerTimer): void {
  if (planOf(io, key)?.due === io.now) enqueue(io, name, key);
}

/** The pod's time is up: it is marked as a target of disruption, then deleted. */
function reconcile(io: Io, key: string): void {
  const plan = planOf(io, key);
  if (plan === undefined || plan.due > io.now) return;
  const pod = lookUp<Pod>(io, "pods", ...splitKey(key));
  if (pod?.metadata.uid !== plan.uid) return;
  const message = `Marking for deletion Pod ${key}`;
  io.note("evict", journalName(pod), "TaintManagerEviction", message);
  record(io, name, pod, [{ type: "Normal", reason: "TaintManagerEviction", message }]);
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
    lastTransitionTime: rfc3339(io.now),
  };
  const body = { status: { conditions: [condition] } } as unknown as JsonObject;
  sendRequest(io, patchOf(pods, pod, body, "strategic", "status"), { controller: name, key, write: "status" });
}

function answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
  const key = String(context.key);
  if (response === undefined || (response.code >= 400 && response.code !== 404))
    return enqueueRateLimited(io, name, key);
  forget(io, name, key);
  if (response.code !== 404 && context.write === "status") {
    const pod = response.body as Pod;
    return sendRequest(io, deleteOf(pods, pod), { controller: name, key, write: "delete" });
  }
  planned(io).delete(`${io.self}|${key}`);
}
