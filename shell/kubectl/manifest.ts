import { type Document, LineCounter, parseAllDocuments, type YAMLError } from "yaml";
import type { Json, JsonObject } from "../../sim/api/types.ts";
import type { Api } from "./api.ts";
import { fail, failureMessage, KubectlError } from "./failure.ts";
import { isObject, listAt, textAt, withAt } from "./json-values.ts";
import { findManifestKind, type ResourceKind } from "./kinds.ts";
import type { Call } from "./verb.ts";

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
export interface Manifests {
  readonly targets: readonly Target[];
  readonly errors: readonly KubectlError[];
}

/** Reads every object of the files named by `-f`, in their order; `validate` refuses manifests without kind or version. */
export function readManifests(call: Call, validate: boolean): Manifests {
  const targets: Target[] = [];
  const errors: KubectlError[] = [];
  for (const path of call.list("filename")) {
    try {
      const source = path === "-" ? "STDIN" : path;
      for (const value of parseManifest(readSource(call, path), source)) {
        for (const one of flattened(value)) {
          const result = attempt(() => targetOf(call, one, source, validate));
          if (result instanceof KubectlError) errors.push(result);
          else targets.push(result);
        }
      }
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      errors.push(error);
    }
  }
  return { targets, errors };
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
  const text = path === "-" ? call.files.stdin : call.files.read(path);
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
export function parseManifest(text: string, source: string): readonly Json[] {
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
export type ParsedDocument =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "error"; readonly message: string };

/** Parses one YAML 1.1 document as goyaml v2 resolves it: no sexagesimal numbers, times stay text. */
export function parseDocument(text: string): ParsedDocument {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    customTags: (tags) =>
      tags.filter((tag) => {
        if (typeof tag === "string") return tag !== "timestamp" && tag !== "intTime" && tag !== "floatTime";
        return tag.tag !== "tag:yaml.org,2002:timestamp" && !("format" in tag && tag.format === "TIME");
      }),
  });
  const document = (documents as readonly Document[])[0];
  if (document === undefined) return { kind: "value", value: null };
  const error = document.errors[0];
  if (error !== undefined) return { kind: "error", message: complaint(text, error, lines) };
  return { kind: "value", value: document.toJS() as Json };
}

/**
 * libyaml's wording for an error that the parser found. Its scanner counts lines from 1 and its parser from 0, and
 * line 0 is not printed.
 */
function complaint(text: string, error: YAMLError, counter: LineCounter): string {
  const line = counter.linePos(error.pos[0]).line;
  const lastLine = text.replace(/\n$/, "").split("\n").length + (text.endsWith("\n") ? 1 : 0);
  const at = (shown: number, message: string) => (shown > 0 ? `yaml: line ${shown}: ${message}` : `yaml: ${message}`);
  const scanned = (shown: number, message: string) => at(shown > 1 ? shown : 0, message);
  const here = text.split("\n")[line - 1] ?? "";
  switch (error.code) {
    case "BLOCK_AS_IMPLICIT_KEY":
      return scanned(line, "mapping values are not allowed in this context");
    case "MULTILINE_IMPLICIT_KEY":
      return multilineKeyComplaint(text, counter, error, scanned);
    case "TAB_AS_INDENT":
      return scanned(line, "found character that cannot start any token");
    case "BAD_SCALAR_START":
      return scanned(line, `found character that cannot start any token`);
    case "BAD_ALIAS":
      return at(0, `unknown anchor '${/\*(\S+)/.exec(text)?.[1] ?? ""}' referenced`);
    case "MISSING_CHAR":
      if (/quote/.test(error.message)) return scanned(lastLine, "found unexpected end of stream");
      if (/implicit key|map keys/i.test(error.message)) return scanned(line + 1, "could not find expected ':'");
      if (/\]|\[/.test(error.message)) return at(lastLine - 1, flowListComplaint(text));
      return at(lastLine - 1, "did not find expected ',' or '}'");
    case "BAD_INDENT":
      return at(line - 1, here.trimStart().startsWith("- ") ? "did not find expected '-' indicator" : NO_KEY);
    default:
      return at(line - 1, NO_KEY);
  }
}

const NO_KEY = "did not find expected key";

function flowListComplaint(text: string): string {
  return /\[\s*$/.test(text) ? "did not find expected node content" : "did not find expected ',' or ']'";
}

function multilineKeyComplaint(
  text: string,
  counter: LineCounter,
  error: YAMLError,
  scanned: (line: number, message: string) => string,
): string {
  const first = counter.linePos(error.pos[0]).line;
  const rows = text.split("\n");
  const margin = (row: string | undefined) => (row ?? "").search(/\S/);
  let line = first;
  while (line < rows.length && !/:(\s|$)/.test(rows[line - 1] ?? "")) line++;
  const deeper = margin(rows[line - 1]) > margin(rows[first - 1]);
  return scanned(line, deeper ? "mapping values are not allowed in this context" : "could not find expected ':'");
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
