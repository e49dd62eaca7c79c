/**
 * VolumeBinding: a pod runs only where its claims have, or can get, their volumes.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go.
 * Left out: scoring by capacity (alpha, off), generic ephemeral volumes. Reserve and PreBind are the component's part
 * (../volume-promises.ts).
 * Invariant: claims that do not wait for a pod must be bound before the pod is.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import { allowsVolume, claimNames, className, delaysBinding, isBound } from "../../api/volumes/claims.ts";
import type { StateKey } from "../cycle-state.ts";
import type { ClusterEventWithHint } from "../events.ts";
import type { FilterPlugin, PreFilterPlugin } from "../framework.ts";
import type { PodInfo } from "../pod-row.ts";
import { type Status, skip, success, unresolvable } from "../status.ts";
import { decideVolumes, type StorageView } from "../storage-view.ts";

const name = "VolumeBinding";
const conflict = "node(s) had volume node affinity conflict";
const noVolume = "node(s) didn't find available persistent volumes to bind";
const noneThere = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

interface FilterState {
  readonly storage: StorageView;
  /** Volumes of bound claims; undefined for one that does not exist. */
  readonly bound: readonly (PersistentVolume | undefined)[];
  readonly waiting: readonly PersistentVolumeClaim[];
  clone(): FilterState;
}

const stateKey: StateKey<FilterState> = { name };

/** The claims of a pod, or why it can have no node at all. */
function claimsOf({ spec, namespace }: PodInfo, storage: StorageView): readonly PersistentVolumeClaim[] | Status {
  const found: PersistentVolumeClaim[] = [];
  for (const claimName of claimNames(spec)) {
    const claim = storage.claim(namespace, claimName);
    const quoted = JSON.stringify(claimName);
    if (claim === undefined) return unresolvable(name, `persistentvolumeclaim ${quoted} not found`);
    if (claim.status?.phase === "Lost") {
      const volume = JSON.stringify(claim.spec.volumeName ?? "");
      return unresolvable(name, `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${volume}`);
    }
    if (claim.metadata.deletionTimestamp !== undefined) {
      return unresolvable(name, `persistentvolumeclaim ${quoted} is being deleted`);
    }
    found.push(claim);
  }
  return found;
}

/** The claims of a pod that wait for it to have a node. */
export function waitingClaims(pod: PodInfo, storage: StorageView): readonly PersistentVolumeClaim[] {
  const claims = claimsOf(pod, storage);
  return "code" in claims ? [] : claims.filter((claim) => !isBound(claim));
}

function isImmediate(claim: PersistentVolumeClaim, storage: StorageView): boolean {
  return !!claim.spec.volumeName || !delaysBinding(storage.storageClass(className(claim)));
}

function concerns(pod: PodInfo, object: unknown): boolean {
  const { metadata } = object as PersistentVolumeClaim;
  return metadata.namespace === pod.namespace && claimNames(pod.spec).includes(metadata.name);
}

const ofClaim: ClusterEventWithHint["hint"] = (pod, { after }) => (concerns(pod, after) ? "Queue" : "QueueSkip");

/** The plugin under upstream's name. */
export const VolumeBinding: PreFilterPlugin & FilterPlugin = {
  name,
  eventsToRegister: [
    { event: "PersistentVolumeClaimAdd", hint: ofClaim },
    { event: "PersistentVolumeClaimUpdate", hint: ofClaim },
    { event: "PersistentVolumeAdd" },
    { event: "PersistentVolumeUpdate" },
    { event: "StorageClassAdd" },
    { event: "StorageClassUpdate" },
    { event: "NodeAdd" },
    { event: "NodeLabelChange" },
  ],
  preFilter({ storage }, state, pod) {
    if (storage === undefined || claimNames(pod.spec).length === 0) return { status: skip };
    const claims = claimsOf(pod, storage);
    if ("code" in claims) return { status: claims };
    const open = claims.filter((claim) => !isBound(claim));
    if (open.some((claim) => isImmediate(claim, storage))) {
      return { status: unresolvable(name, "pod has unbound immediate PersistentVolumeClaims") };
    }
    const bound = claims.filter(isBound).map((claim) => storage.volume(claim.spec.volumeName ?? ""));
    const part: FilterState = { storage, bound, waiting: open, clone: () => part };
    state.write(stateKey, part);
    return { status: success };
  },
  filter(state, _pod, node) {
    const part = state.read(stateKey);
    if (part === undefined) return success;
    const { storage, bound, waiting } = part;
    const reasons: string[] = [];
    const isReached = (volume: PersistentVolume | undefined) =>
      volume === undefined || allowsVolume(volume, node.labels, node.name);
    if (!bound.every(isReached)) reasons.push(conflict);
    if (waiting.length > 0 && decideVolumes(storage, waiting, node) === undefined) reasons.push(noVolume);
    if (bound.includes(undefined)) reasons.push(noneThere);
    return reasons.length === 0 ? success : unresolvable(name, ...reasons);
  },
};
