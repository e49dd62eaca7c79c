import { whileDoing } from "./api.ts";
import { fieldValidation } from "./apply.ts";
import { deletionOf } from "./deletion.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import { objectAt, textAt, withAt } from "./json-values.ts";
import { kindLabel } from "./kinds.ts";
import { LAST_APPLIED, withLastApplied } from "./last-applied.ts";
import { attempt, readManifests, type Target, throwCollected } from "./manifest.ts";
import { MANIFEST_FLAGS, printDone, writeChoice } from "./output.ts";
import type { Call, Verb } from "./verb.ts";
import { waitUntil } from "./waiting.ts";

/** `kubectl replace -f FILE` (staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go): the whole object, not a patch. Left out: `--raw`. */
export const replace: Verb = {
  name: "replace",
  flags: [
    ...MANIFEST_FLAGS,
    { name: "save-config", type: "bool" },
    { name: "force", type: "bool" },
    { name: "cascade", type: "string", bare: "background" },
    { name: "grace-period", type: "int" },
    { name: "timeout", type: "duration" },
    { name: "wait", type: "bool" },
    { name: "subresource", type: "string" },
  ],
  run(call) {
    if (call.args.length > 0) failUsage("replace", `Unexpected args: [${call.args.join(" ")}]`);
    if (!call.has("filename")) failUsage("replace", "Must specify --filename to replace");
    const isForced = call.on("force");
    if (call.int("grace-period", -1) >= 0 && !isForced) fail("--grace-period must have --force specified");
    if (call.has("timeout") && !isForced) fail("--timeout must have --force specified");
    const { targets, errors } = readManifests(call, fieldValidation(call) === "Strict");
    if (targets.length === 0 && errors.length === 0) fail("no objects passed to replace");
    if (isForced) throwCollected([...errors, ...deleteFirst(call, targets)]);
    const failed = targets.flatMap((target) => {
      const result = attempt(() => (isForced ? makeAnew(call, target) : replaceOne(call, target)));
      return result instanceof KubectlError ? [result] : [];
    });
    throwCollected(isForced ? failed : [...errors, ...failed]);
  },
};

/** Keeps the annotation of `apply` where the live object has one. */
function configured(call: Call, target: Target) {
  const { kind, namespace, name, object } = target;
  if (call.on("save-config")) return withLastApplied(object);
  const live = attempt(() => call.api.find(kind, namespace, name));
  const isApplied = !(live instanceof KubectlError) && live?.metadata.annotations?.[LAST_APPLIED] !== undefined;
  return isApplied && objectAt(object, "metadata", "annotations")[LAST_APPLIED] !== undefined
    ? withLastApplied(object)
    : object;
}

function replaceOne(call: Call, target: Target): void {
  const { kind, namespace, name, source } = target;
  const object = configured(call, target);
  if (call.dryRun === "client") {
    printDone(call, target, "replaced", object);
    return;
  }
  const subresource = call.text("subresource");
  const choice = {
    ...writeChoice(call, "kubectl-replace"),
    fieldValidation: fieldValidation(call),
    ...(subresource === "" ? {} : { subresource }),
  };
  const replaced = whileDoing(`error when replacing "${source}": `, () => {
    const version = textAt(object, "metadata", "resourceVersion");
    // Without a version the newest is meant, as the client library's own replace does.
    const live = version === "" ? call.api.get(kind, namespace, name) : undefined;
    const body =
      live === undefined ? object : withAt(object, ["metadata", "resourceVersion"], live.metadata.resourceVersion);
    return call.api.replace(kind, namespace, name, body, choice);
  });
  printDone(call, target, "replaced", replaced);
}

function deleteFirst(call: Call, targets: readonly Target[]): readonly KubectlError[] {
  const failed: KubectlError[] = [];
  for (const { kind, namespace, name } of targets) {
    const found = attempt(() => call.api.find(kind, namespace, name));
    if (found instanceof KubectlError) failed.push(found);
    else if (found !== undefined) {
      call.api.delete(kind, namespace, name, deletionOf(call, call.int("grace-period", -1)));
      call.out(`${kindLabel(kind)} "${name}" deleted\n`);
      const { uid } = found.metadata;
      waitUntil(call, call.durationUs("timeout"), () => call.api.find(kind, namespace, name)?.metadata.uid !== uid);
    }
  }
  return failed;
}

function makeAnew(call: Call, target: Target): void {
  const { kind, namespace, source } = target;
  const choice = { ...writeChoice(call, "kubectl-replace"), fieldValidation: fieldValidation(call) };
  const object = call.on("save-config") ? withLastApplied(target.object) : target.object;
  const made = whileDoing(`error when creating "${source}": `, () => call.api.create(kind, namespace, object, choice));
  printDone(call, target, "replaced", made);
}
