/**
 * The admission plugins that are on by default and matter here, in upstream's order
 * (Kubernetes 1.32, pkg/kubeapiserver/options/plugins.go).
 * Left out: webhooks, quota, limit ranges, pod security; each is one more entry.
 * Invariant: a plugin returns the object it was given when it has nothing to change.
 */
import type { Handling } from "../pipeline/handling.ts";
import type { KubeObject } from "../types.ts";
import { defaultTolerations } from "./default-tolerations.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { priority } from "./priority.ts";
import { serviceAccount } from "./service-account.ts";
import { serviceAllocation } from "./service-allocation.ts";
import { claimProtection, defaultStorageClass, volumeProtection } from "./storage-objects.ts";
import { taintNodes } from "./taint-nodes.ts";

/** What is done to the object. */
export type Operation = "CREATE" | "UPDATE";

/** A plugin's result: the object, and what it did in a few words ("" = nothing worth a line in the journal). */
export interface Admitted {
  readonly object: KubeObject;
  readonly verdict: string;
}

/** One plugin. `resource` "*" sees all kinds; `admit` throws a Refusal to refuse. */
export interface AdmissionPlugin {
  readonly name: string;
  readonly resource: string;
  readonly operations: readonly Operation[];
  admit(object: KubeObject, handling: Handling): Admitted;
}

const PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  serviceAccount,
  taintNodes,
  priority,
  defaultTolerations,
  defaultStorageClass,
  claimProtection,
  volumeProtection,
  serviceAllocation,
];

const chains = new Map<string, readonly AdmissionPlugin[]>();

/** The plugins that see a resource and operation; looked up once. */
function chainFor(resource: string, operation: Operation): readonly AdmissionPlugin[] {
  const key = `${operation} ${resource}`;
  let chain = chains.get(key);
  if (!chain) {
    const fits = (plugin: AdmissionPlugin) =>
      (plugin.resource === "*" || plugin.resource === resource) && plugin.operations.includes(operation);
    chain = PLUGINS.filter(fits);
    chains.set(key, chain);
  }
  return chain;
}

/** The object after every plugin; each that had something to say leaves a stage. */
export function admit(handling: Handling, operation: Operation, object: KubeObject): KubeObject {
  let current = object;
  for (const plugin of chainFor(handling.kind.resource, operation)) {
    const { object: next, verdict } = plugin.admit(current, handling);
    if (verdict !== "") handling.stages.push({ stage: "mutate", plugin: plugin.name, verdict });
    current = next;
  }
  return current;
}
