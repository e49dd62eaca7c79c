import type { JsonObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, objectAt, textAt } from "../json-values.ts";
import { describeContainers } from "./containers.ts";
import { longDate, type Page } from "./page.ts";
import { describeSpread, tolerationTexts } from "./pod-template.ts";
import { describeVolumes } from "./volumes.ts";

/** A pod (describe.go, describePod), without its events. */
export function describePod(page: Page, pod: JsonObject): void {
  const node = textAt(pod, "spec", "nodeName");
  page.field("Name", textAt(pod, "metadata", "name")).field("Namespace", textAt(pod, "metadata", "namespace"));
  if (at(pod, "spec", "priority") !== undefined) page.field("Priority", at(pod, "spec", "priority"));
  page.optional("Priority Class Name", textAt(pod, "spec", "priorityClassName"));
  page.optional("Runtime Class Name", textAt(pod, "spec", "runtimeClassName"));
  page.optional("Service Account", textAt(pod, "spec", "serviceAccountName"));
  page.field("Node", node === "" ? "<none>" : `${node}/${textAt(pod, "status", "hostIP")}`);
  page.optional("Start Time", longDate(textAt(pod, "status", "startTime")));
  page.labels("Labels", objectAt(pod, "metadata", "labels"));
  page.annotations("Annotations", objectAt(pod, "metadata", "annotations"));
  describeStatus(page, pod);
  page.field("IP", textAt(pod, "status", "podIP"));
  const addresses = listAt(pod, "status", "podIPs");
  page.line(0, addresses.length === 0 ? "IPs:\t<none>" : "IPs:");
  for (const address of addresses) page.line(1, `IP:\t${textAt(address, "ip")}`);
  page.optional("Controlled By", controllerOf(pod));
  page.optional("NominatedNodeName", textAt(pod, "status", "nominatedNodeName"));
  const inits = listAt(pod, "spec", "initContainers");
  const frame = (field: string) => ({ inset: "", statuses: listAt(pod, "status", field), pod });
  if (inits.length > 0) describeContainers(page, "Init Containers", inits, frame("initContainerStatuses"));
  describeContainers(page, "Containers", listAt(pod, "spec", "containers"), frame("containerStatuses"));
  const guests = listAt(pod, "spec", "ephemeralContainers");
  if (guests.length > 0) describeContainers(page, "Ephemeral Containers", guests, frame("ephemeralContainerStatuses"));
  describeConditions(page, pod);
  describeVolumes(page, listAt(pod, "spec", "volumes"), "");
  page.optional("QoS Class", textAt(pod, "status", "qosClass"));
  page.labels("Node-Selectors", objectAt(pod, "spec", "nodeSelector"));
  page.values("Tolerations", tolerationTexts(listAt(pod, "spec", "tolerations")));
  describeSpread(page, listAt(pod, "spec", "topologySpreadConstraints"), "");
}

function describeStatus(page: Page, pod: JsonObject): void {
  const phase = textAt(pod, "status", "phase");
  const deleted = textAt(pod, "metadata", "deletionTimestamp");
  if (deleted !== "" && phase !== "Failed" && phase !== "Succeeded") {
    page.field("Status", `Terminating (lasts ${page.age(deleted)})`);
    page.field("Termination Grace Period", `${at(pod, "metadata", "deletionGracePeriodSeconds") ?? 0}s`);
  } else page.field("Status", phase);
  page.optional("Reason", textAt(pod, "status", "reason"));
  page.optional("Message", textAt(pod, "status", "message"));
}

/** `ReplicaSet/web-7c5d`: the controller of an object, "" for none. */
export function controllerOf(object: JsonObject): string {
  const owner = listAt(object, "metadata", "ownerReferences").find((one) => at(one, "controller") === true);
  return isObject(owner) ? `${textAt(owner, "kind")}/${textAt(owner, "name")}` : "";
}

function describeConditions(page: Page, pod: JsonObject): void {
  const gates = listAt(pod, "spec", "readinessGates");
  const conditions = listAt(pod, "status", "conditions");
  if (gates.length > 0) {
    page.line(0, "Readiness Gates:").line(1, "Type\tStatus");
    for (const gate of gates) {
      const type = textAt(gate, "conditionType");
      const found = conditions.find((one) => textAt(one, "type") === type);
      page.line(1, `${type} \t${textAt(found, "status") || "<none>"} `);
    }
  }
  if (conditions.length === 0) return;
  page.line(0, "Conditions:").line(1, "Type\tStatus");
  for (const one of conditions) page.line(1, `${textAt(one, "type")} \t${textAt(one, "status")} `);
}
