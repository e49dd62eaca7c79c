/**
 * Where the pipeline records who manages which fields: after decoding and defaulting, before admission
 * (Kubernetes 1.32, apiserver pkg/endpoints/handlers/{create,update,patch}.go and apimachinery pkg/util/managedfields).
 * Left out: a cluster may have tracking switched off; then objects have no managedFields at all, and apply is not served.
 * Invariant: an update that changes no field leaves the managers as they were, times included.
 */
import {
  comparableFields,
  type FieldOwner,
  identityOf,
  managedDifference,
  managersOf,
  updated,
  withManagers,
} from "../fields/field-owners.ts";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import { decode } from "../schema/decode.ts";
import type { Json, KubeObject } from "../types.ts";
import type { Handling } from "./handling.ts";

/** The empty object of a kind, as Go has it: what a new object differs from. */
export function emptyFields({ kind }: Handling): Json {
  return decode(KUBE_SCHEMA, kind.struct, {}).object;
}

function time({ context }: Handling): string {
  return context.wallTime(context.now);
}

/** The new object with its creator as the manager of its fields. */
export function trackedCreate(handling: Handling, object: KubeObject): KubeObject {
  const { kind, request, context } = handling;
  if (!context.tracksFields) return object;
  const change = managedDifference(KUBE_SCHEMA, kind, "", emptyFields(handling), object);
  return withManagers(object, updated([], identityOf(kind, "Update", request), change, time(handling)));
}

/** Clients may hand in managers with an update; an entry without content clears them all. */
function formerManagers(given: KubeObject, previous: KubeObject): readonly FieldOwner[] {
  const entries = given.metadata.managedFields ?? [];
  return managersOf(entries.length > 0 ? given : previous).filter(({ manager }) => manager !== "");
}

/** The next version of an object with its managers, as `subresource` ("" for the object itself) was written. */
export function trackedUpdate(
  handling: Handling,
  next: KubeObject,
  given: KubeObject,
  previous: KubeObject,
  subresource: string,
): KubeObject {
  const { kind, request, context } = handling;
  if (!context.tracksFields) return next;
  // This strategy takes all but the containers themselves from the stored pod (dropNonEphemeralContainerUpdates).
  if (subresource === "ephemeralcontainers") return withManagers(next, managersOf(previous));
  const change = managedDifference(KUBE_SCHEMA, kind, subresource, comparableFields(previous), next);
  const { fieldManager, userAgent } = request;
  const self = identityOf(kind, "Update", { userAgent, subresource, ...(fieldManager && { fieldManager }) });
  const managers = updated(formerManagers(given, previous), self, change, time(handling));
  return withManagers(next, managers);
}
