import type { Json, JsonObject } from "../../sim/api/types.ts";
import { customColumns } from "./custom-columns.ts";
import { fail } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { goTemplateText } from "./go-template.ts";
import { indentedJson } from "./json-print.ts";
import { isObject, listAt, textAt, withAt } from "./json-values.ts";
import { jsonPathJson, jsonPathText } from "./jsonpath.ts";
import { kindLabel } from "./kinds.ts";
import type { Target } from "./manifest.ts";
import type { Call } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

/** Flags of every verb that prints the object it changed. */
export const OUTPUT_FLAGS: readonly Flag[] = [
  { name: "output", short: "o", type: "string" },
  { name: "template", type: "string" },
  { name: "allow-missing-template-keys", type: "bool" },
  { name: "show-managed-fields", type: "bool" },
];

/** Flags of every verb that changes objects. */
export const CHANGE_FLAGS: readonly Flag[] = [
  ...OUTPUT_FLAGS,
  { name: "dry-run", type: "string", bare: "unchanged" },
  { name: "field-manager", type: "string" },
];

/** Flags of `apply` and `create`, which read manifests. */
export const MANIFEST_FLAGS: readonly Flag[] = [
  ...CHANGE_FLAGS,
  { name: "filename", short: "f", type: "strings" },
  { name: "kustomize", short: "k", type: "string" },
  { name: "recursive", short: "R", type: "bool" },
  { name: "selector", short: "l", type: "string" },
  { name: "validate", type: "string", bare: "strict" },
];

const FORMATS =
  "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml";
const TABLE_FORMATS = ["custom-columns,custom-columns-file", FORMATS.replace(",yaml", ",wide,yaml")].join(",");

/** Prints an object, or a List, in the format that `-o` names, else in `usual`; "" and `wide` are the caller's own affair. */
export function printObject(
  call: Call,
  object: JsonObject,
  formats: "table" | "plain" = "plain",
  usual: "" | "yaml" = "",
): void {
  call.out(objectText(call, object, formats, call.text("output") || usual));
}

function objectText(call: Call, object: JsonObject, formats: "table" | "plain", output: string): string {
  const equals = output.indexOf("=");
  const [format, argument] = equals < 0 ? [output, ""] : [output.slice(0, equals), output.slice(equals + 1)];
  const shown = call.on("show-managed-fields") ? object : withoutManagedFields(object);
  const template = argument || call.text("template");
  if (format === "yaml") return yamlText(shown);
  if (format === "json") return indentedJson(shown);
  if (format === "name") return eachObject(shown).map(nameLine).join("");
  if (format === "jsonpath") return jsonPathText(template, shown);
  if (format === "jsonpath-file") return jsonPathText(templateFile(call, template), shown);
  if (format === "jsonpath-as-json") return jsonPathJson(template, shown);
  if (format === "custom-columns" && formats === "table") {
    return customColumns(template, eachObject(shown), !call.on("no-headers"));
  }
  if (format === "custom-columns-file" && formats === "table") {
    return customColumns(columnsOfFile(templateFile(call, template)), eachObject(shown), !call.on("no-headers"));
  }
  const isGo = ["go-template", "go-template-file", "template", "templatefile"].includes(format);
  if (isGo) return goTemplateText(format.endsWith("file") ? templateFile(call, template) : template, shown);
  const allowed = formats === "table" ? TABLE_FORMATS : FORMATS;
  return fail(`unable to match a printer suitable for the output format "${output}", allowed formats are: ${allowed}`);
}

function templateFile(call: Call, path: string): string {
  const text = call.files.read(path);
  if (text === undefined) fail(`error reading --template ${path}, open ${path}: no such file or directory`);
  return text;
}

/** Two lines, headers above paths, as one spec. */
function columnsOfFile(text: string): string {
  const [headers = [], paths = []] = text.split("\n").map((line) => line.split(/\s+/).filter((word) => word !== ""));
  if (headers.length !== paths.length) {
    fail(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  }
  return headers.map((header, i) => `${header}:${paths[i]}`).join(",");
}

function eachObject(object: JsonObject): readonly JsonObject[] {
  return object["kind"] === "List" ? listAt(object, "items").filter(isObject) : [object];
}

function nameLine(object: JsonObject): string {
  const apiVersion = textAt(object, "apiVersion");
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${textAt(object, "kind").toLowerCase()}${group}/${textAt(object, "metadata", "name")}\n`;
}

function withoutManagedFields(object: JsonObject): JsonObject {
  if (object["kind"] === "List") {
    const items: Json = listAt(object, "items").map((item) => (isObject(item) ? withoutManagedFields(item) : item));
    return { ...object, items };
  }
  return isObject(object["metadata"]) ? withAt(object, ["metadata", "managedFields"], undefined) : object;
}

/** Says what was done to an object, e.g. `deployment.apps/web scaled`, or prints it as `-o` asks. */
export function printDone(call: Call, target: Pick<Target, "kind" | "name">, done: string, object: unknown): void {
  const output = call.text("output");
  if (output === "name") call.out(`${kindLabel(target.kind)}/${target.name}\n`);
  else if (output === "") call.out(`${kindLabel(target.kind)}/${target.name} ${done}${call.dryRunNote}\n`);
  else printObject(call, object as JsonObject);
}

/** The request's `dryRun` and `fieldManager`, as the flags say. */
export function writeChoice(call: Call, manager: string) {
  const fieldManager = call.text("field-manager") || manager;
  return call.dryRun === "server" ? { fieldManager, dryRun: true } : { fieldManager };
}
