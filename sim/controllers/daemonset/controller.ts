/**
 * The DaemonSet controller: one pod on each node that is to have one.
 * Source: Kubernetes 1.32, pkg/controller/daemon/{daemon_controller,update}.go.
 * Left out: the limit of 250 pods a sync, which syncs that follow would make up for.
 * Invariant: level-based; one sync of a set at a time.
 */
import type { ControllerRevision } from "../../api/kinds/controller-revision.ts";
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiResponse } from "../../api/types.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import { type EventText, record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import { enqueueAfter } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { type Duration, minute, second } from "../../time/instant.ts";
import { templateHash } from "../deployment/template-hash.ts";
import {
  adoptRevisions,
  hasPatch,
  newRevision,
  revisionLabel,
  revisionsOf,
  revisionsToDrop,
  syncRevisionOwner,
  templatePatch,
} from "../history.ts";
import { claimPods, ownedPods, syncOwners } from "../pod-ownership.ts";
import { availableAt } from "../pod-state.ts";
import { creationAnswered, podFromTemplate, startCreation } from "../replicaset/creation.ts";
import { controllerRevisions, createOf, daemonSets, deleteOf, journalName, pods, updateOf } from "../request-forms.ts";
import {
  finishWrite,
  isCurrent,
  mayReconcile,
  requestSync,
  type SyncContext,
  sendWrite,
  syncChanged,
} from "../syncs.ts";
import { daemonTemplate, onNode, targetNode } from "./daemon-pod.ts";
import { planNodes, planUpdate, type Situation } from "./plan.ts";
import { statusDiffers, statusOf } from "./status.ts";

const name = "daemonset-controller";

/** Keeps every DaemonSet. */
export const daemonSetController: Controller = {
  name,
  resources: ["daemonsets", "pods", "nodes", "controllerrevisions"],
  changed,
  reconcile,
  answered,
};

function changed(io: Io, change: Change): void {
  if (change.resource === "daemonsets") return syncChanged(io, name, change);
  if (change.resource === "pods") return syncOwners(io, name, "DaemonSet", "daemonsets", change);
  if (change.resource === "nodes") return nodeChanged(io, change as Change<Node>);
  return syncRevisionOwner(io, name, "DaemonSet", change);
}

/** A node concerns all sets when it comes, goes, or changes in what decides who may run there. */
function nodeChanged(io: Io, { type, object, previous }: Change<Node>): void {
  const same =
    type === "MODIFIED" &&
    previous !== undefined &&
    previous.metadata.labels === object.metadata.labels &&
    previous.spec?.taints === object.spec?.taints &&
    previous.spec?.unschedulable === object.spec?.unschedulable;
  if (!same) for (const set of listAll<DaemonSet>(io, "daemonsets")) requestSync(io, name, keyOf(set));
}

function reconcile(io: Io, key: string): void {
  const set = lookUp<DaemonSet>(io, "daemonsets", ...splitKey(key));
  if (set === undefined || set.metadata.deletionTimestamp !== undefined || !mayReconcile(io, name, key)) return;
  const { matchLabels = {}, matchExpressions = [] } = set.spec.selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return;
  if (claimPods(io, name, key, set) || adoptRevisions(io, name, key, set)) return;
  const revisions = revisionsOf(io, set);
  const current = currentRevision(io, key, set, revisions);
  if (current === undefined) return;
  const hash = current.metadata.labels?.[revisionLabel] ?? "";
  const situation: Situation = { set, nodes: listAll<Node>(io, "nodes"), pods: ownedPods(io, set), hash, now: io.now };
  awaitAvailability(io, key, situation);
  if (manage(io, key, situation)) return;
  const status = statusOf(situation);
  if (statusDiffers(set, status)) writeStatus(io, key, set, situation);
  dropHistory(
    io,
    key,
    situation,
    revisions.filter((one) => one !== current),
  );
}

/** The revision of the present template; undefined while it is being written (constructHistory). */
function currentRevision(
  io: Io,
  key: string,
  set: DaemonSet,
  revisions: readonly ControllerRevision[],
): ControllerRevision | undefined {
  const data = templatePatch(set.spec.template);
  const found = revisions.findLast((one) => hasPatch(one, data));
  const old = revisions.filter((one) => one !== found);
  const next = (old.at(-1)?.revision ?? 0) + 1;
  if (found !== undefined && found.revision >= next) return found;
  const request =
    found === undefined
      ? createOf(
          controllerRevisions,
          newRevision(set, data, next, templateHash(set.spec.template, set.status?.collisionCount)),
        )
      : updateOf(controllerRevisions, { ...found, revision: next } as ControllerRevision);
  sendWrite(io, name, key, request, { write: "revision" });
  return undefined;
}

