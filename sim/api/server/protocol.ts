/**
 * What crosses the wire between the API server and its clients, as bodies of timeline events.
 * Models HTTPS requests, and watches as streams; Kubernetes 1.32, staging/src/k8s.io/apiserver/pkg/endpoints.
 * Left out: bytes, compression, HTTP/2 streams.
 * Invariant: bodies are plain data; what a client must remember for the answer travels along as `context`.
 */
import type { Message } from "../../time/component.ts";
import type { ApiRequest, ApiResponse, Json } from "../types.ts";

/** A client asks; the server answers with a ResponseBody that carries the same context. */
export interface RequestBody extends Message {
  readonly kind: "request";
  readonly request: ApiRequest;
  /** The client's own note on what the answer is for; comes back unread. */
  readonly context: Json;
}

/** Kubernetes Events that a client posts without waiting for answers. */
export interface RecordBody extends Message {
  readonly kind: "record";
  readonly requests: readonly ApiRequest[];
}

/** The answer to a request, with the context that the client sent along. */
export interface ResponseBody extends Message {
  readonly kind: "response";
  readonly response: ApiResponse;
  readonly context: Json;
}

/** A client lists a resource and watches it from there, or resumes a watch after `since`. */
export interface WatchBody extends Message {
  readonly kind: "watch";
  readonly resource: string;
  /** Field selector of the watch, e.g. ["spec.nodeName", "worker-1"]; the server routes by it. */
  readonly field?: readonly [string, string];
  /** Revision after which changes are wanted; absent: list first. */
  readonly since?: number;
}

/** Changes of one watch, up to a revision. `listed`: the client must take the whole state at `upTo` instead. */
export interface DeliverBody extends Message {
  readonly kind: "deliver";
  readonly resource: string;
  readonly field?: readonly [string, string];
  /** Revision up to which the client had been served before. */
  readonly from: number;
  readonly upTo: number;
  /** Keys and revisions of the changes in (from, upTo]. */
  readonly changes: readonly (readonly [string, number])[];
  readonly listed?: true;
}

/** The server has closed its end of all connections with this client. */
export interface ClosedBody extends Message {
  readonly kind: "closed";
}

/** How long a client waits for an answer before it gives up (client-go's default for components is 60 s here). */
export const requestTimeoutUs = 60_000_000;

/** How long until a client notices that a silent connection is dead (HTTP/2 health check: 30 s idle, 15 s ping). */
export const deadConnectionUs = 45_000_000;
