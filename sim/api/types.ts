/**
 * The wire vocabulary of the Kubernetes API as the rest of the simulation sees it: objects, requests and answers.
 * Source: Kubernetes 1.32, apimachinery `meta/v1`. Left out: protobuf.
 * Invariant: every value here is plain immutable JSON; objects share parts and are never changed in place.
 */

/** Any JSON value; what objects are made of. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object whose fields nobody has typed; unknown fields of API objects are carried along as they are. */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

/** `metav1.OwnerReference`: the object is garbage once its owners are gone. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** `metav1.ObjectMeta`. Timestamps are RFC 3339 in whole seconds of simulated time. */
export interface ObjectMeta {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly JsonObject[];
}

/** An API object of any kind. Kinds with typed fields extend this (see `kinds/`). */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A list answer; `metadata.continue` is present when a limit cut it. */
export interface KubeList {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly KubeObject[];
}

/** One detail of a failure, usually about one field. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** `metav1.Status`: what the API server answers instead of an object. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: JsonObject;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

/** One column of a Table; priority 0 is shown always, 1 in wide output only. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** `metav1.Table`: the server-side printed form that kubectl asks for. */
export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly { readonly cells: readonly Json[]; readonly object: KubeObject }[];
}

/** What a request does, as authorization names it. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** How a PATCH body is meant, from its media type. */
export type PatchType = "strategic" | "merge" | "json" | "apply";

/** Who sends a request, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A resource as discovery names it, e.g. group "apps", version "v1", resource "deployments". Core group is "". */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** The query of a request that a node answers: `PodLogOptions` and `PodExecOptions` in one. */
export interface StreamQuery {
  readonly container?: string;
  /** For a log: that of the container's run before this one. */
  readonly previous?: boolean;
  /** For exec: the command's words. */
  readonly command?: readonly string[];
}

/** One request to the API server, already parsed from its URL. */
export interface ApiRequest extends GroupVersionResource {
  readonly verb: Verb;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly body?: JsonObject | readonly JsonObject[];
  readonly patchType?: PatchType;
  /** `Accept: …;as=Table`. */
  readonly asTable?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  /** `includeObject` of a table request; by default rows carry metadata. */
  readonly includeObject?: "None" | "Metadata" | "Object";
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** For server-side apply: take over fields that others manage. */
  readonly force?: boolean;
  readonly fieldValidation?: "Ignore" | "Warn" | "Strict";
  /** Fields that occur twice in the body's text, as paths; only who parsed the text can know. */
  readonly duplicateFields?: readonly string[];
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly gracePeriodSeconds?: number;
  /** For pods/log, pods/exec and pods/attach: the query's container, and what to show or to run. */
  readonly stream?: StreamQuery;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly user: UserInfo;
  /** Which client this is, e.g. "kubectl", "kube-scheduler"; shown in the journal. */
  readonly userAgent: string;
}

/** The API server's answer; `code` is the HTTP status. */
export interface ApiResponse {
  readonly code: number;
  readonly body: KubeObject | KubeList | Table | Status | JsonObject;
  readonly warnings?: readonly string[];
}
