/**
 * The Deployment controller: rolls templates out by scaling ReplicaSets.
 * Source: Kubernetes 1.32, pkg/controller/deployment/deployment_controller.go.
 * Left out: the live read of the Deployment before an adoption.
 * Invariant: decisions are `syncDeployment`'s; here they are only sent and their answers taken in.
 */
import type { Deployment } from "../../api/kinds/deployment.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { selects } from "../../api/selectors/label-selector-object.ts";
import type { ApiResponse, OwnerReference, Status } from "../../api/types.ts";
import {
  type Controller,
  type ControllerContext,
  type ControllerTimer,
  keyOf,
  splitKey,
} from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, listIndexed, lookUp } from "../../client/lister.ts";
import { type EventText, record } from "../../client/recorder.ts";
import { messageOf, reasonOf, succeeded } from "../../client/requests.ts";
import type { Io } from "../../time/component.ts";
import type { Duration, Instant } from "../../time/instant.ts";
import { noteOrphan, orphansOf } from "../orphans.ts";
import { controllerOf, controllerReference, isControlledBy } from "../owner.ts";
import { createOf, deleteOf, deployments, journalName, patchOf, replicaSets, updateOf } from "../request-forms.ts";
import { dropSync, finishWrite, isCurrent, mayReconcile, requestSync, type SyncContext, sendWrite } from "../syncs.ts";
import { sizeOf } from "./bounds.ts";
import { hasDeadline, newCondition, withDeploymentCondition } from "./conditions.ts";
import { byName, type DeploymentWrite } from "./plan.ts";
import { revisionAnnotation, withDeploymentRevision } from "./revision.ts";
import { syncDeployment } from "./sync.ts";
import { sameTemplate } from "./template-hash.ts";

const name = "deployment-controller";

/** Rolls out every Deployment. */
export const deploymentController: Controller = {
  name,
  resources: ["deployments", "replicasets", "pods"],
  changed,
  reconcile,
  answered,
  timer,
};

function changed(io: Io, change: Change): void {
  const { object, previous } = change;
  const { namespace = "" } = object.metadata;
  if (change.resource === "deployments") {
    if (change.type === "DELETED") dropSync(io, name, keyOf(object));
    return requestSync(io, name, keyOf(object));
  }
  if (change.resource === "pods") {
    if (change.type === "DELETED") podDeleted(io, namespace, controllerOf(object));
    return;
  }
  for (const owner of [controllerOf(object), previous && controllerOf(previous)]) {
    if (owner?.kind === "Deployment") requestSync(io, name, `${namespace}/${owner.name}`);
  }
  if (!noteOrphan(io, change)) return;
  for (const deployment of listAll<Deployment>(io, "deployments", namespace)) {
    if (selects(deployment.spec.selector, object.metadata.labels)) requestSync(io, name, keyOf(deployment));
  }
}

/** With Recreate the end of the last old pod is what the next step waits for. */
function podDeleted(io: Io, namespace: string, owner: OwnerReference | undefined): void {
  if (owner?.kind !== "ReplicaSet") return;
  const replicaSet = lookUp<ReplicaSet>(io, "replicasets", namespace, owner.name);
  const above = replicaSet && controllerOf(replicaSet);
  const deployment = above && lookUp<Deployment>(io, "deployments", namespace, above.name);
  if (deployment?.spec.strategy?.type === "Recreate") requestSync(io, name, keyOf(deployment));
}

function reconcile(io: Io, key: string): void {
  const deployment = lookUp<Deployment>(io, "deployments", ...splitKey(key));
  if (deployment === undefined || !mayReconcile(io, name, key)) return;
  const { selector } = deployment.spec;
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) return;
  const owned = listIndexed<ReplicaSet>(io, "replicasets", "owner", deployment.metadata.uid ?? "")
    .filter((one) => isControlledBy(one, deployment))
    .sort(byName);
  if (claim(io, key, deployment, owned)) return;
  const { writes, checkAfter } = syncDeployment({
    deployment,
    replicaSets: owned,
    oldPodsRun: (fresh) => owned.some((one) => one.metadata.uid !== fresh?.metadata.uid && hasRunningPods(io, one)),
    now: io.now,
  });
  for (const write of writes) send(io, key, deployment, write);
  if (checkAfter !== undefined) armDeadline(io, key, checkAfter);
}

