/**
 * Claims, volumes and classes as a scheduling cycle sees them, and which volumes a pod's claims would get on a node.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/volumebinding/binder.go.
 * Left out: storage capacity objects, migrated in-tree plugins.
 * Invariant: pure; a volume is offered to one claim of a pod at most, and to none while another pod is to have it.
 */
import type { PersistentVolume } from "../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../api/kinds/persistent-volume-claim.ts";
import type { StorageClass } from "../api/kinds/storage-class.ts";
import { className, findVolume, NO_PROVISIONER, SELECTED_NODE } from "../api/volumes/claims.ts";

/** What the cycle may ask about storage. */
export interface StorageView {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  volumes(): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  /** Volumes that are promised to pods whose binding is under way, with the uid of the claim that gets them. */
  readonly promised: ReadonlyMap<string, string>;
}

/** The part of a node that storage depends on. */
interface Place {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What binding a pod to a node means for its claims: volumes that are there, and claims for which one is to be made. */
export interface VolumeDecision {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

/** Finds volumes for claims that wait for a node; undefined if one of them can have none there. */
export function decideVolumes(
  storage: StorageView,
  claims: readonly PersistentVolumeClaim[],
  node: Place,
): VolumeDecision | undefined {
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const provisions: PersistentVolumeClaim[] = [];
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.name) return undefined;
    const taken = [...storage.promised].filter(([, uid]) => uid !== claim.metadata.uid).map(([name]) => name);
    const excluded = new Set([...taken, ...bindings.map(({ volume }) => volume.metadata.name)]);
    const volume =
      selected === undefined ? findVolume(claim, storage.volumes(), { node, excluded, delays: true }) : undefined;
    if (volume !== undefined) bindings.push({ claim, volume });
    else if (canProvision(storage.storageClass(className(claim)), node)) provisions.push(claim);
    else return undefined;
  }
  return { bindings, provisions };
}

function canProvision(found: StorageClass | undefined, { labels }: Place): boolean {
  const { provisioner = "", allowedTopologies = [] } = found ?? {};
  if (provisioner === "" || provisioner === NO_PROVISIONER) return false;
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? "")),
  );
}
