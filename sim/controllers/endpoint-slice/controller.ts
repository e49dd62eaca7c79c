/**
 * The EndpointSlice controller: says in slices which pods stand behind each Service, and in what state they are.
 * Source: Kubernetes 1.32, pkg/controller/endpointslice/endpointslice_controller.go.
 * Left out: the mirroring of Endpoints that are made by hand; a batch period for pod updates (0 by default).
 * Events in: Services, Pods, Nodes, slices that somebody else has changed. Events out: slices created, updated, deleted.
 * Invariant: level-based; a sync that finds the slices right writes nothing.
 */
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { ApiResponse, KubeObject } from "../../api/types.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { lookUp } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import { enqueueRateLimited } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { createOf, deleteOf, journalName, updateOf } from "../request-forms.ts";
import {
  dropSync,
  finishWrite,
  isCurrent,
  isEndingNamespace,
  mayReconcile,
  requestSync,
  type SyncContext,
  sendWrite,
} from "../syncs.ts";
import { concernsEndpoints, ZONE_LABEL } from "./endpoint.ts";
import { dropMembers, indexSelector, selectedPods, selectorOf, takePod } from "./members.ts";
import { planSlices, reuseSlices, type SlicePlan } from "./plan.ts";
import { endpointSlices, newSlice, updatedSlice } from "./slice-object.ts";
import { awaitOwnWrites, slicesOf, takeSlice, trackSlice } from "./slice-tracker.ts";
import { dropHints, overloadedBy, planHints } from "./topology.ts";
import { dropTriggerTime, triggerTime } from "./trigger-time.ts";

const name = "endpoint-slice-controller";

/** Keeps the slices of every Service that has a selector. */
export const endpointSliceController: Controller = {
  name,
  resources: ["services", "pods", "nodes", "endpointslices"],
  changed,
  reconcile,
  answered,
};

function changed(io: Io, change: Change): void {
  switch (change.resource) {
    case "services":
      return serviceChanged(io, change);
    case "pods":
      return podChanged(io, change);
    case "nodes":
      for (const key of overloadedBy(io, change)) requestSync(io, name, key);
      return;
    default:
      for (const key of takeSlice(io, change)) requestSync(io, name, key);
  }
}

function serviceChanged(io: Io, { type, object, previous }: Change): void {
  const key = keyOf(object);
  indexSelector(io, type === "DELETED" ? undefined : (object as Service), previous as Service | undefined);
  if (type === "DELETED") {
    dropMembers(io, key);
    dropTriggerTime(io, key);
    dropHints(io, key);
    dropSync(io, name, key);
    return;
  }
  requestSync(io, name, key);
}

function podChanged(io: Io, { type, object, previous }: Change): void {
  const before = type === "MODIFIED" ? (previous as Pod) : undefined;
  if (before !== undefined && !concernsEndpoints(before, object as Pod)) return;
  for (const key of takePod(io, object, before, type === "DELETED")) requestSync(io, name, key);
}

function reconcile(io: Io, key: string): void {
  const service = lookUp<Service>(io, "services", ...splitKey(key));
  const selector = service && selectorOf(service);
  if (service === undefined || selector === undefined) return;
  if (!mayReconcile(io, name, key)) return awaitOwnWrites(io, key);
  const pods = selectedPods(io, service, selector);
  const time = triggerTime(io, key, service, pods);
  const plan = planSlices(service, pods, slicesOf(io, service), (node) => zoneOf(io, node));
  const events = planHints(io, service, plan);
  reuseSlices(plan, service);
  writePlan(io, key, service, plan, time);
  if (events.length > 0) record(io, name, service, events);
  for (const [pod, node] of plan.missingNodes) {
    failed(io, service, `skipping Pod ${pod} for Service ${key}: Node ${node} Not Found`);
  }
  if (plan.missingNodes.length > 0) enqueueRateLimited(io, name, key);
}

function zoneOf(io: Io, node: string): string | undefined {
  const found = lookUp<Node>(io, "nodes", "", node);
  return found && (found.metadata.labels?.[ZONE_LABEL] ?? "");
}

function writePlan(io: Io, key: string, service: Service, plan: SlicePlan, time: string | undefined): void {
  const object = journalName(service);
  for (const draft of plan.create) {
    sendWrite(io, name, key, createOf(endpointSlices, newSlice(draft, service, time)), { write: "create" });
    io.note("create slice", object, "", `a new slice with ${counted(draft.endpoints.length)}`);
  }
  for (const draft of plan.update) {
    const slice = updatedSlice(draft, service, time);
    sendWrite(io, name, key, updateOf(endpointSlices, slice), { write: "update", slice: slice.metadata.name });
    io.note("update slice", journalName(slice), "", `${object} has ${counted(draft.endpoints.length)} in it`);
  }
  for (const slice of plan.remove) {
    sendWrite(io, name, key, deleteOf(endpointSlices, slice), { write: "delete", slice: slice.metadata.name });
    io.note("delete slice", journalName(slice), "", `${object} has no endpoint left in it`);
  }
}

function counted(count: number): string {
  return count === 1 ? "1 endpoint" : `${count} endpoints`;
}

function failed(io: Io, service: Service, why: string): void {
  const { namespace, name: own } = service.metadata;
  const message = `Error updating Endpoint Slices for Service ${namespace}/${own}: ${why}`;
  record(io, name, service, [{ type: "Warning", reason: "FailedToUpdateEndpointSlices", message }]);
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  if (response !== undefined && succeeded(response)) {
    if (context.write !== "delete") trackSlice(io, response.body as KubeObject);
    return finishWrite(io, context, response);
  }
  const gone = context.write === "delete" && response?.code === 404;
  if (gone || isEndingNamespace(response)) return finishWrite(io, context, response, false);
  const service = lookUp<Service>(io, "services", ...splitKey(context.key));
  if (service !== undefined) {
    const what =
      context.write === "create" ? "create EndpointSlice" : `${context.write} ${context.slice} EndpointSlice`;
    const why = response === undefined ? "the server did not answer in time" : messageOf(response);
    failed(io, service, `failed to ${what} for Service ${context.key}: ${why}`);
  }
  finishWrite(io, context, response, true);
}
