/**
 * Update: optimistic concurrency, what a client may not change, generation, admission, validation, and nothing written when
 * nothing changes (Kubernetes 1.32, apiserver pkg/registry/rest/update.go and registry/generic/registry/store.go Update).
 * Left out: nothing.
 * Invariant: an object whose last finalizer goes while it is being deleted is deleted by that same update.
 */
import { admit } from "../admission/chain.ts";
import { type FieldOwner, withManagers } from "../fields/field-owners.ts";
import { storageKey } from "../kinds/kind.ts";
import { equalJson } from "../schema/equal-json.ts";
import { badRequestError, conflictError, invalidError, notFoundError, unclassifiedError } from "../status-error.ts";
import type { JsonObject, KubeObject, ObjectMeta } from "../types.ts";
import { invalid } from "../validation/field-error.ts";
import { validateMetadata, validateMetadataUpdate } from "../validation/metadata.ts";
import { bodyObject, readObject } from "./body.ts";
import { createObject } from "./create.ts";
import { trackedUpdate } from "./field-management.ts";
import { answer, type Handling, Refusal, write } from "./handling.ts";
import type { AnswerForm, Outcome, StoredObject } from "./outcome.ts";
import { readOut, versioned } from "./versioned.ts";

/** The stored object that the request is about, or the real 404. */
export function storedObject({ kind, reader, request }: Handling): StoredObject {
  const stored = reader.get(storageKey(kind, request.namespace, request.name!));
  if (!stored) throw new Refusal(notFoundError(kind, request.name!));
  return stored;
}