/** When the timer of a Deployment's progress deadline rings, by process and key. One timer at a time. */
const deadlinesTable = "deployment deadlines";

function armDeadline(io: Io, key: string, after: Duration): void {
  const table = io.table<Instant>(deadlinesTable);
  const due = io.now + after;
  const armed = table.get(`${io.self}|${io.epoch}|${key}`);
  if (armed !== undefined && armed > io.now && armed <= due) return;
  table.set(`${io.self}|${io.epoch}|${key}`, due);
  const body: ControllerTimer = { kind: "controller timer", controller: name, name: "deadline", key, periodic: true };
  io.after(after, body);
}

function timer(io: Io, { key }: ControllerTimer): void {
  const table = io.table<Instant>(deadlinesTable);
  if (table.get(`${io.self}|${io.epoch}|${key}`) !== io.now) return;
  table.delete(`${io.self}|${io.epoch}|${key}`);
  requestSync(io, name, key);
}

function hasRunningPods(io: Io, replicaSet: ReplicaSet): boolean {
  return listIndexed<Pod>(io, "pods", "owner", replicaSet.metadata.uid ?? "").some(
    (pod) => isControlledBy(pod, replicaSet) && pod.status?.phase !== "Failed" && pod.status?.phase !== "Succeeded",
  );
}

/** Adopts matching orphans and releases ReplicaSets that match no more; true if there were any. */
function claim(io: Io, key: string, deployment: Deployment, owned: readonly ReplicaSet[]): boolean {
  const { namespace = "", uid = "", deletionTimestamp } = deployment.metadata;
  if (deletionTimestamp !== undefined) return false;
  const { selector } = deployment.spec;
  const strays = owned.filter(
    (one) => !selects(selector, one.metadata.labels) && one.metadata.deletionTimestamp === undefined,
  );
  const found = orphansOf<ReplicaSet>(io, "replicasets", namespace).filter((one) =>
    selects(selector, one.metadata.labels),
  );
  for (const one of strays) {
    const metadata = { uid: one.metadata.uid ?? "", ownerReferences: [{ $patch: "delete", uid }] };
    sendWrite(io, name, key, patchOf(replicaSets, one, { metadata }), { write: "release" });
    io.note("release", journalName(one), "", `labels no longer match the selector of ${journalName(deployment)}`);
  }
  for (const one of found) {
    const metadata = { uid: one.metadata.uid ?? "", ownerReferences: [{ ...controllerReference(deployment) }] };
    sendWrite(io, name, key, patchOf(replicaSets, one, { metadata }), { write: "adopt" });
    io.note("adopt", journalName(one), "", `labels match the selector of ${journalName(deployment)}`);
  }
  return strays.length + found.length > 0;
}

