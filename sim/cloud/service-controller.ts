/**
 * The service controller of cloud-controller-manager: a load balancer for each Service that wants one.
 * Source: Kubernetes 1.32, staging/src/k8s.io/cloud-provider/controllers/service/controller.go.
 * Left out: the cloud's other controllers (nodes, routes); the resync every 30 and 100 s, which would find nothing new.
 * Events in: Services, Nodes, answers. Events out: the finalizer, the status, Kubernetes Events.
 * Invariant: the finalizer is there before the load balancer and goes after it; one write of a Service is under way at most.
 */
import type { Node } from "../api/kinds/node.ts";
import type { LoadBalancerIngress, Service } from "../api/kinds/service.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { ApiResponse, Json, JsonObject } from "../api/types.ts";
import { type Controller, type ControllerContext, controllerProcess, keyOf, splitKey } from "../client/controller.ts";
import { type Change, seenRevision } from "../client/informer.ts";
import { listAll, lookUp } from "../client/lister.ts";
import { type EventText, record } from "../client/recorder.ts";
import { messageOf, sendRequest, succeeded } from "../client/requests.ts";
import { enqueue, enqueueAfter } from "../client/workqueue.ts";
import type { Component, Io } from "../time/component.ts";
import { millisecond, second } from "../time/instant.ts";
import type { LoadBalancerProvider } from "./load-balancer.ts";
import {
  changeOf,
  cleanupFinalizer,
  hasFinalizer,
  isBalanced,
  needsCleanup,
  wantsLoadBalancer,
} from "./service-changes.ts";
import { standInProvider } from "./stand-in-provider.ts";

const name = "service-controller";
/** The key of the queue that stands for a look at all load balancers after a change of the nodes. */
const nodesKey = "nodes";
const retryFirst = 5 * second;
const retryMax = 300 * second;
/** After so many failures in a row nobody waits for the next try. */
const hopelessFailures = 3;
const staleDelay = 100 * millisecond;

const provider: LoadBalancerProvider = standInProvider;

interface SyncRow {
  readonly epoch: number;
  readonly busy: boolean;
  readonly again: boolean;
  readonly failures: number;
  /** Revision of the last own write: what the next sync must have seen. */
  readonly awaits: number;
}

interface Context extends ControllerContext {
  readonly key: string;
  readonly epoch: number;
  readonly step: "add finalizer" | "remove finalizer" | "status";
}

/** Gives Services of type LoadBalancer their load balancers. */
const serviceController: Controller = {
  name,
  resources: ["services", "nodes"],
  changed,
  reconcile,
  answered: (io, context, response) => answered(io, context as Context, response),
};

/** The cloud-controller-manager process. */
export const cloudControllerManager: Component = controllerProcess("cloud-controller-manager", [serviceController]);

function changed(io: Io, change: Change): void {
  if (change.resource === "nodes") return nodeChanged(io, change);
  const { type, previous } = change;
  const service = change.object as Service;
  if (type === "DELETED") {
    if (provider.exists(io, keyOf(service))) enqueue(io, name, keyOf(service));
    return;
  }
  const { needsUpdate, events } =
    previous === undefined
      ? { needsUpdate: wantsLoadBalancer(service), events: [] }
      : changeOf(previous as Service, service);
  if (events.length > 0) record(io, name, service, events);
  if (needsUpdate || needsCleanup(service)) enqueue(io, name, keyOf(service));
}

function nodeChanged(io: Io, { type, object, previous }: Change): void {
  const matters = type !== "MODIFIED" || isBalanced(object as Node) !== isBalanced(previous as Node);
  if (matters) enqueue(io, name, nodesKey);
}

function balancedNodes(io: Io): readonly string[] {
  return listAll<Node>(io, "nodes")
    .filter(isBalanced)
    .map(({ metadata }) => metadata.name);
}

function syncs(io: Io) {
  return io.table<SyncRow>("load balancer syncs");
}

function syncOf(io: Io, key: string): SyncRow {
  const row = syncs(io).get(key);
  return row?.epoch === io.epoch ? row : { epoch: io.epoch, busy: false, again: false, failures: 0, awaits: 0 };
}

function reconcile(io: Io, key: string): void {
  if (key === nodesKey) return updateNodes(io);
  const row = syncOf(io, key);
  if (row.busy) return syncs(io).set(key, { ...row, again: true });
  if (seenRevision(io, "services") < row.awaits) return enqueueAfter(io, name, key, staleDelay);
  const service = lookUp<Service>(io, "services", ...splitKey(key));
  if (service === undefined) return forget(io, key);
  if (!wantsLoadBalancer(service) || needsCleanup(service)) return release(io, key, service);
  record(io, name, service, [normal("EnsuringLoadBalancer", "Ensuring load balancer")]);
  if (hasFinalizer(service)) return ensure(io, key, service);
  const finalizers = [...(service.metadata.finalizers ?? []), cleanupFinalizer];
  patchFinalizers(io, key, service, finalizers, "add finalizer");
}

function normal(reason: string, message: string): EventText {
  return { type: "Normal", reason, message };
}

/** The Service is gone with its finalizer taken off by somebody else: its load balancer goes too. */
function forget(io: Io, key: string): void {
  if (provider.exists(io, key)) {
    provider.delete(io, key);
    io.note("delete load balancer", `service/${key}`, "", "the Service is gone");
  }
  syncs(io).delete(key);
}

