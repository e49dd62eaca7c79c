/**
 * Making the missing pods of a ReplicaSet: in batches of 1, 2, 4, 8 … so that a mistake in the template costs one refused
 * request and not five hundred.
 * Source: Kubernetes 1.32, pkg/controller/replicaset/replica_set.go (manageReplicas, slowStartBatch) and
 * pkg/controller/controller_utils.go (GetPodFromTemplate, createPods).
 * Left out: nothing.
 * Invariant: all pods of one ReplicaSet share the template's spec, labels and owner references by identity.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import type { ApiResponse, OwnerReference, Status } from "../../api/types.ts";
import { type EventText, record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import type { Io } from "../../time/component.ts";
import type { Table } from "../../time/table.ts";
import { controllerReference } from "../owner.ts";
import { createOf, journalName, pods } from "../request-forms.ts";
import { sendWrite } from "../syncs.ts";
import { expectCreations, lowerCreations } from "./expectations.ts";
import type { ReplicaFailure } from "./status.ts";

/** A creation under way. */
interface CreationRow {
  /** Not sent yet. */
  readonly left: number;
  /** Size of the batch under way, and how many of it have no answer. */
  readonly batch: number;
  readonly unanswered: number;
  readonly created: readonly string[];
  readonly failure?: ReplicaFailure;
  readonly refused: readonly string[];
}

function creations(io: Io): Table<CreationRow> {
  return io.table<CreationRow>("replicaset creations");
}

/** Starts to create `count` pods. */
export function startCreation(io: Io, controller: string, key: string, replicaSet: ReplicaSet, count: number): void {
  expectCreations(io, replicaSet.metadata.uid ?? "", count);
  sendBatch(io, controller, key, replicaSet, { left: count, batch: 1, unanswered: 0, created: [], refused: [] });
}

function sendBatch(io: Io, controller: string, key: string, replicaSet: ReplicaSet, before: CreationRow): void {
  const batch = Math.min(before.batch, before.left);
  const row = { ...before, batch, unanswered: batch, left: before.left - batch, created: [], refused: [] };
  creations(io).set(`${io.self}|${key}`, row);
  const owners = ownersOf(replicaSet);
  const request = createOf(pods, podOf(replicaSet, owners));
  for (let sent = 0; sent < batch; sent++) sendWrite(io, controller, key, request, { write: "create" });
}

const references = new WeakMap<ReplicaSet["metadata"], readonly OwnerReference[]>();

function ownersOf(replicaSet: ReplicaSet): readonly OwnerReference[] {
  const known = references.get(replicaSet.metadata);
  if (known !== undefined) return known;
  const made = [controllerReference(replicaSet)];
  references.set(replicaSet.metadata, made);
  return made;
}

function podOf(replicaSet: ReplicaSet, ownerReferences: readonly OwnerReference[]) {
  const { template } = replicaSet.spec;
  const { name, namespace = "" } = replicaSet.metadata;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const generateName = `${name}-`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName,
      namespace,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences,
    },
    spec: template?.spec ?? { containers: [] },
  };
}

/** What an answer to a creation led to: more to come, or the end, with the failure if there was one. */
export type CreationStep =
  | { readonly done: false }
  | { readonly done: true; readonly failure: ReplicaFailure | undefined };

/** Takes in the answer to one creation; sends the next batch when this one is answered and went well. */
export function creationAnswered(
  io: Io,
  controller: string,
  key: string,
  replicaSet: ReplicaSet | undefined,
  response: ApiResponse | undefined,
): CreationStep {
  const before = creations(io).get(`${io.self}|${key}`);
  if (before === undefined) return { done: false };
  const row = tookAnswer({ ...before, unanswered: before.unanswered - 1 }, response);
  const uid = replicaSet?.metadata.uid ?? "";
  if (response === undefined || !succeeded(response)) lowerCreations(io, uid, 1);
  creations(io).set(`${io.self}|${key}`, row);
  if (row.unanswered > 0) return { done: false };
  if (replicaSet !== undefined) reportBatch(io, controller, replicaSet, row);
  if (row.failure === undefined && row.refused.length === 0 && row.left > 0 && replicaSet !== undefined) {
    sendBatch(io, controller, key, replicaSet, { ...row, batch: row.batch * 2 });
    return { done: false };
  }
  if (row.left > 0) lowerCreations(io, uid, row.left);
  creations(io).delete(`${io.self}|${key}`);
  return { done: true, failure: row.failure };
}

function tookAnswer(row: CreationRow, response: ApiResponse | undefined): CreationRow {
  if (response === undefined) {
    const message = "the server did not answer in time";
    return { ...row, refused: [...row.refused, message], failure: { reason: "FailedCreate", message } };
  }
  if (succeeded(response)) return { ...row, created: [...row.created, (response.body as Pod).metadata.name] };
  const message = messageOf(response);
  const refused = [...row.refused, message];
  return isNamespaceEnding(response)
    ? { ...row, refused, left: 0 }
    : { ...row, refused, failure: { reason: "FailedCreate", message } };
}

/** A namespace that is being deleted takes no pods: nothing to try again. */
function isNamespaceEnding(response: ApiResponse): boolean {
  return (response.body as Status).details?.causes?.some((cause) => cause.reason === "NamespaceTerminating") ?? false;
}

function reportBatch(io: Io, controller: string, replicaSet: ReplicaSet, row: CreationRow): void {
  const texts: EventText[] = [
    ...row.created.map(
      (name): EventText => ({ type: "Normal", reason: "SuccessfulCreate", message: `Created pod: ${name}` }),
    ),
    ...row.refused.map(
      (why): EventText => ({ type: "Warning", reason: "FailedCreate", message: `Error creating: ${why}` }),
    ),
  ];
  for (const name of row.created) {
    io.note(
      "create",
      `pod/${replicaSet.metadata.namespace ?? ""}/${name}`,
      "SuccessfulCreate",
      `wanted by ${journalName(replicaSet)}`,
    );
  }
  record(io, controller, replicaSet, texts);
}
