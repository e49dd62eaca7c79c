/**
 * The StatefulSet controller: pods with names and volumes of their own, made and given up in order.
 * Source: Kubernetes 1.32, pkg/controller/statefulset/{stateful_set,stateful_set_control,stateful_pod_control}.go.
 * Left out: claims that are made in the same sync as their pod: here the pod follows when they are seen.
 * Invariant: level-based; one sync of a set at a time.
 */
import type { ControllerRevision } from "../../api/kinds/controller-revision.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { StatefulSet } from "../../api/kinds/stateful-set.ts";
import type { ApiResponse, JsonObject } from "../../api/types.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import { type EventText, record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import { enqueueAfter } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import {
  adoptRevisions,
  revisionLabel,
  revisionsOf,
  revisionsToDrop,
  syncRevisionOwner,
  templateOf,
} from "../history.ts";
import { claimPods, ownedPods, syncOwners } from "../pod-ownership.ts";
import { availableAt } from "../pod-state.ts";
import {
  claims,
  controllerRevisions,
  createOf,
  deleteOf,
  journalName,
  patchOf,
  pods,
  statefulSets,
  updateOf,
} from "../request-forms.ts";
import {
  finishWrite,
  isCurrent,
  mayReconcile,
  requestSync,
  type SyncContext,
  sendWrite,
  syncChanged,
} from "../syncs.ts";
import { identityLabels, parentAndOrdinal } from "./identity.ts";
import { type Action, type NamedTemplate, planSync } from "./plan.ts";
import { settleRevisions } from "./revisions.ts";
import { completed, statusDiffers } from "./status.ts";

const name = "statefulset-controller";
/** Source of its Events, as upstream's recorder is called. */
const source = "statefulset-controller";

/** Keeps every StatefulSet. */
export const statefulSetController: Controller = {
  name,
  resources: ["statefulsets", "pods", "persistentvolumeclaims", "controllerrevisions"],
  changed,
  reconcile,
  answered,
};

function changed(io: Io, change: Change): void {
  switch (change.resource) {
    case "statefulsets":
      return syncChanged(io, name, change);
    case "pods":
      return syncOwners(io, name, "StatefulSet", "statefulsets", change);
    case "controllerrevisions":
      return syncRevisionOwner(io, name, "StatefulSet", change);
    default:
      return claimChanged(io, change.object as PersistentVolumeClaim);
  }
}

/** A claim concerns the set whose pod it is called after. */
function claimChanged(io: Io, { metadata }: PersistentVolumeClaim): void {
  const [stem] = parentAndOrdinal(metadata.name);
  if (stem === "") return;
  for (const set of listAll<StatefulSet>(io, "statefulsets", metadata.namespace)) {
    const templates = set.spec.volumeClaimTemplates ?? [];
    if (templates.some((one) => `${one.metadata.name}-${set.metadata.name}` === stem))
      requestSync(io, name, keyOf(set));
  }
}

function reconcile(io: Io, key: string): void {
  const set = lookUp<StatefulSet>(io, "statefulsets", ...splitKey(key));
  if (set === undefined || !mayReconcile(io, name, key)) return;
  const isMember = (pod: Pod) => parentAndOrdinal(pod.metadata.name)[0] === set.metadata.name;
  if (claimPods(io, name, key, set, { accepts: isMember }) || adoptRevisions(io, name, key, set)) return;
  const revisions = revisionsOf(io, set);
  const settled = settleRevisions(set, revisions);
  if (settled.kind === "write") return sendWrite(io, name, key, settled.request, { write: "revision" });
  const { current, update, collisionCount } = settled;
  const own = ownedPods(io, set).filter(isMember);
  const claim = (claimName: string) =>
    lookUp<PersistentVolumeClaim>(io, "persistentvolumeclaims", splitKey(key)[0], claimName);
  const situation = { set, current: named(current), update: named(update), collisionCount, pods: own, now: io.now };
  const plan = planSync({ ...situation, claim });
  for (const action of plan.actions) act(io, key, set, action);
  const status = completed(set, plan.status);
  const isWritten = statusDiffers(set, status);
  if (isWritten)
    sendWrite(io, name, key, updateOf(statefulSets, { ...set, status } as StatefulSet, "status"), { write: "status" });
  dropHistory(io, key, set, revisions, own, [status.currentRevision, status.updateRevision]);
  awaitAvailability(io, key, set, own);
}

