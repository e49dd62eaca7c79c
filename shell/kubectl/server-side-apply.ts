import { reasonOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { attempt, type Target } from "./manifest.ts";
import { printDone, writeChoice } from "./output.ts";
import type { Call } from "./verb.ts";

const CONFLICT_ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

/** `kubectl apply --server-side`: the API server merges. One that can't is a server without the feature, and this says so. */
export function applyServerSide(call: Call, target: Target, fieldValidation: "Ignore" | "Warn" | "Strict"): void {
  const { kind, namespace, name, object } = target;
  if (call.dryRun === "client") {
    fail("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  const isForced = call.on("force-conflicts");
  const choice = { ...writeChoice(call, "kubectl"), fieldValidation, ...(isForced ? { force: true } : {}) };
  const applied = attempt(() => call.api.patch(kind, namespace, name, "apply", object, choice));
  if (!(applied instanceof KubectlError)) {
    printDone(call, target, "serverside-applied", applied);
    return;
  }
  const { failure } = applied;
  if (failure.kind !== "status") throw applied;
  const message = failure.status.message ?? "";
  const isMissing = reasonOf(applied) === "NotFound" && message.startsWith(`${kind.resource}`);
  if (reasonOf(applied) === "UnsupportedMediaType" || isMissing) {
    fail(
      `Server-side apply not available on the server: ${kind.kind} ${name} was not applied; leave --server-side out`,
    );
  }
  if (failure.status.reason !== "Conflict") throw applied;
  fail(`${message}\n${CONFLICT_ADVICE}`);
}
