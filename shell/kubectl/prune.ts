import type { KubeObject } from "../../sim/api/types.ts";
import { reasonOf } from "./api.ts";
import { deletionOf } from "./deletion.ts";
import { fail, KubectlError } from "./failure.ts";
import { BUILT_IN_KINDS, kindLabel } from "./kinds.ts";
import { klogHead } from "./klog.ts";
import { LAST_APPLIED } from "./last-applied.ts";
import { attempt } from "./manifest.ts";
import type { ResourceKind } from "./resource-kind.ts";
import type { Call } from "./verb.ts";

const PRUNED =
  "ConfigMap Endpoints PersistentVolumeClaim Pod ReplicationController Secret Service Job CronJob Ingress DaemonSet " +
  "Deployment ReplicaSet StatefulSet Namespace PersistentVolume";
const WARNING =
  "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace " +
  "flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in " +
  "the --prune-allowlist flag.";

/** Refuses what `--prune` may not stand with, before anything is applied. */
export function checkPrune(call: Call): void {
  if (!call.on("prune")) return;
  if (!call.on("all") && !call.has("selector")) {
    fail(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. " +
        "If you did not mean to prune all resources, specify a label selector",
    );
  }
  if (call.on("server-side")) fail("--prune is not part of this simulation together with --server-side");
}

/** Deletes what `apply` had made before, what the selector chooses, and what is not among the objects just applied (pkg/cmd/apply/prune.go). */
export function prune(call: Call, applied: readonly KubeObject[]): void {
  const listed = call.list("prune-allowlist");
  if (listed.length === 0) call.err(`${klogHead(call.client, "W")} prune.go:71] ${WARNING}\n`);
  const kept = new Set(applied.map(({ metadata }) => metadata.uid));
  const namespaces = [...new Set([call.namespace, ...applied.map(({ metadata }) => metadata.namespace ?? "")])];
  for (const kind of listed.length > 0 ? listed.map(allowed) : PRUNED.split(" ").map(named)) {
    const places = kind.namespaced ? namespaces.filter((name) => name !== "") : [undefined];
    for (const namespace of places) pruneKind(call, kind, namespace, kept);
  }
}

function named(name: string): ResourceKind {
  return BUILT_IN_KINDS.find(({ kind }) => kind === name)!;
}

/** `core/v1/ConfigMap`. */
function allowed(text: string): ResourceKind {
  const [group = "", version = "", name = "", ...more] = text.split("/");
  if (more.length > 0 || name === "")
    fail(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
  const found = BUILT_IN_KINDS.find((kind) => kind.kind === name && kind.group === (group === "core" ? "" : group));
  if (found === undefined || ![found.version, ...found.otherVersions].includes(version)) {
    fail(`no matches for kind "${name}" in version "${group}/${version}"`);
  }
  return found;
}

function pruneKind(
  call: Call,
  kind: ResourceKind,
  namespace: string | undefined,
  kept: ReadonlySet<string | undefined>,
): void {
  const choice = { namespace, labelSelector: call.text("selector") || undefined };
  const found = attempt(() => call.api.list(kind, choice));
  if (found instanceof KubectlError) {
    if (reasonOf(found) === "NotFound") return;
    throw found;
  }
  for (const { metadata } of found.items) {
    if (metadata.annotations?.[LAST_APPLIED] === undefined || kept.has(metadata.uid)) continue;
    if (call.dryRun !== "client") call.api.delete(kind, metadata.namespace ?? "", metadata.name, deletionOf(call, -1));
    call.out(`${kindLabel(kind)}/${metadata.name} pruned${call.dryRunNote}\n`);
  }
}
