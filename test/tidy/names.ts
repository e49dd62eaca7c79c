/** Rules of names: words that say nothing, and files that are hard to find. */
import ts from "typescript";
import { at, type Finding, type Source } from "./source.ts";

const empty = new Set(["manager", "helper", "helpers", "util", "utils", "impl", "data", "info", "base", "common"]);

/** Upstream's own names, which we keep one to one. */
const upstream = /(controller|field)[-_]?manager|(node|pod|user|connection|kernel)-?info|statedata/gi;

const words = (name: string): string[] =>
  name
    .replace(upstream, "")
    .split(/[-_.]|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map((word) => word.toLowerCase());

const advice = "name it for what it does, in the field's words";

function nameFindings(where: string, name: string): Finding[] {
  const word = words(name).find((each) => empty.has(each));
  if (word !== undefined) return [`${where}: "${word}" in ${name} says nothing; ${advice}`];
  return [];
}

function declared(node: ts.Statement): readonly ts.Node[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((each) => each.name);
  const { name } = node as { readonly name?: ts.Node };
  return name === undefined ? [] : [name];
}

/** No Manager, Helper, Util, Impl, Data, Info, Base, Common at the top of a file or in its path, and no `I` before an interface. */
export function emptyWords(source: Source): Finding[] {
  const inPath = source.path.split("/").flatMap((part) => nameFindings(source.path, part.replace(/\.[cm]?[jt]s$/, "")));
  const inText = source.tree.statements.flatMap((node) =>
    declared(node).flatMap((name) => nameFindings(at(source, name), name.getText(source.tree))),
  );
  const prefixed = source.tree.statements
    .filter((node) => ts.isInterfaceDeclaration(node) && /^I[A-Z][a-z]/.test(node.name.text))
    .map((node) => `${at(source, node)}: an interface with the prefix I; drop it`);
  return [...inPath, ...inText, ...prefixed];
}

/** File names are in kebab-case. */
export function kebabCase(source: Source): Finding[] {
  const name = source.path.split("/").at(-1) ?? "";
  if (/^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.[cm]?[jt]s$/.test(name)) return [];
  return [`${source.path}: not in kebab-case; write ${name.replace(/(?<=[a-z0-9])(?=[A-Z])|_/g, "-").toLowerCase()}`];
}
