import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { KubectlError } from "../failure.ts";
import { at, isObject, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import { attempt } from "../manifest.ts";
import type { Call } from "../verb.ts";
import { longDate, type Page, yesNo } from "./page.ts";
import { sourceLines } from "./volumes.ts";

const POD = BUILT_IN_KINDS.find((kind) => kind.kind === "Pod")!;
const SHORT_MODES: Readonly<Record<string, string>> = {
  ...{ ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" },
};

function modesText(modes: readonly Json[]): string {
  const known = Object.keys(SHORT_MODES).filter((mode) => modes.includes(mode));
  return known.map((mode) => SHORT_MODES[mode]).join(",");
}

function classOf(object: JsonObject): string {
  const own = objectAt(object, "metadata", "annotations")["volume.beta.kubernetes.io/storage-class"];
  return typeof own === "string" ? own : textAt(object, "spec", "storageClassName");
}

function statusText(page: Page, object: JsonObject): string {
  const deleted = textAt(object, "metadata", "deletionTimestamp");
  return deleted === "" ? textAt(object, "status", "phase") : `Terminating (lasts ${page.age(deleted)})`;
}

function finalizersText(object: JsonObject): string {
  return `[${listAt(object, "metadata", "finalizers").join(" ")}]`;
}

/** A PersistentVolumeClaim and the pods that use it (describe.go, describePVC), without its events. */
export function describeClaim(page: Page, object: JsonObject, call: Call): void {
  const volume = textAt(object, "spec", "volumeName");
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("StorageClass", classOf(object)).field("Status", statusText(page, object)).field("Volume", volume);
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.field("Finalizers", finalizersText(object));
  const bound = volume === "" ? {} : objectAt(object, "status");
  page.field("Capacity", textAt(bound, "capacity", "storage"));
  page.field("Access Modes", modesText(listAt(bound, "accessModes")));
  page.optional("VolumeMode", textAt(object, "spec", "volumeMode"));
  const source = objectAt(object, "spec", "dataSource");
  if (Object.keys(source).length > 0) {
    page.line(0, "DataSource:");
    page.optional("  APIGroup", textAt(source, "apiGroup"));
    page.line(1, `Kind:\t${textAt(source, "kind")}`).line(1, `Name:\t${textAt(source, "name")}`);
  }
  page.values("Used By", usersOf(object, call));
  describeConditions(page, listAt(object, "status", "conditions"));
}

function usersOf(object: JsonObject, call: Call): readonly string[] {
  const { name, namespace = "" } = objectAt(object, "metadata");
  const pods = attempt(() => call.api.list(POD, { namespace: String(namespace) }));
  if (pods instanceof KubectlError) return [];
  const uses = (volume: Json) => textAt(volume, "persistentVolumeClaim", "claimName") === name;
  return pods.items.filter((pod) => listAt(pod, "spec", "volumes").some(uses)).map((pod) => pod.metadata.name);
}

function describeConditions(page: Page, conditions: readonly Json[]): void {
  if (conditions.length === 0) return;
  page.line(0, "Conditions:").line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
  page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
  for (const one of conditions) {
    const times = `${longDate(textAt(one, "lastProbeTime"))} \t${longDate(textAt(one, "lastTransitionTime"))} `;
    const words = `${textAt(one, "reason")} \t${textAt(one, "message")} `;
    page.line(1, `${textAt(one, "type")} \t${textAt(one, "status")} \t${times}\t${words}`);
  }
}

/** A PersistentVolume (describe.go, describePV), without its events. */
export function describeVolume(page: Page, object: JsonObject): void {
  const spec = objectAt(object, "spec");
  const claim = objectAt(spec, "claimRef");
  page.field("Name", textAt(object, "metadata", "name"));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.field("Finalizers", finalizersText(object)).field("StorageClass", classOf(object));
  page.field("Status", statusText(page, object));
  page.field("Claim", Object.keys(claim).length === 0 ? "" : `${textAt(claim, "namespace")}/${textAt(claim, "name")}`);
  page.field("Reclaim Policy", textAt(spec, "persistentVolumeReclaimPolicy"));
  page.field("Access Modes", modesText(listAt(spec, "accessModes")));
  page.optional("VolumeMode", textAt(spec, "volumeMode"));
  page.field("Capacity", textAt(spec, "capacity", "storage"));
  describeAffinity(page, objectAt(spec, "nodeAffinity"));
  page.field("Message", textAt(object, "status", "message")).line(0, "Source:");
  for (const line of sourceLines(spec)) page.line(2, line);
}

function describeAffinity(page: Page, affinity: JsonObject): void {
  if (!isObject(affinity["required"])) {
    page.field("Node Affinity", "<none>");
    return;
  }
  page.field("Node Affinity", "");
  const terms = listAt(affinity, "required", "nodeSelectorTerms");
  page.line(1, `Required Terms:\t${terms.length === 0 ? "<none>" : ""}`);
  terms.forEach((term, i) => {
    const rules = listAt(term, "matchExpressions").map((rule) => {
      const values = listAt(rule, "values");
      const among = values.length === 0 ? "" : ` [${values.join(", ")}]`;
      return `${textAt(rule, "key")} ${textAt(rule, "operator").toLowerCase()}${among}`;
    });
    const [first = "<none>", ...more] = rules;
    page.line(2, `Term ${i}:\t${first}`);
    for (const rule of more) page.line(2, `\t${rule}`);
  });
}

/** A StorageClass (describe.go, describeStorageClass), without its events. */
export function describeStorageClass(page: Page, object: JsonObject): void {
  const annotations = objectAt(object, "metadata", "annotations");
  const isDefault = annotations["storageclass.kubernetes.io/is-default-class"] === "true";
  const pairs = (map: JsonObject) =>
    sortedKeys(map)
      .map((key) => `${key}=${String(map[key])}`)
      .join(",") || "<none>";
  page.field("Name", textAt(object, "metadata", "name")).field("IsDefaultClass", isDefault ? "Yes" : "No");
  page.field("Annotations", pairs(annotations)).field("Provisioner", textAt(object, "provisioner"));
  page.field("Parameters", pairs(objectAt(object, "parameters")));
  const expands = at(object, "allowVolumeExpansion");
  page.field("AllowVolumeExpansion", expands === undefined ? "<unset>" : yesNo(expands));
  const options = listAt(object, "mountOptions").map(String);
  if (options.length === 0) page.field("MountOptions", "<none>");
  else {
    page.line(0, "MountOptions:");
    for (const option of options) page.line(1, option);
  }
  page.optional("ReclaimPolicy", textAt(object, "reclaimPolicy"));
  page.optional("VolumeBindingMode", textAt(object, "volumeBindingMode"));
}
