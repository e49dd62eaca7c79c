/**
 * The next step for a claim.
 * Source: Kubernetes 1.32, pkg/controller/volume/persistentvolume/pv_controller.go (syncUnboundClaim, syncBoundClaim, bind,
 * provisionClaim).
 * Left out: a class given to old claims when a default one appears.
 * Invariant: pure; a claim that has been bound never takes another volume.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { StorageClass } from "../../api/kinds/storage-class.ts";
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  claimNames,
  className,
  findVolume,
  isMeantFor,
  mismatch,
  SELECTED_NODE,
} from "../../api/volumes/claims.ts";
import type { EventText } from "../../client/recorder.ts";
import { claimPhase, nothing, phaseOf, type Step } from "./step.ts";

/** What a step for a claim looks at. */
export interface ClaimView {
  readonly storageClass: StorageClass | undefined;
  /** The class waits for a pod. */
  readonly delays: boolean;
  volume(name: string): PersistentVolume | undefined;
  volumes(): readonly PersistentVolume[];
  /** Pods of the claim's namespace. */
  pods(): readonly Pod[];
}

/** The next step for a claim. */
export function claimStep(claim: PersistentVolumeClaim, view: ClaimView): Step {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return boundStep(claim, view);
  return claim.spec.volumeName ? namedStep(claim, view, claim.spec.volumeName) : openStep(claim, view);
}

function say(claim: PersistentVolumeClaim, type: EventText["type"], reason: string, message: string): Step {
  return { ...claimPhase(claim, "Pending", undefined), about: claim, text: { type, reason, message }, waits: true };
}

/** The claim takes any volume that fits. */
function openStep(claim: PersistentVolumeClaim, view: ClaimView): Step {
  const volume = findVolume(claim, view.volumes(), { delays: view.delays });
  if (volume !== undefined) return bindStep(claim, volume);
  if (view.delays && claim.metadata.annotations?.[SELECTED_NODE] === undefined) return waitForPod(claim, view);
  if (className(claim) !== "") return provisionStep(claim, view);
  const why = "no persistent volumes available for this claim and no storage class is set";
  return say(claim, "Normal", "FailedBinding", why);
}

function waitForPod(claim: PersistentVolumeClaim, view: ClaimView): Step {
  const waiting = view
    .pods()
    .filter(({ spec }) => !spec.nodeName && claimNames(spec).includes(claim.metadata.name))
    .map((pod) => pod.metadata.name);
  if (waiting.length === 0) {
    return say(claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
  }
  const who = `${waiting.length > 1 ? "pods" : "pod"} ${waiting.join(",")}`;
  return say(claim, "Normal", "WaitForPodScheduled", `waiting for ${who} to be scheduled`);
}

const PROVISIONERS = ["volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner"];

/** Asks whoever makes volumes of the class for one. */
function provisionStep(claim: PersistentVolumeClaim, { storageClass }: ClaimView): Step {
  if (storageClass === undefined) {
    const why = `storageclass.storage.k8s.io ${JSON.stringify(className(claim))} not found`;
    return say(claim, "Warning", "ProvisioningFailed", why);
  }
  const { provisioner } = storageClass;
  if (provisioner.startsWith("kubernetes.io/")) {
    return say(claim, "Warning", "ProvisioningFailed", `no volume plugin matched name: ${provisioner}`);
  }
  const { annotations } = claim.metadata;
  if (PROVISIONERS.some((key) => annotations?.[key] !== provisioner)) {
    const asked = Object.fromEntries(PROVISIONERS.map((key) => [key, provisioner]));
    const metadata = { ...claim.metadata, annotations: { ...annotations, ...asked } };
    return { write: { kind: "claim", object: { ...claim, metadata } as PersistentVolumeClaim } };
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return say(claim, "Normal", "ExternalProvisioning", message);
}

/** The claim asks for one volume by name. */
function namedStep(claim: PersistentVolumeClaim, view: ClaimView, name: string): Step {
  const volume = view.volume(name);
  if (volume === undefined) return { ...claimPhase(claim, "Pending", undefined), waits: true };
  if (volume.spec.claimRef === undefined) {
    const why = mismatch(volume, claim);
    if (why === undefined) return bindStep(claim, volume);
    const message = `Cannot bind to requested volume ${JSON.stringify(name)}: ${why}`;
    return say(claim, "Warning", "VolumeMismatch", message);
  }
  if (isMeantFor(volume, claim)) return bindStep(claim, volume);
  return say(claim, "Warning", "FailedBinding", `volume ${JSON.stringify(name)} already bound to a different claim.`);
}

/** Volume and claim are tied to each other, one end after the other (bind). */
function bindStep(claim: PersistentVolumeClaim, volume: PersistentVolume): Step {
  const { metadata } = claim;
  const { claimRef } = volume.spec;
  if (claimRef?.uid !== metadata.uid) {
    const { name, namespace = "", uid = "", resourceVersion = "" } = metadata;
    const reference = { kind: "PersistentVolumeClaim", namespace, name, uid, apiVersion: "v1", resourceVersion };
    const annotations = {
      ...volume.metadata.annotations,
      ...(claimRef === undefined && { [BOUND_BY_CONTROLLER]: "yes" }),
    };
    const tied = {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...volume.spec, claimRef: reference },
    };
    return { write: { kind: "volume", object: tied as PersistentVolume } };
  }
  const phase = phaseOf(volume, "Bound");
  if (phase !== nothing) return phase;
  const own = volume.metadata.name;
  if (claim.spec.volumeName !== own || metadata.annotations?.[BIND_COMPLETED] === undefined) {
    const chosen = claim.spec.volumeName === own ? {} : { [BOUND_BY_CONTROLLER]: "yes" };
    const annotations = { ...metadata.annotations, ...chosen, [BIND_COMPLETED]: "yes" };
    const tied = { ...claim, metadata: { ...metadata, annotations }, spec: { ...claim.spec, volumeName: own } };
    return { write: { kind: "claim", object: tied as PersistentVolumeClaim } };
  }
  return claimPhase(claim, "Bound", volume);
}

/** The claim has had its volume: is it still there, and still its own? */
function boundStep(claim: PersistentVolumeClaim, view: ClaimView): Step {
  const lost = (reason: string, message: string) =>
    claimPhase(claim, "Lost", undefined, { type: "Warning", reason, message });
  const name = claim.spec.volumeName;
  if (!name) {
    return lost("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
  }
  const volume = view.volume(name);
  if (volume === undefined) {
    return lost("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  }
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return bindStep(claim, volume);
  return lost("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
}