function named(revision: ControllerRevision): NamedTemplate {
  return { name: revision.metadata.name, template: templateOf(revision) };
}

function act(io: Io, key: string, set: StatefulSet, action: Action): void {
  switch (action.kind) {
    case "say":
      return record(io, source, set, [action.text]);
    case "create claim": {
      const about = { claim: action.claim.metadata.name, pod: action.pod.metadata.name };
      return sendWrite(io, name, key, createOf(claims, action.claim), { write: "claim", ...about });
    }
    case "own claim": {
      const { uid = "", resourceVersion = "" } = action.claim.metadata;
      const metadata = { uid, resourceVersion, ownerReferences: action.owners.map((one) => ({ ...one })) };
      return sendWrite(io, name, key, patchOf(claims, action.claim, { metadata }, "merge"), { write: "own claim" });
    }
    case "create":
      return sendWrite(io, name, key, createOf(pods, action.pod), { write: "create", pod: action.pod.metadata.name });
    case "delete":
      return sendWrite(io, name, key, deleteOf(pods, action.pod), { write: "delete", pod: action.pod.metadata.name });
    case "label": {
      const body: JsonObject = { metadata: { labels: identityLabels(action.pod) } };
      const more = { write: "update", pod: action.pod.metadata.name };
      return sendWrite(io, name, key, patchOf(pods, action.pod, body, "merge"), more);
    }
  }
}

/** Deletes revisions beyond the limit that no pod and no status names (truncateHistory). */
function dropHistory(
  io: Io,
  key: string,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
  own: readonly Pod[],
  kept: readonly (string | undefined)[],
): void {
  const live = new Set([...kept, ...own.map((pod) => pod.metadata.labels?.[revisionLabel])]);
  for (const one of revisionsToDrop(set, revisions, (revision) => live.has(revision.metadata.name)))
    sendWrite(io, name, key, deleteOf(controllerRevisions, one), { write: "drop revision" });
}

/** Looks again when the next ready pod has been ready long enough. */
function awaitAvailability(io: Io, key: string, { spec }: StatefulSet, own: readonly Pod[]): void {
  if (!spec.minReadySeconds) return;
  const due = own.map((pod) => availableAt(pod, spec.minReadySeconds)).filter((at) => at !== undefined && at > io.now);
  if (due.length > 0) enqueueAfter(io, name, key, Math.min(...(due as number[])) - io.now);
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const set = lookUp<StatefulSet>(io, "statefulsets", ...splitKey(context.key));
  const good = response !== undefined && succeeded(response);
  const isKnown = response?.code === (context.write === "delete" ? 404 : 409);
  const text = set && eventOf(set, context, good ? undefined : (response && messageOf(response)) || noAnswer);
  if (text !== undefined && set !== undefined && !isKnown) {
    record(io, source, set, [text]);
    const object = `pod/${set.metadata.namespace}/${String(context.pod)}`;
    if (good) io.note(text.reason === "SuccessfulDelete" ? "delete" : "create", object, text.reason, journalName(set));
  }
  finishWrite(io, context, response, isGone(context, response) ? false : undefined);
}

const noAnswer = "the server did not answer in time";

/** A thing that is gone already needs no deletion. */
function isGone({ write }: SyncContext, response: ApiResponse | undefined): boolean {
  return response?.code === 404 && (write === "delete" || write === "drop revision" || write === "release");
}

/** The Event about one write (recordPodEvent, recordClaimEvent). */
function eventOf(
  set: StatefulSet,
  { write, pod, claim }: SyncContext,
  failure: string | undefined,
): EventText | undefined {
  const owner = `in StatefulSet ${set.metadata.name}`;
  if (write === "claim") {
    return failure === undefined
      ? { type: "Normal", reason: "SuccessfulCreate", message: `create Claim ${claim} Pod ${pod} ${owner} success` }
      : {
          type: "Warning",
          reason: "FailedCreate",
          message: `create Claim ${claim} for Pod ${pod} ${owner} failed error: ${failure}`,
        };
  }
  if (write !== "create" && write !== "delete" && write !== "update") return undefined;
  const verb = `${write[0]?.toUpperCase()}${write.slice(1)}`;
  return failure === undefined
    ? { type: "Normal", reason: `Successful${verb}`, message: `${write} Pod ${pod} ${owner} successful` }
    : { type: "Warning", reason: `Failed${verb}`, message: `${write} Pod ${pod} ${owner} failed error: ${failure}` };
}
