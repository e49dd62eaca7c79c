/**
 * Stored objects have no resourceVersion; whoever reads them gets it put in (Kubernetes 1.32, apiserver
 * pkg/storage/api_object_versioner.go).
 * Left out: nothing.
 * Invariant: reading the same version twice gives the same object, so that readers can compare by identity.
 */
import type { KubeObject, ObjectMeta } from "../types.ts";
import type { StoredObject } from "./outcome.ts";

const remembered = new WeakMap<KubeObject, { readonly revision: number; readonly object: KubeObject }>();

/** The object as clients see it. */
export function versioned<T extends KubeObject>(value: T, modRevision: number): T {
  const known = remembered.get(value);
  if (known?.revision === modRevision) return known.object as T;
  const metadata: ObjectMeta = { ...value.metadata, resourceVersion: String(modRevision) };
  const object = { ...value, metadata };
  remembered.set(value, { revision: modRevision, object });
  return object;
}

/** {@link versioned} for what a store returns. */
export function readOut(stored: StoredObject): KubeObject {
  return versioned(stored.value, stored.modRevision);
}
