/**
 * The subresources that are no plain status: binding and eviction of pods, scale of workloads, finalize of namespaces
 * (Kubernetes 1.32, pkg/registry/core/pod/storage/{storage,eviction}.go, pkg/registry/apps/deployment/storage/storage.go,
 * pkg/registry/core/namespace/storage/storage.go).
 * Left out: tokens; what a node serves (logs, exec) is in node-streams.ts.
 * Invariant: a pod is bound once.
 */
import { storageKey } from "../kinds/kind.ts";
import type { Namespace } from "../kinds/namespace.ts";
import type { Pod } from "../kinds/pod.ts";
import type { PodCondition } from "../kinds/pod-status.ts";
import { badRequestError, conflictError, invalidError, unclassifiedError } from "../status-error.ts";
import type { ApiRequest, JsonObject, KubeObject } from "../types.ts";
import { aggregate, invalid, notSupported, required } from "../validation/field-error.ts";
import { bodyObject } from "./body.ts";
import { deleteStored, deleteWishes } from "./delete.ts";
import { countDisruption } from "./disruption.ts";
import { answer, type Handling, Refusal, write } from "./handling.ts";
import type { Outcome, StoredObject } from "./outcome.ts";
import { patched } from "./patch.ts";
import { scaleOf } from "./scale.ts";
import { nextVersion, storeChange, storedObject } from "./update.ts";

const SUCCESS: JsonObject = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** The conditions with PodScheduled True; its transition time moves only when it was not. */
function scheduledConditions(pod: Pod, now: string): readonly PodCondition[] {
  const conditions = pod.status?.conditions ?? [];
  const index = conditions.findIndex((condition) => condition.type === "PodScheduled");
  const old = conditions[index];
  const lastTransitionTime = old?.status === "True" ? (old.lastTransitionTime ?? now) : now;
  const scheduled: PodCondition = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime };
  return index < 0 ? [...conditions, scheduled] : conditions.map((one, at) => (at === index ? scheduled : one));
}

function bindingTarget(handling: Handling): { readonly node: string; readonly body: JsonObject } {
  const body = bodyObject(handling);
  const target = (body.target ?? {}) as { kind?: string; name?: string };
  if (target.kind && target.kind !== "Node") {
    throw new Refusal(unclassifiedError(aggregate([notSupported("target.kind", target.kind, ["Node", "<empty>"])])));
  }
  if (!target.name) throw new Refusal(unclassifiedError(aggregate([required("target.name")])));
  return { node: target.name, body };
}

/** POST pods/NAME/binding: what the scheduler's decision is written with. */
export function bind(handling: Handling): Outcome {
  const { request, context, kind } = handling;
  const { node, body } = bindingTarget(handling);
  const stored = storedObject(handling);
  const pod = stored.value as Pod;
  const of = { group: "", resource: "pods/binding" };
  const { name } = pod.metadata;
  const metadata = (body.metadata ?? {}) as { uid?: string; annotations?: Record<string, string> };
  if (metadata.uid && metadata.uid !== pod.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${pod.metadata.uid}`;
    throw new Refusal(conflictError(of, name, why));
  }
  const refuse = (why: string) => new Refusal(conflictError(of, name, why));
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  const annotations = metadata.annotations
    ? { annotations: { ...pod.metadata.annotations, ...metadata.annotations } }
    : {};
  const bound: Pod = {
    ...pod,
    metadata: metadata.annotations ? { ...pod.metadata, ...annotations } : pod.metadata,
    spec: { ...pod.spec, nodeName: node },
    status: { ...pod.status, conditions: scheduledConditions(pod, context.wallTime(context.now)) },
  };
  if (request.dryRun) return answer(handling, { code: 201, body: SUCCESS });
  const key = storageKey(kind, pod.metadata.namespace, name);
  return write(handling, {
    key,
    expectModRevision: stored.modRevision,
    value: bound,
    answer: { form: "success", code: 201 },
  });
}

/** POST pods/NAME/eviction: a delete that asks first. */
export function evict(handling: Handling): Outcome {
  const body = bodyObject(handling);
  const stored = storedObject(handling);
  const given = (body.metadata as { name?: string } | undefined)?.name;
  if (given && given !== handling.request.name) {
    throw new Refusal(badRequestError("name in URL does not match name in Eviction object"));
  }
  const counted = countDisruption(handling, stored.value as Pod);
  const options = (body.deleteOptions ?? {}) as JsonObject;
  const request: ApiRequest = { ...handling.request, body: options };
  if (request.dryRun) return answer(handling, { code: 201, body: SUCCESS });
  const outcome = deleteStored({ ...handling, request }, stored, deleteWishes(request), { form: "success", code: 201 });
  if (outcome.kind !== "write") return answer(handling, { code: 201, body: SUCCESS });
  return counted ? { ...outcome, plan: { ...outcome.plan, also: [counted] } } : outcome;
}

/** GET of a scale. */
export function readScale(handling: Handling): Outcome {
  const stored = storedObject(handling);
  return answer(handling, { code: 200, body: scaleOf(handling.kind, stored.value, stored.modRevision) });
}

function checkedReplicas(scale: JsonObject, name: string): number {
  const replicas = ((scale.spec ?? {}) as { replicas?: number }).replicas ?? 0;
  if (typeof replicas === "number" && replicas >= 0) return replicas;
  const error = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
  throw new Refusal(invalidError("autoscaling", "Scale", name, [error]));
}

/** PUT or PATCH of a scale: changes nothing but the replicas of the workload. */
export function writeScale(handling: Handling): Outcome {
  const { kind, request } = handling;
  const stored = storedObject(handling);
  const current = scaleOf(kind, stored.value, stored.modRevision);
  const scale =
    request.verb === "patch" ? patched(request, "Scale", current as unknown as JsonObject) : bodyObject(handling);
  const replicas = checkedReplicas(scale, request.name!);
  const given = ((scale.metadata ?? {}) as { resourceVersion?: string }).resourceVersion;
  if (given && given !== String(stored.modRevision)) throw new Refusal(conflictError(kind, request.name!));
  const { subresource: _scale, ...main } = request;
  const next = nextVersion({ ...handling, request: main }, kind.scaling!.write(stored.value, replicas), stored, {
    subresource: "scale",
  });
  const outcome = storeChange(handling, next, stored, { form: "scale", code: 200 });
  if (outcome.kind === "write") return outcome;
  return answer(handling, { code: 200, body: scaleOf(kind, next, stored.modRevision) });
}

/** PUT namespaces/NAME/finalize: sets the finalizers of the spec, and deletes a terminating namespace that has none left. */
export function finalize(handling: Handling): Outcome {
  const stored: StoredObject = storedObject(handling);
  const body = bodyObject(handling) as unknown as Namespace;
  const finalizers = body.spec?.finalizers ?? [];
  const previous = stored.value as Namespace;
  const next: Namespace = { ...previous, spec: finalizers.length > 0 ? { finalizers } : {} };
  return storeChange(handling, next as KubeObject, stored, { form: "object", code: 200 });
}
