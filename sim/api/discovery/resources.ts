/**
 * How a kind shows in discovery: its resource and subresources with their verbs and kinds (Kubernetes 1.32, apiserver
 * pkg/endpoints/installer.go registerResourceHandlers, pkg/endpoints/discovery/storageversionhash.go).
 * Left out: streams and proxies that are not served.
 * Invariant: what is listed here is what the pipeline serves.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { apiVersionOf, type Kind, type Subresource } from "../kinds/kind.ts";
import { base64OfBytes, utf8Bytes } from "../schema/base64.ts";

/** One line of a resource list. */
export interface ResourceEntry {
  readonly resource: string;
  /** "" for the resource itself. */
  readonly subresource: string;
  readonly kind: Kind;
  /** The kind of what is sent and answered; group and version only where they are not the resource's own. */
  readonly answers: { readonly group?: string; readonly version?: string; readonly kind: string };
  readonly verbs: readonly string[];
}

const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const CHANGE = ["get", "patch", "update"];

const OF_SUBRESOURCE: Readonly<
  Record<Subresource, Pick<ResourceEntry, "verbs"> & Partial<Pick<ResourceEntry, "answers">>>
> = {
  status: { verbs: CHANGE },
  ephemeralcontainers: { verbs: CHANGE },
  finalize: { verbs: ["update"] },
  log: { verbs: ["get"] },
  scale: { verbs: CHANGE, answers: { group: "autoscaling", version: "v1", kind: "Scale" } },
  binding: { verbs: ["create"], answers: { kind: "Binding" } },
  eviction: { verbs: ["create"], answers: { group: "policy", version: "v1", kind: "Eviction" } },
  token: { verbs: ["create"], answers: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" } },
  exec: { verbs: ["create", "get"], answers: { kind: "PodExecOptions" } },
  attach: { verbs: ["create", "get"], answers: { kind: "PodAttachOptions" } },
};

/** The resource of a kind, then its subresources by name. */
export function entriesOf(kind: Kind): readonly ResourceEntry[] {
  const own = { kind: kind.kind };
  if (kind.createOnly) return [{ resource: kind.resource, subresource: "", kind, answers: own, verbs: ["create"] }];
  const verbs = kind.withoutDeleteCollection ? ALL_VERBS.filter((verb) => verb !== "deletecollection") : ALL_VERBS;
  const main: ResourceEntry = { resource: kind.resource, subresource: "", kind, answers: own, verbs };
  const more = [...kind.subresources].sort().map((subresource) => ({
    resource: kind.resource,
    subresource,
    kind,
    answers: own,
    ...OF_SUBRESOURCE[subresource],
  }));
  return [main, ...more];
}

const HASH_BYTES = 8;

/** Tells clients which version a kind is stored in: equal hashes, equal storage. */
export function storageVersionHash({ group, version, kind }: Kind): string {
  const text = `${group}/${version}/${kind}`;
  return base64OfBytes([...sha256(Uint8Array.from(utf8Bytes(text))).slice(0, HASH_BYTES)]);
}

/** The short names and categories of a resource, each only if there are some. */
export function namesOf({ shortNames, categories }: Kind) {
  return {
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

/** `apps/v1` of a kind. */
export function groupVersionOf({ group, version }: Pick<Kind, "group" | "version">): string {
  return apiVersionOf(group, version);
}
