/**
 * The next step for a volume.
 * Source: Kubernetes 1.32, pkg/controller/volume/persistentvolume/pv_controller.go (syncVolume, reclaimVolume,
 * deleteVolumeOperation) and pkg/volume/hostpath/host_path.go (Delete).
 * Left out: recycling, which leaves a volume Released here; deletion by an external plugin, which nobody is.
 * Invariant: pure; a volume whose claim is gone is never given to another claim by itself.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import { BOUND_BY_CONTROLLER } from "../../api/volumes/claims.ts";
import { nothing, phaseOf, type Step } from "./step.ts";

/** The next step; `named`: the claim of the name that the volume is meant for, if there is one. */
export function volumeStep(volume: PersistentVolume, named: PersistentVolumeClaim | undefined): Step {
  const { claimRef } = volume.spec;
  if (claimRef === undefined || !claimRef.uid) return phaseOf(volume, "Available");
  const claim = named?.metadata.uid === claimRef.uid ? named : undefined;
  if (claim === undefined) return releasedStep(volume);
  const { volumeName } = claim.spec;
  if (!volumeName) return nothing;
  return volumeName === volume.metadata.name ? phaseOf(volume, "Bound") : untie(volume);
}

/** The claim is gone: the volume is released, then what its policy says happens. */
function releasedStep(volume: PersistentVolume): Step {
  const phase = volume.status?.phase;
  if (phase !== "Released" && phase !== "Failed") return phaseOf(volume, "Released");
  if (volume.spec.persistentVolumeReclaimPolicy !== "Delete" || volume.metadata.deletionTimestamp !== undefined) {
    return nothing;
  }
  const why = deletionFailure(volume);
  if (why === undefined) return { write: { kind: "delete volume", object: volume } };
  return phaseOf(volume, "Failed", { type: "Warning", reason: "VolumeFailedDelete", message: why });
}

/** Why the plugin can't delete what is on the volume; only a directory below /tmp can be deleted from here. */
function deletionFailure({ metadata, spec }: PersistentVolume): string | undefined {
  if (spec.hostPath === undefined) {
    return `error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: no deletable volume plugin matched`;
  }
  if (/\/tmp\/.+/.test(spec.hostPath.path)) return undefined;
  return `host_path deleter only supports /tmp/.+ but received provided ${spec.hostPath.path}`;
}

/** The claim has another volume: this one is free again, for the claim only if a user said so. */
function untie(volume: PersistentVolume): Step {
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {};
  const { claimRef, ...rest } = volume.spec;
  const { uid: _uid, ...name } = claimRef ?? {};
  const spec = byController === undefined ? { ...rest, claimRef: name } : rest;
  const object = { ...volume, metadata: { ...volume.metadata, annotations }, spec } as PersistentVolume;
  return { write: { kind: "volume", object } };
}
