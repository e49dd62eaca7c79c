/**
 * What one sync of a StatefulSet does to its pods, and the status that it leaves.
 * Source: Kubernetes 1.32, pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet, processReplica,
 * processCondemned).
 * Left out: MaxUnavailableStatefulSet (alpha, off).
 * Invariant: pure; with OrderedReady at most one pod is made or deleted, and none while one before it is not ready.
 */
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodTemplateSpec } from "../../api/kinds/pod-spec.ts";
import type { StatefulSet, StatefulSetStatus } from "../../api/kinds/stateful-set.ts";
import type { OwnerReference } from "../../api/types.ts";
import type { EventText } from "../../client/recorder.ts";
import type { Instant } from "../../time/instant.ts";
import { revisionLabel } from "../history.ts";
import { isAvailable, isReady } from "../pod-state.ts";
import { isStale, wantedOwners } from "./claim-owners.ts";
import { claimsOf, hasIdentity, isInRange, ordinalOf, podOf, startOrdinal } from "./identity.ts";
import { emptyStatus, statusOf } from "./status.ts";

/** A template by its revision's name. */
export interface NamedTemplate {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

/** What a sync stands on. `claim`: what is seen of a claim by name. */
export interface Situation {
  readonly set: StatefulSet;
  readonly current: NamedTemplate;
  readonly update: NamedTemplate;
  readonly collisionCount: number;
  readonly pods: readonly Pod[];
  readonly now: Instant;
  claim(name: string): PersistentVolumeClaim | undefined;
}

/** One thing to do. */
export type Action =
  | { readonly kind: "create claim"; readonly claim: PersistentVolumeClaim; readonly pod: Pod }
  | {
      readonly kind: "own claim";
      readonly claim: PersistentVolumeClaim;
      readonly owners: readonly OwnerReference[];
    }
  | { readonly kind: "create" | "delete" | "label"; readonly pod: Pod }
  | { readonly kind: "say"; readonly text: EventText };

/** The actions of one sync, in order, and the status after it. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly status: StatefulSetStatus;
}

/** A step's outcome: whether the sync ends with it. */
type Verdict = "stop" | "go on";

/** Plans one sync. */
export function planSync(situation: Situation): Plan {
  const { set, pods } = situation;
  const actions: Action[] = [];
  if (set.metadata.deletionTimestamp !== undefined) return { actions, status: statusOf(situation, pods) };
  const start = startOrdinal(set);
  const replicas = Array.from({ length: set.spec.replicas ?? 1 }, (_, index) => {
    const existing = pods.find((pod) => ordinalOf(pod) === start + index);
    return existing ?? newPod(situation, start + index);
  });
  const condemned = pods
    .filter((pod) => ordinalOf(pod) >= 0 && !isInRange(set, ordinalOf(pod)))
    .sort((a, b) => ordinalOf(b) - ordinalOf(a));
  const existing = [...replicas.filter(isCreated), ...condemned];
  const status = statusOf(situation, existing);
  const isMonotonic = set.spec.podManagementPolicy !== "Parallel";
  const walk = (list: readonly Pod[], step: (pod: Pod) => Verdict): boolean => {
    let stops = false;
    for (const pod of list) {
      if (step(pod) === "stop") stops = true;
      if (stops && isMonotonic) return true;
    }
    return stops;
  };
  if (walk(replicas, (pod) => processReplica(situation, pod, isMonotonic, actions))) return { actions, status };
  for (const pod of condemned) ownClaims(situation, pod, actions);
  const firstUnhealthy = replicas.find(isUnhealthy) ?? condemned.toReversed().find(isUnhealthy);
  if (walk(condemned, (pod) => processCondemned(situation, pod, firstUnhealthy, isMonotonic, actions))) {
    return { actions, status };
  }
  return rollingUpdate(situation, replicas, actions, status);
}

/** A wanted pod that does not exist: below the partition it is of the current revision. */
function newPod({ set, current, update }: Situation, ordinal: number): Pod {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const held = startOrdinal(set) + (rollingUpdate?.partition ?? set.status?.currentReplicas ?? 0);
  const isHeld = rollingUpdate !== undefined || type === "RollingUpdate" ? ordinal < held : false;
  const { name, template } = isHeld ? current : update;
  return podOf(set, template, name, ordinal);
}

function isCreated(pod: Pod): boolean {
  return pod.metadata.uid !== undefined;
}

function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === "Running" && isReady(pod);
}

function isUnhealthy(pod: Pod): boolean {
  return !isRunningAndReady(pod) || isTerminating(pod);
}

