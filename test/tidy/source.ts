/** What the tidy rules look at: the repository's files, and a source file with its syntax tree. */
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** A TypeScript or JavaScript file; `path` is relative to the project, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** A rule's finding, ready to print: "path:line: what is wrong; what to write instead". */
export type Finding = string;

const outside = new Set(["node_modules", "dist", "work", "coverage", "test-results"]);

/** Every file of the repository by path from `root`, sorted; without what git ignores and without recorded cases. */
export function repositoryFiles(root: string, folder = ""): string[] {
  const entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) return [path];
      const hidden = entry.name.startsWith(".") && entry.name !== ".ci" && entry.name !== ".github";
      return hidden || outside.has(entry.name) || path === "test/oracles" ? [] : repositoryFiles(root, path);
    })
    .sort();
}

/** Parses a text; types are not resolved, so this takes about a millisecond a file. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) };
}

/** Reads and parses a file of the repository. */
export const readSource = (root: string, path: string): Source =>
  sourceOf(path, readFileSync(`${root}/${path}`, "utf8"));

/** Whether the file is a test. */
export const isTest = (path: string): boolean => /\.(test|bench)\.ts$/.test(path) || path.startsWith("test/");

/** "path:line" of a node, for a finding. */
export function at(source: Source, node: ts.Node): string {
  return `${source.path}:${source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1}`;
}

/** How many lines a node spans, without its doc comment. */
export function linesOf(source: Source, node: ts.Node): number {
  const line = (position: number) => source.tree.getLineAndCharacterOfPosition(position).line;
  return line(node.getEnd()) - line(node.getStart(source.tree)) + 1;
}

/** Every node below `node`, itself included, in the order of the text. */
export function* walk(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* walk(child);
}
