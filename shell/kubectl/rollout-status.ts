import type { KubeObject } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";
import { at, listAt, numberAt, textAt } from "./json-values.ts";
import type { Target } from "./manifest.ts";
import type { Call } from "./verb.ts";
import { failWaiting, waitUntil } from "./waiting.ts";

/** Where a rollout stands, in kubectl's words (staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go). */
interface RolloutStatus {
  readonly text: string;
  readonly done: boolean;
}

/** Prints a line for each change of the object while simulated time passes, until its rollout is done. */
export function followRollout(call: Call, target: Target): void {
  const { kind, namespace, name } = target;
  const revision = call.int("revision", 0);
  let seen: string | undefined;
  const done = (): boolean => {
    const object = call.api.find(kind, namespace, name);
    if (object === undefined) fail("object has been deleted");
    if (object.metadata.resourceVersion === seen) return false;
    seen = object.metadata.resourceVersion ?? "";
    const status = rolloutStatus(object, revision);
    call.out(status.text);
    return status.done || !call.on("watch", true);
  };
  const end = waitUntil(call, call.durationUs("timeout"), done);
  if (end !== undefined) failWaiting(end, "timed out waiting for the condition");
}

/** The status line for a Deployment, DaemonSet or StatefulSet. `revision` 0 means whichever is newest. */
export function rolloutStatus(object: KubeObject, revision: number): RolloutStatus {
  switch (object.kind) {
    case "Deployment":
      return deploymentStatus(object, revision);
    case "DaemonSet":
      return daemonSetStatus(object);
    case "StatefulSet":
      return statefulSetStatus(object);
    default:
      fail(`no status viewer has been implemented for ${object.kind}`);
  }
}

function observed(object: KubeObject): boolean {
  return (object.metadata.generation ?? 0) <= numberAt(object, 0, "status", "observedGeneration");
}

function deploymentStatus(object: KubeObject, revision: number): RolloutStatus {
  const { name } = object.metadata;
  if (revision > 0) {
    const running = Number(object.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "0");
    if (running !== revision)
      fail(`desired revision (${revision}) is different from the running revision (${running})`);
  }
  if (!observed(object)) return { text: "Waiting for deployment spec update to be observed...\n", done: false };
  const progressing = listAt(object, "status", "conditions").find((one) => textAt(one, "type") === "Progressing");
  if (textAt(progressing, "reason") === "ProgressDeadlineExceeded") {
    fail(`deployment "${name}" exceeded its progress deadline`);
  }
  const count = (field: string) => numberAt(object, 0, "status", field);
  const [updated, total, available] = [count("updatedReplicas"), count("replicas"), count("availableReplicas")];
  const wanted = numberAt(object, 1, "spec", "replicas");
  const waiting = (what: string) => ({
    text: `Waiting for deployment "${name}" rollout to finish: ${what}...\n`,
    done: false,
  });
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`);
  if (total > updated) return waiting(`${total - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
  return { text: `deployment "${name}" successfully rolled out\n`, done: true };
}

function daemonSetStatus(object: KubeObject): RolloutStatus {
  const { name } = object.metadata;
  refuseOtherStrategy(object);
  if (!observed(object)) return { text: "Waiting for daemon set spec update to be observed...\n", done: false };
  const count = (field: string) => numberAt(object, 0, "status", field);
  const [updated, wanted, available] = [
    count("updatedNumberScheduled"),
    count("desiredNumberScheduled"),
    count("numberAvailable"),
  ];
  const waiting = (what: string) => ({
    text: `Waiting for daemon set "${name}" rollout to finish: ${what}...\n`,
    done: false,
  });
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new pods have been updated`);
  if (available < wanted) return waiting(`${available} of ${wanted} updated pods are available`);
  return { text: `daemon set "${name}" successfully rolled out\n`, done: true };
}

function refuseOtherStrategy(object: KubeObject): void {
  if (textAt(object, "spec", "updateStrategy", "type") !== "RollingUpdate") {
    fail("rollout status is only available for RollingUpdate strategy type");
  }
}

function statefulSetStatus(object: KubeObject): RolloutStatus {
  refuseOtherStrategy(object);
  const count = (field: string) => numberAt(object, 0, "status", field);
  if (count("observedGeneration") === 0 || !observed(object)) {
    return { text: "Waiting for statefulset spec update to be observed...\n", done: false };
  }
  const wanted = numberAt(object, 1, "spec", "replicas");
  const unready = wanted - count("readyReplicas");
  if (unready > 0) return { text: `Waiting for ${unready} pods to be ready...\n`, done: false };
  const updated = count("updatedReplicas");
  if (at(object, "spec", "updateStrategy", "rollingUpdate") !== undefined) {
    const partition = numberAt(object, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
    if (updated < wanted - partition) {
      const progress = `${updated} out of ${wanted - partition} new pods have been updated`;
      return { text: `Waiting for partitioned roll out to finish: ${progress}...\n`, done: false };
    }
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true };
  }
  const [next, current] = [textAt(object, "status", "updateRevision"), textAt(object, "status", "currentRevision")];
  if (next !== current) {
    return {
      text: `waiting for statefulset rolling update to complete ${updated} pods at revision ${next}...\n`,
      done: false,
    };
  }
  const text = `statefulset rolling update complete ${count("currentReplicas")} pods at revision ${current}...\n`;
  return { text, done: true };
}
