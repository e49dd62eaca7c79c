/** Rules of comments: a file of the simulation says what of the real system it is, and an export says what it is for. */
import ts from "typescript";
import { at, type Finding, isTest, type Source } from "./source.ts";

const headerLines = { min: 3, max: 8 };

/** Every file of `sim/` opens with a doc comment of three to eight lines. */
export function header(source: Source): Finding[] {
  if (!source.path.startsWith("sim/") || isTest(source.path)) return [];
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source.text)?.[1];
  const wish =
    "open with a doc comment of 3 to 8 lines: what of the real system this is (name, version, source path), what is left out, the invariant";
  if (comment === undefined) return [`${source.path}:1: no header; ${wish}`];
  const lines = comment.split("\n").filter((line) => /[^\s*]/.test(line)).length;
  if (lines >= headerLines.min && lines <= headerLines.max) return [];
  return [`${source.path}:1: a header of ${lines} ${lines === 1 ? "line" : "lines"}; ${wish}`];
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((each) => each.kind === ts.SyntaxKind.ExportKeyword);

/** Whether the statement stands right below another, without a blank line: one of a group that shares a comment. */
function continuesGroup(node: ts.Statement): boolean {
  const between = node.getFullText().slice(0, node.getLeadingTriviaWidth());
  return /^[^\S\n]*\n[^\S\n]*$/.test(between) && ts.isVariableStatement(node);
}

/** Every export has a doc comment; constants in a row, without a blank line between, share the first one's. */
export function exportComments(source: Source): Finding[] {
  if (isTest(source.path) || /\.d\.[cm]?ts$/.test(source.path)) return [];
  const commented = new Set<ts.Statement>();
  const { statements } = source.tree;
  statements.forEach((node, index) => {
    const before = statements[index - 1];
    const shares = before !== undefined && commented.has(before) && continuesGroup(node);
    if (ts.getJSDocCommentsAndTags(node).length > 0 || shares) commented.add(node);
  });
  return statements
    .filter((node) => isExported(node) && !commented.has(node))
    .map((node) => `${at(source, node)}: an export without a doc comment; say in a sentence what it is, then why`);
}
