import { type Document, parseAllDocuments, type Tags, visit } from "yaml";
import { matchesLabels, parseLabelSelector, SelectorError } from "../../sim/api/selectors/label-selector.ts";
import type { Json, JsonObject } from "../../sim/api/types.ts";
import { isDirectory, listDirectory, readFile } from "../place-files.ts";
import { absolutePath } from "../sh/path.ts";
import { readAll } from "../stdin.ts";
import type { Api } from "./api.ts";
import { fail, failureMessage, KubectlError } from "./failure.ts";
import { isObject, listAt, objectAt, textAt, withAt } from "./json-values.ts";
import { findManifestKind } from "./kinds.ts";
import type { ResourceKind } from "./resource-kind.ts";
import type { Call } from "./verb.ts";
import { yamlComplaint } from "./yaml-complaint.ts";

/** One object that a command works on, and where it came from. */
export interface Target {
  readonly kind: ResourceKind;
  /** "" for kinds of cluster scope. */
  readonly namespace: string;
  readonly name: string;
  /** File name, `STDIN`, or "" for what was named on the command line. */
  readonly source: string;
  /** The manifest, or what the server answered. */
  readonly object: JsonObject;
}

/** What could be read, and why the rest could not. */
interface Manifests {
  readonly targets: readonly Target[];
  readonly errors: readonly KubectlError[];
}

/** Reads every object of the files named by `-f`, in their order; `validate` refuses manifests without kind or version. */
export function readManifests(call: Call, validate: boolean): Manifests {
  const targets: Target[] = [];
  const errors: KubectlError[] = [];
  const isChosen = selectorOf(call);
  for (const path of call.list("filename").flatMap((one) => filesAt(call, one))) {
    try {
      const source = path === "-" ? "STDIN" : path;
      for (const value of parseManifest(readSource(call, path), source)) {
        for (const one of flattened(value)) {
          const result = attempt(() => targetOf(call, one, source, validate));
          if (result instanceof KubectlError) errors.push(result);
          else if (isChosen(result)) targets.push(result);
        }
      }
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      errors.push(error);
    }
  }
  return { targets, errors };
}

/** The manifests of a folder, in order, with `-R` also those of the folders in it; any other path stands for itself. */
function filesAt(call: Call, path: string): readonly string[] {
  const full = absolutePath(path, call.terminal);
  const isFolder = path !== "-" && call.files.read(path) === undefined && isDirectory(full, call.terminal);
  if (!isFolder) return [path];
  const within = listDirectory(full, call.terminal).flatMap((name) => {
    const below = `${path.replace(/\/$/, "")}/${name.replace(/\/$/, "")}`;
    if (name.endsWith("/")) return call.on("recursive") ? filesAt(call, below) : [];
    return /\.(json|ya?ml)$/.test(name) ? [below] : [];
  });
  return within;
}

/** Whether `-l` chooses an object of a file; all where it was not given. */
function selectorOf(call: Call): (target: Target) => boolean {
  const text = call.text("selector");
  if (text === "") return () => true;
  try {
    const requirements = parseLabelSelector(text);
    const labels = ({ object }: Target) => objectAt(object, "metadata", "labels") as Readonly<Record<string, string>>;
    return (target) => matchesLabels(requirements, labels(target));
  } catch (error) {
    if (error instanceof SelectorError) fail(error.message);
    throw error;
  }
}

/** The value of `work`, or the KubectlError that it threw. */
export function attempt<T>(work: () => T): T | KubectlError {
  try {
    return work();
  } catch (error) {
    if (error instanceof KubectlError) return error;
    throw error;
  }
}

function readSource(call: Call, path: string): string {
  const isPiped = path === "-" && call.files.stdin !== undefined;
  const text = isPiped
    ? readAll(call.files)
    : (call.files.read(path) ?? readFile(absolutePath(path, call.terminal), call.terminal));
  if (text !== undefined) return text;
  if (path === "-") return "";
  fail(`the path "${path}" does not exist`);
}

function flattened(value: Json): readonly Json[] {
  const isListKind = isObject(value) && textAt(value, "kind").endsWith("List") && Array.isArray(value["items"]);
  return isListKind ? listAt(value, "items").flatMap(flattened) : [value];
}