/** Refuses a resourceVersion or uid that is not the stored one. */
function checkPreconditions({ kind }: Handling, given: ObjectMeta, stored: StoredObject): void {
  const { resourceVersion, uid } = given;
  const { name } = stored.value.metadata;
  if (uid && uid !== stored.value.metadata.uid) {
    const key = storageKey(kind, stored.value.metadata.namespace, name);
    throw new Refusal(
      conflictError(
        kind,
        name,
        `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.value.metadata.uid}`,
      ),
    );
  }
  if (!resourceVersion || resourceVersion === "0") {
    if (!kind.needsResourceVersion) return;
    const error = invalid("metadata.resourceVersion", { go: "0x0" }, "must be specified for an update");
    throw new Refusal(invalidError(kind.group, kind.kind, name, [error]));
  }
  if (!/^\d+$/.test(resourceVersion)) {
    throw new Refusal(
      unclassifiedError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`),
    );
  }
  if (Number(resourceVersion) !== stored.modRevision) throw new Refusal(conflictError(kind, name));
}

/** The client's metadata with the server's own fields taken from the stored object. */
function nextMetadata(given: ObjectMeta, previous: ObjectMeta): ObjectMeta {
  if (given === previous) return previous;
  const {
    name,
    generateName,
    namespace,
    uid,
    generation,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  } = previous;
  const { labels, annotations, ownerReferences, finalizers } = given;
  const next: ObjectMeta = {
    name,
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(generation === undefined ? {} : { generation }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
  return equalJson(next, previous) ? previous : next;
}

/** Whether a deletion that waited for finalizers is complete. */
function deletionIsComplete({ metadata }: KubeObject, specFinalizers: readonly string[] | undefined): boolean {
  if (!metadata.deletionTimestamp || metadata.finalizers?.length) return false;
  return !metadata.deletionGracePeriodSeconds && !specFinalizers?.length;
}

/** Stores a changed object, deletes it if that completes its deletion, or answers at once if nothing changed. */
export function storeChange(handling: Handling, next: KubeObject, stored: StoredObject, form: AnswerForm): Outcome {
  const { kind, request } = handling;
  const key = storageKey(kind, next.metadata.namespace, next.metadata.name);
  if (request.dryRun) return answer(handling, { code: 200, body: versioned(next, stored.modRevision) });
  const { finalizers } = ((next as KubeObject & { spec?: JsonObject }).spec ?? {}) as {
    finalizers?: readonly string[];
  };
  if (deletionIsComplete(next, kind.resource === "namespaces" ? finalizers : undefined)) {
    return write(handling, { key, expectModRevision: stored.modRevision, last: next, answer: form });
  }
  if (equalJson(next, stored.value)) {
    handling.stages.push({ stage: "store", plugin: kind.resource, verdict: "unchanged" });
    return answer(handling, answerUnchanged(form, stored));
  }
  return write(handling, { key, expectModRevision: stored.modRevision, value: next, answer: form });
}

function answerUnchanged(form: AnswerForm, stored: StoredObject) {
  const warnings = form.form === "object" && form.warnings ? { warnings: form.warnings } : {};
  return { code: 200, body: readOut(stored), ...warnings };
}

/** Who writes: through which subresource an update came, or the managers that an apply has found. */
export type Writer = { readonly subresource: string } | { readonly managers: readonly FieldOwner[] };

function managedBy(handling: Handling, given: KubeObject, previous: KubeObject, writer: Writer): KubeObject {
  const next: KubeObject = { ...given, metadata: nextMetadata(given.metadata, previous.metadata) };
  if ("managers" in writer) return withManagers(next, writer.managers);
  return trackedUpdate(handling, next, given, previous, writer.subresource);
}

/** The next version of a stored object: the strategy's rules, generation, admission and validation. Shared by all paths. */
export function nextVersion(
  handling: Handling,
  given: KubeObject,
  stored: StoredObject,
  writer: Writer = { subresource: handling.request.subresource ?? "" },
): KubeObject {
  const { context, kind, request, stages } = handling;
  const { strategy } = kind;
  const previous = stored.value;
  const named = managedBy(handling, given, previous, writer);
  const isStatus = request.subresource === "status";
  const admitted = isStatus ? named : admit(handling, "UPDATE", named);
  const prepare = isStatus ? strategy.prepareForStatusUpdate : strategy.prepareForUpdate;
  let next = prepare?.call(strategy, admitted, previous, context.wallTime(context.now)) ?? admitted;
  if (!isStatus && strategy.changesGeneration?.(next, previous)) {
    next = { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } };
  }
  const errors = [
    ...(next.metadata === previous.metadata ? [] : validateMetadata(kind, next.metadata)),
    ...(next.metadata === previous.metadata ? [] : validateMetadataUpdate(next.metadata, previous.metadata)),
    ...(isStatus ? [] : (strategy.validate?.(next) ?? [])),
    ...((isStatus ? strategy.validateStatusUpdate?.(next, previous) : strategy.validateUpdate?.(next, previous)) ?? []),
  ];
  if (errors.length > 0) throw new Refusal(invalidError(kind.group, kind.kind, next.metadata.name, errors));
  stages.push({ stage: "validate", plugin: kind.kind, verdict: "valid" });
  return next;
}

/** The object says another name than the URL, or none. */
function wrongName(said: string | undefined, wanted: string | undefined): Refusal {
  const why = said
    ? `the name of the object (${said}) does not match the name on the URL (${wanted})`
    : `the name of the object (${wanted} based on URL) was undeterminable: name must be provided`;
  return new Refusal(badRequestError(why));
}

/** Plans the update of a stored object to `body`. */
export function updateObject(handling: Handling, body: JsonObject, stored: StoredObject): Outcome {
  const { request } = handling;
  const previous = stored.value;
  const unchangedMetadata = body.metadata === (readOut(stored) as unknown as JsonObject).metadata;
  const source = unchangedMetadata ? { ...body, metadata: previous.metadata as unknown as JsonObject } : body;
  const { object, warnings } = readObject(handling, source, previous);
  if (object.metadata.name !== request.name) throw wrongName(object.metadata.name, request.name);
  if (!unchangedMetadata) checkPreconditions(handling, object.metadata, stored);
  return updateRead(handling, object, warnings, stored, { subresource: request.subresource ?? "" });
}

/** Plans the update by server-side apply to merged fields, with the managers that there are then. */
export function updateApplied(
  handling: Handling,
  fields: JsonObject,
  stored: StoredObject,
  managers: readonly FieldOwner[],
): Outcome {
  const { object, warnings } = readObject(handling, fields, stored.value);
  if (object.metadata.resourceVersion) checkPreconditions(handling, object.metadata, stored);
  return updateRead(handling, object, warnings, stored, { managers });
}

function updateRead(
  handling: Handling,
  object: KubeObject,
  warnings: readonly string[],
  stored: StoredObject,
  writer: Writer,
): Outcome {
  const next = nextVersion(handling, object, stored, writer);
  return storeChange(handling, next, stored, {
    form: "object",
    code: 200,
    ...(warnings.length > 0 ? { warnings } : {}),
  });
}

/** PUT of an object or its status. */
export function update(handling: Handling): Outcome {
  const { kind, reader, request } = handling;
  const body = bodyObject(handling);
  const absent = kind.createsOnUpdate && !reader.get(storageKey(kind, request.namespace, request.name!));
  if (absent) return createObject(handling, body);
  return updateObject(handling, body, storedObject(handling));
}
