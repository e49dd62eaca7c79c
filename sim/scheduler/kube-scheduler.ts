/**
 * kube-scheduler as a process: watches pods and nodes, runs one scheduling cycle at a time, binds.
 * Source: Kubernetes 1.32, pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go. Left out: leader election, several
 * profiles, Permit plugins; of PreBind only what VolumeBinding does.
 * Invariant: at most one pod is in the scheduling cycle; a pod counts as on its node from the moment it is assumed, so
 * binding may overlap the next cycles.
 */
import type { Node } from "../api/kinds/node.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { DeliverBody, ResponseBody } from "../api/server/protocol.ts";
import type { ApiResponse, JsonObject, KubeObject } from "../api/types.ts";
import {
  allSynced,
  type Change,
  dropInformers,
  informerEvent,
  onDisturbed,
  startInformer,
  takeDelivery,
} from "../client/informer.ts";
import { listAll, lookUp } from "../client/lister.ts";
import { record } from "../client/recorder.ts";
import { lostContext, reasonOf, sendRequest, succeeded } from "../client/requests.ts";
import type { Component, Io, LostBody } from "../time/component.ts";
import { rfc3339 } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";
import { assume, dropCache, nodesChanged, podAssigned, podGone, schedulerState, setState, unassume } from "./cache.ts";
import type { SchedulingContext } from "./framework.ts";
import {
  addToQueue,
  flushBackoff,
  flushUnschedulable,
  forget,
  popFromQueue,
  queuedPod,
  returnToQueue,
  updateInQueue,
} from "./queue/scheduling-queue.ts";
import { armBackoff, armUnschedulable, dropQueue, moveForPod, queueOf } from "./queue/upkeep.ts";
import { scheduleOne, type Unschedulable } from "./schedule-one.ts";
import {
  dropPromises,
  giveUpWaiting,
  promiseVolumes,
  readyPods,
  storageChanged,
  storageOf,
  type WaitingPod,
} from "./volume-promises.ts";

const storageResources = ["persistentvolumeclaims", "persistentvolumes", "storageclasses"];
const ownerResources: Readonly<Record<string, string>> = {
  ReplicaSet: "replicasets",
  ReplicationController: "replicationcontrollers",
  StatefulSet: "statefulsets",
};
const resources = ["pods", "nodes", "namespaces", ...Object.values(ownerResources), ...storageResources];
const profileName = "default-scheduler";

/** The kube-scheduler process of a control-plane machine. */
export const kubeScheduler: Component = {
  name: "kube-scheduler",
  start(io) {
    dropQueue(io);
    dropCache(io);
    dropPromises(io);
    for (const resource of resources) startInformer(io, resource);
  },
  handle,
  disturbed: onDisturbed,
  closed: dropInformers,
};

function handle(body: Body, io: Io): void {
  if (informerEvent(io, body)) return;
  switch (body.kind) {
    case "deliver":
      return deliver(io, body as DeliverBody);
    case "schedule":
      setState(io, { ...schedulerState(io), armed: false });
      return cycle(io);
    case "flush backoff":
      flushBackoff(queueOf(io), io.now);
      armBackoff(io);
      return armCycle(io);
    case "flush unschedulable":
      flushUnschedulable(queueOf(io), io.now);
      armUnschedulable(io, true);
      return armCycle(io);
    case "volumes overdue": {
      const { key, uid } = body as Body & { readonly key: string; readonly uid: string };
      return volumesOverdue(io, key, uid);
    }
    case "response": {
      const { context, response } = body as ResponseBody;
      return answered(io, context as Context, response);
    }
    case "lost": {
      const context = lostContext(body as LostBody);
      if (context !== undefined) answered(io, context as Context, undefined);
      return;
    }
    default:
      throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
  }
}

type Context = {
  readonly what: "bind" | "volume" | "other";
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
};

