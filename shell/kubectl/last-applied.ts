import type { JsonObject } from "../../sim/api/types.ts";
import { fail, failUsage } from "./failure.ts";
import { compactJson } from "./json-print.ts";
import { isObject, objectAt, textAt, withAt } from "./json-values.ts";
import { readManifests, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, printObject, writeChoice } from "./output.ts";
import { selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

/** The annotation in which client-side apply keeps the manifest that it applied. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The manifest that the last-applied annotation holds; empty where there is none. */
export function parseApplied(annotation: string): JsonObject {
  if (annotation === "") return {};
  const value: unknown = JSON.parse(annotation);
  return isObject(value) ? value : {};
}

/** The manifest with itself, as JSON and a line end, in the last-applied annotation. */
export function withLastApplied(manifest: JsonObject): JsonObject {
  const bare = withoutLastApplied(manifest);
  return withAt(bare, ["metadata", "annotations", LAST_APPLIED], `${compactJson(bare)}\n`);
}

/** The manifest without that annotation, and with an annotations field: what apply and diff compare with. */
export function withoutLastApplied(manifest: JsonObject): JsonObject {
  const own = objectAt(manifest, "metadata", "annotations");
  return withAt(manifest, ["metadata", "annotations"], withAt(own, [LAST_APPLIED], undefined));
}

/** `kubectl apply view-last-applied`. */
export const viewLastApplied: Verb = {
  name: "view-last-applied",
  flags: [
    { name: "output", short: "o", type: "string" },
    { name: "filename", short: "f", type: "strings" },
    { name: "selector", short: "l", type: "string" },
    { name: "all", type: "bool" },
  ],
  takesResources: true,
  run(call) {
    const { targets, errors } = selectObjects(call, call.args, { fetch: true });
    throwCollected(errors);
    for (const { object, name } of targets) {
      const annotation = textAt(object, "metadata", "annotations", LAST_APPLIED);
      if (annotation === "") fail(`no last-applied-configuration annotation found on resource: ${name}`);
      const applied = parseApplied(annotation);
      const output = call.text("output");
      if (output !== "" && output !== "yaml" && output !== "json") {
        failUsage(
          "view-last-applied",
          `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`,
        );
      }
      if (output === "json") printObject(call, applied);
      else call.out(yamlText(applied));
    }
  },
};

/** `kubectl apply set-last-applied -f FILE`: only the annotation is written. */
export const setLastApplied: Verb = {
  name: "set-last-applied",
  flags: [
    ...CHANGE_FLAGS,
    { name: "filename", short: "f", type: "strings" },
    { name: "create-annotation", type: "bool" },
  ],
  run(call: Call) {
    const { targets, errors } = readManifests(call, false);
    throwCollected(errors);
    for (const target of targets) {
      const { kind, namespace, name, object } = target;
      const live = call.api.get(kind, namespace, name);
      const before = live.metadata.annotations?.[LAST_APPLIED];
      if (before === undefined && !call.on("create-annotation")) {
        fail(
          `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      const wanted = textAt(withLastApplied(object), "metadata", "annotations", LAST_APPLIED);
      if (wanted !== before && call.dryRun !== "client") {
        const patch = { metadata: { annotations: { [LAST_APPLIED]: wanted } } };
        call.api.patch(kind, namespace, name, "merge", patch, writeChoice(call, "kubectl-last-applied"));
      }
      printDone(call, target, wanted === before ? "configured (no change)" : "configured", object);
    }
  },
};
