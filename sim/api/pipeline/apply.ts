/**
 * PATCH with an apply configuration: server-side apply (Kubernetes 1.32, apiserver pkg/endpoints/handlers/patch.go applyPatcher).
 * Left out: nothing of the request's own rules; see fields/apply.ts for those of merging.
 * Invariant: an object that is not there is created by the same request.
 */
import {
  ApplyError,
  checkConfiguration,
  conflictsOf,
  conflictText,
  merged,
  ownerText,
  pruned,
} from "../fields/apply.ts";
import {
  comparableFields,
  type FieldOwner,
  identityOf,
  isSameOwner,
  manageable,
  managersOf,
  type OwnerIdentity,
  yielding,
} from "../fields/field-owners.ts";
import { type FieldSet, NO_FIELDS } from "../fields/field-set.ts";
import { differenceOf, fieldsOf, unionOf } from "../fields/typed-value.ts";
import { apiVersionOf, storageKey } from "../kinds/kind.ts";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import { applyConflictError, badRequestError, unclassifiedError, unsupportedMediaTypeError } from "../status-error.ts";
import type { Json, JsonObject, KubeObject, ObjectMeta } from "../types.ts";
import { createApplied } from "./create.ts";
import { emptyFields } from "./field-management.ts";
import { type Handling, Refusal } from "./handling.ts";
import type { Outcome } from "./outcome.ts";
import { updateApplied } from "./update.ts";

/** The configuration, without what it says about itself; refuses one that is not for this object. */
function configurationOf({ request, kind }: Handling): JsonObject {
  const { body } = request;
  if (body === undefined || Array.isArray(body))
    throw new Refusal(badRequestError("an apply configuration is one object"));
  const { apiVersion: _version, kind: _kind, ...fields } = body as JsonObject;
  const { managedFields, name = "", namespace = "" } = (fields.metadata ?? {}) as Partial<ObjectMeta>;
  if (managedFields !== undefined) throw new Refusal(badRequestError("metadata.managedFields must be nil"));
  if (name !== request.name) {
    const why = `the name of the object (${name}) does not match the name on the URL (${request.name})`;
    throw new Refusal(badRequestError(why));
  }
  const rule = { kind: "struct", struct: kind.struct } as const;
  try {
    checkConfiguration(KUBE_SCHEMA, rule, fields as Json);
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    const what = `${namespace}/${name}; ${apiVersionOf(kind.group, kind.version)}, Kind=${kind.kind}`;
    throw new Refusal(unclassifiedError(`failed to create typed patch object (${what}): ${error.message}`));
  }
  return fields;
}

/** The fields after merging, and who manages them then. */
interface Applied {
  readonly fields: JsonObject;
  readonly managers: readonly FieldOwner[];
}

function refuseConflicts(
  { request }: Handling,
  managers: readonly FieldOwner[],
  self: OwnerIdentity,
  changed: FieldSet,
) {
  const conflicts = request.force ? [] : conflictsOf(managers, self, changed);
  if (conflicts.length === 0) return;
  const causes = conflicts.map((conflict) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${ownerText(conflict.with)}`,
    field: conflict.path,
  }));
  throw new Refusal(applyConflictError(conflictText(conflicts), causes));
}

function applied(handling: Handling, live: Json, former: readonly FieldOwner[]): Applied {
  const { kind, request, context } = handling;
  const { subresource = "" } = request;
  const rule = { kind: "struct", struct: kind.struct } as const;
  const configuration = configurationOf(handling);
  const self = identityOf(kind, "Apply", request);
  const last = former.find((one) => isSameOwner(one, self));
  const others = former.filter((one) => one !== last);
  const own = manageable(kind, subresource, fieldsOf(KUBE_SCHEMA, rule, configuration as Json));
  const whole = merged(KUBE_SCHEMA, rule, live, configuration as Json);
  const kept = unionOf([own, ...others.map((one) => one.fields)]);
  const fields = pruned(KUBE_SCHEMA, rule, whole, last?.fields ?? NO_FIELDS, kept) as JsonObject;
  const difference = differenceOf(KUBE_SCHEMA, rule, live, fields as Json);
  const change = {
    changed: manageable(kind, subresource, difference.changed),
    removed: manageable(kind, subresource, difference.removed),
  };
  refuseConflicts(handling, others, self, change.changed);
  const isChanged = change.changed.size > 0 || change.removed.size > 0;
  const time = isChanged ? context.wallTime(context.now) : last?.time;
  return { fields, managers: [...yielding(others, change), { ...self, time, fields: own }] };
}

/** PATCH with the media type of server-side apply. */
export function apply(handling: Handling): Outcome {
  const { kind, reader, request, context } = handling;
  if (!context.tracksFields) throw new Refusal(unsupportedMediaTypeError());
  const stored = reader.get(storageKey(kind, request.namespace, request.name!));
  if (stored === undefined) {
    const { fields, managers } = applied(handling, emptyFields(handling), []);
    return createApplied(handling, fields, managers);
  }
  const previous: KubeObject = stored.value;
  const { fields, managers } = applied(handling, comparableFields(previous), managersOf(previous));
  return updateApplied(handling, fields, stored, managers);
}
