/**
 * Who owns the claims of a StatefulSet's pods: what the retention policy makes of them when a pod or the set goes.
 * Source: Kubernetes 1.32, pkg/controller/statefulset/stateful_set_utils.go (isClaimOwnerUpToDate,
 * updateClaimOwnerRefForSetAndPod).
 * Left out: the Event about a claim that another controller manages; such a claim is left alone.
 * Invariant: pure; a claim belongs to the set while its pod is wanted, and to the pod once it is condemned.
 */
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { StatefulSet } from "../../api/kinds/stateful-set.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import type { KubeObject, OwnerReference } from "../../api/types.ts";
import { controllerReference } from "../owner.ts";
import { isInRange, ordinalOf } from "./identity.ts";

function isAbout(reference: OwnerReference, object: KubeObject): boolean {
  const { apiVersion, kind, name } = reference;
  return apiVersion === object.apiVersion && kind === object.kind && name === object.metadata.name;
}

/** Whether a claim names an owner of this name that is another object: one that was deleted. */
export function isStale({ metadata }: KubeObject, object: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).some((one) => isAbout(one, object) && one.uid !== object.metadata.uid);
}

/** The owners that the policy wants a claim to have; undefined if it has them, or is not ours to change. */
export function wantedOwners(
  set: StatefulSet,
  pod: Pod,
  claim: PersistentVolumeClaim,
): readonly OwnerReference[] | undefined {
  if (isStale(claim, set) || isStale(claim, pod)) return undefined;
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const given = claim.metadata.ownerReferences ?? [];
  const others = given.filter((one) => !isAbout(one, set) && !isAbout(one, pod));
  const keeps = whenDeleted !== "Delete" && whenScaled !== "Delete";
  if (!keeps && others.some((one) => one.controller === true)) return undefined;
  const condemned = !isInRange(set, ordinalOf(pod));
  const byPod = whenScaled === "Delete" && condemned;
  const bySet = whenDeleted === "Delete" && !byPod;
  const wanted = [...others, ...(byPod ? [controllerReference(pod)] : bySet ? [controllerReference(set)] : [])];
  return equalJson(wanted, given) ? undefined : wanted;
}