function deliver(io: Io, body: DeliverBody): void {
  const changes = takeDelivery(io, body);
  if (body.resource === "nodes") nodesChanged(io, changes as Change<Node>[]);
  else if (body.resource === "pods") for (const change of changes) podChanged(io, change as Change<Pod>);
  else if (storageResources.includes(body.resource)) {
    for (const change of changes) storageChanged(io, change);
    for (const [key, row] of readyPods(io)) bindWaiting(io, key, row);
  }
  armBackoff(io);
  armCycle(io);
}

function podChanged(io: Io, { type, object, previous }: Change<Pod>): void {
  const key = `${object.metadata.namespace}/${object.metadata.name}`;
  const over = object.status?.phase === "Succeeded" || object.status?.phase === "Failed";
  if ((object.spec.nodeName ?? "") !== "") {
    if (previous !== undefined && (previous.spec.nodeName ?? "") === "") forget(queueOf(io), key);
    if (type === "DELETED" || over) podGone(io, object, key);
    else podAssigned(io, object, previous, key);
    return;
  }
  if (object.spec.schedulerName !== undefined && object.spec.schedulerName !== profileName) return;
  if (type === "DELETED") {
    forget(queueOf(io), key);
    giveUpWaiting(io, key, object.metadata.uid ?? "");
    unassume(io, key, object.metadata.uid ?? "");
    moveForPod(io, { name: "AssignedPodDelete", before: object });
  } else if (object.metadata.deletionTimestamp !== undefined) forget(queueOf(io), key);
  else if (type === "ADDED") addToQueue(queueOf(io), object, io.now);
  else updateInQueue(queueOf(io), object, io.now);
}

/** Sets the next cycle if a pod waits for one and none is set. */
function armCycle(io: Io): void {
  const state = schedulerState(io);
  if (state.armed || queueOf(io).active.first() === undefined || !allSynced(io, resources)) return;
  setState(io, { ...state, armed: true });
  io.after(io.latency("scheduling cycle"), { kind: "schedule" });
}

function cycle(io: Io): void {
  const queued = popFromQueue(queueOf(io));
  if (queued === undefined) return;
  const pod = queued.pod as Pod;
  const { nodes, start } = schedulerState(io);
  const result = scheduleOne(pod, contextOf(io), { start, percentageOfNodesToScore: 0 });
  setState(io, { ...schedulerState(io), start: result.nextStart });
  if (result.kind === "scheduled") {
    const evaluated = `${result.feasible} of ${nodes.length} nodes feasible, ${result.evaluated} looked at`;
    io.note("schedule", objectOf(pod), "Scheduled", `${result.node}: ${evaluated}`);
    assume(io, pod, queued.key, result.node);
    if (!promiseVolumes(io, pod, queued.key, result.node)) bind(io, pod, queued.key, result.node);
  } else giveUp(io, pod, queued.key, result);
  armCycle(io);
}

function contextOf(io: Io): SchedulingContext {
  const { random } = io;
  return {
    nodes: schedulerState(io).nodes,
    namespaces: () => listAll(io, "namespaces"),
    storage: storageOf(io),
    servicesIn: () => [],
    controller: (kind, namespace, name) => {
      const resource = ownerResources[kind];
      if (resource === undefined) return undefined;
      return lookUp<KubeObject & { spec: { selector: JsonObject } }>(io, resource, namespace, name);
    },
    disruptionBudgets: () => [],
    nominatedPods: () => [],
    below: (n) => random.below(n),
  };
}

/** A pod that waited for its volumes has them. */
function bindWaiting(io: Io, key: string, { namespace, name, node }: WaitingPod): void {
  const pod = lookUp<Pod>(io, "pods", namespace, name);
  if (pod !== undefined) bind(io, pod, key, node);
}

/** The volumes did not come in time: the pod has to be scheduled anew. */
function volumesOverdue(io: Io, key: string, uid: string): void {
  const row = giveUpWaiting(io, key, uid);
  if (row === undefined) return;
  unassume(io, key, uid);
  const pod = lookUp<Pod>(io, "pods", row.namespace, row.name);
  if (pod?.metadata.uid !== uid || queuedPod(queueOf(io), key) === undefined) return;
  const message = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded';
  record(io, profileName, pod, [{ type: "Warning", reason: "FailedScheduling", message }]);
  returnToQueue(queueOf(io), key, [], io.now);
  armBackoff(io);
}

