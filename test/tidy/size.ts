/** Rules of size: a file and a function must be readable in one sitting. */
import ts from "typescript";
import { at, type Finding, linesOf, type Source, walk } from "./source.ts";

const fileLinesMax = 400;
const functionLinesMax = 70;

const isFunction = (node: ts.Node): boolean => ts.isFunctionLike(node) && "body" in node && node.body !== undefined;

/** A constant at the top of a file made of literals only: a table of data, which may be as long as the data is. */
function isTable(node: ts.Node): boolean {
  if (!ts.isVariableStatement(node)) return false;
  return !node.declarationList.declarations.some(
    (each) => each.initializer && [...walk(each.initializer)].some(isFunction),
  );
}

/** At most 400 lines a file, tables of data aside. */
export function fileSize(source: Source): Finding[] {
  const tables = source.tree.statements.filter(isTable).reduce((sum, table) => sum + linesOf(source, table), 0);
  const lines = source.text.trimEnd().split("\n").length - tables;
  if (lines <= fileLinesMax) return [];
  return [`${source.path}: ${lines} lines, at most ${fileLinesMax}; split it into one concept a file`];
}

/** `describe(…, () => {…})` groups tests and is no function to be read as a whole. */
function isTestGroup(node: ts.Node): boolean {
  const call = node.parent;
  return ts.isCallExpression(call) && /^(describe|suite)\b/.test(call.expression.getText());
}

/** At most 70 lines a function, groups of tests aside. */
export function functionSize(source: Source): Finding[] {
  return [...walk(source.tree)]
    .filter((node) => isFunction(node) && !isTestGroup(node) && linesOf(source, node) > functionLinesMax)
    .map(
      (node) =>
        `${at(source, node)}: a function of ${linesOf(source, node)} lines, at most ${functionLinesMax}; give each rule a function of its own`,
    );
}
