/**
 * What the volume controller and the scheduler both ask of claims, volumes and classes.
 * Source: Kubernetes 1.32, component-helpers/storage/volume/{helpers,pv_helpers}.go.
 * Left out: volume attributes classes; ephemeral volumes.
 * Invariant: pure; of several volumes that fit, the smallest is found, and of equally small ones the first.
 */
import type { PersistentVolume } from "../kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../kinds/persistent-volume-claim.ts";
import type { PodSpec } from "../kinds/pod-spec.ts";
import type { StorageClass } from "../kinds/storage-class.ts";
import { compareQuantities } from "../quantity.ts";
import { selects } from "../selectors/label-selector-object.ts";
import { allowsNode, requiredNodeAffinity } from "../selectors/node-affinity.ts";

/** On a claim and a volume: the controller, not the user, chose the other one. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
/** On a claim: it has its volume, and never takes another one. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** On a claim: the node for which a volume is to be made. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";

const BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
/** A provisioner of this name makes nothing: volumes of the class are made by hand. */
export const NO_PROVISIONER = "kubernetes.io/no-provisioner";

/** The class that a claim or volume names; "" for none. */
export function className({
  metadata,
  spec,
}: Pick<PersistentVolumeClaim | PersistentVolume, "metadata" | "spec">): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? "";
}

/** Whether claims of a class wait for a pod before they are bound. */
export function delaysBinding(found: StorageClass | undefined): boolean {
  return found?.volumeBindingMode === "WaitForFirstConsumer";
}

/** Whether a claim has its volume for good. */
export function isBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return !!spec.volumeName && metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

/** Whether a volume is meant for this claim: by name, and by uid once it has one. */
export function isMeantFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { name, namespace, uid } = spec.claimRef ?? {};
  if (name !== metadata.name || namespace !== metadata.namespace) return false;
  return !uid || uid === metadata.uid;
}

/** Names of the claims that a pod mounts, in the order of its volumes. */
export function claimNames({ volumes = [] }: PodSpec): readonly string[] {
  return volumes.map((volume) => volume.persistentVolumeClaim?.claimName).filter((name) => name !== undefined);
}

/** Whether a node may reach a volume. */
export function allowsVolume(
  { spec }: PersistentVolume,
  labels: Readonly<Record<string, string>>,
  node: string,
): boolean {
  const required = spec.nodeAffinity?.required;
  if (required === undefined) return true;
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: required };
  return allowsNode(requiredNodeAffinity({ containers: [], affinity: { nodeAffinity } }), { name: node, labels });
}

/** Why a volume is not what a claim asks for; undefined if it is. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined) {
    return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`;
  }
  if (isTooSmall(volume, claim)) return "requested PV is too small";
  if (className(volume) !== className(claim)) return "storageClassName does not match";
  if ((volume.spec.volumeMode ?? "Filesystem") !== (claim.spec.volumeMode ?? "Filesystem"))
    return "incompatible volumeMode";
  return hasModes(volume, claim) ? undefined : "incompatible accessMode";
}

function isTooSmall({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return compareQuantities(spec.capacity?.storage ?? "0", claim.spec.resources?.requests?.storage ?? "0") < 0;
}

function hasModes({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));
}

/** A node in whose reach the volume must be, or that nobody knows yet whether there will be one (`delays`). */
export interface MatchOptions {
  readonly node?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly excluded?: ReadonlySet<string>;
  readonly delays: boolean;
}

/** The volume for a claim (FindMatchingVolume). */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { node, excluded, delays }: MatchOptions,
): PersistentVolume | undefined {
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { metadata, spec, status } = volume;
    if (excluded?.has(metadata.name) || (spec.claimRef !== undefined && !isMeantFor(volume, claim))) continue;
    if (isTooSmall(volume, claim) || metadata.deletionTimestamp !== undefined) continue;
    if ((spec.volumeMode ?? "Filesystem") !== (claim.spec.volumeMode ?? "Filesystem")) continue;
    const isReached = node === undefined || allowsVolume(volume, node.labels, node.name);
    if (spec.claimRef !== undefined) return isReached ? volume : undefined;
    if (node === undefined && delays) continue;
    if (status?.phase !== "Available" || !isReached || !hasModes(volume, claim)) continue;
    if (claim.spec.selector !== undefined && !selects(claim.spec.selector, metadata.labels)) continue;
    if (className(volume) !== className(claim)) continue;
    const size = spec.capacity?.storage ?? "0";
    if (best === undefined || compareQuantities(size, best.spec.capacity?.storage ?? "0") < 0) best = volume;
  }
  return best;
}
