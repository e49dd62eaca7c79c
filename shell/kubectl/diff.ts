import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import { fieldValidation } from "./apply.ts";
import { rfc3339 } from "./calendar.ts";
import { fail, KubectlError } from "./failure.ts";
import { sortedKeys, textAt, withAt } from "./json-values.ts";
import { LAST_APPLIED, parseApplied, withoutLastApplied } from "./last-applied.ts";
import { attempt, readManifests, type Target, throwCollected } from "./manifest.ts";
import { MANIFEST_FLAGS } from "./output.ts";
import { mergeThreeWay, strategicThreeWay } from "./three-way.ts";
import { unifiedDiff } from "./unified-diff.ts";
import type { Call, Verb } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

/** What `apply -f` would change, as `diff -u` (staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go). Ends with 1 where there is a difference. Left out: `--prune`, KUBECTL_EXTERNAL_DIFF. */
export const diff: Verb = {
  name: "diff",
  flags: [
    ...MANIFEST_FLAGS,
    { name: "server-side", type: "bool" },
    { name: "force-conflicts", type: "bool" },
    { name: "concurrency", type: "int" },
  ],
  run(call) {
    if (call.args.length > 0)
      fail(`Unexpected args: [${call.args.join(" ")}]\nSee 'kubectl diff -h' for help and examples`);
    if (!call.has("filename")) fail("must specify one of -f and -k");
    const { targets, errors } = readManifests(call, fieldValidation(call) === "Strict");
    throwCollected(errors);
    let isDifferent = false;
    for (const target of targets) {
      const text = differenceOf(call, target);
      if (text !== "") isDifferent = true;
      call.out(text);
    }
    return isDifferent ? 1 : 0;
  },
};

function differenceOf(call: Call, target: Target): string {
  const { kind, namespace, name } = target;
  const live = call.api.find(kind, namespace, name);
  const merged = mergedOf(call, target, live as unknown as JsonObject | undefined);
  if (merged instanceof KubectlError) throw merged;
  const text = (object: unknown) => yamlText(shown(object as JsonObject));
  const hunks = unifiedDiff(live === undefined ? "" : text(live), text(merged));
  if (hunks === "") return "";
  const group = kind.group === "" ? "" : `${kind.group}.`;
  const file = `${group}${kind.version}.${kind.kind}.${namespace}.${name}`;
  const stamp = `${rfc3339(call.client.wallMs).replace("T", " ").replace("Z", "")}.000000000 +0000`;
  const [one, other] = ["LIVE", "MERGED"].map((folder) => `/tmp/${folder}-${call.client.now}/${file}`);
  return `diff -u -N ${one} ${other}\n--- ${one}\t${stamp}\n+++ ${other}\t${stamp}\n${hunks}`;
}

/** What the server says the object would be. */
function mergedOf(call: Call, target: Target, live: JsonObject | undefined): KubeObject | JsonObject | KubectlError {
  const { kind, namespace, name, object } = target;
  const choice = { dryRun: true, fieldManager: "kubectl-client-side-apply", fieldValidation: fieldValidation(call) };
  if (call.on("server-side")) {
    const manager = { ...choice, fieldManager: call.text("field-manager") || "kubectl" };
    return attempt(() => call.api.patch(kind, namespace, name, "apply", object, manager));
  }
  if (live === undefined) return attempt(() => call.api.create(kind, namespace, object, choice));
  const annotation = textAt(live, "metadata", "annotations", LAST_APPLIED);
  const states = { original: parseApplied(annotation), modified: withoutLastApplied(object), current: live };
  const patch = kind.custom ? mergeThreeWay(states) : strategicThreeWay(states, kind.kind);
  if (sortedKeys(patch).length === 0) return live;
  const type = kind.custom ? "merge" : "strategic";
  return attempt(() => call.api.patch(kind, namespace, name, type, patch, choice));
}

/** As it is compared: without the managers, and a Secret without what it keeps. */
function shown(object: JsonObject): JsonObject {
  const bare = withAt(object, ["metadata", "managedFields"], undefined);
  if (textAt(bare, "kind") !== "Secret" || bare["data"] === undefined) return bare;
  const data = Object.fromEntries(sortedKeys(bare["data"] as JsonObject).map((key) => [key, "***"]));
  return { ...bare, data };
}
