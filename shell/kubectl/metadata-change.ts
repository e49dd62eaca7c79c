import type { JsonObject } from "../../sim/api/types.ts";
import { fail, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { compactJson } from "./json-print.ts";
import { objectAt, sortedKeys, withAt } from "./json-values.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call } from "./verb.ts";

/** Flags of `label` and `annotate`. */
export const METADATA_FLAGS: readonly Flag[] = [
  ...SELECTION_FLAGS,
  ...CHANGE_FLAGS,
  { name: "overwrite", type: "bool" },
  { name: "list", type: "bool" },
  { name: "resource-version", type: "string" },
];

/** The words of one command: what it names, what it sets, what it removes (`key-`). */
interface PairWords {
  readonly resources: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** Tells resource words from `key=value` and `key-` words; the pairs come last (`GetResourcesAndPairs`). */
export function readPairs(call: Call, pairType: string): PairWords {
  const isPair = (word: string) => (word.includes("=") && !word.startsWith("=")) || /.-$/.test(word);
  const first = call.args.findIndex((word, i) => isPair(word) && (i > 0 || call.has("filename")));
  const cut = first < 0 ? call.args.length : first;
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const word of call.args.slice(cut)) {
    const equals = word.indexOf("=");
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1));
    else if (/.-$/.test(word)) removed.push(word.slice(0, -1));
    else fail(`all resources must be specified before ${pairType} changes: ${word}`);
  }
  const both = removed.find((key) => set.has(key));
  if (both !== undefined)
    fail(`can not both modify and remove ${pairType === "label" ? "a label" : "an annotation"} in the same command`);
  return { resources: call.args.slice(0, cut), set, removed };
}

/** What sets `label` and `annotate` apart. */
export interface MetadataWording {
  readonly verb: "label" | "annotate";
  readonly field: "labels" | "annotations";
  readonly pairType: "label" | "annotation";
  /** Refuses what must not be changed while `--overwrite` is false. */
  refuseOverwrite(before: JsonObject, set: ReadonlyMap<string, string>): void;
  /** The done word, e.g. `labeled`, given what changed. */
  done(change: { readonly changed: boolean; readonly shrunk: boolean }): string;
}

/** Runs `label` or `annotate`. */
export function changeMetadata(call: Call, wording: MetadataWording, words: PairWords): void {
  if (words.resources.length === 0 && !call.has("filename")) {
    fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  }
  if (words.set.size + words.removed.length === 0 && !call.on("list")) {
    fail(`at least one ${wording.pairType} update is required`);
  }
  const { targets, errors } = selectObjects(call, words.resources, { fetch: true });
  const failed = [...errors];
  for (const target of targets) {
    const result = attempt(() => {
      if (call.on("list")) listPairs(call, wording, target, targets.length > 1);
      else changeOne(call, wording, words, target);
    });
    if (result instanceof KubectlError) failed.push(result);
  }
  throwCollected(failed);
  if (targets.length === 0) call.err("No resources found\n");
}

function changeOne(call: Call, wording: MetadataWording, words: PairWords, target: Target): void {
  const before = objectAt(target.object, "metadata", wording.field);
  if (!call.on("overwrite")) wording.refuseOverwrite(before, words.set);
  const changes: Record<string, string | null> = {};
  let after = before;
  for (const [key, value] of words.set) {
    if (before[key] !== value) changes[key] = value;
    after = withAt(after, [key], value);
  }
  for (const key of words.removed) {
    if (before[key] !== undefined) changes[key] = null;
    else if (wording.verb === "label") call.out(`label "${key}" not found.\n`);
    after = withAt(after, [key], undefined);
  }
  const changed = Object.keys(changes).length > 0;
  const shrunk = compactJson(after).length < compactJson(before).length && !call.on("overwrite");
  const { kind, namespace, name } = target;
  const patch = { metadata: { [wording.field]: changes } };
  const choice = writeChoice(call, `kubectl-${wording.verb}`);
  const object =
    changed && call.dryRun !== "client" ? call.api.patch(kind, namespace, name, "merge", patch, choice) : target.object;
  printDone(call, target, wording.done({ changed, shrunk }), object);
}

function listPairs(call: Call, wording: MetadataWording, target: Target, many: boolean): void {
  const { kind, name, object } = target;
  if (many) call.out(`Listing ${wording.field} for ${kind.kind}.${kind.group}/${name}:\n`);
  const pairs = objectAt(object, "metadata", wording.field);
  for (const key of sortedKeys(pairs)) call.out(`${many ? " " : ""}${key}=${pairs[key]}\n`);
}
