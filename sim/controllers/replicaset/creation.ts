/**
 * Making missing pods: in batches of 1, 2, 4, 8 … so that a mistake in the template costs one refused request and not
 * five hundred. ReplicaSets, DaemonSets and Jobs share it.
 * Source: Kubernetes 1.32, pkg/controller/replicaset/replica_set.go (manageReplicas, slowStartBatch) and
 * pkg/controller/controller_utils.go (GetPodFromTemplate, createPods).
 * Left out: nothing.
 * Invariant: all pods of one ReplicaSet share the template's spec, labels and owner references by identity.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodSpec, PodTemplateSpec } from "../../api/kinds/pod-spec.ts";
import type { ApiResponse, KubeObject, OwnerReference, Status } from "../../api/types.ts";
import { type EventText, record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import type { Io } from "../../time/component.ts";
import type { Table } from "../../time/table.ts";
import { controllerReference } from "../owner.ts";
import { createOf, journalName, pods } from "../request-forms.ts";
import { sendWrite } from "../syncs.ts";
import type { ReplicaFailure } from "./status.ts";

/** A pod to be made; the server gives it its name. */
export interface NewPod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly spec: PodSpec;
}

/** A creation under way. */
interface CreationRow {
  readonly wanted: readonly NewPod[];
  /** How many of them have been sent. */
  readonly sent: number;
  /** Size of the batch under way, and how many of it have no answer. */
  readonly batch: number;
  readonly unanswered: number;
  readonly created: readonly string[];
  /** Created in all batches. */
  readonly total: number;
  readonly failure?: ReplicaFailure;
  readonly refused: readonly string[];
}

function creations(io: Io): Table<CreationRow> {
  return io.table<CreationRow>("replicaset creations");
}

/** Starts to create pods for an owner. */
export function startCreation(io: Io, controller: string, key: string, wanted: readonly NewPod[]): void {
  const row = { wanted, sent: 0, batch: 1, unanswered: 0, created: [], total: 0, refused: [] };
  sendBatch(io, controller, key, row);
}

function sendBatch(io: Io, controller: string, key: string, before: CreationRow): void {
  const batch = Math.min(before.batch, before.wanted.length - before.sent);
  const sent = before.sent + batch;
  creations(io).set(`${io.self}|${controller}|${key}`, {
    ...before,
    batch,
    unanswered: batch,
    sent,
    created: [],
    refused: [],
  });
  for (const pod of before.wanted.slice(before.sent, sent))
    sendWrite(io, controller, key, createOf(pods, pod), { write: "create" });
}

const references = new WeakMap<KubeObject["metadata"], readonly OwnerReference[]>();

function ownersOf(owner: KubeObject): readonly OwnerReference[] {
  const known = references.get(owner.metadata);
  if (known !== undefined) return known;
  const made = [controllerReference(owner)];
  references.set(owner.metadata, made);
  return made;
}

/** The pod that an owner makes of a template. */
export function podFromTemplate(owner: KubeObject, template: PodTemplateSpec | undefined): NewPod {
  const { name, namespace = "" } = owner.metadata;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${name}-`,
      namespace,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences: ownersOf(owner),
    },
    spec: template?.spec ?? { containers: [] },
  };
}

/** What an answer to a creation led to; `lost`: so many creations will not happen. */
export type CreationStep =
  | { readonly done: false; readonly lost: number }
  | {
      readonly done: true;
      readonly lost: number;
      /** How many pods there are now of those wanted. */
      readonly created: number;
      readonly failure: ReplicaFailure | undefined;
    };

/** Takes in the answer to one creation; sends the next batch when this one is answered and went well. */
export function creationAnswered(
  io: Io,
  controller: string,
  key: string,
  owner: KubeObject | undefined,
  response: ApiResponse | undefined,
): CreationStep {
  const name = `${io.self}|${controller}|${key}`;
  const before = creations(io).get(name);
  if (before === undefined) return { done: false, lost: 0 };
  const row = tookAnswer({ ...before, unanswered: before.unanswered - 1 }, response);
  const lost = response === undefined || !succeeded(response) ? 1 : 0;
  creations(io).set(name, row);
  if (row.unanswered > 0) return { done: false, lost };
  if (owner !== undefined) reportBatch(io, controller, owner, row);
  const left = row.wanted.length - row.sent;
  if (row.failure === undefined && row.refused.length === 0 && left > 0 && owner !== undefined) {
    sendBatch(io, controller, key, { ...row, batch: row.batch * 2 });
    return { done: false, lost };
  }
  creations(io).delete(name);
  return { done: true, lost: lost + left, created: row.total, failure: row.failure };
}

function tookAnswer(row: CreationRow, response: ApiResponse | undefined): CreationRow {
  if (response === undefined) {
    const message = "the server did not answer in time";
    return { ...row, refused: [...row.refused, message], failure: { reason: "FailedCreate", message } };
  }
  if (succeeded(response)) {
    return { ...row, created: [...row.created, (response.body as Pod).metadata.name], total: row.total + 1 };
  }
  const message = messageOf(response);
  const refused = [...row.refused, message];
  return isNamespaceEnding(response)
    ? { ...row, refused, sent: row.wanted.length }
    : { ...row, refused, failure: { reason: "FailedCreate", message } };
}

/** A namespace that is being deleted takes no pods: nothing to try again. */
function isNamespaceEnding(response: ApiResponse): boolean {
  return (response.body as Status).details?.causes?.some((cause) => cause.reason === "NamespaceTerminating") ?? false;
}

function reportBatch(io: Io, controller: string, owner: KubeObject, row: CreationRow): void {
  const texts: EventText[] = [
    ...row.created.map(
      (name): EventText => ({ type: "Normal", reason: "SuccessfulCreate", message: `Created pod: ${name}` }),
    ),
    ...row.refused.map(
      (why): EventText => ({ type: "Warning", reason: "FailedCreate", message: `Error creating: ${why}` }),
    ),
  ];
  for (const name of row.created) {
    const pod = `pod/${owner.metadata.namespace ?? ""}/${name}`;
    io.note("create", pod, "SuccessfulCreate", `wanted by ${journalName(owner)}`);
  }
  record(io, controller, owner, texts);
}
