import { createRequire } from "node:module";
import MagicString from "magic-string";
import { type TransformOptions, transformSync } from "oxc-transform";
import { type CommandCall, type CommandNames, takeCommands } from "./magics.ts";
import { type CellNames, cellNames } from "./names.ts";
import { CellPositions, mapOfEdits, type Place, placeOf, type SourceMapText } from "./positions.ts";
import { rewrite } from "./rewrite.ts";
import { parse, problemOf, type SyntaxProblem } from "./syntax.ts";
import { rewriteUsing } from "./using.ts";

/** A cell ready to be checked and run. */
export interface CompiledCell {
  readonly kind: "compiled";
  /** The whole script; its value is a function that runs the cell. */
  readonly script: string;
  readonly isAsync: boolean;
  /** Global data properties to define before the run. */
  readonly globals: readonly string[];
  /** Of those, the ones to clear first: enums and namespaces, which would merge with their last run's value. */
  readonly rebuilt: readonly string[];
  readonly calls: readonly CommandCall[];
  readonly names: CellNames;
  /** What the type side checks; its lines are the cell's, its first line is moved by `positions.columnShift`. */
  readonly typeText: string;
  readonly positions: CellPositions;
}

/** A cell that cannot be read; nothing of it may run. */
export interface RefusedCell {
  readonly kind: "refused";
  readonly message: string;
  readonly place: Place;
}

const TRANSFORM: TransformOptions = {
  lang: "ts",
  sourceType: "module",
  target: "es2022",
  sourcemap: true,
  typescript: { onlyRemoveTypeImports: true },
  helpers: { mode: "External" as NonNullable<NonNullable<TransformOptions["helpers"]>["mode"]> },
};

interface Transformed {
  readonly code: string;
  readonly map: SourceMapText;
}

function refusal(problem: SyntaxProblem, text: string, shift: number): RefusedCell {
  const place = placeOf(text, problem.start);
  const column = place.line === 1 ? Math.max(1, place.column - shift) : place.column;
  return { kind: "refused", message: problem.message, place: { line: place.line, column } };
}

/** Decorators and `accessor` fields need TypeScript's own emit; it is loaded for the first cell that has one. */
function fullTransform(text: string): Transformed {
  const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const result = ts.transpileModule(text, {
    fileName: "cell.ts",
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      verbatimModuleSyntax: true,
    },
  });
  return { code: result.outputText.replace(/\n\/\/# sourceMappingURL=.*$/, "\n"), map: result.sourceMapText ?? "" };
}

/** `{ a: 1 }` alone in a cell is an object, as in other consoles, although TypeScript reads a block. */
function asObject(code: string): string | undefined {
  if (!/^\s*\{/.test(code)) return undefined;
  const wrapped = `(${code}\n)`;
  return parse(wrapped, "ts").program ? wrapped : undefined;
}

function transform(text: string, names: CellNames, edited: boolean): Transformed | SyntaxProblem {
  if (names.needsFullTransform) return fullTransform(text);
  const result = transformSync("cell.ts", text, TRANSFORM);
  const error = edited ? undefined : result.errors.find((candidate) => candidate.severity === "Error");
  if (error) return problemOf(error, text);
  return { code: result.code, map: result.map as unknown as SourceMapText };
}

/**
 * Compiles one cell: commands out, types off, top-level names to global properties, guards in. Nothing is run.
 * The pipeline and the reasons for its order stand in docs/decisions.
 */
export function compileCell(code: string, commandNames: CommandNames, callBase = 0): CompiledCell | RefusedCell {
  const object = asObject(code);
  const columnShift = object ? 1 : 0;
  const taken = takeCommands(object ?? code, commandNames, callBase);
  if (!taken.parsed.program) return refusal(taken.parsed.problem, taken.runText, columnShift);
  const names = cellNames(taken.parsed.program, taken.runText);

  const layers: (() => SourceMapText)[] = [];
  let text = taken.runText;
  if (/\busing\b/.test(text)) {
    const edits = new MagicString(text);
    rewriteUsing(taken.parsed.program, edits);
    text = edits.toString();
    layers.unshift(mapOfEdits(edits));
  }
  const transformed = transform(text, names, layers.length > 0);
  if ("message" in transformed) return refusal(transformed, text, columnShift);
  layers.unshift(() => transformed.map);

  const tree = parse(transformed.code, "js");
  if (!tree.program) return refusal(tree.problem, transformed.code, columnShift);
  const edits = new MagicString(transformed.code);
  const { names: globals, isAsync } = rewrite(tree.program, edits);
  edits.prepend(`(${isAsync ? "async " : ""}function () {"use strict"; `);
  edits.append("\n})");
  layers.unshift(mapOfEdits(edits));
  return {
    kind: "compiled",
    script: edits.toString(),
    isAsync,
    globals,
    rebuilt: names.rebuilt.filter((name) => globals.includes(name)),
    calls: taken.calls,
    names,
    typeText: taken.typeText,
    positions: new CellPositions(layers, columnShift),
  };
}
