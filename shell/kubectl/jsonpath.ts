import type { Json } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";
import { compactJson, indentedJson } from "./json-print.ts";
import { isList, isObject, sortedKeys } from "./json-values.ts";
import { type Path, type PathNode, parseTemplate } from "./jsonpath-parse.ts";

/** Prints a JSONPath template over an object as client-go's util/jsonpath does; fields that are missing print as nothing. */
export function jsonPathText(template: string, object: Json): string {
  let text = "";
  const nodes = parseTemplate(template);
  const write = (from: readonly PathNode[], scope: Json): void => {
    for (const node of from) {
      if (node.kind === "text") text += node.text;
      else if (node.kind === "range") for (const item of evaluate(node.over, scope, object)) write(node.body, item);
      else text += evaluate(node.path, scope, object).map(valueText).join(" ");
    }
  };
  write(nodes, object);
  return text;
}

/** The matches as one JSON list: `-o jsonpath-as-json`. */
export function jsonPathJson(template: string, object: Json): string {
  const found = parseTemplate(template).flatMap((node) =>
    node.kind === "path" ? evaluate(node.path, object, object) : [],
  );
  return indentedJson(found);
}

/** The values at a bare path such as `.metadata.name` or `{.spec.nodeName}`; for columns and sorting. */
export function valuesAt(path: string, object: Json): readonly Json[] {
  const bare = /^\{?\.?(.*?)\}?$/s.exec(path.trim())?.[1] ?? "";
  return parseTemplate(`{.${bare}}`).flatMap((node) =>
    node.kind === "path" ? evaluate(node.path, object, object) : [],
  );
}

/** How a value stands in text: strings bare, the rest as JSON. */
export function valueText(value: Json): string {
  return typeof value === "string" ? value : compactJson(value);
}

function evaluate(path: Path, scope: Json, root: Json): readonly Json[] {
  let values: readonly Json[] = [scope];
  for (const step of path) {
    switch (step.kind) {
      case "root":
        values = [root];
        break;
      case "current":
        break;
      case "literal":
        values = [step.value];
        break;
      case "field":
        values = values.flatMap((value) => {
          const found = isObject(value) ? value[step.name] : undefined;
          return found === undefined ? [] : [found];
        });
        break;
      case "all":
        values = values.flatMap(children);
        break;
      case "descend":
        values = values.flatMap(descendants);
        break;
      case "slice":
        values = values.flatMap((value) => slice(value, step));
        break;
      case "union":
        values = values.flatMap((value) => step.paths.flatMap((one) => evaluate(one, value, root)));
        break;
      case "filter":
        values = values.flatMap((value) =>
          children(value).filter((item) => holds(step.left, step.operator, step.right, item, root)),
        );
    }
  }
  return values;
}

function children(value: Json): readonly Json[] {
  if (isList(value)) return value;
  return isObject(value) ? sortedKeys(value).map((key) => value[key]!) : [];
}

function descendants(value: Json): readonly Json[] {
  return [value, ...children(value).flatMap(descendants)];
}

interface SliceStep {
  readonly start?: number;
  readonly end?: number;
  readonly by?: number;
}

function slice(value: Json, step: SliceStep): readonly Json[] {
  if (!isList(value)) return [];
  const place = (index: number) => (index < 0 ? index + value.length : index);
  const start = place(step.start ?? 0);
  if (step.end === undefined && step.by === undefined && step.start !== undefined) {
    if (start < 0 || start >= value.length) {
      fail(`array index out of bounds: index ${step.start}, length ${value.length}`);
    }
    return [value[start]!];
  }
  const end = Math.min(place(step.end ?? value.length), value.length);
  const by = Math.max(step.by ?? 1, 1);
  const found: Json[] = [];
  for (let i = Math.max(start, 0); i < end; i += by) found.push(value[i]!);
  return found;
}

function holds(left: Path, operator: string, right: Path | undefined, item: Json, root: Json): boolean {
  const [a] = evaluate(left, item, root);
  if (operator === "exists") return a !== undefined;
  const [b] = evaluate(right ?? [], item, root);
  if (a === undefined || b === undefined) return false;
  if (operator === "==") return compactJson(a) === compactJson(b);
  if (operator === "!=") return compactJson(a) !== compactJson(b);
  if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string")) return false;
  const order = a === b ? 0 : a < (b as typeof a) ? -1 : 1;
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[operator] ?? false;
}
