import ts from "typescript";
import type { Declaration } from "../environment.ts";
import { CellNameTable } from "./cell-names.ts";
import { documentationAt } from "./documentation.ts";
import type { CellSource, Inspection, Proposals, TypeProblem } from "./protocol.ts";
import { CELLS_ROOT, VirtualFiles } from "./virtual-files.ts";

/** What the type side knows before any cell. */
export interface BakedTypes {
  /** The standard library as one text. */
  readonly library: string;
  /** Console, timers and the like, for notebooks without Node.js's types. */
  readonly host: string;
  /** What the notebook kernel itself gives to cells: `display`, `prompt`. */
  readonly notebook: string;
  /** Node.js's own modules; the startup snapshot cannot ask for them. */
  readonly builtInModules: readonly string[];
  /** Declarations of our package and the environment's globals. */
  readonly declarations: readonly Declaration[];
}

const LIBRARY = "/lib.d.ts";
const HOST = "/host.d.ts";
const NOTEBOOK = "/notebook.d.ts";
/** The one file in which every cell is looked at; a cell that is kept moves to a file of its own. */
const CELL = `${CELLS_ROOT}cell.ts`;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: [],
  strict: true,
  skipLibCheck: true,
  declaration: true,
  emitDeclarationOnly: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  esModuleInterop: true,
};

const NO_TYPES_FOR_MODULE = 7016;
const CANNOT_FIND_MODULE = 2307;

/** Checks, completes and explains cells with TypeScript's language service. */
export class TypesService {
  readonly #files = new VirtualFiles(OPTIONS);
  readonly #service: ts.LanguageService;
  readonly #builtIn: ReadonlySet<string>;
  readonly #builtInImport: RegExp;
  #names = new CellNameTable();
  #globals: string[];
  #augmenting: string[] = [];
  #nodeTypes: string | undefined;
  #projectVersion = 0;
  #unsettled: CellSource | undefined;