/** Brings one wanted pod a step further (processReplica). */
function processReplica(situation: Situation, pod: Pod, isMonotonic: boolean, actions: Action[]): Verdict {
  const { set, now } = situation;
  const phase = pod.status?.phase;
  if (isCreated(pod) && (phase === "Failed" || phase === "Succeeded")) {
    if (isTerminating(pod)) return "stop";
    actions.push({ kind: "say", text: endedText(set, pod) }, { kind: "delete", pod });
    return "stop";
  }
  if (!isCreated(pod)) return createPod(situation, pod, isMonotonic, actions);
  if (phase === "Pending") {
    createClaims(situation, pod, actions);
    ownClaims(situation, pod, actions);
  }
  const waits = isTerminating(pod) || !isRunningAndReady(pod) || !isAvailable(pod, set.spec.minReadySeconds, now);
  if (waits && isMonotonic) return "stop";
  if (!hasIdentity(pod)) actions.push({ kind: "label", pod });
  ownClaims(situation, pod, actions);
  return "go on";
}

function endedText({ metadata }: StatefulSet, pod: Pod): EventText {
  const failed = pod.status?.phase === "Failed";
  const what = `StatefulSet ${metadata.namespace}/${metadata.name} is recreating ${failed ? "failed" : "terminated"} Pod ${pod.metadata.name}`;
  return failed
    ? { type: "Warning", reason: "RecreatingFailedPod", message: what }
    : { type: "Normal", reason: "RecreatingTerminatedPod", message: what };
}

/** Makes the pod, once all its claims are there. */
function createPod(situation: Situation, pod: Pod, isMonotonic: boolean, actions: Action[]): Verdict {
  const { set } = situation;
  const claims = claimsOf(set, ordinalOf(pod)).map((claim) => situation.claim(claim.metadata.name));
  const whenScaled = set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled;
  if (whenScaled === "Delete" && claims.some((claim) => claim !== undefined && isStale(claim, pod))) return "stop";
  const ending = claims.find((claim) => claim?.metadata.deletionTimestamp !== undefined);
  if (ending !== undefined) {
    const why = `pvc ${ending.metadata.name} is being deleted`;
    const message = `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${why}`;
    actions.push({ kind: "say", text: { type: "Warning", reason: "FailedCreate", message } });
    return "stop";
  }
  if (createClaims(situation, pod, actions)) return "stop";
  actions.push({ kind: "create", pod });
  ownClaims(situation, pod, actions);
  return isMonotonic ? "stop" : "go on";
}

/** Makes the claims of a pod that are missing; true if there were any. */
function createClaims(situation: Situation, pod: Pod, actions: Action[]): boolean {
  const missing = claimsOf(situation.set, ordinalOf(pod)).filter(
    (claim) => situation.claim(claim.metadata.name) === undefined,
  );
  for (const claim of missing) actions.push({ kind: "create claim", claim, pod });
  return missing.length > 0;
}

/** Gives the claims of a pod the owners that the retention policy asks for. */
function ownClaims(situation: Situation, pod: Pod, actions: Action[]): void {
  for (const { metadata } of claimsOf(situation.set, ordinalOf(pod))) {
    const claim = situation.claim(metadata.name);
    const owners = claim && wantedOwners(situation.set, pod, claim);
    const isPlanned = actions.some((one) => one.kind === "own claim" && one.claim === claim);
    if (claim !== undefined && owners !== undefined && !isPlanned) actions.push({ kind: "own claim", claim, owners });
  }
}

/** Gives up one pod that is not wanted, the highest ordinal first (processCondemned). */
function processCondemned(
  { set, now }: Situation,
  pod: Pod,
  firstUnhealthy: Pod | undefined,
  isMonotonic: boolean,
  actions: Action[],
): Verdict {
  if (isTerminating(pod)) return isMonotonic ? "stop" : "go on";
  const isWell = isRunningAndReady(pod) && isAvailable(pod, set.spec.minReadySeconds, now);
  if (!isWell && isMonotonic && pod !== firstUnhealthy) return "stop";
  actions.push({ kind: "delete", pod });
  return "stop";
}

/** Deletes the pod with the highest ordinal that is not of the newest revision, once all above it are well. */
function rollingUpdate(
  { set, update }: Situation,
  replicas: readonly Pod[],
  actions: Action[],
  status: StatefulSetStatus,
): Plan {
  const { type, rollingUpdate: rolling } = set.spec.updateStrategy ?? {};
  if (type === "OnDelete") return { actions, status };
  for (let index = replicas.length - 1; index >= (rolling?.partition ?? 0); index--) {
    const pod = replicas[index] as Pod;
    if (pod.metadata.labels?.[revisionLabel] !== update.name && !isTerminating(pod)) {
      if (!isCreated(pod)) return { actions, status };
      actions.push({ kind: "delete", pod });
      const currentReplicas = (status.currentReplicas ?? 0) - 1;
      return { actions, status: emptyStatus({ ...status, currentReplicas }) };
    }
    if (isUnhealthy(pod)) return { actions, status };
  }
  return { actions, status };
}
