import type { JsonObject, KubeObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, objectAt, sameJson, textAt, withAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import type { Call } from "../verb.ts";
import { controllerOf } from "./describe-pod.ts";
import { longDate, type Page } from "./page.ts";
import { describeTemplate } from "./pod-template.ts";
import { labelSelectorText } from "./selector-text.ts";

const REPLICA_SET = BUILT_IN_KINDS.find((kind) => kind.kind === "ReplicaSet")!;
const POD = BUILT_IN_KINDS.find((kind) => kind.kind === "Pod")!;

/** The conditions of a workload; nothing where it has none. */
export function describeConditions(page: Page, object: JsonObject): void {
  const conditions = listAt(object, "status", "conditions");
  if (conditions.length === 0) return;
  page.line(0, "Conditions:").line(1, "Type\tStatus\tReason").line(1, "----\t------\t------");
  for (const one of conditions) {
    page.line(1, `${textAt(one, "type")} \t${textAt(one, "status")}\t${textAt(one, "reason")}`);
  }
}

/** A Deployment (describe.go, describeDeployment), without its events. */
export function describeDeployment(page: Page, object: JsonObject, call: Call): void {
  const status = (field: string) => at(object, "status", field) ?? 0;
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("CreationTimestamp", longDate(textAt(object, "metadata", "creationTimestamp")));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.field("Selector", labelSelectorText(objectAt(object, "spec", "selector")));
  const counts = [
    `${at(object, "spec", "replicas") ?? 0} desired`,
    `${status("updatedReplicas")} updated`,
    `${status("replicas")} total`,
    `${status("availableReplicas")} available`,
    `${status("unavailableReplicas")} unavailable`,
  ];
  page.field("Replicas", counts.join(" | "));
  page.field("StrategyType", textAt(object, "spec", "strategy", "type"));
  page.field("MinReadySeconds", at(object, "spec", "minReadySeconds") ?? 0);
  const rolling = at(object, "spec", "strategy", "rollingUpdate");
  if (isObject(rolling)) {
    const { maxUnavailable, maxSurge } = rolling;
    page.field("RollingUpdateStrategy", `${maxUnavailable ?? 0} max unavailable, ${maxSurge ?? 0} max surge`);
  }
  describeTemplate(page, objectAt(object, "spec", "template"));
  describeConditions(page, object);
  const { old, current } = replicaSetsOf(object, call);
  page.field("OldReplicaSets", replicaSetTexts(old)).field("NewReplicaSet", replicaSetTexts(current));
}

function replicaSetsOf(object: JsonObject, call: Call) {
  const uid = textAt(object, "metadata", "uid");
  const namespace = textAt(object, "metadata", "namespace");
  const owned = call.api
    .list(REPLICA_SET, { namespace })
    .items.filter((item) => item.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller));
  const bare = (item: unknown) =>
    withAt(objectAt(item, "spec", "template"), ["metadata", "labels", "pod-template-hash"], undefined);
  const wanted = bare(object);
  const stamp = (item: KubeObject) => item.metadata.creationTimestamp ?? "";
  const fits = owned.filter((item) => sameJson(bare(item), wanted)).sort((a, b) => (stamp(a) < stamp(b) ? -1 : 1));
  const current = fits.slice(0, 1);
  return { old: owned.filter((item) => !current.includes(item)), current };
}

function replicaSetTexts(items: readonly KubeObject[]): string {
  const texts = items.map((item) => {
    const { name } = item.metadata;
    return `${name} (${at(item, "status", "replicas") ?? 0}/${at(item, "spec", "replicas") ?? 0} replicas created)`;
  });
  return texts.join(", ") || "<none>";
}

/** A ReplicaSet (describe.go, describeReplicaSet), without its events. */
export function describeReplicaSet(page: Page, object: JsonObject, call: Call): void {
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("Selector", labelSelectorText(objectAt(object, "spec", "selector")));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.optional("Controlled By", controllerOf(object));
  const replicas = at(object, "spec", "replicas") ?? 0;
  page.field("Replicas", `${at(object, "status", "replicas") ?? 0} current / ${replicas} desired`);
  page.field("Pods Status", podCounts(object, call));
  describeTemplate(page, objectAt(object, "spec", "template"));
  describeConditions(page, object);
}

/** How many pods of a controller are in which phase. */
export function podCounts(object: JsonObject, call: Call): string {
  const uid = textAt(object, "metadata", "uid");
  const pods = call.api
    .list(POD, { namespace: textAt(object, "metadata", "namespace") })
    .items.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller));
  const count = (phase: string) => pods.filter((pod) => textAt(pod, "status", "phase") === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}
