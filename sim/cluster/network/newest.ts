/**
 * Objects as etcd holds them now, for looks at the network from outside a step.
 * Models no upstream code; a component reads through its lister instead (sim/client/lister.ts).
 * Invariant: reads the newest revision, whatever any process has seen.
 */
import { objectAt, resourceKey, storeOf } from "../../api/server/storage.ts";
import type { KubeObject } from "../../api/types.ts";
import type { Io } from "../../time/component.ts";

/** The object of a resource and name; undefined if there is none. */
export function newest<T extends KubeObject>(io: Io, resource: string, namespace: string, name: string): T | undefined {
  return objectAt(io, resourceKey(resource, namespace, name), storeOf(io).revision) as T | undefined;
}
