/**
 * Create: decode, default, admit, name, validate, then a write that demands an empty key
 * (Kubernetes 1.32, apiserver pkg/registry/rest/create.go BeforeCreate).
 * Left out: nothing.
 * Invariant: the stored object has uid, creationTimestamp and name, and no resourceVersion.
 */
import { admit } from "../admission/chain.ts";
import { type FieldOwner, withManagers } from "../fields/field-owners.ts";
import { storageKey } from "../kinds/kind.ts";
import { alreadyExistsError, badRequestError, invalidError, unclassifiedError } from "../status-error.ts";
import type { JsonObject, KubeObject, ObjectMeta } from "../types.ts";
import { validateMetadata } from "../validation/metadata.ts";
import { bodyObject, readObject } from "./body.ts";
import { trackedCreate } from "./field-management.ts";
import { answer, type Handling, Refusal, write } from "./handling.ts";
import type { Outcome } from "./outcome.ts";
import { effectWarning } from "./without-effect.ts";

const NAME_STEM_MAX = 58;
const NAME_TRIES = 8;

/** The name given, or a free one made from generateName. */
function chooseName(handling: Handling, metadata: ObjectMeta): string {
  if (metadata.name) return metadata.name;
  if (!metadata.generateName) return "";
  const stem = metadata.generateName.slice(0, NAME_STEM_MAX);
  let name = "";
  for (let attempt = 0; attempt < NAME_TRIES; attempt++) {
    name = stem + handling.context.suffix();
    if (!handling.reader.get(storageKey(handling.kind, metadata.namespace, name))) break;
  }
  return name;
}

/** What the server alone decides about a new object. */
function newMetadata(handling: Handling, given: ObjectMeta): ObjectMeta {
  const { context, kind } = handling;
  const {
    name: _name,
    generateName,
    namespace,
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    managedFields,
    ...clients
  } = given;
  return {
    name: chooseName(handling, given),
    ...(generateName ? { generateName } : {}),
    ...(namespace ? { namespace } : {}),
    uid: context.uid(),
    ...(kind.strategy.changesGeneration ? { generation: 1 } : {}),
    creationTimestamp: context.wallTime(context.now),
    ...clients,
    ...(context.tracksFields && managedFields && { managedFields }),
  };
}

/** Validates a new object by itself; throws the real 422. */
function validateNew({ kind, stages }: Handling, object: KubeObject): void {
  const errors = [...validateMetadata(kind, object.metadata), ...(kind.strategy.validate?.(object) ?? [])];
  if (errors.length > 0) throw new Refusal(invalidError(kind.group, kind.kind, object.metadata.name, errors));
  stages.push({ stage: "validate", plugin: kind.kind, verdict: "valid" });
}

/** Plans the creation of an object that was read from a request; `code` is 201, also for a PUT or apply that creates. */
function createRead(handling: Handling, given: KubeObject, warnings: readonly string[], code: number): Outcome {
  const { kind, request, reader, context } = handling;
  const admitted = admit(handling, "CREATE", given);
  if (given.metadata.resourceVersion) {
    throw new Refusal(unclassifiedError("resourceVersion should not be set on objects to be created"));
  }
  const named: KubeObject = { ...admitted, metadata: newMetadata(handling, admitted.metadata) };
  const object = kind.strategy.prepareForCreate?.(named, context.wallTime(context.now)) ?? named;
  validateNew(handling, object);
  const key = storageKey(kind, object.metadata.namespace, object.metadata.name);
  if (reader.get(key)) throw new Refusal(alreadyExistsError(kind, object.metadata.name));
  const all = [...warnings, ...(context.tellsEffects ? [effectWarning(kind) ?? []].flat() : [])];
  const sent = all.length > 0 ? { warnings: all } : {};
  if (request.dryRun) return answer(handling, { code, body: object, ...sent });
  return write(handling, { key, expectModRevision: 0, value: object, answer: { form: "object", code, ...sent } });
}

/** Plans the creation of `body`; `code` is 201, also for a PUT that creates. */
export function createObject(handling: Handling, body: JsonObject, code = 201): Outcome {
  const { request } = handling;
  const { object, warnings } = readObject(handling, body);
  if (request.name !== undefined && object.metadata.name !== request.name) {
    throw new Refusal(
      badRequestError(
        `the name of the object (${object.metadata.name}) does not match the name on the URL (${request.name})`,
      ),
    );
  }
  return createRead(handling, trackedCreate(handling, object), warnings, code);
}

/** Plans the creation of an object by server-side apply, with the managers that it has then. */
export function createApplied(handling: Handling, fields: JsonObject, managers: readonly FieldOwner[]): Outcome {
  const { object, warnings } = readObject(handling, fields);
  return createRead(handling, withManagers(object, managers), warnings, 201);
}

/** POST to a collection. */
export function create(handling: Handling): Outcome {
  return createObject(handling, bodyObject(handling));
}
