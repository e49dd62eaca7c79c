/**
 * Which cells must run for what counts. Most of a lesson's cells only show something on a cluster that no answer touches;
 * to run them all for each of a class costs more than everything else. A cell is left out when it is as it was handed out
 * and nothing that a counted cell can reach was made or changed by it.
 * Names that occur in one cell are taken to be able to reach each other's values from then on, so this errs towards
 * running. What commands talk to, the current cluster, is a name of its own that begins anew where a cell sets it.
 */

import type { Node } from "oxc-parser";
import type { CompiledCell } from "../kernel/compile/cell.ts";
import { boundNames, parse, walk } from "../kernel/compile/syntax.ts";
import { commandNames } from "../lessons/api.ts";

/** A cell as far as this needs to know it. */
export interface CellUse {
  /** Runs in any case: an answer, or of the learner's own making. */
  readonly counts: boolean;
  readonly source: string;
  readonly compiled: CompiledCell | undefined;
}

/** Names of ours that reach the current cluster; all others are values of cells. */
const reachCurrent = new Set<string>([
  ...["orrery", "show", "commands", "currentCluster", "runCommand", "runScript", "commandsOf", "http"],
  ...commandNames,
]);
/** Whoever names one of these may reach anything. */
const reachEverything = new Set(["globalThis", "eval", "Function", "knownClusters", "$orrery", "Reflect"]);
const plainTalk = /^\s*(?:lesson\s*\.\s*(?:predict|reveal|hint|check|progress)\s*\([^()`]*\)\s*;?\s*)+$/;
/** The first statement sets the current cluster, so nothing of the one before is reached. */
const setsFirst =
  /^(?:\s|\/\/.*\n)*(?:orrery\s*\.\s*use\s*\(|(?:const|let|var)\s+[\w$]+\s*=\s*(?:orrery\s*\.\s*(?:create|empty)|lesson\s*\.\s*start)\s*\()/;
const setsSomewhere = /\borrery\s*\.\s*(?:create|empty|use)\b|\blesson\b[^;\n]*\bstart\b/;
const opens = /^\s*const lesson = orrery\.lesson\(/;

/** Groups of names that can reach each other. */
class Reach {
  readonly #parents = new Map<string, string>();

  of(name: string): string {
    let root = name;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    if (root !== name) this.#parents.set(name, root);
    return root;
  }

  join(names: readonly string[]): void {
    const roots = new Set(names.map((name) => this.of(name)));
    const [first, ...others] = roots;
    for (const other of others) this.#parents.set(other, first as string);
  }
}

function namesIn(compiled: CompiledCell): ReadonlySet<string> {
  const names = new Set<string>();
  const { program } = parse(compiled.typeText, "ts");
  if (program !== undefined) addNames(program, new Set(), names);
  return names;
}

/** Names that are used from outside: neither parameters of a function around them nor names of properties. */
function addNames(root: Node, hidden: ReadonlySet<string>, names: Set<string>): void {
  walk(root, (node, parent) => {
    if (node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression") {
      const own = new Set([...hidden, ...node.params.flatMap((each) => boundNames(each))]);
      for (const each of node.params) addNames(each, own, names);
      if (node.body) addNames(node.body, own, names);
      return false;
    }
    const isProperty = parent?.type === "MemberExpression" && !parent.computed && parent.property === node;
    if (node.type === "Identifier" && !isProperty && !hidden.has(node.name)) names.add(node.name);
    return true;
  });
}

const named = new WeakMap<CompiledCell, ReadonlySet<string>>();

function namesOf(compiled: CompiledCell): ReadonlySet<string> {
  const names = named.get(compiled) ?? namesIn(compiled);
  named.set(compiled, names);
  return names;
}

/** Whether the lesson is used for anything but what leaves the clusters alone. */
function startsPerhaps(source: string): boolean {
  return /\blesson\b/.test(source.replace(/\blesson\s*\.\s*(?:answer|predict|reveal|hint|check|progress)\b/g, ""));
}

/** For each cell whether it must run, in order. */
export function neededCells(cells: readonly CellUse[]): readonly boolean[] {
  const declared = new Set<string>();
  const callable = new Set<string>();
  for (const { compiled, source } of cells) {
    if (compiled === undefined || opens.test(source)) continue;
    // A value that was made with the current cluster at hand may be a command of it.
    const reaches = !setsFirst.test(source) && [...namesOf(compiled)].some((name) => reachCurrent.has(name));
    const isCode = reaches || /=>|\bfunction\b|\bclass\b/.test(source);
    for (const name of compiled.globals) {
      declared.add(name);
      if (isCode) callable.add(name);
    }
  }
  const reach = new Reach();
  let epoch = 0;
  const touched = cells.map(({ counts, source, compiled }) => {
    if (compiled === undefined || opens.test(source) || plainTalk.test(source)) return [];
    const names = namesOf(compiled);
    const values = [...names].filter((name) => declared.has(name));
    const before = ` ${epoch}`;
    const sets = setsFirst.test(source);
    const mayset = !sets && (setsSomewhere.test(source) || (counts && startsPerhaps(source)));
    if (sets || mayset) epoch += 1;
    const uses = compiled.calls.length > 0 || [...names].some((name) => reachCurrent.has(name) || callable.has(name));
    const reached = uses || sets || mayset ? [...values, ` ${epoch}`] : values;
    if (mayset) reached.push(before);
    reach.join(reached);
    return reached;
  });
  const all = cells.some(
    ({ counts, compiled }) => counts && compiled && [...namesOf(compiled)].some((name) => reachEverything.has(name)),
  );
  const wanted = new Set<string>();
  cells.forEach(({ counts }, index) => {
    if (counts) for (const name of touched[index] as readonly string[]) wanted.add(reach.of(name));
  });
  return cells.map(
    ({ counts, source }, index) =>
      counts ||
      opens.test(source) ||
      (!plainTalk.test(source) &&
        (all || (touched[index] as readonly string[]).some((name) => wanted.has(reach.of(name))))),
  );
}
