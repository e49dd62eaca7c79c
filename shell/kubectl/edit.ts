import type { Json, JsonObject } from "../../sim/api/types.ts";
import { readFile } from "../place-files.ts";
import { splitWords } from "../words.ts";
import { reasonOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { indentedJson } from "./json-print.ts";
import { isObject, sameJson, sortedKeys, withAt } from "./json-values.ts";
import { resourceLabel } from "./kinds.ts";
import { attempt, messageOf, parseDocument, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import { mergeThreeWay, strategicThreeWay } from "./three-way.ts";
import type { Call, Verb } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;
/** How often a file that could not be saved is opened again. */
const TRIES_MAX = 10;

/** `kubectl edit` (staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go) with the program that KUBE_EDITOR or EDITOR names. Left out: several objects in one file, `--windows-line-endings`. */
export const edit: Verb = {
  name: "edit",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    ...CHANGE_FLAGS,
    { name: "output-patch", type: "bool" },
    { name: "save-config", type: "bool" },
    { name: "validate", type: "string", bare: "strict" },
    { name: "subresource", type: "string" },
  ],
  run(call) {
    if (call.args.length === 0 && !call.has("filename")) fail("must specify the resource to edit, e.g. deployment/web");
    const { targets, errors } = selectObjects(call, call.args, { fetch: true });
    throwCollected(errors);
    if (targets.length === 0) call.err("edit cancelled, no objects found\n");
    for (const target of targets) editOne(call, target);
  },
};

function editOne(call: Call, target: Target): void {
  const { files } = call.terminal.environment;
  const isJson = call.text("output") === "json";
  const path = `/tmp/kubectl-edit-${call.client.now}.${isJson ? "json" : "yaml"}`;
  const shown = withAt(target.object, ["metadata", "managedFields"], undefined);
  const original = isJson ? indentedJson(shown) : yamlText(shown);
  let before = original;
  let notes = "";
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    files.set(path, `${HEADER}${notes}${before}`);
    openEditor(call, path);
    const after = withoutComments(readFile(path, call.terminal) ?? "");
    if (tries > 0 && after === before) break;
    if (after === withoutComments(original)) return cancelled(call, path, "Edit cancelled, no changes made.");
    if (after.trim() === "") return cancelled(call, path, "Edit cancelled, saved file was empty.");
    const problem = save(call, target, shown, after, path);
    if (problem === undefined) {
      files.delete(path);
      return;
    }
    notes = `# ${problem.split("\n").join("\n# ")}\n#\n`;
    before = after;
  }
  call.err(`A copy of your changes has been stored to "${path}"\n`);
  fail("Edit cancelled, no valid changes were saved.");
}

function cancelled(call: Call, path: string, why: string): void {
  call.terminal.environment.files.delete(path);
  call.err(`${why}\n`);
}

function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
}

/** Hands the file to the editor; there is none unless somebody has named a program of this place. */
function openEditor(call: Call, path: string): void {
  const { variables } = call.terminal.environment;
  const editor = variables.get("KUBE_EDITOR") || variables.get("EDITOR") || "vi";
  const split = splitWords(editor);
  const words = split.kind === "words" ? split.words : [editor];
  const exit = call.terminal.spawn([...words, path], { interactive: false });
  if (exit === undefined) {
    fail(
      `unable to launch the editor "${words[0] ?? ""}": set KUBE_EDITOR to a program that is here, e.g. sed -i s/old/new/`,
    );
  }
  if (exit !== 0) fail(`there was a problem with the editor "${editor}"`);
}

/** Sends what was changed; answers why that did not work, in the words that the file shows when it is opened again. */
function save(call: Call, target: Target, shown: JsonObject, text: string, path: string): string | undefined {
  const { kind, namespace, name } = target;
  const label = `${resourceLabel(kind)} "${name}"`;
  const parsed = parseDocument(text);
  if (parsed.kind === "error" || !isObject(parsed.value)) {
    const why = parsed.kind === "error" ? parsed.message : "the file holds no object";
    call.err(`error: ${why}\n`);
    return `The edited file had a syntax error: ${why}`;
  }
  const patch = patchOf(target, shown, parsed.value);
  if (sortedKeys(patch).length === 0 || sameJson(patch, {})) {
    call.out(`${kindAndName(target)} skipped\n`);
    return undefined;
  }
  if (call.dryRun === "client") {
    printDone(call, target, "edited", parsed.value);
    return undefined;
  }
  const subresource = call.text("subresource");
  const choice = { ...writeChoice(call, "kubectl-edit"), ...(subresource === "" ? {} : { subresource }) };
  const type = kind.custom ? "merge" : "strategic";
  const done = attempt(() => call.api.patch(kind, namespace, name, type, patch, choice));
  if (!(done instanceof KubectlError)) {
    printDone(call, target, "edited", done as unknown as Json);
    return undefined;
  }
  if (done.failure.kind !== "status") throw done;
  if (reasonOf(done) === "Invalid") {
    call.err(`error: ${label} is invalid\n`);
    return `${label} was not valid:\n* ${messageOf(done)}`;
  }
  const advice = `You can run \`kubectl replace -f ${path}\` to try this update again.`;
  call.err(`error: ${label} could not be patched: ${messageOf(done)}\n${advice}\n`);
  return `${label} could not be patched: ${messageOf(done)}`;
}

function kindAndName({ kind, name }: Target): string {
  return `${resourceLabel(kind)}/${name}`;
}

function patchOf({ kind }: Target, before: JsonObject, after: JsonObject): JsonObject {
  const states = { original: before, modified: after, current: before };
  return kind.custom ? mergeThreeWay(states) : strategicThreeWay(states, kind.kind);
}
