/**
 * `core/v1` Event (Kubernetes 1.32, pkg/registry/core/event): its type and its registration.
 * Left out: the events.k8s.io view of the same objects; the hour after which etcd's lease drops an event.
 * Invariant: events live in the namespace of the object they are about.
 */
import { eventPrinter } from "../tables/event-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateEvent } from "../validation/small-kinds.ts";
import type { Kind } from "./kind.ts";

/** Which object something is about. */
export interface ObjectReference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly apiVersion?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

/** An Event: what some component said about some object, and how often. Named so, as `Event` is a global in browsers. */
export interface KubeEvent extends KubeObject {
  readonly involvedObject: ObjectReference;
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly count?: number;
  readonly type?: string;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string | null };
  readonly action?: string;
  readonly related?: ObjectReference;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

/** The kind Event. */
export const eventKind: Kind<KubeEvent> = {
  group: "",
  version: "v1",
  resource: "events",
  kind: "Event",
  singular: "event",
  shortNames: ["ev"],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/events",
  struct: "Event",
  nameRule: dnsSubdomain,
  createsOnUpdate: true,
  strategy: { validate: validateEvent },
  printer: eventPrinter,
  fieldLabels: {
    "involvedObject.kind": (event) => event.involvedObject.kind ?? "",
    "involvedObject.namespace": (event) => event.involvedObject.namespace ?? "",
    "involvedObject.name": (event) => event.involvedObject.name ?? "",
    "involvedObject.uid": (event) => event.involvedObject.uid ?? "",
    "involvedObject.apiVersion": (event) => event.involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": (event) => event.involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": (event) => event.involvedObject.fieldPath ?? "",
    reason: (event) => event.reason ?? "",
    reportingComponent: (event) => event.reportingComponent ?? "",
    source: (event) => event.source?.component || (event.reportingComponent ?? ""),
    type: (event) => event.type ?? "",
  },
};
