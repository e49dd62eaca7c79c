import type { Json } from "../../sim/api/types.ts";
import { isList, isObject, sortedKeys } from "./json-values.ts";

const HTML = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029" } as const;

function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (c) => HTML[c as keyof typeof HTML]);
}

/** JSON as Go's encoding/json writes maps: keys sorted, `<`, `>` and `&` escaped, no blanks. */
export function compactJson(value: Json): string {
  if (typeof value === "string") return goString(value);
  if (isList(value)) return `[${value.map(compactJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const object = value;
  return `{${sortedKeys(object)
    .map((key) => `${goString(key)}:${compactJson(object[key]!)}`)
    .join(",")}}`;
}

/** JSON as `kubectl get -o json` prints it: four blanks of indent a level, a line end after the last brace. */
export function indentedJson(value: Json): string {
  return `${indented(value, "")}\n`;
}

function indented(value: Json, margin: string): string {
  const inner = `${margin}    `;
  if (isList(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + indented(item, inner)).join(",\n")}\n${margin}]`;
  }
  if (!isObject(value)) return compactJson(value);
  const keys = sortedKeys(value);
  if (keys.length === 0) return "{}";
  const object = value;
  const fields = keys.map((key) => `${inner}${goString(key)}: ${indented(object[key]!, inner)}`);
  return `{\n${fields.join(",\n")}\n${margin}}`;
}