  constructor(baked: BakedTypes) {
    this.#files.set(LIBRARY, baked.library);
    this.#files.set(HOST, baked.host);
    this.#files.set(NOTEBOOK, baked.notebook);
    this.#files.set(CELL, "");
    this.#files.add(baked.declarations);
    this.#globals = globalFiles(baked.declarations);
    this.#builtIn = new Set(baked.builtInModules);
    this.#builtInImport = new RegExp(`["'](?:node:|(?:${baked.builtInModules.join("|")})["'])`);
    this.#service = ts.createLanguageService(
      this.#host(),
      ts.createDocumentRegistry(true, "/", ts.JSDocParsingMode.ParseNone as never),
    );
  }

  /** Takes over the notebook's folder and the environment's declarations; forgets all cells. */
  start(folder: string, declarations: readonly Declaration[]): void {
    this.#files.folder = folder;
    this.#files.add(declarations);
    this.#globals = [...new Set([...this.#globals, ...globalFiles(declarations)])];
    this.#names = new CellNameTable();
    this.#augmenting = [];
    this.#unsettled = undefined;
    this.#projectVersion++;
  }

  /** The errors of a cell. One without errors is kept: call `settle` when there is time. */
  check(cell: CellSource): TypeProblem[] {
    this.settle();
    if (!this.#nodeTypes && this.#builtInImport.test(cell.text)) this.#nodeTypes = this.#files.nodeTypes();
    this.#setCell(cell.text + this.#names.suffix(cell));
    const found = [...this.#service.getSyntacticDiagnostics(CELL), ...this.#service.getSemanticDiagnostics(CELL)];
    const problems = found
      .filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error && !this.#isTolerated(diagnostic))
      .map((diagnostic) => problemOf(diagnostic, cell.text.length));
    if (problems.length === 0) this.#unsettled = cell;
    return problems;
  }

  /**
   * Replaces the last good cell by its own declarations. Required, not only faster: with the sources, a chain of cells
   * that each use the one before grows slower and ends in a stack overflow of the checker.
   */
  settle(): void {
    const cell = this.#unsettled;
    this.#unsettled = undefined;
    if (!cell || (cell.declared.length === 0 && !cell.augments)) return;
    const emitted = this.#service.getEmitOutput(CELL, true, true).outputFiles[0]?.text;
    const fileName = `${CELLS_ROOT}${cell.serial}${emitted ? ".d.ts" : ".ts"}`;
    this.#files.set(fileName, emitted ?? this.#files.get(CELL)!.text);
    this.#names.add(cell);
    if (cell.augments) this.#augmenting.push(fileName);
  }

  /** What may be written at an offset, by name order of TypeScript's own ranking. */
  complete(text: string, offset: number): Proposals {
    const shift = this.#setUnfinished(text);
    const word = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(text.slice(0, offset))![0];
    const start = offset - word.length;
    const found = this.#service.getCompletionsAtPosition(CELL, offset + shift, {
      includeCompletionsWithInsertText: false,
      includeCompletionsForModuleExports: false,
    });
    const entries = (found?.entries ?? [])
      .filter((entry) => entry.name.startsWith(word) && entry.kind !== ts.ScriptElementKind.warning)
      .map(({ name, kind, sortText }) => ({ name, kind, sortText }))
      .sort((a, b) => order(a.sortText, b.sortText) || order(a.name, b.name));
    const seen = new Set(entries.map(({ name }) => name));
    const cells = found?.isGlobalCompletion ? this.#names.startingWith(word).filter(({ name }) => !seen.has(name)) : [];
    return { start, end: offset, entries: [...cells, ...entries.map(({ name, kind }) => ({ name, kind }))] };
  }

  /** The signature and documentation of the name at an offset, or just before it. */
  inspect(text: string, offset: number): Inspection | undefined {
    const shift = this.#setUnfinished(text);
    for (const at of [offset, offset - 1]) {
      const info = at >= 0 ? this.#service.getQuickInfoAtPosition(CELL, at + shift) : undefined;
      if (!info) continue;
      const documentation = documentationAt(this.#service, CELL, at + shift);
      return { signature: ts.displayPartsToString(info.displayParts), documentation };
    }
    return undefined;
  }

  /** Puts unfinished code into the cell's file, its known names in front; returns by how much it moved. */
  #setUnfinished(text: string): number {
    this.settle();
    const prefix = this.#names.prefix(text);
    this.#setCell(prefix + text);
    return prefix.length;
  }

  #setCell(text: string): void {
    this.#files.set(CELL, text);
    this.#projectVersion++;
  }

  /** A package that has no types is used untyped, and so are Node.js's modules when nobody installed their types. */
  #isTolerated(diagnostic: ts.Diagnostic): boolean {
    if (diagnostic.code === NO_TYPES_FOR_MODULE) return true;
    if (diagnostic.code !== CANNOT_FIND_MODULE || !diagnostic.file) return false;
    const name = diagnostic.file.text.slice(diagnostic.start! + 1, diagnostic.start! + diagnostic.length! - 1);
    return name.startsWith("node:") || this.#builtIn.has(name);
  }

  #host(): ts.LanguageServiceHost {
    const files = this.#files;
    return {
      getCompilationSettings: () => OPTIONS,
      getProjectVersion: () => String(this.#projectVersion),
      getScriptFileNames: () => [this.#nodeTypes ?? HOST, NOTEBOOK, ...this.#globals, ...this.#augmenting, CELL],
      getScriptVersion: (fileName) => String(files.get(fileName)?.version ?? 0),
      getScriptSnapshot: (fileName) => files.get(fileName)?.snapshot,
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => LIBRARY,
      useCaseSensitiveFileNames: () => true,
      fileExists: (fileName) => files.has(fileName),
      readFile: (fileName) => files.get(fileName)?.text,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map(({ text }) => ({ resolvedModule: files.resolve(text, containing) })),
    };
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Files that declare globals are roots of the program; files of our package come in by imports alone. */
function globalFiles(declarations: readonly Declaration[]): string[] {
  return declarations
    .map(({ fileName }) => fileName)
    .filter((fileName) => /(^|\/)globals(\.[\w-]+)?\.d\.ts$/.test(fileName));
}

function problemOf(diagnostic: ts.Diagnostic, length: number): TypeProblem {
  const start = Math.min(diagnostic.start ?? 0, length);
  return {
    code: diagnostic.code,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
    start,
    end: Math.min(start + (diagnostic.length ?? 0), length),
  };
}