function send(io: Io, key: string, deployment: Deployment, write: DeploymentWrite): void {
  switch (write.kind) {
    case "create":
      return sendWrite(io, name, key, createOf(replicaSets, write.replicaSet), {
        write: "create",
        name: write.replicaSet.metadata.name,
        size: sizeOf(write.replicaSet),
      });
    case "update":
      for (const text of write.texts) io.note("scale", journalName(write.replicaSet), "ScalingReplicaSet", text);
      return sendWrite(io, name, key, updateOf(replicaSets, write.replicaSet), { write: "update", texts: write.texts });
    case "delete":
      io.note(
        "delete",
        journalName(write.replicaSet),
        "",
        `older than the history that ${journalName(deployment)} keeps`,
      );
      return sendWrite(io, name, key, deleteOf(replicaSets, write.replicaSet), { write: "delete" });
    case "status":
      return sendWrite(io, name, key, updateOf(deployments, write.deployment, "status"), { write: "status" });
  }
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const deployment = lookUp<Deployment>(io, "deployments", ...splitKey(context.key));
  if (deployment === undefined) return finishWrite(io, context, response);
  if (context.write === "create") return creationAnswered(io, context, deployment, response);
  if (context.write === "update" && response !== undefined && succeeded(response)) {
    const texts = context.texts as readonly string[];
    if (texts.length > 0) record(io, name, deployment, texts.map(scalingText));
  }
  finishWrite(io, context, response, response?.code === 404 ? false : undefined);
}

function scalingText(message: string): EventText {
  return { type: "Normal", reason: "ScalingReplicaSet", message };
}

function creationAnswered(
  io: Io,
  context: SyncContext,
  deployment: Deployment,
  response: ApiResponse | undefined,
): void {
  const replicaSetName = String(context.name);
  if (response === undefined || succeeded(response)) {
    if (response !== undefined) created(io, context, deployment, response.body as ReplicaSet);
    return finishWrite(io, context, response);
  }
  if (reasonOf(response) === "AlreadyExists") {
    alreadyExists(io, context, deployment, replicaSetName);
    return finishWrite(io, context, response);
  }
  const ending =
    (response.body as Status).details?.causes?.some((cause) => cause.reason === "NamespaceTerminating") ?? false;
  const message = `Failed to create new replica set "${replicaSetName}": ${messageOf(response)}`;
  if (!ending) record(io, name, deployment, [{ type: "Warning", reason: "ReplicaSetCreateError", message }]);
  if (!ending && hasDeadline(deployment)) {
    const condition = newCondition("Progressing", "False", "ReplicaSetCreateError", message, io.now);
    writeDeployment(io, context.key, withDeploymentCondition(deployment, condition));
  }
  finishWrite(io, context, response);
}

/** The revision moves to the Deployment, and progress has begun. */
function created(io: Io, context: SyncContext, deployment: Deployment, replicaSet: ReplicaSet): void {
  const message = `Created new replica set "${replicaSet.metadata.name}"`;
  io.note("create", journalName(replicaSet), "NewReplicaSetCreated", message);
  const size = Number(context.size);
  if (size > 0) {
    const text = `Scaled up replica set ${replicaSet.metadata.name} from 0 to ${size}`;
    io.note("scale", journalName(replicaSet), "ScalingReplicaSet", text);
    record(io, name, deployment, [scalingText(text)]);
  }
  const revised = withDeploymentRevision(deployment, replicaSet.metadata.annotations?.[revisionAnnotation] ?? "1");
  const condition = newCondition("Progressing", "True", "NewReplicaSetCreated", message, io.now);
  const next = hasDeadline(deployment) ? withDeploymentCondition(revised, condition) : revised;
  if (next !== deployment) writeDeployment(io, context.key, next);
}

/** The name is taken: by our own ReplicaSet that was not seen yet, or by a collision of hashes, which is counted. */
function alreadyExists(io: Io, context: SyncContext, deployment: Deployment, replicaSetName: string): void {
  const [namespace] = splitKey(context.key);
  const other = lookUp<ReplicaSet>(io, "replicasets", namespace, replicaSetName);
  if (other === undefined) return;
  if (isControlledBy(other, deployment) && sameTemplate(other.spec.template, deployment.spec.template)) return;
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  io.note("rename", journalName(deployment), "", `the name ${replicaSetName} is taken by another template`);
  writeDeployment(io, context.key, { ...deployment, status: { ...deployment.status, collisionCount } });
}

function writeDeployment(io: Io, key: string, deployment: Deployment): void {
  sendWrite(io, name, key, updateOf(deployments, deployment, "status"), { write: "status" });
}
