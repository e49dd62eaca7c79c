import type { Json } from "../../sim/api/types.ts";
import { textOfBase64 } from "../base64-text.ts";
import { fail } from "./failure.ts";
import { type Pipeline, parseGoTemplate, type TemplateNode, type Term } from "./go-template-parse.ts";
import { compactJson } from "./json-print.ts";
import { isList, isObject, sortedKeys } from "./json-values.ts";

type Value = Json | undefined;

/** Prints an object by a Go template (`-o go-template`), with kubectl's own functions `exists` and `base64decode`. */
export function goTemplateText(template: string, object: Json): string {
  if (template === "") fail("template format specified but no template given");
  const run = new Run(new Map([["$", object as Value]]));
  run.write(parseGoTemplate(template), object);
  return run.text;
}

class Run {
  text = "";
  private readonly variables: Map<string, Value>;

  constructor(variables: Map<string, Value>) {
    this.variables = variables;
  }

  write(nodes: readonly TemplateNode[], dot: Value): void {
    for (const node of nodes) {
      if (node.kind === "text") this.text += node.text;
      else if (node.kind === "print") {
        const value = this.pipeline(node.pipeline, dot);
        if (node.pipeline.set.length === 0) this.text += goText(value);
      } else if (node.kind === "range") this.range(node, dot);
      else {
        const value = this.pipeline(node.pipeline, dot);
        const inner = node.kind === "with" ? value : dot;
        if (isTrue(value)) this.write(node.body, inner);
        else this.write(node.otherwise, dot);
      }
    }
  }

  private range(
    { pipeline, body, otherwise }: TemplateNode & { readonly kind: "if" | "range" | "with" },
    dot: Value,
  ): void {
    const over = this.pipeline({ ...pipeline, set: [] }, dot);
    const entries: readonly (readonly [Json, Json])[] = isList(over)
      ? over.map((item, i) => [i, item])
      : isObject(over)
        ? sortedKeys(over).map((key) => [key, over[key]!])
        : [];
    if (!isList(over) && !isObject(over) && over !== undefined && over !== null) {
      fail(`error executing template: range can't iterate over ${goText(over)}`);
    }
    for (const [key, item] of entries) {
      const [first, second] = pipeline.set;
      if (first !== undefined) this.variables.set(first, second === undefined ? item : key);
      if (second !== undefined) this.variables.set(second, item);
      this.write(body, item);
    }
    if (entries.length === 0) this.write(otherwise, dot);
  }

  private pipeline({ set, commands }: Pipeline, dot: Value): Value {
    let value: Value;
    commands.forEach((command, i) => {
      value = this.command(command, dot, i === 0 ? [] : [value]);
    });
    for (const name of set) this.variables.set(name, value);
    return value;
  }

  private command([head, ...rest]: readonly Term[], dot: Value, piped: readonly Value[]): Value {
    if (head!.kind !== "function") {
      if (rest.length + piped.length > 0) fail("error executing template: can't give argument to non-function");
      return this.term(head!, dot);
    }
    return call(head!.name, [...rest.map((term) => this.term(term, dot)), ...piped]);
  }

  private term(term: Term, dot: Value): Value {
    switch (term.kind) {
      case "constant":
        return term.value;
      case "function":
        return call(term.name, []);
      case "brackets":
        return fieldOf(this.pipeline(term.pipeline, dot), term.path);
      case "field": {
        if (term.variable !== undefined && !this.variables.has(term.variable)) {
          fail(`error parsing template: undefined variable "${term.variable}"`);
        }
        return fieldOf(term.variable === undefined ? dot : this.variables.get(term.variable), term.path);
      }
    }
  }
}

function fieldOf(value: Value, path: readonly string[]): Value {
  let found = value;
  for (const name of path) {
    if (isObject(found)) found = found[name];
    else if (found === undefined || found === null) return undefined;
    else fail(`error executing template: can't evaluate field ${name} in type ${goType(found)}`);
  }
  return found;
}

function goType(value: Value): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return typeof value === "number" ? "float64" : "interface {}";
}

function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isObject(value)) return sortedKeys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== "";
}

/** A value as fmt's %v prints it. */
function goText(value: Value): string {
  if (value === undefined || value === null) return "<no value>";
  if (typeof value === "string") return value;
  if (isList(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return String(value);
  return `map[${sortedKeys(value)
    .map((key) => `${key}:${goText(value[key])}`)
    .join(" ")}]`;
}

function same(a: Value, b: Value): boolean {
  return compactJson(a ?? null) === compactJson(b ?? null);
}

function isLess(a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" && typeof b === "string") return a < b;
  return fail("error executing template: incompatible types for comparison");
}

type TemplateFunction = (args: readonly Value[]) => Value;

const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: (args) => args.find((one) => !isTrue(one)) ?? (args.every(isTrue) ? args.at(-1) : undefined),
  or: (args) => args.find(isTrue) ?? args.at(-1),
  not: ([value]) => !isTrue(value),
  eq: ([value, ...others]) => others.some((other) => same(value, other)),
  ne: ([a, b]) => !same(a, b),
  lt: ([a, b]) => isLess(a, b),
  le: ([a, b]) => isLess(a, b) || same(a, b),
  gt: ([a, b]) => isLess(b, a),
  ge: ([a, b]) => isLess(b, a) || same(a, b),
  len: ([value]) => {
    if (typeof value === "string" || isList(value)) return value.length;
    return isObject(value) ? sortedKeys(value).length : fail("error executing template: error calling len");
  },
  index: ([value, ...keys]) => keys.reduce<Value>(indexed, value),
  exists: ([value, ...keys]) => {
    return keys.reduce<Value>((found, key) => (found === undefined ? found : indexed(found, key)), value) !== undefined;
  },
  base64decode: ([value]) => textOfBase64(String(value ?? "")) ?? fail("error executing template: illegal base64 data"),
  print: (args) => args.map(goText).join(""),
  println: (args) => `${args.map(goText).join(" ")}\n`,
  printf: ([format, ...args]) => formatted(String(format ?? ""), args),
  html: ([value]) => goText(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  urlquery: ([value]) => encodeURIComponent(goText(value)),
};

function indexed(value: Value, key: Value): Value {
  if (isList(value)) {
    const at = Number(key);
    if (!(at >= 0 && at < value.length))
      fail(`error executing template: error calling index: index out of range: ${at}`);
    return value[at];
  }
  return isObject(value) ? value[String(key)] : undefined;
}

/** fmt.Sprintf with %s %v %d %q %t, widths, and %%. */
function formatted(format: string, args: readonly Value[]): string {
  let next = 0;
  return format.replace(
    /%(-?)(0?)(\d*)(?:\.\d+)?([svdqt%])/g,
    (_all, left: string, zero: string, width: string, verb: string) => {
      if (verb === "%") return "%";
      const text = verb === "q" ? JSON.stringify(goText(args[next++])) : goText(args[next++]);
      return left === "-" ? text.padEnd(Number(width)) : text.padStart(Number(width), zero === "0" ? "0" : " ");
    },
  );
}

function call(name: string, args: readonly Value[]): Value {
  const known = FUNCTIONS[name];
  if (known === undefined) return fail(`error parsing template: function "${name}" not defined`);
  return known(args);
}
