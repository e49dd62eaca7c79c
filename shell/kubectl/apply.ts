import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import { apiVersionOf, whileDoing } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { compactJson } from "./json-print.ts";
import { sameJson, sortedKeys, textAt, withAt } from "./json-values.ts";
import { resourceLabel } from "./kinds.ts";
import { LAST_APPLIED, parseApplied, setLastApplied, viewLastApplied, withLastApplied } from "./last-applied.ts";
import { attempt, readManifests, type Target, throwCollected } from "./manifest.ts";
import { MANIFEST_FLAGS, printDone, writeChoice } from "./output.ts";
import { checkPrune, prune } from "./prune.ts";
import { applyServerSide } from "./server-side-apply.ts";
import { mergeThreeWay, strategicThreeWay } from "./three-way.ts";
import type { Call, Verb } from "./verb.ts";

/** How strictly the server shall read manifests: `--validate` in its five spellings. */
export function fieldValidation(call: Call): "Ignore" | "Warn" | "Strict" {
  const value = call.has("validate") ? call.text("validate") : "true";
  if (value === "true" || value === "strict") return "Strict";
  if (value === "false" || value === "ignore") return "Ignore";
  if (value === "warn") return "Warn";
  fail(`invalid argument "${value}" for "--validate" flag: must be one of: strict (or true), warn, ignore (or false).`);
}

/** `kubectl apply` (staging/src/k8s.io/kubectl/pkg/cmd/apply). Left out: `edit-last-applied`. */
export const apply: Verb = {
  name: "apply",
  flags: [
    ...MANIFEST_FLAGS,
    { name: "overwrite", type: "bool" },
    { name: "server-side", type: "bool" },
    { name: "force-conflicts", type: "bool" },
    { name: "force", type: "bool" },
    { name: "wait", type: "bool" },
    { name: "timeout", type: "duration" },
    { name: "prune", type: "bool" },
    { name: "prune-allowlist", type: "strings" },
    { name: "all", type: "bool" },
    { name: "cascade", type: "string", bare: "background" },
  ],
  verbs: [setLastApplied, viewLastApplied],
  run(call) {
    if (call.args.length > 0) {
      const list = `[${call.args.join(" ")}]`;
      fail(`Unexpected args: ${list}\nSee 'kubectl apply -h' for help and examples`);
    }
    if (!call.has("filename")) fail("must specify one of -f and -k");
    checkPrune(call);
    const validation = fieldValidation(call);
    const { targets, errors } = readManifests(call, validation === "Strict");
    if (targets.length === 0 && errors.length === 0) fail("no objects passed to apply");
    const applied: KubeObject[] = [];
    const failed = targets.flatMap((target) => {
      const result = attempt(() => applyOne(call, target));
      if (result instanceof KubectlError) return [result];
      if (result !== undefined) applied.push(result as unknown as KubeObject);
      return [];
    });
    throwCollected([...errors, ...failed]);
    if (call.on("prune")) prune(call, applied);
  },
};

/** Applies one manifest; answers the object that the server now has, or that a dry run shows. */
function applyOne(call: Call, target: Target): JsonObject | undefined {
  if (call.on("server-side")) {
    applyServerSide(call, target, fieldValidation(call));
    return undefined;
  }
  const { kind, namespace, name, source } = target;
  if (name === "" && textAt(target.object, "metadata", "generateName") !== "") {
    fail(`from ${textAt(target.object, "metadata", "generateName")}: cannot use generate name with apply`);
  }
  if (name === "") fail("resource name may not be empty");
  const modified = withLastApplied(target.object);
  const found = whileDoing(
    `error when retrieving current configuration of:\n${describe(target)}\nfrom server for: "${source}": `,
    () => call.api.find(kind, namespace, name),
  );
  if (found === undefined) {
    const choice = { ...writeChoice(call, "kubectl-client-side-apply"), fieldValidation: fieldValidation(call) };
    const created =
      call.dryRun === "client"
        ? modified
        : whileDoing(`error when creating "${source}": `, () => call.api.create(kind, namespace, modified, choice));
    printDone(call, target, "created", created);
    return created as unknown as JsonObject;
  }
  const current = found as unknown as JsonObject;
  const annotation = textAt(current, "metadata", "annotations", LAST_APPLIED);
  if (annotation === "" && call.dryRun !== "client") call.err(missingAnnotation(target));
  const { changed, object } = patchOne(call, target, { modified, current, annotation });
  printDone(call, target, changed ? "configured" : "unchanged", object);
  return object;
}

function missingAnnotation({ kind, name }: Target): string {
  return (
    `Warning: resource ${resourceLabel(kind)}/${name} is missing the ${LAST_APPLIED} annotation which is required by ` +
    "kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create " +
    "--save-config or kubectl apply. The missing annotation will be patched automatically.\n"
  );
}

interface PatchInput {
  readonly modified: JsonObject;
  readonly current: JsonObject;
  readonly annotation: string;
}

function patchOne(call: Call, target: Target, { modified, current, annotation }: PatchInput) {
  const { kind, namespace, name, source } = target;
  const states = { original: parseApplied(annotation), modified, current };
  const patch = kind.custom ? mergeThreeWay(states) : strategicThreeWay(states, kind.kind);
  if (sortedKeys(patch).length === 0) return { changed: false, object: current };
  if (call.dryRun === "client") return { changed: true, object: modified };
  const choice = { ...writeChoice(call, "kubectl-client-side-apply"), fieldValidation: fieldValidation(call) };
  const doing = `error when applying patch:\n${compactJson(patch)}\nto:\n${describe(target)}\nfor: "${source}": `;
  const object = whileDoing(doing, () =>
    whileDoing(`error when patching "${source}": `, () =>
      call.api.patch(kind, namespace, name, kind.custom ? "merge" : "strategic", patch, choice),
    ),
  ) as unknown as JsonObject;
  return { changed: !sameJson(withoutVersion(object), withoutVersion(current)), object };
}

function withoutVersion(object: JsonObject): JsonObject {
  const bare = withAt(object, ["metadata", "resourceVersion"], undefined);
  return withAt(bare, ["metadata", "managedFields"], undefined);
}

function describe({ kind, namespace, name }: Target): string {
  const groupVersion = kind.group === "" ? `/${kind.version}` : apiVersionOf(kind);
  const names = `Resource: "${groupVersion}, Resource=${kind.resource}", GroupVersionKind: "${groupVersion}, Kind=${kind.kind}"`;
  return `${names}\nName: "${name}", Namespace: "${namespace}"`;
}
