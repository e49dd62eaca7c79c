/**
 * A request and an answer as HTTP carries them, and what a request turns out to be (Kubernetes 1.32, apiserver
 * pkg/endpoints/request/requestinfo.go and pkg/endpoints/handlers/negotiation).
 * Left out: protobuf and YAML bodies; upgrades to streams (exec, attach, port-forward) are recognised, not served.
 * Invariant: header names are lower-case; bodies are text.
 */
import type { ApiRequest, GroupVersionResource, Json, KubeObject, Status, UserInfo } from "../types.ts";

/** One request as a server receives it. `path` is the request line's target with its query; headers are lower-case. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One answer. A header with several values is sent once for each. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** What shape the client asked for: the object itself, a table of it, or its metadata alone. */
export interface AnswerShape {
  readonly as: "object" | "table" | "metadata";
  readonly includeObject?: "None" | "Metadata" | "Object";
  /** An autoscaler is to be told in autoscaling/v1. */
  readonly asOldAutoscaler?: true;
  /** `pretty=true`, or a client that is a person's browser or curl: indented JSON. */
  readonly pretty: boolean;
}

/** A watch that a client wants opened. */
export interface WatchRequest extends GroupVersionResource {
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Where to start; undefined or "0": with what there is. */
  readonly resourceVersion?: string;
  /** Send what there is as ADDED first; a bookmark marks its end if `bookmarks` is set. */
  readonly sendInitialEvents: boolean;
  readonly bookmarks: boolean;
  readonly timeoutSeconds?: number;
  readonly user: UserInfo;
  readonly userAgent: string;
}

/** What a request turned out to be. */
export type HttpReading =
  /** Send `request` to the API server and its answer through `writeHttp` with this shape. */
  | { readonly kind: "request"; readonly request: ApiRequest; readonly shape: AnswerShape }
  /** Open a watch and send each event through `writeWatchEvent`; `check` it with the API server first if you will. */
  | { readonly kind: "watch"; readonly watch: WatchRequest; readonly shape: AnswerShape }
  /** Nothing has to be asked: discovery, health, a malformed request. */
  | { readonly kind: "answer"; readonly response: HttpResponse };

/** One event of a watch. A bookmark's object carries a resourceVersion and nothing else. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject | Status | Json;
}