/** Makes and deletes daemons; true if something is under way after which the status is written. */
function manage(io: Io, key: string, situation: Situation): boolean {
  const { set, hash } = situation;
  const first = planNodes(situation);
  const isSettled = first.create.length + first.remove.length + first.ended.length === 0;
  const plan = isSettled ? planUpdate(situation) : first;
  const ended = plan.ended.filter((pod) => mayReplace(io, key, set, pod));
  for (const pod of [...plan.remove, ...ended])
    sendWrite(io, name, key, deleteOf(pods, pod), { write: "delete", pod: pod.metadata.name });
  if (plan.create.length > 0) {
    const template = daemonTemplate(set, hash);
    startCreation(
      io,
      name,
      key,
      plan.create.map((node) => podFromTemplate(set, onNode(template, node))),
    );
  }
  return plan.create.length + plan.remove.length + ended.length > 0;
}

interface BackoffRow {
  readonly delay: Duration;
  readonly until: number;
}

const backoffFirst = 1 * second;
const backoffMax = 15 * minute;

/** Whether a daemon that ended may be replaced now: failed ones wait longer each time (failedPodsBackoff). */
function mayReplace(io: Io, key: string, set: DaemonSet, pod: Pod): boolean {
  const { namespace, name: podName } = pod.metadata;
  const node = targetNode(pod);
  const about = `daemon pod ${namespace}/${podName} on node ${node}`;
  if (pod.status?.phase === "Succeeded") {
    const message = `Found succeeded ${about}, will try to delete it`;
    record(io, name, set, [{ type: "Normal", reason: "SucceededDaemonPod", message }]);
    return true;
  }
  const table = io.table<BackoffRow>("daemonset back-offs");
  const rowKey = `${io.self}|${set.metadata.uid}|${node}`;
  const before = table.get(rowKey);
  if (before !== undefined && io.now < before.until) {
    enqueueAfter(io, name, key, before.until - io.now, true);
    return false;
  }
  const delay = before === undefined ? backoffFirst : Math.min(backoffMax, before.delay * 2);
  table.set(rowKey, { delay, until: io.now + delay });
  const message = `Found failed ${about}, will try to kill it`;
  record(io, name, set, [{ type: "Warning", reason: "FailedDaemonPod", message }]);
  return true;
}

function writeStatus(io: Io, key: string, set: DaemonSet, situation: Situation): void {
  const next = { ...set, status: statusOf(situation) } as DaemonSet;
  sendWrite(io, name, key, updateOf(daemonSets, next, "status"), { write: "status" });
}

function dropHistory(io: Io, key: string, { set, pods: own }: Situation, old: readonly ControllerRevision[]): void {
  const live = new Set(own.map((pod) => pod.metadata.labels?.[revisionLabel]));
  for (const one of revisionsToDrop(set, old, ({ metadata }) => live.has(metadata.labels?.[revisionLabel])))
    sendWrite(io, name, key, deleteOf(controllerRevisions, one), { write: "drop revision" });
}

/** Looks again when the next ready daemon has been ready long enough. */
function awaitAvailability(io: Io, key: string, { set, pods: own }: Situation): void {
  const { minReadySeconds } = set.spec;
  if (!minReadySeconds) return;
  const due = own.map((pod) => availableAt(pod, minReadySeconds)).filter((at) => at !== undefined && at > io.now);
  if (due.length > 0) enqueueAfter(io, name, key, Math.min(...(due as number[])) - io.now);
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const set = lookUp<DaemonSet>(io, "daemonsets", ...splitKey(context.key));
  if (context.write === "create") {
    const step = creationAnswered(io, name, context.key, set, response);
    return finishWrite(io, context, response, step.done ? step.failure !== undefined : false);
  }
  if (context.write === "delete" && set !== undefined && response?.code !== 404)
    reportDeletion(io, set, context, response);
  const isGone = response?.code === 404 && context.write !== "status";
  finishWrite(io, context, response, isGone ? false : undefined);
}

function reportDeletion(io: Io, set: DaemonSet, { pod }: SyncContext, response: ApiResponse | undefined): void {
  const good = response !== undefined && succeeded(response);
  const failure = response === undefined ? "the server did not answer in time" : messageOf(response);
  const text: EventText = good
    ? { type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${pod}` }
    : { type: "Warning", reason: "FailedDelete", message: `Error deleting: ${failure}` };
  record(io, name, set, [text]);
  const object = `pod/${set.metadata.namespace}/${String(pod)}`;
  if (good) io.note("delete", object, "SuccessfulDelete", `not wanted by ${journalName(set)} any more`);
}
