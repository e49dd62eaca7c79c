import { addQuantities, formatQuantity, milli, parseQuantity } from "../../../sim/api/quantity.ts";
import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { KubectlError } from "../failure.ts";
import { at, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import { attempt, messageOf } from "../manifest.ts";
import type { Call } from "../verb.ts";
import { longDate, type Page } from "./page.ts";

const LEASE = BUILT_IN_KINDS.find((kind) => kind.kind === "Lease")!;
const POD = BUILT_IN_KINDS.find((kind) => kind.kind === "Pod")!;
const ROLE = "node-role.kubernetes.io/";

/** A Node with its lease and its pods (describe.go, describeNode), without its events. */
export function describeNode(page: Page, node: JsonObject, call: Call): void {
  const name = textAt(node, "metadata", "name");
  page.field("Name", name).field("Roles", rolesText(objectAt(node, "metadata", "labels")));
  page.labels("Labels", objectAt(node, "metadata", "labels"));
  page.annotations("Annotations", objectAt(node, "metadata", "annotations"));
  page.field("CreationTimestamp", longDate(textAt(node, "metadata", "creationTimestamp")));
  const taints = listAt(node, "spec", "taints").map((taint) => {
    const value = textAt(taint, "value");
    return `${textAt(taint, "key")}${value === "" ? "" : `=${value}`}:${textAt(taint, "effect")}`;
  });
  page.values("Taints", taints).field("Unschedulable", at(node, "spec", "unschedulable") === true);
  describeLease(page, name, call);
  describeState(page, node);
  const pods = call.api
    .list(POD, { fieldSelector: `spec.nodeName=${name}` })
    .items.filter((pod) => !/^(Succeeded|Failed)$/.test(textAt(pod, "status", "phase")));
  const allocatable = objectAt(
    node,
    "status",
    sortedKeys(objectAt(node, "status", "allocatable")).length > 0 ? "allocatable" : "capacity",
  );
  describePods(page, pods as unknown as readonly JsonObject[], allocatable);
}

function rolesText(labels: JsonObject): string {
  const roles = sortedKeys(labels).flatMap((key) => {
    if (key.startsWith(ROLE)) return key.length > ROLE.length ? [key.slice(ROLE.length)] : [];
    return key === "kubernetes.io/role" && labels[key] ? [String(labels[key])] : [];
  });
  return [...new Set(roles)].sort().join(",") || "<none>";
}

function describeLease(page: Page, name: string, call: Call): void {
  const lease = attempt(() => call.api.get(LEASE, "kube-node-lease", name));
  if (lease instanceof KubectlError) {
    page.field("Lease", `Failed to get lease: ${messageOf(lease)}`);
    return;
  }
  page.line(0, "Lease:").line(1, `HolderIdentity:\t${textAt(lease, "spec", "holderIdentity") || "<unset>"}`);
  const time = (field: string) => longDate(textAt(lease, "spec", field).replace(/\.\d+Z$/, "Z")) || "<unset>";
  page.line(1, `AcquireTime:\t${time("acquireTime")}`).line(1, `RenewTime:\t${time("renewTime")}`);
}

const SYSTEM: readonly (readonly [string, string])[] = [
  ["Machine ID", "machineID"],
  ["System UUID", "systemUUID"],
  ["Boot ID", "bootID"],
  ["Kernel Version", "kernelVersion"],
  ["OS Image", "osImage"],
  ["Operating System", "operatingSystem"],
  ["Architecture", "architecture"],
  ["Container Runtime Version", "containerRuntimeVersion"],
  ["Kubelet Version", "kubeletVersion"],
  ["Kube-Proxy Version", "kubeProxyVersion"],
];

function describeState(page: Page, node: JsonObject): void {
  const conditions = listAt(node, "status", "conditions");
  if (conditions.length > 0) {
    page.line(0, "Conditions:").line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
  }
  for (const one of conditions) {
    const times = `${longDate(textAt(one, "lastHeartbeatTime"))} \t${longDate(textAt(one, "lastTransitionTime"))} `;
    page.line(
      1,
      `${textAt(one, "type")} \t${textAt(one, "status")} \t${times}\t${textAt(one, "reason")} \t${textAt(one, "message")} `,
    );
  }
  page.line(0, "Addresses:");
  for (const one of listAt(node, "status", "addresses"))
    page.line(1, `${textAt(one, "type")}:\t${textAt(one, "address")}`);
  for (const [field, title] of [
    ["capacity", "Capacity"],
    ["allocatable", "Allocatable"],
  ] as const) {
    const amounts = objectAt(node, "status", field);
    if (sortedKeys(amounts).length === 0) continue;
    page.line(0, `${title}:`);
    for (const key of sortedKeys(amounts)) page.line(1, `${key}:\t${String(amounts[key])}`);
  }
  page.line(0, "System Info:");
  for (const [title, field] of SYSTEM) {
    const value = textAt(node, "status", "nodeInfo", field);
    if (value !== "" || field !== "kubeProxyVersion") page.line(1, `${title}:\t${value}`);
  }
  page.optional("PodCIDR", textAt(node, "spec", "podCIDR"));
  page.optional("PodCIDRs", listAt(node, "spec", "podCIDRs").join(","));
  page.optional("ProviderID", textAt(node, "spec", "providerID"));
}

type Amounts = Readonly<Record<string, string>>;

/** What a pod asks for, or may use at most, of a resource: its containers together, or an init container that wants more. */
function podAmounts(pod: JsonObject, field: "requests" | "limits"): Amounts {
  let sum: Amounts = {};
  const of = (container: Json): Amounts => objectAt(container, "resources", field) as Amounts;
  for (const container of listAt(pod, "spec", "containers")) sum = added(sum, of(container));
  for (const container of listAt(pod, "spec", "initContainers")) {
    for (const [name, amount] of Object.entries(of(container))) {
      if (milli(amount) > milli(sum[name] ?? "0")) sum = { ...sum, [name]: amount };
    }
  }
  return sum;
}

function added(sum: Amounts, more: Amounts): Amounts {
  const result: Record<string, string> = { ...sum };
  for (const [name, amount] of Object.entries(more)) {
    const before = result[name];
    result[name] =
      before === undefined
        ? formatQuantity(parseQuantity(String(amount)))
        : formatQuantity(addQuantities(before, String(amount)));
  }
  return result;
}

function share(amount: string | undefined, whole: Json | undefined): string {
  const all = milli(String(whole ?? "0"));
  const percent = all === 0 ? 0 : Math.trunc((milli(amount ?? "0") * 100) / all);
  return `${amount ?? "0"} (${percent}%)`;
}

function describePods(page: Page, pods: readonly JsonObject[], allocatable: JsonObject): void {
  page.field("Non-terminated Pods", `(${pods.length} in total)`);
  page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  let requests: Amounts = {};
  let limits: Amounts = {};
  for (const pod of pods) {
    const [wanted, most] = [podAmounts(pod, "requests"), podAmounts(pod, "limits")];
    requests = added(requests, wanted);
    limits = added(limits, most);
    const cells = ["cpu", "memory"].flatMap((name) => [
      share(wanted[name], allocatable[name]),
      share(most[name], allocatable[name]),
    ]);
    const age = page.age(textAt(pod, "metadata", "creationTimestamp"));
    page.line(
      1,
      `${textAt(pod, "metadata", "namespace")}\t${textAt(pod, "metadata", "name")}\t\t${cells.join("\t")}\t${age}`,
    );
  }
  page.line(0, "Allocated resources:").line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
  page.line(1, "Resource\tRequests\tLimits").line(1, "--------\t--------\t------");
  const extended = sortedKeys(allocatable).filter((name) => name.startsWith("hugepages-") || name.includes("/"));
  for (const name of ["cpu", "memory", "ephemeral-storage", ...extended]) {
    const whole = allocatable[name];
    if (name.includes("/")) page.line(1, `${name}\t${requests[name] ?? "0"}\t${limits[name] ?? "0"}`);
    else page.line(1, `${name}\t${share(requests[name], whole)}\t${share(limits[name], whole)}`);
  }
}
