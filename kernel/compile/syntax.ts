import { type Node, type OxcError, type Program, parseSync, visitorKeys } from "oxc-parser";

/** One syntax error: the parser's sentence and the offset at which to point. */
export interface SyntaxProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A parsed text: either the tree or the first problem. */
export type Parsed =
  | { readonly program: Program; readonly problem?: never }
  | { readonly problem: SyntaxProblem; readonly program?: never };

/** Turns the parser's error into ours; an error with no label points at the end of the text. */
export function problemOf(error: Pick<OxcError, "message" | "labels">, text: string): SyntaxProblem {
  const label = error.labels[0];
  const end = text.trimEnd().length;
  return { message: error.message, start: label?.start ?? end, end: label?.end ?? end };
}

/** Parses a cell as a TypeScript module, or our own JavaScript output; early errors (a name declared twice) included. */
export function parse(text: string, lang: "ts" | "js"): Parsed {
  const result = parseSync(`cell.${lang}`, text, { lang, sourceType: "module", showSemanticErrors: lang === "ts" });
  const error = result.errors.find((candidate) => candidate.severity === "Error");
  return error ? { problem: problemOf(error, text) } : { program: result.program };
}

/** What a walk does at a node: `false` leaves its children out. */
export type Visit = (node: Node, parent: Node | undefined) => unknown;

/** Visits a tree in source order, parents first. */
export function walk(node: Node, visit: Visit, parent?: Node): void {
  if (visit(node, parent) === false) return;
  const fields = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>;
  for (const key of visitorKeys[node.type] ?? []) {
    const child = fields[key];
    if (Array.isArray(child)) {
      for (const one of child) if (one) walk(one, visit, node);
    } else if (child) walk(child, visit, node);
  }
}

/** True for nodes that open a function's own scope of `var`, `await` and `arguments`. */
export function isFunction(node: Node): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression" ||
    node.type === "StaticBlock" ||
    node.type === "PropertyDefinition" ||
    node.type === "AccessorProperty"
  );
}

/** Names bound by a declaration's pattern, in source order. */
export function boundNames(pattern: Node): string[] {
  const names: string[] = [];
  const collect = (node: Node | null): void => {
    if (!node) return;
    if (node.type === "Identifier") names.push(node.name);
    else if (node.type === "AssignmentPattern") collect(node.left);
    else if (node.type === "RestElement") collect(node.argument);
    else if (node.type === "ArrayPattern") node.elements.forEach(collect);
    else if (node.type === "ObjectPattern")
      for (const property of node.properties) collect(property.type === "RestElement" ? property : property.value);
  };
  collect(pattern);
  return names;
}
