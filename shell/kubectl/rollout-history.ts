import type { Json, JsonObject, KubeObject } from "../../sim/api/types.ts";
import { CHANGE_CAUSE } from "./annotate.ts";
import { Page } from "./describe/page.ts";
import { describeTemplate } from "./describe/pod-template.ts";
import { fail } from "./failure.ts";
import { at, objectAt, sameJson, textAt, withAt } from "./json-values.ts";
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

/** A revision's pod template as `rollout history --revision` describes it: with the tabs that a description is laid out by. */
export function templateText(template: JsonObject, wallMs: number): string {
  const page = new Page(wallMs);
  describeTemplate(page, template);
  return page.raw;
}
