import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import { reasonOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { BUILT_IN_KINDS, customKinds, findKind } from "./kinds.ts";
import { attempt, readManifests, type Target } from "./manifest.ts";
import type { ResourceKind } from "./resource-kind.ts";
import type { Call } from "./verb.ts";

/** What the words of a command name: kinds, each alone or with names. */
export interface NamedKind {
  readonly kind: ResourceKind;
  readonly name?: string;
}

/** Flags of the verbs that choose objects as kubectl's resource builder does. */
export const SELECTION_FLAGS: readonly Flag[] = [
  { name: "filename", short: "f", type: "strings" },
  { name: "recursive", short: "R", type: "bool" },
  { name: "kustomize", short: "k", type: "string" },
  { name: "selector", short: "l", type: "string" },
  { name: "field-selector", type: "string" },
  { name: "all", type: "bool" },
  { name: "all-namespaces", short: "A", type: "bool" },
  { name: "local", type: "bool" },
];

const COMBINED =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form " +
  "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/** Reads `pods`, `po,svc`, `deploy web`, `pod/a svc/b` or `all`. Words that start a value, such as `a=b`, must be cut off before. */
export function readResourceWords(call: Call, words: readonly string[]): readonly NamedKind[] {
  const slashes = words.filter((word) => word.includes("/")).length;
  if (slashes > 0 && slashes !== words.length) fail(COMBINED);
  if (slashes > 0) return words.map((word) => readCombined(call, word));
  const [types = "", ...names] = words;
  const kinds = types
    .split(",")
    .filter((word) => word !== "")
    .flatMap((word) => readKinds(call, word));
  if (names.length === 0) return kinds.map((kind) => ({ kind }));
  return kinds.flatMap((kind) => names.map((name) => ({ kind, name })));
}

function readCombined(call: Call, word: string): NamedKind {
  const parts = word.split("/");
  if (parts.length !== 2) fail("arguments in resource/name form may not have more than one slash");
  const [type = "", name = ""] = parts;
  if (type === "" || name === "" || type.includes(",")) {
    fail("arguments in resource/name form must have a single resource and name");
  }
  return { kind: kindNamed(call, type), name };
}

function readKinds(call: Call, word: string): readonly ResourceKind[] {
  if (word !== "all") return [kindNamed(call, word)];
  return [...BUILT_IN_KINDS, ...customKinds(call.api)].filter((kind) => kind.inAll);
}

/** The kind that a word names; refuses as kubectl does when discovery has none. */
function kindNamed(call: Call, word: string): ResourceKind {
  const kind = findKind(call.api, word);
  if (kind === undefined) fail(`the server doesn't have a resource type "${word}"`);
  return kind;
}

const NOTHING_NAMED = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/**
 * The objects that a command was pointed at, by file, name, selector or `--all`. Objects named by files carry the
 * manifest's content when `fetch` is false; all others carry what the server has.
 * What was missing is answered beside what was found: kubectl goes on with the rest.
 */
export function selectObjects(
  call: Call,
  words: readonly string[],
  { fetch }: { readonly fetch: boolean },
): { readonly targets: readonly Target[]; readonly errors: readonly KubectlError[] } {
  if (call.has("filename")) {
    const read = readManifests(call, false);
    return fetch ? fetchAll(call, read.targets, read.errors) : read;
  }
  if (words.length === 0) fail(NOTHING_NAMED);
  const named = readResourceWords(call, words);
  const chosen = call.has("selector") || call.has("field-selector") || call.on("all");
  if (named.some((one) => one.name !== undefined)) {
    if (call.has("selector")) fail("name cannot be provided when a selector is specified");
    if (call.on("all-namespaces")) fail("a resource cannot be retrieved by name across all namespaces");
    const targets = named.map(({ kind, name }) => ({
      ...{ kind, name: name!, source: "", object: {} },
      namespace: kind.namespaced ? call.namespace : "",
    }));
    return fetchAll(call, targets, []);
  }
  if (!chosen) fail("resource(s) were provided, but no name was specified");
  return listAll(call, named);
}

function fetchAll(call: Call, targets: readonly Target[], before: readonly KubectlError[]) {
  const found: Target[] = [];
  const errors = [...before];
  for (const target of targets) {
    const object = attempt(() => call.api.get(target.kind, target.namespace, target.name));
    if (object instanceof KubectlError) errors.push(object);
    else found.push({ ...target, object: object as unknown as JsonObject });
  }
  return { targets: found, errors };
}

function listAll(call: Call, named: readonly NamedKind[]) {
  const targets: Target[] = [];
  const errors: KubectlError[] = [];
  for (const { kind } of named) {
    const list = attempt(() => call.api.list(kind, listChoice(call)));
    if (list instanceof KubectlError) errors.push(explainList(call, kind, list));
    else targets.push(...list.items.map((object) => targetOfObject(kind, object)));
  }
  return { targets, errors };
}

/** What `-l`, `--field-selector`, `-n` and `-A` say about a list request. */
export function listChoice(call: Call) {
  return {
    namespace: call.on("all-namespaces") ? undefined : call.namespace,
    labelSelector: call.text("selector") || undefined,
    fieldSelector: call.text("field-selector") || undefined,
  };
}

/** Words a refused list as kubectl's visitor does: selectors and resource are named, unknown resources say so. */
export function explainList(call: Call, kind: ResourceKind, error: KubectlError): KubectlError {
  const { failure } = error;
  if (failure.kind !== "status") return error;
  const label = call.text("selector");
  const field = call.text("field-selector");
  const groupVersion = `${kind.group}/${kind.version}`;
  if (reasonOf(error) === "BadRequest" && (label !== "" || field !== "")) {
    const prefix = `Unable to find "${groupVersion}, Resource=${kind.resource}" that match label selector "${label}", field selector "${field}": `;
    return new KubectlError({ ...failure, prefix });
  }
  if (reasonOf(error) === "NotFound") {
    const shown = kind.group === "" ? `/${kind.version}` : groupVersion;
    return new KubectlError({ ...failure, prefix: `Unable to list "${shown}, Resource=${kind.resource}": ` });
  }
  return error;
}

/** A server's object as a target. */
function targetOfObject(kind: ResourceKind, object: KubeObject): Target {
  const { name, namespace = "" } = object.metadata;
  return { kind, name, namespace, source: "", object: object as unknown as JsonObject };
}
