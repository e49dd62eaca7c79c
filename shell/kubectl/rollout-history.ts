import type { Json, JsonObject, KubeObject } from "../../sim/api/types.ts";
import { CHANGE_CAUSE } from "./annotate.ts";
import { fail } from "./failure.ts";
import { at, isObject, objectAt, sameJson, sortedKeys, textAt, withAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import type { Target } from "./manifest.ts";
import type { Call } from "./verb.ts";

/** The annotation by which a Deployment and its ReplicaSets carry their revision number. */
const REVISION = "deployment.kubernetes.io/revision";

/** One remembered state of a workload. */
interface Revision {
  readonly number: number;
  readonly changeCause: string;
  readonly template: JsonObject;
  /** What a rollback writes: a patch of the workload. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The revisions of a Deployment (its ReplicaSets), or of a DaemonSet or StatefulSet (its ControllerRevisions), oldest first. */
export function revisionsOf(call: Call, target: Target): readonly Revision[] {
  const isDeployment = target.kind.kind === "Deployment";
  if (!isDeployment && target.kind.kind !== "DaemonSet" && target.kind.kind !== "StatefulSet") {
    fail(`no history viewer has been implemented for "${target.kind.kind}"`);
  }
  const kind = BUILT_IN_KINDS.find((one) => one.kind === (isDeployment ? "ReplicaSet" : "ControllerRevision"))!;
  const uid = textAt(target.object, "metadata", "uid");
  const owned = call.api
    .list(kind, { namespace: target.namespace })
    .items.filter((item) => item.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller));
  const revisions = owned.map(isDeployment ? revisionOfReplicaSet : revisionOfControllerRevision);
  return revisions.filter((one) => one.number > 0).sort((a, b) => a.number - b.number);
}

function revisionOfReplicaSet(item: KubeObject): Revision {
  const annotations = item.metadata.annotations ?? {};
  return {
    number: Number(annotations[REVISION] ?? "0"),
    changeCause: annotations[CHANGE_CAUSE] ?? "",
    template: objectAt(item, "spec", "template"),
    annotations,
  };
}

function revisionOfControllerRevision(item: KubeObject): Revision {
  return {
    number: Number(at(item, "revision") ?? 0),
    changeCause: item.metadata.annotations?.[CHANGE_CAUSE] ?? "",
    template: withAt(objectAt(item, "data", "spec", "template"), ["$patch"], undefined),
    annotations: {},
  };
}

/** The table that `rollout history` prints. */
export function historyText(revisions: readonly Revision[]): string {
  const rows = [
    ["REVISION", "CHANGE-CAUSE"],
    ...revisions.map((one) => [String(one.number), one.changeCause || "<none>"]),
  ];
  const width = Math.max(...rows.map((row) => row[0]!.length)) + 2;
  return rows.map((row) => `${row[0]!.padEnd(width)}${row[1]}\n`).join("");
}

/** Annotations of the machinery itself, which a rollback leaves as they are. */
const KEPT_ON_ROLLBACK: readonly string[] = [
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
];

/** Takes a workload back to a revision, 0 for the one before; answers what was done, in kubectl's words. */
export function rollBack(call: Call, target: Target, toRevision: number): string {
  if (toRevision < 0) fail(`revision cannot be negative: ${toRevision}`);
  const { kind, namespace, name, object } = target;
  if (at(object, "spec", "paused") === true) {
    fail("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  }
  const revisions = revisionsOf(call, target);
  const chosen =
    toRevision === 0 ? revisions[revisions.length - 2] : revisions.find((one) => one.number === toRevision);
  if (chosen === undefined && toRevision > 0) fail(`unable to find specified revision ${toRevision} in history`);
  if (chosen === undefined && kind.kind === "Deployment") fail(`no rollout history found for deployment "${name}"`);
  if (chosen === undefined) fail("no last revision to roll back to");
  const template = withoutHash(chosen.template);
  if (sameTemplate(template, withoutHash(objectAt(object, "spec", "template")))) {
    return `skipped rollback (current template already matches revision ${chosen.number})`;
  }
  if (call.dryRun !== "client") {
    const own = objectAt(object, "metadata", "annotations");
    const annotations: Record<string, Json> = {};
    for (const key of KEPT_ON_ROLLBACK) if (own[key] !== undefined) annotations[key] = own[key];
    for (const [key, value] of Object.entries(chosen.annotations)) {
      if (!KEPT_ON_ROLLBACK.includes(key)) annotations[key] = value;
    }
    const replace = (path: string, value: Json) => ({ op: "replace", path, value });
    const patch = [replace("/spec/template", template)];
    if (kind.kind === "Deployment") patch.push(replace("/metadata/annotations", annotations));
    const choice = { fieldManager: "kubectl-rollout", ...(call.dryRun === "server" ? { dryRun: true } : {}) };
    call.api.patch(kind, namespace, name, "json", patch, choice);
  }
  return "rolled back";
}

function withoutHash(template: JsonObject): JsonObject {
  return withAt(template, ["metadata", "labels", "pod-template-hash"], undefined);
}

function sameTemplate(a: JsonObject, b: JsonObject): boolean {
  return sameJson(
    withAt(a, ["metadata", "creationTimestamp"], undefined),
    withAt(b, ["metadata", "creationTimestamp"], undefined),
  );
}

/** A revision's pod template as `rollout history --revision` describes it. */
export function templateText(template: JsonObject): string {
  const labels = objectAt(template, "metadata", "labels");
  const lines = [`Pod Template:`, `  Labels:\t${pairLines(labels)}`];
  const annotations = objectAt(template, "metadata", "annotations");
  if (sortedKeys(annotations).length > 0) lines.push(`  Annotations:\t${pairLines(annotations, ": ")}`);
  const account = textAt(template, "spec", "serviceAccountName");
  if (account !== "") lines.push(`  Service Account:\t${account}`);
  for (const [field, title] of [
    ["initContainers", "Init Containers"],
    ["containers", "Containers"],
  ] as const) {
    const list = at(template, "spec", field);
    if (!Array.isArray(list)) continue;
    lines.push(`  ${title}:`);
    for (const container of list) if (isObject(container)) lines.push(...containerLines(container));
  }
  const selector = objectAt(template, "spec", "nodeSelector");
  lines.push("  Volumes:\t<none>", `  Node-Selectors:\t${pairLines(selector)}`, "  Tolerations:\t<none>");
  return `${lines.join("\n")}\n`;
}

function pairLines(pairs: JsonObject, between = "="): string {
  const lines = sortedKeys(pairs).map((key) => `${key}${between}${String(pairs[key])}`);
  return lines.length === 0 ? "<none>" : lines.join("\n\t");
}

function containerLines(container: JsonObject): readonly string[] {
  const ports = (at(container, "ports") ?? []) as readonly Json[];
  const port = (field: string) =>
    ports.map((one) => `${at(one, field) ?? 0}/${textAt(one, "protocol") || "TCP"}`).join(", ") || "<none>";
  const s = ports.length > 1 ? "s" : "";
  const lines = [
    `   ${textAt(container, "name")}:`,
    `    Image:\t${textAt(container, "image")}`,
    `    Port${s}:\t${port("containerPort")}`,
    `    Host Port${s}:\t${port("hostPort")}`,
  ];
  for (const [field, title] of [
    ["command", "Command"],
    ["args", "Args"],
  ] as const) {
    const words = at(container, field);
    if (Array.isArray(words)) lines.push(`    ${title}:`, ...words.map((word) => `      ${word}`));
  }
  for (const [field, title] of [
    ["limits", "Limits"],
    ["requests", "Requests"],
  ] as const) {
    const amounts = objectAt(container, "resources", field);
    if (sortedKeys(amounts).length === 0) continue;
    lines.push(`    ${title}:`, ...sortedKeys(amounts).map((key) => `      ${key}:\t${String(amounts[key])}`));
  }
  const env = (at(container, "env") ?? []) as readonly Json[];
  lines.push(env.length === 0 ? "    Environment:\t<none>" : "    Environment:");
  for (const one of env) lines.push(`      ${textAt(one, "name")}:\t${textAt(one, "value")}`);
  const mounts = (at(container, "volumeMounts") ?? []) as readonly Json[];
  lines.push(mounts.length === 0 ? "    Mounts:\t<none>" : "    Mounts:");
  for (const one of mounts) {
    const mode = at(one, "readOnly") === true ? "ro" : "rw";
    lines.push(`      ${textAt(one, "mountPath")} from ${textAt(one, "name")} (${mode})`);
  }
  return lines;
}
