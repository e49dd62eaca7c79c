/**
 * The Endpoints controller: one Endpoints object a Service with a selector, for whoever still reads those.
 * Source: Kubernetes 1.32, pkg/controller/endpoint/endpoints_controller.go.
 * Left out: a batch period for pod updates (0 by default).
 * Events in: Services and Pods. Events out: Endpoints created, updated, deleted.
 * Invariant: level-based; a sync that finds the object right writes nothing.
 */
import type { Endpoints } from "../../api/kinds/endpoints.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import type { ApiResponse, KubeObject } from "../../api/types.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import { messageOf, succeeded } from "../../client/requests.ts";
import type { Io } from "../../time/component.ts";
import { concernsEndpoints } from "../endpoint-slice/endpoint.ts";
import { indexSelector, selectedPods, selectorOf, takePod } from "../endpoint-slice/members.ts";
import { HEADLESS_LABEL, hasAddress, TRIGGER_TIME } from "../endpoint-slice/slice-object.ts";
import { dropTriggerTime, triggerTime } from "../endpoint-slice/trigger-time.ts";
import { createOf, journalName, type Served, updateOf } from "../request-forms.ts";
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
import { subsetsOf, truncated } from "./subsets.ts";

const name = "endpoint-controller";
const endpointsServed: Served = { group: "", version: "v1", resource: "endpoints" };
/** The annotation of an object that could not take all addresses. */
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

/** Keeps the Endpoints of every Service that has a selector. */
export const endpointsController: Controller = {
  name,
  resources: ["services", "pods", "endpoints"],
  changed,
  reconcile,
  answered,
  synced(io: Io): void {
    // What is left of Services that went while nobody looked (checkLeftoverEndpoints).
    for (const endpoints of listAll<KubeObject>(io, "endpoints")) requestSync(io, name, keyOf(endpoints));
  },
};

function changed(io: Io, { resource, type, object, previous }: Change): void {
  if (resource === "pods") {
    const before = type === "MODIFIED" ? (previous as Pod) : undefined;
    if (before !== undefined && !concernsEndpoints(before, object as Pod)) return;
    for (const key of takePod(io, object, before, type === "DELETED")) requestSync(io, name, key);
  } else if (resource === "services") {
    indexSelector(io, type === "DELETED" ? undefined : (object as Service), previous as Service | undefined);
    if (type === "DELETED") {
      dropTriggerTime(io, triggerKey(keyOf(object)));
      dropSync(io, name, keyOf(object));
    }
    requestSync(io, name, keyOf(object));
  } else if (type === "DELETED" && lookUp(io, "services", ...splitKey(keyOf(object))) !== undefined)
    requestSync(io, name, keyOf(object));
}

/** The slices of the same Service have times of their own. */
function triggerKey(key: string): string {
  return `endpoints|${key}`;
}

function reconcile(io: Io, key: string): void {
  const [namespace, own] = splitKey(key);
  const service = lookUp<Service>(io, "services", namespace, own);
  if (service === undefined) {
    sendWrite(io, name, key, { ...endpointsServed, verb: "delete", namespace, name: own }, { write: "delete" });
    return;
  }
  const selector = selectorOf(service);
  if (selector === undefined || !mayReconcile(io, name, key)) return;
  const pods = selectedPods(io, service, selector);
  const time = triggerTime(io, triggerKey(key), service, pods);
  const wanted = subsetsOf(service, pods);
  const cut = truncated(wanted);
  const subsets = cut ?? wanted;
  const current = lookUp<Endpoints>(io, "endpoints", namespace, own);
  if (current !== undefined && isRight(current, service, subsets, cut !== undefined)) return;
  const labels = { ...withoutHeadless(service.metadata.labels), ...(!hasAddress(service) && { [HEADLESS_LABEL]: "" }) };
  const annotations = annotationsOf(current, time, cut !== undefined);
  const fields = { metadata: { labels, annotations }, subsets };
  const ready = subsets.reduce((sum, { addresses = [] }) => sum + addresses.length, 0);
  const what = `${ready} ready ${ready === 1 ? "address" : "addresses"}`;
  if (current === undefined) {
    const metadata = { ...fields.metadata, name: own, namespace };
    const object = { apiVersion: "v1", kind: "Endpoints", subsets, metadata };
    sendWrite(io, name, key, createOf(endpointsServed, object), { write: "create" });
    io.note("create", `endpoints/${key}`, "", what);
  } else {
    const object = { ...current, subsets, metadata: { ...current.metadata, ...fields.metadata } };
    sendWrite(io, name, key, updateOf(endpointsServed, object), { write: "update" });
    io.note("update", journalName(current), "", what);
  }
}

type Texts = Readonly<Record<string, string>>;

function withoutHeadless(labels: Texts = {}): Texts {
  const { [HEADLESS_LABEL]: _headless, ...others } = labels;
  return others;
}

function annotationsOf(current: Endpoints | undefined, time: string | undefined, isCut: boolean): Texts {
  const { [TRIGGER_TIME]: _time, [OVER_CAPACITY]: _cut, ...others } = current?.metadata.annotations ?? {};
  return {
    ...others,
    ...(time !== undefined && { [TRIGGER_TIME]: time }),
    ...(isCut && { [OVER_CAPACITY]: "truncated" }),
  };
}

function isRight(current: Endpoints, service: Service, subsets: Endpoints["subsets"], isCut: boolean): boolean {
  const { labels, annotations } = current.metadata;
  return (
    equalJson(current.subsets ?? [], subsets) &&
    equalJson(withoutHeadless(labels), withoutHeadless(service.metadata.labels)) &&
    (annotations?.[OVER_CAPACITY] === "truncated") === isCut
  );
}

function answered(io: Io, given: ControllerContext, response: ApiResponse | undefined): void {
  const context = given as SyncContext;
  if (!isCurrent(io, context)) return;
  const [namespace, own] = splitKey(context.key);
  const service = lookUp<Service>(io, "services", namespace, own);
  const isGone = context.write === "delete" && response?.code === 404;
  if (isGone || isEndingNamespace(response)) return finishWrite(io, context, response, false);
  if (service !== undefined && context.write !== "delete" && !(response !== undefined && succeeded(response)))
    failed(io, service, context, response);
  finishWrite(io, context, response);
  // The Service went while its Endpoints were on their way.
  if (service === undefined && context.write !== "delete") requestSync(io, name, context.key);
}

function failed(io: Io, service: Service, { write, key }: SyncContext, response: ApiResponse | undefined): void {
  const why = response === undefined ? "the server did not answer in time" : messageOf(response);
  const [reason, what] =
    write === "create"
      ? ["FailedToCreateEndpoint", `Failed to create endpoint for service ${key}`]
      : ["FailedToUpdateEndpoint", `Failed to update endpoint ${key}`];
  const about = lookUp<Endpoints>(io, "endpoints", ...splitKey(key)) ?? { ...service, kind: "Endpoints" };
  record(io, name, about, [{ type: "Warning", reason, message: `${what}: ${why}` }]);
}
