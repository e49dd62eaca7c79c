import { reasonOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { numberAt } from "./json-values.ts";
import { attempt, messageOf, throwCollected } from "./manifest.ts";
import { OUTPUT_FLAGS, printDone } from "./output.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Verb } from "./verb.ts";
import { failWaiting, waitUntil } from "./waiting.ts";

/** `kubectl scale` (staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go), through each kind's `scale` subresource. */
export const scale: Verb = {
  name: "scale",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    ...OUTPUT_FLAGS,
    { name: "dry-run", type: "string", bare: "unchanged" },
    { name: "replicas", type: "int" },
    { name: "current-replicas", type: "int" },
    { name: "resource-version", type: "string" },
    { name: "timeout", type: "duration" },
  ],
  required: ["replicas"],
  run(call) {
    const replicas = call.int("replicas", -1);
    if (replicas < 0) fail("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    const { targets, errors } = selectObjects(call, call.args, { fetch: true });
    const [first] = errors;
    if (targets.length === 0 && first !== undefined) {
      if (first.failure.kind === "connection") throw first;
      if (reasonOf(first) === "NotFound") fail(`no objects passed to scale ${messageOf(first)}`);
    }
    if (targets.length === 0) throwCollected(errors);
    if (targets.length === 0) fail("no objects passed to scale");
    const failed = [...errors];
    const expected = call.int("current-replicas", -1);
    for (const target of targets) {
      const { kind, namespace, name } = target;
      const now = numberAt(target.object, 0, "spec", "replicas");
      if (expected >= 0 && now !== expected) fail(`Expected replicas to be ${expected}, was ${now}`);
      const choice = { subresource: "scale", ...(call.dryRun === "server" ? { dryRun: true } : {}) };
      const result =
        call.dryRun === "client"
          ? target.object
          : attempt(() => call.api.patch(kind, namespace, name, "merge", { spec: { replicas } }, choice));
      if (result instanceof KubectlError) failed.push(result);
      else printDone(call, target, "scaled", target.object);
    }
    if (call.has("timeout") && call.dryRun === "none") {
      for (const { kind, namespace, name } of targets) {
        const end = waitUntil(call, call.durationUs("timeout"), () => {
          return numberAt(call.api.get(kind, namespace, name), 0, "status", "replicas") === replicas;
        });
        if (end !== undefined) failWaiting(end, "timed out waiting for the condition");
      }
    }
    throwCollected(failed);
  },
};
