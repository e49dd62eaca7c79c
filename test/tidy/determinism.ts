/** Rules of determinism: what may not be named in the rooms that give the same bytes everywhere. */
import ts from "typescript";
import { at, type Finding, type Source, walk } from "./source.ts";

const rooms = /^(sim|shell|views|lessons)\//;

const timers = "put an event on the timeline instead";
const nodeGlobal = "Node.js belongs to kernel, gateway, grader, cli and scripts; pass the value in instead";
const pageGlobal = "the DOM belongs to views/dom and lab; return a scene or text instead";
const promises = "write it synchronously: an answer comes back as an event";

/** Globals, each with what to write instead. */
const globals: ReadonlyMap<string, string> = new Map([
  ["Date", "take the time from the clock of sim/time"],
  ["Promise", promises],
  ["Intl", "compare and format by code units"],
  ["structuredClone", "share immutable values; nothing needs a copy"],
  ["console", "write to the journal, or return text"],
  ["globalThis", "name what you need and pass it in"],
  ["performance", "take the time from the clock of sim/time"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame"].map(
    (name) => [name, timers] as const,
  ),
  ...["process", "Buffer", "require", "__dirname", "__filename", "Worker"].map((name) => [name, nodeGlobal] as const),
  ...["window", "document", "navigator", "localStorage", "fetch", "WebSocket"].map(
    (name) => [name, pageGlobal] as const,
  ),
]);

const exactMath = new Set("abs ceil clz32 floor fround imul max min round sign sqrt trunc".split(" "));
const constantsOfMath = new Set("E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2".split(" "));

/** Names that the file itself gives a meaning to, as in `for (const process of …)`. */
function declaredNames(source: Source): Set<string> {
  const names = new Set<string>();
  for (const node of walk(source.tree)) {
    const named = node as { readonly name?: ts.Node };
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node);
    const imports = ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isClassDeclaration(node);
    if ((declares || imports || ts.isInterfaceDeclaration(node)) && named.name && ts.isIdentifier(named.name))
      names.add(named.name.text);
  }
  return names;
}

/** Whether an identifier stands for a value or a type, and is not the name of a property. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  return !("name" in parent && parent.name === node) && !(ts.isBindingElement(parent) && parent.propertyName === node);
}

function wrongMember(node: ts.PropertyAccessExpression): string | undefined {
  const member = node.name.text;
  if (member.startsWith("toLocale") || member === "localeCompare") return `${member}: compare and format by code units`;
  if (node.expression.getText() !== "Math") return undefined;
  if (member === "random") return "Math.random: draw from the component's stream of sim/time";
  if (exactMath.has(member) || constantsOfMath.has(member)) return undefined;
  return `Math.${member}: engines differ in its last bit; use an integer table`;
}

function wrongImport(node: ts.ImportDeclaration): string | undefined {
  const from = (node.moduleSpecifier as ts.StringLiteral).text;
  return from.startsWith("node:") ? `import of ${from}: ${nodeGlobal}` : undefined;
}

function wrongWith(node: ts.Node, declared: ReadonlySet<string>): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword)
    return `${node.getText()}: ${promises}`;
  if (ts.isPropertyAccessExpression(node)) return wrongMember(node);
  if (ts.isImportDeclaration(node)) return wrongImport(node);
  if (!ts.isIdentifier(node) || declared.has(node.text) || !isReference(node)) return undefined;
  const instead = globals.get(node.text);
  return instead === undefined ? undefined : `${node.text}: ${instead}`;
}

/** No clocks, timers, promises, locales, inexact mathematics, Node.js or DOM in `sim shell views lessons`. */
export function determinism(source: Source): Finding[] {
  if (!rooms.test(source.path) || source.path.endsWith(".test.ts")) return [];
  const declared = declaredNames(source);
  return [...walk(source.tree)].flatMap((node) => {
    const wrong = wrongWith(node, declared);
    const page = wrong?.endsWith(pageGlobal) && source.path.startsWith("views/dom/");
    return wrong === undefined || page ? [] : [`${at(source, node)}: ${wrong}`];
  });
}
