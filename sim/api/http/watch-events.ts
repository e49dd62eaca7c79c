/**
 * Watches on the wire: their checks, and each event as a line of JSON (Kubernetes 1.32, apiserver
 * pkg/endpoints/handlers/{get,watch,response}.go and apimachinery pkg/apis/meta/internalversion/validation).
 * Left out: watches over WebSocket.
 * Invariant: of a watch in table form only the first event has the columns.
 */
import { apiVersionOf, type Kind } from "../kinds/kind.ts";
import { findKind, findResource, KUBE_SCHEMA } from "../kinds/registry.ts";
import { decode } from "../schema/decode.ts";
import { parseFieldSelector } from "../selectors/field-selector.ts";
import { parseLabelSelector, SelectorError } from "../selectors/label-selector.ts";
import {
  badRequestError,
  expiredError,
  tooLargeResourceVersionError,
  unclassifiedError,
  unknownResourceError,
} from "../status-error.ts";
import { table } from "../tables/table.ts";
import type { ApiResponse, KubeObject, Status } from "../types.ts";
import type { AnswerShape, WatchEvent, WatchRequest } from "./types.ts";
import { bodyText, partialMetadata } from "./write-http.ts";

/** Why a watch can't be opened; undefined if it can. `revision` is the newest that the server has. */
export function refuseWatch(watch: WatchRequest, revision: number): ApiResponse | undefined {
  const { group, version, resource, labelSelector, fieldSelector, resourceVersion } = watch;
  const kind = findResource(group, version, resource);
  if (kind === undefined) return unknownResourceError();
  try {
    if (labelSelector !== undefined) parseLabelSelector(labelSelector);
    if (fieldSelector !== undefined) parseFieldSelector(kind, fieldSelector);
  } catch (error) {
    if (error instanceof SelectorError) return badRequestError(error.message);
    throw error;
  }
  if (resourceVersion === undefined) return undefined;
  if (!/^\d+$/.test(resourceVersion)) {
    const text = JSON.stringify(resourceVersion);
    return unclassifiedError(
      `resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`,
    );
  }
  const wanted = Number(resourceVersion);
  return wanted > revision ? tooLargeResourceVersionError(wanted, revision) : undefined;
}

/** The event that ends a watch whose next change has been compacted away. */
export function expiredWatchEvent(wanted: number | string, oldest: number): WatchEvent {
  const { body } = expiredError(`too old resource version: ${wanted} (${oldest})`);
  return { type: "ERROR", object: body as Status };
}

/** A bookmark: nothing has happened up to this revision that was not sent. `initialEnd`: what there was has been sent. */
export function bookmarkEvent(watch: WatchRequest, revision: number, initialEnd = false): WatchEvent {
  const { group, version, resource } = watch;
  const kind = findResource(group, version, resource) as Kind;
  const annotations = initialEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { resourceVersion: String(revision), ...annotations };
  const { object } = decode(KUBE_SCHEMA, kind.struct, { metadata });
  const typed = { kind: kind.kind, apiVersion: apiVersionOf(group, version), ...object };
  return { type: "BOOKMARK", object: typed as unknown as KubeObject };
}

/** The clock that a table's ages are told by: microseconds since the start, and their RFC 3339 text. */
export interface TableClock {
  readonly now: number;
  wallTime(now: number): string;
}

function tableOf(event: WatchEvent, shape: AnswerShape, clock: TableClock, first: boolean): unknown {
  const object = event.object as KubeObject;
  const kind = findKind(object.apiVersion, object.kind);
  if (kind === undefined) return object;
  const { resourceVersion } = object.metadata;
  const rows = event.type === "BOOKMARK" ? [] : [object];
  const whole = table(kind, rows, { resourceVersion: resourceVersion ?? "" }, clock, shape.includeObject);
  return first ? whole : { ...whole, columnDefinitions: null };
}

/** One event as the line that is sent for it. `first`: nothing has been sent on this watch yet. */
export function writeWatchEvent(event: WatchEvent, shape: AnswerShape, clock: TableClock, first = false): string {
  if (event.type === "ERROR" || shape.as === "object") return bodyText(event, false);
  const object =
    shape.as === "table" ? tableOf(event, shape, clock, first) : partialMetadata(event.object as KubeObject);
  return bodyText({ type: event.type, object }, false);
}
