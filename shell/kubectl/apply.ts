import type { JsonObject } from "../../sim/api/types.ts";
import { apiVersionOf, whileDoing } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { compactJson } from "./json-print.ts";
import { isObject, objectAt, sameJson, sortedKeys, textAt, withAt } from "./json-values.ts";
import { resourceLabel } from "./kinds.ts";
import { attempt, readManifests, type Target, throwCollected } from "./manifest.ts";
import { MANIFEST_FLAGS, printDone, printObject, writeChoice } from "./output.ts";
import { selectObjects } from "./selection.ts";
import { mergeThreeWay, strategicThreeWay } from "./three-way.ts";
import type { Call, Verb } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

/** The annotation in which client-side apply keeps the manifest that it applied. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** How strictly the server shall read manifests: `--validate` in its five spellings. */
export function fieldValidation(call: Call): "Ignore" | "Warn" | "Strict" {
  const value = call.has("validate") ? call.text("validate") : "true";
  if (value === "true" || value === "strict") return "Strict";
  if (value === "false" || value === "ignore") return "Ignore";
  if (value === "warn") return "Warn";
  fail(`invalid argument "${value}" for "--validate" flag: must be one of: strict (or true), warn, ignore (or false).`);
}

/** `kubectl apply` (staging/src/k8s.io/kubectl/pkg/cmd/apply). Left out: `--prune`, `edit-last-applied`. */
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
  ],
  verbs: [
    {
      name: "view-last-applied",
      flags: [
        { name: "output", short: "o", type: "string" },
        { name: "filename", short: "f", type: "strings" },
        { name: "selector", short: "l", type: "string" },
      ],
      takesResources: true,
      run: viewLastApplied,
    },
  ],
  run(call) {
    if (call.args.length > 0) {
      const list = `[${call.args.join(" ")}]`;
      fail(`Unexpected args: ${list}\nSee 'kubectl apply -h' for help and examples`);
    }
    if (!call.has("filename")) fail("must specify one of -f and -k");
    const validation = fieldValidation(call);
    const { targets, errors } = readManifests(call, validation === "Strict");
    if (targets.length === 0 && errors.length === 0) fail("no objects passed to apply");
    const failed = targets.flatMap((target) => {
      const result = attempt(() => applyOne(call, target));
      return result instanceof KubectlError ? [result] : [];
    });
    throwCollected([...errors, ...failed]);
  },
};

function applyOne(call: Call, target: Target): void {
  if (call.on("server-side")) {
    applyServerSide(call, target);
    return;
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
    return;
  }
  const current = found as unknown as JsonObject;
  const annotation = textAt(current, "metadata", "annotations", LAST_APPLIED);
  if (annotation === "" && call.dryRun !== "client") call.err(missingAnnotation(target));
  const { changed, object } = patchOne(call, target, { modified, current, annotation });
  printDone(call, target, changed ? "configured" : "unchanged", object);
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

function parseApplied(annotation: string): JsonObject {
  if (annotation === "") return {};
  const value: unknown = JSON.parse(annotation);
  return isObject(value) ? value : {};
}

function describe({ kind, namespace, name }: Target): string {
  const groupVersion = kind.group === "" ? `/${kind.version}` : apiVersionOf(kind);
  const names = `Resource: "${groupVersion}, Resource=${kind.resource}", GroupVersionKind: "${groupVersion}, Kind=${kind.kind}"`;
  return `${names}\nName: "${name}", Namespace: "${namespace}"`;
}

/** The manifest with itself, as JSON and a line end, in the last-applied annotation. */
export function withLastApplied(manifest: JsonObject): JsonObject {
  const own = objectAt(manifest, "metadata", "annotations");
  const bare = withAt(manifest, ["metadata", "annotations"], withAt(own, [LAST_APPLIED], undefined));
  return withAt(bare, ["metadata", "annotations", LAST_APPLIED], `${compactJson(bare)}\n`);
}

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

function applyServerSide(call: Call, target: Target): void {
  const { kind, namespace, name, object } = target;
  if (call.dryRun === "client")
    fail("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  const choice = {
    ...writeChoice(call, "kubectl"),
    fieldValidation: fieldValidation(call),
    ...(call.on("force-conflicts") ? { force: true } : {}),
  };
  const applied = attempt(() => call.api.patch(kind, namespace, name, "apply", object, choice));
  if (!(applied instanceof KubectlError)) {
    printDone(call, target, "serverside-applied", applied);
    return;
  }
  const { failure } = applied;
  if (failure.kind !== "status" || failure.status.reason !== "Conflict") throw applied;
  fail(`${failure.status.message ?? ""}\n${CONFLICT_ADVICE}`);
}

function viewLastApplied(call: Call): void {
  const { targets, errors } = selectObjects(call, call.args, { fetch: true });
  throwCollected(errors);
  for (const { object, name } of targets) {
    const annotation = textAt(object, "metadata", "annotations", LAST_APPLIED);
    if (annotation === "") fail(`no last-applied-configuration annotation found on resource: ${name}`);
    const applied = parseApplied(annotation);
    if (call.text("output") === "json") printObject(call, applied);
    else call.out(yamlText(applied));
  }
}
