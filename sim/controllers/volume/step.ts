/**
 * One step of binding: what to say and what to write.
 * Source: Kubernetes 1.32, pkg/controller/volume/persistentvolume/pv_controller.go, which writes several times in one sync.
 * Left out: nothing.
 * Invariant: at most one write, so that the next step stands on what this one wrote.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { KubeObject } from "../../api/types.ts";
import type { EventText } from "../../client/recorder.ts";

/** What is written. */
export type StepWrite =
  | { readonly kind: "volume" | "claim"; readonly object: KubeObject; readonly subresource?: "status" }
  | { readonly kind: "delete volume"; readonly object: PersistentVolume };

/** A step; without a write there is nothing to do. `waits`: look again, in the rhythm of upstream's resync. */
export interface Step {
  readonly about?: KubeObject;
  readonly text?: EventText;
  readonly write?: StepWrite;
  readonly waits?: true;
}

/** Nothing to do. */
export const nothing: Step = {};

/** Brings a volume to a phase; nothing if it is there. */
export function phaseOf(volume: PersistentVolume, phase: string, text?: EventText): Step {
  if (volume.status?.phase === phase && (volume.status.message ?? "") === (text?.message ?? "")) return nothing;
  const status = { phase, ...(text !== undefined && { message: text.message }) };
  const write: StepWrite = { kind: "volume", object: { ...volume, status } as PersistentVolume, subresource: "status" };
  return text === undefined ? { write } : { about: volume, text, write };
}

/** Brings a claim to a phase, with the volume that it has; nothing if it is there. */
export function claimPhase(
  claim: PersistentVolumeClaim,
  phase: "Pending" | "Bound" | "Lost",
  volume: PersistentVolume | undefined,
  text?: EventText,
): Step {
  const { accessModes: _modes, capacity: _capacity, phase: before, ...rest } = claim.status ?? {};
  const { accessModes, capacity } = volume?.spec ?? {};
  const isThere = before === phase && (phase !== "Bound" || claim.status?.capacity !== undefined);
  if (isThere) return nothing;
  const size = capacity?.storage === undefined ? {} : { capacity: { storage: capacity.storage } };
  const status = { ...rest, phase, ...(accessModes !== undefined && { accessModes }), ...size };
  const write: StepWrite = {
    kind: "claim",
    object: { ...claim, status } as PersistentVolumeClaim,
    subresource: "status",
  };
  return text === undefined ? { write } : { about: claim, text, write };
}
