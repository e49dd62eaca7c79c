import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import type { Call } from "../verb.ts";
import { describeConditions, podCounts } from "./describe-workload.ts";
import { longDate, type Page, selectorText } from "./page.ts";
import { describeTemplate } from "./pod-template.ts";
import { labelSelectorText } from "./selector-text.ts";

/** A StatefulSet (describe.go, describeStatefulSet), without its events. */
export function describeStatefulSet(page: Page, object: JsonObject, call: Call): void {
  const spec = objectAt(object, "spec");
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("CreationTimestamp", longDate(textAt(object, "metadata", "creationTimestamp")));
  page.field("Selector", labelSelectorText(objectAt(spec, "selector"), ""));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.field("Replicas", `${at(spec, "replicas") ?? 0} desired | ${at(object, "status", "replicas") ?? 0} total`);
  page.field("Update Strategy", textAt(spec, "updateStrategy", "type"));
  const rolling = objectAt(spec, "updateStrategy", "rollingUpdate");
  if (rolling["partition"] !== undefined) page.line(1, `Partition:\t${String(rolling["partition"])}`);
  if (rolling["maxUnavailable"] !== undefined) page.line(1, `MaxUnavailable:\t${String(rolling["maxUnavailable"])}`);
  page.field("Pods Status", podCounts(object, call));
  describeTemplate(page, objectAt(spec, "template"));
  describeClaims(page, listAt(spec, "volumeClaimTemplates"));
}

function describeClaims(page: Page, claims: readonly Json[]): void {
  if (claims.length === 0) {
    page.field("Volume Claims", "<none>");
    return;
  }
  page.line(0, "Volume Claims:");
  for (const claim of claims) {
    if (!isObject(claim)) continue;
    const own = objectAt(claim, "metadata", "annotations")["volume.beta.kubernetes.io/storage-class"];
    page.line(1, `Name:\t${textAt(claim, "metadata", "name")}`);
    page.line(1, `StorageClass:\t${textAt(claim, "spec", "storageClassName") || String(own ?? "")}`);
    page.labels("  Labels", objectAt(claim, "metadata", "labels"));
    page.annotations("  Annotations", objectAt(claim, "metadata", "annotations"));
    page.line(1, `Capacity:\t${textAt(claim, "spec", "resources", "requests", "storage") || "<default>"}`);
    page.line(1, `Access Modes:\t[${listAt(claim, "spec", "accessModes").join(" ")}]`);
  }
}

/** A DaemonSet (describe.go, describeDaemonSet), without its events. */
export function describeDaemonSet(page: Page, object: JsonObject, call: Call): void {
  const count = (field: string) => at(object, "status", field) ?? 0;
  page.field("Name", textAt(object, "metadata", "name"));
  page.field("Selector", labelSelectorText(objectAt(object, "spec", "selector"), ""));
  const nodes = objectAt(object, "spec", "template", "spec", "nodeSelector");
  page.field("Node-Selector", sortedKeys(nodes).length === 0 ? "<none>" : selectorText(nodes));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.line(0, `Desired Number of Nodes Scheduled: ${count("desiredNumberScheduled")}`);
  page.line(0, `Current Number of Nodes Scheduled: ${count("currentNumberScheduled")}`);
  page.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${count("updatedNumberScheduled")}`);
  page.line(0, `Number of Nodes Scheduled with Available Pods: ${count("numberAvailable")}`);
  page.line(0, `Number of Nodes Misscheduled: ${count("numberMisscheduled")}`);
  page.field("Pods Status", podCounts(object, call));
  describeTemplate(page, objectAt(object, "spec", "template"));
}

/** A ReplicationController (describe.go, describeReplicationController), without its events. */
export function describeReplicationController(page: Page, object: JsonObject, call: Call): void {
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("Selector", selectorText(objectAt(object, "spec", "selector")));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  const wanted = at(object, "spec", "replicas") ?? 0;
  page.field("Replicas", `${at(object, "status", "replicas") ?? 0} current / ${wanted} desired`);
  page.field("Pods Status", podCounts(object, call));
  describeTemplate(page, objectAt(object, "spec", "template"));
  describeConditions(page, object);
}