function release(io: Io, key: string, service: Service): void {
  const exists = provider.exists(io, key);
  if (!exists && !hasFinalizer(service)) return;
  if (exists) {
    record(io, name, service, [normal("DeletingLoadBalancer", "Deleting load balancer")]);
    provider.delete(io, key);
    io.note("delete load balancer", `service/${key}`, "", "the Service wants none any more");
  }
  const finalizers = (service.metadata.finalizers ?? []).filter((one) => one !== cleanupFinalizer);
  if (hasFinalizer(service)) return patchFinalizers(io, key, service, finalizers, "remove finalizer");
  released(io, key, service);
}

function released(io: Io, key: string, service: Service): void {
  record(io, name, service, [normal("DeletedLoadBalancer", "Deleted load balancer")]);
  writeStatus(io, key, service, []);
}

function ensure(io: Io, key: string, service: Service): void {
  const nodes = balancedNodes(io);
  if (nodes.length === 0) record(io, name, service, [unavailable]);
  const ensured = provider.ensure(io, key, service, nodes);
  if (ensured.kind === "failed") return failed(io, key, service, `failed to ensure load balancer: ${ensured.message}`);
  const address = ensured.ingress[0]?.ip ?? "";
  io.note("ensure load balancer", `service/${key}`, "", `${address} leads to ${nodes.length} nodes`);
  record(io, name, service, [normal("EnsuredLoadBalancer", "Ensured load balancer")]);
  writeStatus(io, key, service, ensured.ingress);
}

const unavailable: EventText = {
  type: "Warning",
  reason: "UnAvailableLoadBalancer",
  message: "There are no available nodes for LoadBalancer",
};

/** The set of nodes may have changed: load balancers with another one get the new one. */
function updateNodes(io: Io): void {
  const nodes = balancedNodes(io);
  for (const service of listAll<Service>(io, "services")) {
    const key = keyOf(service);
    const known = wantsLoadBalancer(service) ? provider.nodesOf(io, key) : undefined;
    if (known === undefined || equalJson(known, nodes)) continue;
    provider.update(io, key, nodes);
    io.note("update load balancer", `service/${key}`, "", `its nodes are now ${nodes.join(", ")}`);
    const text = normal("UpdatedLoadBalancer", "Updated load balancer with new hosts");
    record(io, name, service, [nodes.length === 0 ? unavailable : text]);
  }
}

function send(io: Io, key: string, step: Context["step"], body: JsonObject): void {
  const [namespace, own] = splitKey(key);
  syncs(io).set(key, { ...syncOf(io, key), busy: true });
  const where = { group: "", version: "v1", resource: "services", namespace, name: own };
  const context: Json = { controller: name, key, epoch: io.epoch, step };
  const subresource = step === "status" ? { subresource: "status" } : {};
  sendRequest(io, { ...where, ...subresource, verb: "patch", patchType: "merge", body }, context);
}

function patchFinalizers(
  io: Io,
  key: string,
  { metadata }: Service,
  finalizers: readonly string[],
  step: Context["step"],
): void {
  send(io, key, step, { metadata: { resourceVersion: metadata.resourceVersion ?? "", finalizers } });
}

function writeStatus(io: Io, key: string, service: Service, ingress: readonly LoadBalancerIngress[]): void {
  if (equalJson(service.status?.loadBalancer?.ingress ?? [], ingress)) return finish(io, key, 0);
  const value: Json = ingress.length === 0 ? null : (ingress as unknown as Json);
  send(io, key, "status", { status: { loadBalancer: { ingress: value } } });
}

function failed(io: Io, key: string, service: Service, why: string): void {
  const message = `Error syncing load balancer: ${why}`;
  record(io, name, service, [{ type: "Warning", reason: "SyncLoadBalancerFailed", message }]);
  const failures = syncOf(io, key).failures + 1;
  finish(io, key, failures);
  const delay = Math.min(retryMax, retryFirst * 2 ** Math.min(failures - 1, 10));
  enqueueAfter(io, name, key, delay, failures >= hopelessFailures);
}

function finish(io: Io, key: string, failures: number): void {
  const row = syncOf(io, key);
  syncs(io).set(key, { ...row, busy: false, again: false, failures });
  if (row.again) enqueue(io, name, key);
}

function answered(io: Io, context: Context, response: ApiResponse | undefined): void {
  const { key, step } = context;
  if (context.epoch !== io.epoch) return;
  const seen = lookUp<Service>(io, "services", ...splitKey(key));
  if (response === undefined || !succeeded(response)) {
    const isGone = response?.code === 404;
    if (isGone || seen === undefined) return finish(io, key, 0);
    const why = response === undefined ? "the server did not answer in time" : messageOf(response);
    const what = step === "status" ? "update load balancer status" : `${step.replace(" ", " load balancer cleanup ")}`;
    return failed(io, key, seen, `failed to ${what}: ${why}`);
  }
  const service = response.body as Service;
  syncs(io).set(key, { ...syncOf(io, key), awaits: Number(service.metadata?.resourceVersion ?? 0) });
  if (step === "add finalizer") return ensure(io, key, service);
  if (step === "remove finalizer") {
    if (service.metadata.deletionTimestamp === undefined) return released(io, key, service);
    record(io, name, service, [normal("DeletedLoadBalancer", "Deleted load balancer")]);
  }
  finish(io, key, 0);
}
