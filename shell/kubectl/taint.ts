import type { Json } from "../../sim/api/types.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import { compactJson } from "./json-print.ts";
import { listAt, textAt } from "./json-values.ts";
import { labelValueComplaints } from "./label.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

const EFFECTS: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** A taint as the command line spells it; `effect` may be "" only where it is removed. */
interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** `kubectl taint nodes NAME key=value:effect … key:effect- key-` (staging/src/k8s.io/kubectl/pkg/cmd/taint). */
export const taint: Verb = {
  name: "taint",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    ...CHANGE_FLAGS,
    { name: "overwrite", type: "bool" },
    { name: "validate", type: "string", bare: "strict" },
  ],
  run(call) {
    const { resources, added, removed } = readTaints(call);
    const { targets, errors } = selectObjects(call, resources, { fetch: true });
    const failed = [...errors];
    for (const target of targets) {
      const result = attempt(() => taintOne(call, target, added, removed));
      if (result instanceof KubectlError) failed.push(result);
    }
    throwCollected(failed);
  },
};

function readTaints(call: Call) {
  const first = call.args.findIndex((word, i) => i > 0 && (/=|:/.test(word) || word.endsWith("-")));
  const cut = first < 0 ? call.args.length : first;
  const resources = call.args.slice(0, cut);
  const specs = call.args.slice(cut);
  if (resources.length === 0) fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  const type = resources[0]!.split("/")[0]!;
  if (specs.length === 0) fail("at least one taint update is required");
  if (!["node", "nodes", "no"].includes(type.toLowerCase())) {
    fail(`invalid resource type ${type}, only node(s) is supported`);
  }
  const added: Taint[] = [];
  const removed: Taint[] = [];
  for (const spec of specs) {
    if (spec.endsWith("-")) removed.push(readTaint(spec.slice(0, -1), true));
    else added.push(readTaint(spec, false));
  }
  const both = added.filter((one) => removed.some((other) => other.key === one.key && sameEffect(other, one)));
  if (both.length > 0) {
    failUsage(
      "taint",
      `can not both modify and remove the following taint(s) in the same command: ${both.map(show).join(", ")}`,
    );
  }
  return { resources, added, removed };
}

function sameEffect(removed: Taint, one: { readonly effect: string }): boolean {
  return removed.effect === "" || removed.effect === one.effect;
}

function show({ key, effect }: Taint): string {
  return `${key}:${effect}`;
}

function readTaint(spec: string, removing: boolean): Taint {
  const parts = spec.split(":");
  const [key = "", value = "", ...rest] = (parts[0] ?? "").split("=");
  const effect = parts[1] ?? "";
  if (parts.length > 2 || rest.length > 0 || (parts.length === 1 && !removing))
    failUsage("taint", `invalid taint spec: ${spec}`);
  const complaints = labelValueComplaints(value);
  if (complaints.length > 0) failUsage("taint", `invalid taint spec: ${spec}, ${complaints.join("; ")}`);
  if (effect !== "" && !EFFECTS.includes(effect)) {
    failUsage("taint", `invalid taint effect: ${effect}, unsupported taint effect`);
  }
  if (effect === "" && parts.length === 2)
    failUsage("taint", `invalid taint effect: ${effect}, unsupported taint effect`);
  return { key, value, effect };
}

function taintOne(call: Call, target: Target, added: readonly Taint[], removed: readonly Taint[]): void {
  const before = listAt(target.object, "spec", "taints");
  const has = (one: Taint) => before.some((old) => textAt(old, "key") === one.key && sameEffect(one, effectOf(old)));
  const clashes = [...new Set(added.filter(has).map((one) => one.key))];
  if (clashes.length > 0 && !call.on("overwrite")) {
    fail(`node ${target.name} already has ${clashes.join(", ")} taint(s) with same effect(s) and --overwrite is false`);
  }
  const missing = removed.filter((one) => !has(one));
  if (missing.length > 0) {
    const failures = missing.map((one) => ({
      kind: "plain" as const,
      message: `taint "${one.effect === "" ? one.key : show(one)}" not found`,
    }));
    throw new KubectlError({ kind: "several", failures });
  }
  const kept = before.filter((old) => {
    const gone = removed.some((one) => one.key === textAt(old, "key") && sameEffect(one, effectOf(old)));
    return !gone && !added.some((one) => one.key === textAt(old, "key") && one.effect === textAt(old, "effect"));
  });
  const taints: Json[] = [...added.map(taintObject), ...kept];
  const patch = { spec: { taints: taints.length === 0 ? null : taints } };
  const { kind, namespace, name } = target;
  const choice = writeChoice(call, "kubectl-taint");
  const same = compactJson(taints) === compactJson([...before]);
  const object =
    same || call.dryRun === "client"
      ? target.object
      : call.api.patch(kind, namespace, name, "strategic", patch, choice);
  printDone(call, target, doneWord(clashes.length > 0, added.length, removed.length), object);
}

function effectOf(old: Json): { readonly effect: string } {
  return { effect: textAt(old, "effect") };
}

function taintObject({ key, value, effect }: Taint): Json {
  return { effect, key, ...(value === "" ? {} : { value }) };
}

function doneWord(overwritten: boolean, added: number, removed: number): string {
  if (overwritten || (added > 0 && removed > 0)) return "modified";
  return added > 0 ? "tainted" : "untainted";
}
