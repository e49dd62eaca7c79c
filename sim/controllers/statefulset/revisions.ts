/**
 * Which two revisions of its template a StatefulSet stands between.
 * Source: Kubernetes 1.32, pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions).
 * Left out: nothing.
 * Invariant: pure; the newest revision is that of the present template before any pod is looked at.
 */
import type { ControllerRevision } from "../../api/kinds/controller-revision.ts";
import type { StatefulSet } from "../../api/kinds/stateful-set.ts";
import type { ClientRequest } from "../../client/requests.ts";
import { hasPatch, newRevision, revisionHash, templatePatch } from "../history.ts";
import { controllerRevisions, createOf, updateOf } from "../request-forms.ts";

/** The revisions, or the write that is to come first. */
export type SettledRevisions =
  | { readonly kind: "write"; readonly request: ClientRequest }
  | {
      readonly kind: "settled";
      readonly current: ControllerRevision;
      readonly update: ControllerRevision;
      readonly collisionCount: number;
    };

/** Finds the revisions among those that exist, oldest first. */
export function settleRevisions(set: StatefulSet, revisions: readonly ControllerRevision[]): SettledRevisions {
  const data = templatePatch(set.spec.template);
  const collisionCount = set.status?.collisionCount ?? 0;
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  const equal = revisions.findLast((one) => hasPatch(one, data));
  if (equal === undefined) {
    const free = freeHash(set, revisions, data, collisionCount);
    return { kind: "write", request: createOf(controllerRevisions, newRevision(set, data, next, free)) };
  }
  if (equal !== newest && !hasPatch(newest as ControllerRevision, data)) {
    return {
      kind: "write",
      request: updateOf(controllerRevisions, { ...equal, revision: next } as ControllerRevision),
    };
  }
  const update = newest as ControllerRevision;
  const current = revisions.find((one) => one.metadata.name === set.status?.currentRevision) ?? update;
  return { kind: "settled", current, update, collisionCount };
}

/** The hash of the data; another one where a revision with other data has that name. */
function freeHash(
  { metadata }: StatefulSet,
  revisions: readonly ControllerRevision[],
  data: ReturnType<typeof templatePatch>,
  first: number,
): string {
  for (let count = first; ; count++) {
    const hash = revisionHash(data, count);
    if (!revisions.some((one) => one.metadata.name === `${metadata.name}-${hash}`)) return hash;
  }
}
