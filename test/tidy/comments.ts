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

/** Every export has a doc comment; one that opens the file counts for its first statement. */
export function exportComments(source: Source): Finding[] {
  if (isTest(source.path)) return [];
  return source.tree.statements
    .filter((node) => isExported(node) && ts.getJSDocCommentsAndTags(node).length === 0)
    .map((node) => `${at(source, node)}: an export without a doc comment; say in a sentence what it is, then why`);
}
