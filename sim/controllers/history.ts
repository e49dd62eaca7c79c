/**
 * The history of a StatefulSet or DaemonSet: ControllerRevisions, each with a patch that brings the template back.
 * Source: Kubernetes 1.32, pkg/controller/history/controller_history.go and getPatch of both controllers. The patch is
 * the sorted JSON that upstream hashes too, so the hash in a StatefulSet's revision names is upstream's.
 * Left out: nothing.
 * Invariant: equal templates give equal data; revisions are ordered by number, then by age.
 */
import type { ControllerRevision } from "../api/kinds/controller-revision.ts";
import type { PodTemplateSpec } from "../api/kinds/pod-spec.ts";
import { utf8Bytes } from "../api/schema/base64.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import { selects } from "../api/selectors/label-selector-object.ts";
import type { JsonObject, KubeObject } from "../api/types.ts";
import type { Change } from "../client/informer.ts";
import { listIndexed } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import { noteOrphan, orphansOf } from "./orphans.ts";
import { controllerOf, controllerReference, isControlledBy } from "./owner.ts";
import type { Selecting } from "./pod-ownership.ts";
import { controllerRevisions, patchOf } from "./request-forms.ts";
import { requestSync, sendWrite } from "./syncs.ts";

/** The label with the hash of a revision, on revisions and on pods. */
export const revisionLabel = "controller-revision-hash";

/** A workload with a history. */
export interface Historied extends Selecting {
  readonly spec: Selecting["spec"] & { readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number };
}

/** The data of the revision that a template amounts to. */
export function templatePatch(template: PodTemplateSpec): JsonObject {
  const metadata = { creationTimestamp: null, ...template.metadata };
  return { spec: { template: { $patch: "replace", ...template, metadata } } } as unknown as JsonObject;
}

/** The template that a revision stands for. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _patch, ...template } = (data as { spec: { template: PodTemplateSpec & JsonObject } }).spec.template;
  return template;
}

/** Whether a revision holds just this patch. */
export function hasPatch(revision: ControllerRevision, patch: JsonObject): boolean {
  return equalJson(revision.data, patch);
}

/** Controlled revisions of an owner, oldest number first. */
export function revisionsOf(io: Io, owner: KubeObject): ControllerRevision[] {
  const all = listIndexed<ControllerRevision>(io, "controllerrevisions", "owner", owner.metadata.uid ?? "");
  return all.filter((one) => isControlledBy(one, owner)).sort(compareRevisions);
}

function compareRevisions(a: ControllerRevision, b: ControllerRevision): number {
  const textOf = ({ metadata }: KubeObject) => `${metadata.creationTimestamp}|${metadata.name}`;
  return a.revision - b.revision || (textOf(a) < textOf(b) ? -1 : 1);
}

/** Adopts revisions that the selector selects and nobody controls; true if there were any. */
export function adoptRevisions(io: Io, controller: string, key: string, owner: Selecting): boolean {
  const { namespace = "", deletionTimestamp } = owner.metadata;
  if (deletionTimestamp !== undefined) return false;
  const orphans = orphansOf<ControllerRevision>(io, "controllerrevisions", namespace).filter((one) =>
    selects(owner.spec.selector, one.metadata.labels),
  );
  for (const one of orphans) {
    const metadata = { uid: one.metadata.uid ?? "", ownerReferences: [{ ...controllerReference(owner) }] };
    sendWrite(io, controller, key, patchOf(controllerRevisions, one, { metadata }), { write: "adopt revision" });
  }
  return orphans.length > 0;
}

/** A revision has changed: its owner of this kind has its turn. */
export function syncRevisionOwner(io: Io, controller: string, kind: string, change: Change): void {
  noteOrphan(io, change);
  const owner = controllerOf(change.object);
  if (owner?.kind === kind) requestSync(io, controller, `${change.object.metadata.namespace}/${owner.name}`);
}

/** A new revision of an owner; `hash` goes into its name and its label. */
export function newRevision(owner: Historied, data: JsonObject, revision: number, hash: string): ControllerRevision {
  const { name, namespace = "", annotations } = owner.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...owner.spec.template.metadata?.labels, [revisionLabel]: hash },
      ...(annotations !== undefined && { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  };
}

/** The oldest revisions that are more than the limit and stand for no pod. */
export function revisionsToDrop(
  owner: Historied,
  old: readonly ControllerRevision[],
  isLive: (revision: ControllerRevision) => boolean,
): readonly ControllerRevision[] {
  const spare = old.filter((one) => !isLive(one));
  return spare.slice(0, Math.max(0, spare.length - (owner.spec.revisionHistoryLimit ?? 10)));
}

const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** FNV-1 over 32 bits of the bytes of `{…}` as Go's encoding/json writes them, then in letters (HashControllerRevision). */
export function revisionHash(data: JsonObject, collisionCount: number): string {
  let hash = 0x811c9dc5;
  for (const byte of utf8Bytes(goJson(data) + String(collisionCount)))
    hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join("");
}

/** Sorted keys, no blanks, and `<`, `>`, `&` escaped. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return goText(JSON.stringify(value) ?? "null");
  const object = value as Record<string, unknown>;
  const names = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort();
  return `{${names.map((name) => `${goText(JSON.stringify(name))}:${goJson(object[name])}`).join(",")}}`;
}

function goText(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
