import { reasonOf, whileDoing } from "./api.ts";
import { deletionOf } from "./deletion.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import { kindLabel } from "./kinds.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { readResourceWords, SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";
import { failWaiting, waitUntil } from "./waiting.ts";

/** `kubectl delete` (staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go). Left out: `--raw`, `--interactive`. */
export const remove: Verb = {
  name: "delete",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    { name: "cascade", type: "string", bare: "background" },
    { name: "dry-run", type: "string", bare: "unchanged" },
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int" },
    { name: "ignore-not-found", type: "bool" },
    { name: "now", type: "bool" },
    { name: "output", short: "o", type: "string" },
    { name: "timeout", type: "duration" },
    { name: "wait", type: "bool" },
  ],
  run(call) {
    const grace = gracePeriod(call);
    const { targets, errors } = chooseTargets(call);
    const ignored = call.on("ignore-not-found") || call.on("all") || call.has("selector");
    const failed = errors.filter((error) => !(ignored && reasonOf(error) === "NotFound"));
    const gone: (Target & { readonly uid: string })[] = [];
    for (const target of targets) {
      const result = attempt(() => deleteOne(call, target, grace));
      if (!(result instanceof KubectlError)) gone.push({ ...target, uid: result });
      else if (!ignored || reasonOf(result) !== "NotFound") failed.push(result);
    }
    throwCollected(failed);
    if (targets.length === 0 && !call.has("ignore-not-found")) call.out("No resources found\n");
    if (call.on("wait", !call.on("force")) && call.dryRun === "none") for (const one of gone) waitGone(call, one);
  },
};

function gracePeriod(call: Call): number {
  let grace = call.int("grace-period", -1);
  if (call.on("now") && call.has("grace-period")) fail("--now and --grace-period cannot be specified together");
  if (call.on("now")) grace = 1;
  if (call.on("force") && grace > 0 && call.has("grace-period")) {
    fail("--force and --grace-period greater than 0 cannot be specified together");
  }
  if (call.on("force")) {
    call.err(
      "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. " +
        "The resource may continue to run on the cluster indefinitely.\n",
    );
    return 0;
  }
  return grace === 0 ? 1 : grace;
}

function chooseTargets(call: Call) {
  if (call.on("all") && call.has("selector")) fail("setting 'all' parameter but found a non empty selector. ");
  if (call.has("output") && call.text("output") !== "name") {
    failUsage("delete", `unexpected -o output mode: ${call.text("output")}. We only support '-o name'`);
  }
  if (call.has("filename") || call.args.length === 0 || call.on("all") || call.has("selector")) {
    return selectObjects(call, call.args, { fetch: false });
  }
  if (call.has("field-selector")) return selectObjects(call, call.args, { fetch: false });
  const named = readResourceWords(call, call.args);
  if (named.some((one) => one.name === undefined)) fail("resource(s) were provided, but no name was specified");
  if (call.on("all-namespaces")) fail("a resource cannot be retrieved by name across all namespaces");
  const targets: Target[] = named.map(({ kind, name }) => ({
    ...{ kind, name: name!, source: "", object: {} },
    namespace: kind.namespaced ? call.namespace : "",
  }));
  return { targets, errors: [] as readonly KubectlError[] };
}

/** Deletes one object and says so; answers its uid, so that the wait does not mistake a successor for it. */
function deleteOne(call: Call, target: Target, grace: number): string {
  const { kind, namespace, name, source } = target;
  const choice = deletionOf(call, grace);
  const doing = source === "" ? "" : `error when deleting "${source}": `;
  const uid = call.dryRun === "client" ? "" : whileDoing(doing, () => call.api.delete(kind, namespace, name, choice));
  if (call.text("output") === "name") call.out(`${kindLabel(kind)}/${name}\n`);
  else call.out(`${kindLabel(kind)} "${name}" ${call.on("force") ? "force deleted" : "deleted"}${call.dryRunNote}\n`);
  return uid;
}

function waitGone(call: Call, target: Target & { readonly uid: string }): void {
  const { kind, namespace, name, uid } = target;
  const end = waitUntil(call, call.durationUs("timeout"), () => {
    const found = call.api.find(kind, namespace, name);
    return found === undefined || (uid !== "" && found.metadata.uid !== uid);
  });
  if (end !== undefined) failWaiting(end, `timed out waiting for the condition on ${kind.resource}/${name}`);
}
