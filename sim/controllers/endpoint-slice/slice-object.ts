/**
 * Slices as objects: new ones, their labels, and the placeholder of a Service without endpoints.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/utils.go (newEndpointSlice, setEndpointSliceLabels) and
 * reconciler.go (placeholderSliceCompare).
 * Left out: address types other than IPv4.
 * Invariant: a slice carries the labels of its Service, and the three that say whose it is in any case.
 */
import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  SERVICE_NAME_LABEL,
} from "../../api/kinds/endpoint-slice.ts";
import type { Service } from "../../api/kinds/service.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import type { KubeObject } from "../../api/types.ts";
import { dnsSubdomain } from "../../api/validation/names.ts";
import { controllerReference } from "../owner.ts";
import type { Served } from "../request-forms.ts";

/** Where EndpointSlices are served. */
export const endpointSlices: Served = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };

/** The label that says which controller looks after a slice, and the value of this one. */
const MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
/** Who looks after the slices of Services with a selector. */
const MANAGED_BY_US = "endpointslice-controller.k8s.io";
/** The annotation with the time of the change that the last write answers. */
export const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

/** The label of what belongs to a Service without an address. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";
const reserved = new Set([SERVICE_NAME_LABEL, MANAGED_BY_LABEL, HEADLESS_LABEL]);

/** A slice that is to be written; one without a name is new. */
export interface SliceDraft {
  /** The stored slice behind it; undefined for a new one. */
  readonly stored: EndpointSlice | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly EndpointPort[];
  endpoints: readonly Endpoint[];
}

type Labels = Readonly<Record<string, string>>;

function unreserved(labels: Labels | undefined): Labels {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !reserved.has(key)));
}

/** Whether a Service has an address of its own. */
export function hasAddress({ spec }: Service): boolean {
  return spec.clusterIP !== undefined && spec.clusterIP !== "" && spec.clusterIP !== "None";
}

/** The labels that a slice of this Service must have. */
export function labelsFor(service: Service): Labels {
  return {
    ...unreserved(service.metadata.labels),
    ...(!hasAddress(service) && { [HEADLESS_LABEL]: "" }),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: MANAGED_BY_US,
  };
}

/** Whether the labels that a slice takes over from its Service differ from the Service's. */
export function labelsDiffer(slice: EndpointSlice, service: Service): boolean {
  return !equalJson(unreserved(slice.metadata.labels), unreserved(service.metadata.labels));
}

/** A new slice without endpoints. */
export function newDraft(service: Service, ports: readonly EndpointPort[]): SliceDraft {
  return { stored: undefined, labels: labelsFor(service), ports, endpoints: [] };
}

/** A stored slice with other endpoints, and the labels that it should have. */
export function changedDraft(stored: EndpointSlice, service: Service, endpoints: readonly Endpoint[]): SliceDraft {
  return { stored, labels: labelsFor(service), ports: stored.ports ?? [], endpoints };
}

/** Whether this Service owns the slice: not one that had the same name before. */
export function isOwned(slice: EndpointSlice, service: Service): boolean {
  return slice.metadata.ownerReferences?.some((owner) => owner.uid === service.metadata.uid) === true;
}

/** Whether a slice is just what the placeholder of the Service would be. */
export function isPlaceholder(slice: EndpointSlice, service: Service): boolean {
  const empty = (slice.endpoints ?? []).length === 0 && (slice.ports ?? []).length === 0;
  return empty && isOwned(slice, service) && equalJson(slice.metadata.labels ?? {}, labelsFor(service));
}

/** The key of the Service that a slice is managed for; undefined for a slice of somebody else. */
export function serviceOf({ metadata }: KubeObject): string | undefined {
  const { labels = {}, namespace } = metadata;
  return labels[MANAGED_BY_LABEL] === MANAGED_BY_US ? `${namespace}/${labels[SERVICE_NAME_LABEL]}` : undefined;
}

/** The name that the server completes with a random suffix: with a dash, if that is not too long. */
function prefixOf({ metadata }: Service): string {
  const dashed = `${metadata.name}-`;
  return dnsSubdomain(`${dashed}x`).length === 0 ? dashed : metadata.name;
}

/** The object to create for a draft, without a name yet. */
export function newSlice(draft: SliceDraft, service: Service, triggerTime: string | undefined) {
  const { namespace = "" } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: prefixOf(service),
      namespace,
      labels: draft.labels,
      ...(triggerTime !== undefined && { annotations: { [TRIGGER_TIME]: triggerTime } }),
      ownerReferences: [controllerReference(service)],
    },
    addressType: "IPv4" as const,
    endpoints: draft.endpoints,
    ports: draft.ports,
  };
}

/** The object to update a stored slice with; `replaces`: it takes the place of one that was to be deleted. */
export function updatedSlice(draft: SliceDraft, service: Service, triggerTime: string | undefined): EndpointSlice {
  const stored = draft.stored as EndpointSlice;
  const { annotations: before, ...metadata } = stored.metadata;
  const { [TRIGGER_TIME]: _old, ...others } = before ?? {};
  const annotations = triggerTime === undefined ? others : { ...others, [TRIGGER_TIME]: triggerTime };
  return {
    ...stored,
    metadata: {
      ...metadata,
      labels: draft.labels,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ownerReferences: stored.metadata.ownerReferences ?? [controllerReference(service)],
    },
    endpoints: draft.endpoints,
    ports: draft.ports,
  };
}
