/**
 * Delete: preconditions, propagation finalizers, graceful deletion, and the two-step end of a namespace
 * (Kubernetes 1.32, apiserver pkg/registry/rest/delete.go BeforeDelete and registry/generic/registry/store.go Delete).
 * Left out: ignoreStoreReadErrorWithClusterBreakingPotential.
 * Invariant: the finalizers "orphan" and "foregroundDeletion" follow the propagation policy of the last delete.
 */
import { type Kind, storageKey } from "../kinds/kind.ts";
import { conflictError, forbiddenError, invalidError } from "../status-error.ts";
import type { ApiRequest, JsonObject, KubeObject, ObjectMeta } from "../types.ts";
import { notSupported } from "../validation/field-error.ts";
import { answer, type Handling, Refusal, write } from "./handling.ts";
import type { AnswerForm, Outcome, StoredObject, Write } from "./outcome.ts";
import { storedObject } from "./update.ts";
import { versioned } from "./versioned.ts";

const ORPHAN = "orphan";
const FOREGROUND = "foregroundDeletion";
const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);
const POLICIES = ["Foreground", "Background", "Orphan", "nil"];

/** What the client asks of a delete, from the URL or the body's DeleteOptions. */
export interface DeleteWishes {
  readonly propagationPolicy?: string;
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** The wishes of a delete request; the query wins over the body. */
export function deleteWishes(request: ApiRequest): DeleteWishes {
  const body = (Array.isArray(request.body) ? {} : (request.body ?? {})) as JsonObject;
  const given = (body.preconditions ?? {}) as { uid?: string; resourceVersion?: string };
  const { uid, resourceVersion } = { ...given, ...request.preconditions };
  const orphan = body.orphanDependents === undefined ? undefined : body.orphanDependents ? "Orphan" : "Background";
  const propagationPolicy = request.propagationPolicy ?? (body.propagationPolicy as string | undefined) ?? orphan;
  const gracePeriodSeconds = request.gracePeriodSeconds ?? (body.gracePeriodSeconds as number | undefined);
  if (propagationPolicy && !POLICIES.includes(propagationPolicy)) {
    const error = notSupported("propagationPolicy", propagationPolicy, POLICIES);
    throw new Refusal(invalidError("meta.k8s.io", "DeleteOptions", "", [error]));
  }
  return {
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}

function checkPreconditions(kind: Kind, { value, modRevision }: StoredObject, wishes: DeleteWishes): void {
  const of = { group: kind.group, resource: kind.kind };
  const { name, uid } = value.metadata;
  if (wishes.uid && wishes.uid !== uid) {
    const why = `the UID in the precondition (${wishes.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw new Refusal(conflictError(of, name, why));
  }
  if (wishes.resourceVersion && wishes.resourceVersion !== String(modRevision)) {
    const why = `the ResourceVersion in the precondition (${wishes.resourceVersion}) does not match the ResourceVersion in record (${modRevision}). The object might have been modified`;
    throw new Refusal(conflictError(of, name, why));
  }
}

/** The finalizers after the propagation policy has put its own in and the other's out; without one the kind decides. */
function finalizersFor(kind: Kind, existing: readonly string[], wished: string | undefined): readonly string[] {
  const isDecided = existing.includes(ORPHAN) || existing.includes(FOREGROUND);
  const policy = wished ?? (kind.orphansByDefault === true && !isDecided ? "Orphan" : undefined);
  if (policy === undefined || policy === "nil") return existing;
  const others = existing.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (policy === "Orphan") return [...others, ORPHAN];
  return policy === "Foreground" ? [...others, FOREGROUND] : others;
}

function withFinalizers(metadata: ObjectMeta, finalizers: readonly string[]): ObjectMeta {
  const { finalizers: _old, ...rest } = metadata;
  return finalizers.length > 0 ? { ...rest, finalizers } : rest;
}

/** The object marked as being deleted, `seconds` from now. */
function marked(handling: Handling, metadata: ObjectMeta, seconds: number): ObjectMeta {
  const { context } = handling;
  const { generation } = metadata;
  return {
    ...metadata,
    ...(generation ? { generation: generation + 1 } : {}),
    deletionTimestamp: context.wallTime(context.now + seconds * 1_000_000),
    deletionGracePeriodSeconds: seconds,
  };
}

/** What one delete does to one object: a write, or nothing as it is being deleted already. */
interface Deletion {
  readonly object: KubeObject;
  readonly gone: boolean;
  readonly unchanged: boolean;
}

function deletionOf(handling: Handling, stored: StoredObject, wishes: DeleteWishes): Deletion {
  const { kind } = handling;
  const { value } = stored;
  const finalizers = finalizersFor(kind, value.metadata.finalizers ?? [], wishes.propagationPolicy);
  const seconds = kind.strategy.gracePeriodSeconds?.(value, wishes.gracePeriodSeconds) ?? 0;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = value.metadata;
  const sameFinalizers = finalizers.join() === (value.metadata.finalizers ?? []).join();
  const metadata = sameFinalizers ? value.metadata : withFinalizers(value.metadata, finalizers);
  if (deletionTimestamp) {
    const shorter = seconds < deletionGracePeriodSeconds;
    if (!shorter && (deletionGracePeriodSeconds > 0 || finalizers.length > 0)) {
      return { object: { ...value, metadata }, gone: false, unchanged: sameFinalizers };
    }
    const next = shorter ? marked(handling, withoutGeneration(metadata), seconds) : metadata;
    return {
      object: { ...value, metadata: restored(next, metadata) },
      gone: seconds === 0 && finalizers.length === 0,
      unchanged: false,
    };
  }
  const gone = seconds === 0 && finalizers.length === 0;
  return { object: { ...value, metadata: marked(handling, metadata, seconds) }, gone, unchanged: false };
}

/** A shortened grace period does not count as another generation. */
function withoutGeneration(metadata: ObjectMeta): ObjectMeta {
  const { generation: _generation, ...rest } = metadata;
  return rest;
}

function restored(next: ObjectMeta, before: ObjectMeta): ObjectMeta {
  return before.generation === undefined ? next : { ...next, generation: before.generation };
}

function deletedForm({ kind }: Handling): AnswerForm {
  if (kind.returnsDeleted) return { form: "object", code: 200 };
  return { form: "deleted", group: kind.group, resource: kind.resource, code: 200 };
}

/** Plans the deletion of a stored object; `form` replaces the usual answer. */
export function deleteStored(
  handling: Handling,
  stored: StoredObject,
  wishes: DeleteWishes,
  form?: AnswerForm,
): Outcome {
  const { kind, request } = handling;
  checkPreconditions(kind, stored, wishes);
  const deletion = deletionOf(handling, stored, wishes);
  const key = storageKey(kind, stored.value.metadata.namespace, stored.value.metadata.name);
  const objectForm = form ?? { form: "object", code: 200 };
  if (request.dryRun || deletion.unchanged) {
    return answer(handling, { code: 200, body: versioned(deletion.object, stored.modRevision) });
  }
  if (deletion.gone) {
    return write(handling, {
      key,
      expectModRevision: stored.modRevision,
      last: stored.value,
      answer: form ?? deletedForm(handling),
    });
  }
  return write(handling, { key, expectModRevision: stored.modRevision, value: deletion.object, answer: objectForm });
}

/** A namespace becomes Terminating first, and is deleted when nothing holds it any more. */
function deleteNamespace(handling: Handling, stored: StoredObject, wishes: DeleteWishes): Outcome {
  const { kind } = handling;
  const namespace = stored.value as KubeObject & { spec?: { finalizers?: readonly string[] }; status?: JsonObject };
  const { name } = namespace.metadata;
  if (IMMORTAL.has(name)) throw new Refusal(forbiddenError(kind, name, "this namespace may not be deleted"));
  checkPreconditions(kind, stored, wishes);
  const finalizers = finalizersFor(kind, namespace.metadata.finalizers ?? [], wishes.propagationPolicy);
  if (!namespace.metadata.deletionTimestamp) {
    const metadata = marked(handling, withFinalizers(namespace.metadata, finalizers), 0);
    const { deletionGracePeriodSeconds: _grace, ...kept } = metadata;
    const value = { ...namespace, metadata: kept, status: { ...namespace.status, phase: "Terminating" } };
    const key = storageKey(kind, undefined, name);
    if (handling.request.dryRun) return answer(handling, { code: 200, body: versioned(value, stored.modRevision) });
    return write(handling, {
      key,
      expectModRevision: stored.modRevision,
      value,
      answer: { form: "object", code: 200 },
    });
  }
  if (namespace.spec?.finalizers?.length) {
    const why =
      "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.";
    throw new Refusal(conflictError(kind, name, why));
  }
  return deleteStored(handling, stored, wishes);
}

/** DELETE of one object. */
export function deleteOne(handling: Handling): Outcome {
  const wishes = deleteWishes(handling.request);
  const stored = storedObject(handling);
  return handling.kind.resource === "namespaces"
    ? deleteNamespace(handling, stored, wishes)
    : deleteStored(handling, stored, wishes);
}

/** The writes that delete several objects, each as if by a request of its own; objects already going are left alone. */
export function deleteMany(handling: Handling, selected: readonly StoredObject[]): readonly Write[] {
  const wishes = deleteWishes(handling.request);
  const writes: Write[] = [];
  for (const stored of selected) {
    const one: Handling = { ...handling, stages: [] };
    const outcome = deleteStored(one, stored, wishes);
    if (outcome.kind === "write") writes.push(outcome.plan);
  }
  return writes;
}
