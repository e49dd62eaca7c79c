import type { JsonObject, PatchType } from "../../sim/api/types.ts";
import { apiVersionOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { sameJson, withAt } from "./json-values.ts";
import { attempt, parsePatch, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

const TYPES: readonly string[] = ["json", "merge", "strategic"];

/** `kubectl patch` (staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go). Left out: `--local`. */
export const patch: Verb = {
  name: "patch",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    ...CHANGE_FLAGS,
    { name: "patch", short: "p", type: "string" },
    { name: "patch-file", type: "string" },
    { name: "type", type: "string" },
    { name: "subresource", type: "string" },
  ],
  run(call) {
    const type = (call.text("type") || "strategic").toLowerCase();
    if (!TYPES.includes(type)) fail(`--type must be one of [${TYPES.join(" ")}], not "${call.text("type")}"`);
    const value = parsePatch(patchText(call));
    const { targets, errors } = selectObjects(call, call.args, { fetch: true });
    const failed = [...errors];
    for (const target of targets) {
      const result = attempt(() => patchOne(call, target, type as PatchType, value as JsonObject));
      if (result instanceof KubectlError) failed.push(result);
    }
    throwCollected(failed);
  },
};

function patchText(call: Call): string {
  if (call.has("patch-file")) {
    const text = call.files.read(call.text("patch-file"));
    if (text === undefined)
      fail(`unable to read patch file: open ${call.text("patch-file")}: no such file or directory`);
    return text;
  }
  if (call.text("patch") === "") fail("must specify --patch or --patch-file containing the contents of the patch");
  return call.text("patch");
}

function patchOne(call: Call, target: Target, type: PatchType, body: JsonObject): void {
  const { kind, namespace, name, object } = target;
  if (kind.custom && type === "strategic") {
    const accepted = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    fail(
      `application/strategic-merge-patch+json is not supported by ${apiVersionOf(kind)}, Kind=${kind.kind}: the body ` +
        `of the request was in an unknown format - accepted media types include: ${accepted}`,
    );
  }
  const subresource = call.text("subresource");
  const choice = { ...writeChoice(call, "kubectl-patch"), ...(subresource === "" ? {} : { subresource }) };
  const result =
    call.dryRun === "client"
      ? object
      : (call.api.patch(kind, namespace, name, type, body, choice) as unknown as JsonObject);
  const same = sameJson(unversioned(object), unversioned(result)) && call.dryRun !== "client";
  printDone(call, target, same ? "patched (no change)" : "patched", result);
}

function unversioned(object: JsonObject): JsonObject {
  return withAt(withAt(object, ["metadata", "resourceVersion"], undefined), ["metadata", "managedFields"], undefined);
}