function targetOf(call: Call, value: Json, source: string, validate: boolean): Target {
  const missing = isObject(value)
    ? ["apiVersion", "kind"].filter((key) => textAt(value, key) === "").map((key) => `${key} not set`)
    : ["invalid object to validate"];
  if (missing.length > 0 && validate) {
    const list = missing.length === 1 ? missing[0] : `[${missing.join(", ")}]`;
    const advice = "if you choose to ignore these errors, turn validation off with --validate=false";
    fail(`error validating "${source}": error validating data: ${list}; ${advice}`);
  }
  if (!isObject(value) || missing.length > 0) {
    fail(`unable to decode "${source}": Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  }
  const kind = manifestKind(call.api, value, source);
  const own = textAt(value, "metadata", "namespace");
  if (kind.namespaced && own !== "" && call.has("namespace") && own !== call.namespace) {
    const head = `the namespace from the provided object "${own}" does not match the namespace "${call.namespace}".`;
    fail(`${head} You must pass '--namespace=${own}' to perform this operation.`);
  }
  const namespace = kind.namespaced ? own || call.namespace : "";
  const object = kind.namespaced ? withAt(value, ["metadata", "namespace"], namespace) : value;
  return { kind, namespace, name: textAt(value, "metadata", "name"), source, object };
}

function manifestKind(api: Api, object: JsonObject, source: string): ResourceKind {
  const [apiVersion, kind] = [textAt(object, "apiVersion"), textAt(object, "kind")];
  const found = findManifestKind(api, apiVersion, kind);
  if (found !== undefined) return found;
  const name = textAt(object, "metadata", "name");
  const namespace = textAt(object, "metadata", "namespace");
  fail(
    `resource mapping not found for name: "${name}" namespace: "${namespace}" from "${source}": ` +
      `no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
  );
}

/** The documents of a YAML or JSON text, empty ones dropped; refuses in goyaml's words, naming `source`. */
function parseManifest(text: string, source: string): readonly Json[] {
  return splitDocuments(text).flatMap((document) => {
    const parsed = parseDocument(document);
    if (parsed.kind === "error") {
      fail(`error parsing ${source}: error converting YAML to JSON: ${parsed.message}`);
    }
    return parsed.value === null ? [] : [parsed.value];
  });
}

/** A text cut at its `---` lines, as kubectl's reader does before it parses: line numbers count within a document. */
function splitDocuments(text: string): readonly string[] {
  return text.split(/^---(?=\s|$).*\n?/m).filter((part) => part.trim() !== "");
}

/** One parsed YAML document, or goyaml's complaint, e.g. `yaml: line 3: did not find expected key`. */
type ParsedDocument =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "error"; readonly message: string };

/** Parses one YAML 1.1 document as goyaml v2 resolves it: no sexagesimal numbers, times stay text. */
export function parseDocument(text: string): ParsedDocument {
  const documents = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    customTags: (tags) => tags.filter((tag) => !isTimeTag(tag)).map(strictFloat),
  });
  const document = (documents as readonly Document[])[0];
  if (document === undefined) return { kind: "value", value: null };
  const error = document.errors[0];
  if (error !== undefined) return { kind: "error", message: yamlComplaint(text, error) };
  const alias = unknownAlias(document);
  if (alias !== undefined) return { kind: "error", message: `yaml: unknown anchor '${alias}' referenced` };
  return { kind: "value", value: document.toJS() as Json };
}

type YamlTag = Tags[number];

function isTimeTag(tag: YamlTag): boolean {
  if (typeof tag === "string") return tag === "timestamp" || tag === "intTime" || tag === "floatTime";
  return tag.tag === "tag:yaml.org,2002:timestamp" || ("format" in tag && tag.format === "TIME");
}

/** YAML 1.1's own float takes a lone dot for a number; goyaml does not. */
function strictFloat(tag: YamlTag): YamlTag {
  if (typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:float" || !("test" in tag)) return tag;
  return tag.test?.test(".") ? { ...tag, test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/ } : tag;
}

function unknownAlias(document: Document): string | undefined {
  let unknown: string | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) unknown ??= alias.source;
    },
  });
  return unknown;
}

/** Reads the value of a `-p` patch, which may be JSON or YAML. */
export function parsePatch(text: string): Json {
  const parsed = parseDocument(text);
  if (parsed.kind === "error") fail(`unable to parse "${text}": ${parsed.message}`);
  return parsed.value;
}

/** Throws what was collected: nothing, the one error, or all of them as one. */
export function throwCollected(errors: readonly KubectlError[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new KubectlError({ kind: "several", failures: errors.map((error) => error.failure) });
}

/** The message that Go's `%v` would print for an error. */
export function messageOf(error: KubectlError): string {
  return failureMessage(error.failure);
}