function objectOf(pod: Pod): string {
  return `pod/${pod.metadata.namespace}/${pod.metadata.name}`;
}

function bind(io: Io, pod: Pod, key: string, node: string): void {
  const { namespace = "", name, uid = "" } = pod.metadata;
  const body: JsonObject = {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name, namespace, uid },
    target: { apiVersion: "v1", kind: "Node", name: node },
  };
  const request = {
    group: "",
    version: "v1",
    resource: "pods",
    verb: "create",
    subresource: "binding",
    namespace,
    name,
    body,
  } as const;
  sendRequest(io, request, { what: "bind", key, namespace, name, uid, node });
}

/** The pod has no node: says so in its status and as an Event, and removes the victims that preemption chose. */
function giveUp(io: Io, pod: Pod, key: string, result: Unschedulable): void {
  const { namespace = "", name, uid = "" } = pod.metadata;
  returnToQueue(queueOf(io), key, result.plugins, io.now);
  armBackoff(io);
  armUnschedulable(io, false);
  record(io, profileName, pod, [{ type: "Warning", reason: "FailedScheduling", message: result.message }]);
  for (const { pod: victim } of result.victims) preempt(io, pod, victim as Pod, result.nominatedNode ?? "");
  const before = pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
  const nominated = result.nominatedNode ?? pod.status?.nominatedNodeName ?? "";
  if (before?.message === result.message && nominated === (pod.status?.nominatedNodeName ?? "")) return;
  const condition = {
    type: "PodScheduled",
    status: "False",
    lastProbeTime: null,
    lastTransitionTime: before?.status === "False" ? (before.lastTransitionTime ?? null) : rfc3339(io.now),
    reason: "Unschedulable",
    message: result.message,
  };
  const body = {
    metadata: { uid },
    status: { conditions: [condition], ...(nominated !== "" && { nominatedNodeName: nominated }) },
  };
  const target = { group: "", version: "v1", resource: "pods", subresource: "status", namespace, name } as const;
  sendRequest(
    io,
    { ...target, verb: "patch", patchType: "strategic", body },
    { what: "other", key, namespace, name, uid, node: nominated },
  );
}

function preempt(io: Io, pod: Pod, victim: Pod, node: string): void {
  const { namespace = "", name, uid = "" } = victim.metadata;
  const message = `Preempted by pod ${pod.metadata.uid} on node ${node}`;
  record(io, profileName, victim, [{ type: "Normal", reason: "Preempted", message }]);
  const target = { group: "", version: "v1", resource: "pods", namespace, name } as const;
  const key = `${namespace}/${name}`;
  sendRequest(io, { ...target, verb: "delete" }, { what: "other", key, namespace, name, uid, node });
}

/** A bind was answered, or its answer was lost. Meanwhile another pod may have got the name. */
function answered(io: Io, context: Context, response: ApiResponse | undefined): void {
  const { what, key, namespace, name, uid, node } = context;
  if (what !== "bind") return;
  const seen = lookUp<Pod>(io, "pods", namespace, name);
  const pod = seen?.metadata.uid === uid ? seen : undefined;
  const isQueued = queuedPod(queueOf(io), key)?.pod.metadata.uid === uid;
  if (response !== undefined && succeeded(response)) {
    if (isQueued) forget(queueOf(io), key);
    if (pod !== undefined) {
      record(io, profileName, pod, [
        { type: "Normal", reason: "Scheduled", message: `Successfully assigned ${key} to ${node}` },
      ]);
    }
    return;
  }
  unassume(io, key, uid);
  if (!isQueued) return;
  const gone = response !== undefined && (reasonOf(response) === "NotFound" || reasonOf(response) === "Conflict");
  if (gone || pod === undefined) forget(queueOf(io), key);
  else returnToQueue(queueOf(io), key, [], io.now);
  armBackoff(io);
}
