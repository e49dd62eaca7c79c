import type { JsonObject } from "../../sim/api/types.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { withAt } from "./json-values.ts";
import { findManifestKind } from "./kinds.ts";
import { withLastApplied } from "./last-applied.ts";
import { attempt, messageOf } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import type { Call } from "./verb.ts";

/** Flags of every `kubectl create KIND`. */
export const CREATE_FLAGS: readonly Flag[] = [
  ...CHANGE_FLAGS,
  { name: "save-config", type: "bool" },
  { name: "validate", type: "string", bare: "strict" },
];

/** The one NAME that `kubectl create KIND` takes. */
export function nameArgument(call: Call, verb: string): string {
  const names = call.args.slice(0, call.dashAt);
  if (names.length !== 1) failUsage(`create ${verb}`, `exactly one NAME is required, got ${names.length}`);
  return names[0]!;
}

/**
 * Sends a new object, or only shows it on `--dry-run=client`, and says that it was created. A refusal is worded with
 * `failing`, e.g. "failed to create configmap"; "" shows it as the server's own; one that ends in a blank has no colon.
 */
export function createObject(call: Call, object: JsonObject, name: string, failing: string): void {
  const found = findManifestKind(call.api, String(object["apiVersion"]), String(object["kind"]));
  if (found === undefined) fail(`no matches for kind "${object["kind"]}" in version "${object["apiVersion"]}"`);
  const placed =
    found.namespaced && (call.has("namespace") || call.dryRun !== "client")
      ? withAt(object, ["metadata", "namespace"], call.namespace)
      : object;
  const saved = call.on("save-config") ? withLastApplied(placed) : placed;
  if (call.dryRun === "client") {
    printDone(call, { kind: found, name }, "created", saved);
    return;
  }
  const choice = { ...writeChoice(call, "kubectl-create"), fieldValidation: "Strict" as const };
  const created = attempt(() => call.api.create(found, call.namespace, saved, choice));
  if (!(created instanceof KubectlError)) {
    printDone(call, { kind: found, name }, "created", created);
    return;
  }
  if (failing === "" || created.failure.kind !== "status") throw created;
  fail(`${failing}${failing.endsWith(" ") ? "" : ": "}${messageOf(created)}`);
}
