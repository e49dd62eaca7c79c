/**
 * What goes into the API server's request pipeline and what comes out, as plain data: the component that runs it commits plans
 * and sends answers (Kubernetes 1.32, apiserver pkg/endpoints/handlers and pkg/registry/generic/registry/store.go).
 * Left out: nothing.
 * Invariant: a plan names the revision it was made from; if the key has moved on, prepare the request again.
 */
import type { ApiResponse, KubeObject, UserInfo, Verb } from "../types.ts";

/** A stored object; it carries no resourceVersion, `modRevision` is it. */
export interface StoredObject {
  readonly value: KubeObject;
  readonly modRevision: number;
  readonly createRevision: number;
}

/** A consistent view of the store. `at` gives an older one, undefined if that revision is compacted. */
export interface Reader {
  readonly revision: number;
  get(key: string): StoredObject | undefined;
  /** All objects whose key begins with `prefix`, in key order. */
  list(prefix: string): readonly StoredObject[];
  at?(revision: number): Reader | undefined;
}

/** What an authorizer is asked about. */
export interface AccessAttributes {
  readonly user: UserInfo;
  readonly verb: Verb;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** An authorizer's word; "no opinion" passes the question on. */
export interface AccessDecision {
  readonly decision: "allow" | "deny" | "no opinion";
  readonly reason: string;
}

/** One authorizer, e.g. RBAC. */
export interface Authorizer {
  readonly name: string;
  authorize(attributes: AccessAttributes, reader: Reader): AccessDecision;
}

/** The world around a request. All draws are made through it, so that a replay repeats them. */
export interface PipelineContext {
  /** Microseconds of simulated time. */
  readonly now: number;
  /** RFC 3339 text of an instant, in whole seconds. */
  wallTime(now: number): string;
  /** A new object's uid. */
  uid(): string;
  /** Five letters of bcdfghjklmnpqrstvwxz2456789 for generateName. */
  suffix(): string;
  /** The network of Services in "address/bits" form; kubeadm's if it is not given. */
  readonly serviceNetwork?: string;
  /** Whether objects tell in `managedFields` who manages which of their fields; without it, there is no server-side apply. */
  readonly tracksFields?: boolean;
  /** Whether the creation of an object of a kind that has no effect here is answered with a warning. */
  readonly tellsEffects?: boolean;
  /** Asked in order after the control plane's own identities. */
  readonly authorizers?: readonly Authorizer[];
}

/** One step of the pipeline, for the journal: which plugin, and what it decided. */
export interface Stage {
  readonly stage: "authenticate" | "authorize" | "decode" | "mutate" | "validate" | "store" | "read";
  readonly plugin: string;
  readonly verdict: string;
}

/** How to answer once a plan is committed. */
export type AnswerForm =
  | { readonly form: "object"; readonly code: number; readonly warnings?: readonly string[] }
  | { readonly form: "scale"; readonly code: number }
  | { readonly form: "deleted"; readonly group: string; readonly resource: string; readonly code: number }
  | { readonly form: "success"; readonly code: number }
  | { readonly form: "fixed"; readonly response: ApiResponse };

/** One write: put `value` (absent: delete the key) if the key's modRevision is still `expectModRevision` (0: it must not exist). */
export interface Write {
  readonly key: string;
  readonly expectModRevision: number;
  readonly value?: KubeObject;
}

/** A write and its answer. `also` are writes that are committed after it, each by itself (deletecollection, eviction). */
export interface WritePlan extends Write {
  /** For a delete: the object as it was, with what the deletion put into it; the DELETED event carries it. */
  readonly last?: KubeObject;
  readonly answer: AnswerForm;
  readonly also?: readonly Write[];
}

/** Which container of which pod a node is asked about. */
export interface StreamPlace {
  /** Pod uid. */
  readonly pod: string;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
}

/** Either an answer, a plan to commit and then answer, or a question that the kubelet of a node (at `address`) must answer. */
export type Outcome =
  | { readonly kind: "answer"; readonly response: ApiResponse; readonly stages: readonly Stage[] }
  | {
      readonly kind: "relay";
      readonly node: string;
      readonly address: string;
      readonly about: StreamPlace;
      readonly stages: readonly Stage[];
    }
  | { readonly kind: "write"; readonly plan: WritePlan; readonly stages: readonly Stage[] };
