import { findKind as findServed } from "../../sim/api/kinds/registry.ts";
import { definitionName } from "../../sim/api/openapi/definitions.ts";
import { openapiDocument } from "../../sim/api/openapi/document.ts";
import type { Json, JsonObject } from "../../sim/api/types.ts";
import { apiVersionOf } from "./api.ts";
import { fail } from "./failure.ts";
import { isObject, listAt, objectAt, sortedKeys, textAt } from "./json-values.ts";
import { customKinds, findKind } from "./kinds.ts";
import type { ResourceKind } from "./resource-kind.ts";
import type { Call, Verb } from "./verb.ts";

const WIDTH = 76;
/** How many values of an enumeration stand beside a field. */
const ENUM_MAX = 4;

/** `kubectl explain` (staging/src/k8s.io/kubectl/pkg/explain/v2): a kind's fields from the server's OpenAPI v3 document. Left out: `--output` other than plain text. */
export const explain: Verb = {
  name: "explain",
  takesResources: true,
  flags: [
    { name: "api-version", type: "string" },
    { name: "recursive", type: "bool" },
    { name: "output", type: "string" },
  ],
  run(call) {
    if (call.args.length === 0) {
      fail(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    if (call.args.length > 1) fail("We accept only this format: explain RESOURCE");
    const [word = "", ...path] = call.args[0]!.split(".");
    const kind = kindOf(call, word);
    const document = documentOf(call, kind);
    const root = objectAt(document, "components", "schemas", rootName(kind));
    const page = new Explanation(document, call.on("recursive"));
    call.out(page.head(kind));
    call.out(page.about(root, path));
  },
};

function kindOf(call: Call, word: string): ResourceKind {
  const kind = findKind(call.api, word);
  if (kind === undefined) fail(`the server doesn't have a resource type "${word}"`);
  const wanted = call.text("api-version");
  if (wanted === "") return kind;
  const [version = "", group = ""] = wanted.split("/").reverse();
  if (group !== kind.group || ![kind.version, ...kind.otherVersions].includes(version)) {
    fail(`couldn't find resource for "${wanted}, Resource=${kind.resource}"`);
  }
  return { ...kind, version };
}

function rootName({ group, version, kind, custom }: ResourceKind): string {
  const served = findServed(apiVersionOf({ group, version }), kind);
  return served === undefined || custom ? kind : definitionName(served.struct);
}

/** The OpenAPI document of the kind's group and version; a custom kind's is in its definition. */
function documentOf(call: Call, kind: ResourceKind): JsonObject {
  const path = kind.group === "" ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
  const document = openapiDocument(path, call.client.descriptions);
  if (document !== undefined && findServed(apiVersionOf(kind), kind.kind) !== undefined) return document;
  const isCustom = customKinds(call.api).some((one) => one.group === kind.group && one.kind === kind.kind);
  if (isCustom) fail(`the fields of custom kinds are not part of this simulation: ${kind.kind} has none to show`);
  fail(`couldn't find resource for "${apiVersionOf(kind)}, Kind=${kind.kind}": this API server does not serve it`);
}

/** One explanation under way. */
class Explanation {
  private readonly schemas: JsonObject;
  private readonly isRecursive: boolean;

  constructor(document: JsonObject, isRecursive: boolean) {
    this.schemas = objectAt(document, "components", "schemas");
    this.isRecursive = isRecursive;
  }

  head({ group, kind, version }: ResourceKind): string {
    return `${group === "" ? "" : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  }

  /** What stands below the head: the field that the path names, its words, and its fields. */
  about(root: JsonObject, path: readonly string[]): string {
    let schema: JsonObject = root;
    for (const name of path) {
      const found = objectAt(this.fieldsOf(schema), name);
      if (Object.keys(found).length === 0) fail(`field "${name}" does not exist`);
      schema = found;
    }
    const last = path.at(-1);
    const fields = this.fieldsOf(schema);
    const names = sortedKeys(fields);
    const title = last === undefined ? "" : `FIELD: ${last} <${this.typeOf(schema)}>\n${enumBlock(schema)}\n`;
    const words = this.wordsOf(schema);
    const description = words === "" ? "    <empty>\n" : `${indented(words, 4)}    \n`;
    const list = names.length === 0 ? "" : `FIELDS:\n${this.fieldList(schema, "  ")}`;
    return `${title}DESCRIPTION:\n${description}${list}\n`;
  }

  /** The field's own words and those of what it is made of. */
  private wordsOf(schema: JsonObject): string {
    const own = textAt(schema, "description");
    const target = this.targetOf(schema);
    const type = target === schema ? "" : textAt(target, "description");
    return [own, this.isPlain(target) ? "" : type].filter((text) => text !== "").join("\n");
  }

  private isPlain(schema: JsonObject): boolean {
    return Object.keys(objectAt(schema, "properties")).length === 0;
  }

  private fieldList(schema: JsonObject, margin: string, within: readonly JsonObject[] = []): string {
    const target = this.targetOf(schema);
    const required = listAt(target, "required");
    const fields = objectAt(target, "properties");
    let text = "";
    for (const name of sortedKeys(fields)) {
      const field = fields[name] as JsonObject;
      text += `${margin}${name}\t<${this.typeOf(field)}>${required.includes(name) ? " -required-" : ""}\n`;
      const values = enumOf(field);
      if (values.length > 0) text += `${margin}enum: ${enumText(values)}\n`;
      if (!this.isRecursive) text += `${indented(textAt(field, "description") || "<no description>", 4)}\n`;
      else if (!within.includes(this.targetOf(field))) {
        text += this.fieldList(field, `${margin}  `, [...within, target]);
      }
    }
    return text;
  }

  private fieldsOf(schema: JsonObject): JsonObject {
    return objectAt(this.targetOf(schema), "properties");
  }

  /** What a schema comes down to behind lists, maps and references. */
  private targetOf(schema: JsonObject): JsonObject {
    const { items, additionalProperties, allOf, $ref } = schema;
    if (typeof $ref === "string") return objectAt(this.schemas, nameOf($ref));
    if (isObject(items)) return this.targetOf(items);
    if (isObject(additionalProperties)) return this.targetOf(additionalProperties);
    const [first] = Array.isArray(allOf) ? (allOf as readonly Json[]) : [];
    return isObject(first) ? this.targetOf(first) : schema;
  }

  /** `[]Container`, `map[string]string`, `integer`. */
  private typeOf(schema: JsonObject): string {
    const { items, additionalProperties, allOf, $ref, type } = schema;
    if (typeof $ref === "string") {
      const target = objectAt(this.schemas, nameOf($ref));
      const plain = textAt(target, "type");
      return plain === "" || plain === "object" ? ($ref.split(".").at(-1) ?? "") : plain;
    }
    if (isObject(items)) return `[]${this.typeOf(items)}`;
    if (isObject(additionalProperties)) return `map[string]${this.typeOf(additionalProperties)}`;
    const [first] = Array.isArray(allOf) ? (allOf as readonly Json[]) : [];
    if (isObject(first)) return this.typeOf(first);
    return type === "object" || typeof type !== "string" ? "Object" : type;
  }
}

function nameOf(reference: string): string {
  return reference.replace("#/components/schemas/", "");
}

/** The values of an enumeration: the schema's own, else those that its description lists. */
function enumOf(schema: JsonObject): readonly string[] {
  const own = listAt(schema, "enum").map(String);
  if (own.length > 0) return own;
  const [, listed = ""] = textAt(schema, "description").split("Possible enum values:");
  return [...listed.matchAll(/^\s*- `"([^"]*)"`/gm)].map(([, value = ""]) => value).sort();
}

function enumText(values: readonly string[]): string {
  const shown = values.map((value) => value || '""');
  return shown.length > ENUM_MAX ? `${shown.slice(0, ENUM_MAX).join(", ")}, ....` : shown.join(", ");
}

function enumBlock(schema: JsonObject): string {
  const values = enumOf(schema);
  return values.length === 0 ? "\n" : `ENUM:\n${values.map((value) => `    ${value || '""'}\n`).join("")}`;
}

/** Words wrapped to the width, each line with a margin; lines of the text stay apart. */
function indented(text: string, margin: number): string {
  const blank = " ".repeat(margin);
  return text
    .split("\n")
    .flatMap(wrapped)
    .map((line) => `${blank}${line}\n`)
    .join("");
}

function wrapped(line: string): readonly string[] {
  const lines: string[] = [];
  let current = "";
  for (const [part] of line.matchAll(/\s*\S+/g)) {
    if (current !== "" && current.length + part.length > WIDTH) {
      lines.push(current);
      current = part.trimStart();
    } else current += part;
  }
  return [...lines, current];
}
