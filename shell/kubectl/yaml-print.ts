import type { Json } from "../../sim/api/types.ts";
import { isList, isObject, sortedKeys } from "./json-values.ts";

/**
 * YAML as kubectl prints it: sigs.k8s.io/yaml, that is goyaml v2 without line folding. Keys are in goyaml's "natural"
 * order, lists are not indented under their key, and a text is quoted only where a YAML 1.1 reader would misread it.
 */
export function yamlText(value: Json): string {
  if (isObject(value) && sortedKeys(value).length > 0) return mapping(value, 0);
  if (isList(value) && value.length > 0) return sequence(value, 0);
  return `${inline(value, 0)}\n`;
}

function mapping(value: Json, depth: number): string {
  if (!isObject(value)) return "";
  const margin = "  ".repeat(depth);
  let text = "";
  for (const key of [...sortedKeys(value)].sort(naturalOrder)) {
    text += `${margin}${keyText(key)}:${fieldText(value[key]!, depth)}`;
  }
  return text;
}

function fieldText(value: Json, depth: number): string {
  if (isObject(value) && sortedKeys(value).length > 0) return `\n${mapping(value, depth + 1)}`;
  if (isList(value) && value.length > 0) return `\n${sequence(value, depth)}`;
  return ` ${inline(value, depth + 1)}\n`;
}

function sequence(items: readonly Json[], depth: number): string {
  const margin = "  ".repeat(depth);
  let text = "";
  for (const item of items) {
    if (isObject(item) && sortedKeys(item).length > 0) text += `${margin}- ${mapping(item, depth + 1).trimStart()}`;
    else if (isList(item) && item.length > 0) text += `${margin}- ${sequence(item, depth + 1).trimStart()}`;
    else text += `${margin}- ${inline(item, depth + 1)}\n`;
  }
  return text;
}

function inline(value: Json, depth: number): string {
  if (typeof value === "string") return scalar(value, depth);
  if (isList(value)) return "[]";
  if (isObject(value)) return "{}";
  return value === null ? "null" : String(value);
}

function keyText(key: string): string {
  return key.includes("\n") ? doubleQuoted(key) : scalar(key, 0);
}

function scalar(text: string, depth: number): string {
  if (text.includes("\n")) return canBeLiteral(text) ? literal(text, depth) : doubleQuoted(text);
  if (resolvesToOther(text)) return doubleQuoted(text);
  if (hasSpecial(text)) return doubleQuoted(text);
  return canBePlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** A control or unprintable character, which libyaml writes only inside double quotes. */
function hasSpecial(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
  return /[\u0000-\u0009\u000b-\u001f\u007f\u0080-\u0084\u0086-\u009f\ufeff]/.test(text);
}

function canBeLiteral(text: string): boolean {
  return !hasSpecial(text) && !/ \n/.test(text) && !text.endsWith(" ");
}

function literal(text: string, depth: number): string {
  const margin = "  ".repeat(Math.max(depth, 1));
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") || text === "\n" ? "+" : "";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = body.split("\n").map((line) => (line === "" ? "" : margin + line));
  return `|${hint}${chomp}\n${lines.join("\n")}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\ufeff": "\\uFEFF",
};

function doubleQuoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  const escaped = text.replace(/["\\\u0000-\u001f\u007f-\u009f\ufeff]/g, (c) => {
    return ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}

/** libyaml's `yaml_emitter_analyze_scalar`, for block context. */
function canBePlain(text: string): boolean {
  if (/^[ ]|[ ]$/.test(text) || text.startsWith("---") || text.startsWith("...")) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return false;
  if (/^[-?:]($|[ \t])/.test(text) || (text.startsWith("?") && text.length === 1)) return false;
  return !/:($|[ \t])/.test(text) && !/[ \t]#/.test(text);
}

const WORDS_OF_OTHER_TYPES = new Set(
  [
    ["", "~", "null", "Null", "NULL", "<<", ".nan", ".NaN", ".NAN"],
    ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"],
    ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"],
    [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"],
  ].flat(),
);

/** Whether a YAML 1.1 reader as goyaml v2 would take the bare text for a number, a boolean, null or a time. */
function resolvesToOther(text: string): boolean {
  if (WORDS_OF_OTHER_TYPES.has(text)) return true;
  if (!/^[-+.0-9]/.test(text)) return false;
  const bare = text.replaceAll("_", "");
  // goyaml takes a prefix without digits for text; our own reader does not, so it is quoted.
  if (/^[-+]?0[box]?$/.test(bare)) return true;
  if (/^[-+]?(0b[01]+|0x[0-9a-fA-F]+|0o?[0-7]+|[0-9]+)$/.test(bare)) return true;
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(bare)) return true;
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) return true;
  return /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\s*\d{1,2}:\d{1,2}:\d{1,2}(\.\d*)?\s*([Zz]|[-+]\d{1,2}(:?\d{2})?)?)?$/.test(text);
}

/** goyaml's key order (sorter.go): letters after other characters, digit runs as numbers. */
function naturalOrder(a: string, b: string): number {
  const isLetter = (c: string) => /\p{L}/u.test(c);
  const isDigit = (c: string) => c >= "0" && c <= "9";
  let digits = false;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y) {
      digits = isDigit(x);
      continue;
    }
    if (isLetter(x) && isLetter(y)) return x < y ? -1 : 1;
    if (isLetter(x) || isLetter(y)) {
      const xFirst = digits ? isLetter(x) : isLetter(y);
      return xFirst ? -1 : 1;
    }
    const runs = compareDigitRuns(a, b, i);
    return runs !== 0 ? runs : x < y ? -1 : 1;
  }
  return a.length - b.length;
}

function compareDigitRuns(a: string, b: string, from: number): number {
  const run = (text: string) => /^[0-9]*/.exec(text.slice(from))![0];
  let head = from;
  while (head > 0 && a[head - 1]! >= "0" && a[head - 1]! <= "9") head--;
  const x = a.slice(head, from) + run(a);
  const y = b.slice(head, from) + run(b);
  if (run(a) === "" || run(b) === "") {
    if (x === "" || y === "") return 0;
  }
  const xn = x.replace(/^0+/, "");
  const yn = y.replace(/^0+/, "");
  if (xn.length !== yn.length) return xn.length - yn.length;
  return xn === yn ? 0 : xn < yn ? -1 : 1;
}
