import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import vm from "node:vm";
import * as api from "../lessons/api.ts";
import type { LessonCode } from "../lessons/engine/registry.ts";
import type { Solutions } from "../lessons/exercise.ts";
import { Failure } from "./command.ts";

type Exports = Readonly<Record<string, unknown>>;

/** Compiles the text of a TypeScript file to CommonJS. */
type Compile = (text: string, file: string) => string;

/**
 * Loads the sources of a lesson from its folder, as they stand there: a solution is compiled nowhere else, and a lesson that was
 * just written is in no build. Its files see `../api.ts` and each other, and nothing else.
 */
export async function loadLessonCode(folder: string): Promise<LessonCode & { readonly solutions: Solutions }> {
  const loader = new LessonLoader(await compiler());
  const part = (file: string, name: string): unknown => {
    const path = join(folder, file);
    if (!existsSync(path)) throw new Failure(`${path} is missing: it exports ${name}.`);
    const found = loader.load(path)[name];
    if (typeof found !== "object" || found === null)
      throw new Failure(`${path} exports no ${name}: write export const ${name}.`);
    return found;
  };
  return {
    scenarios: part("scenario.ts", "scenarios") as LessonCode["scenarios"],
    checks: part("checks.ts", "checks") as LessonCode["checks"],
    solutions: part("solution.ts", "solutions") as Solutions,
  };
}

/** TypeScript's compiler is loaded only by who needs it: it takes a third of a second. */
async function compiler(): Promise<Compile> {
  const { default: ts } = await import("typescript");
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  return (text, file) => {
    const { outputText, diagnostics } = ts.transpileModule(text, {
      fileName: file,
      compilerOptions,
      reportDiagnostics: true,
    });
    const [first] = diagnostics ?? [];
    if (first === undefined) return outputText;
    const { line } = ts.getLineAndCharacterOfPosition(first.file!, first.start ?? 0);
    throw new Failure(`${file}:${line + 1}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
  };
}

class LessonLoader {
  readonly #compile: Compile;
  readonly #loaded = new Map<string, Exports>();

  constructor(compile: Compile) {
    this.#compile = compile;
  }

  load(file: string): Exports {
    const path = resolve(file);
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    const exports: Record<string, unknown> = {};
    this.#loaded.set(path, exports);
    const script = this.#compile(readFileSync(path, "utf8"), path);
    const body = vm.runInThisContext(`(function (exports, require) {${script}\n})`, { filename: path }) as (
      exports: object,
      require: (specifier: string) => unknown,
    ) => void;
    try {
      body(exports, (specifier) => this.#resolve(specifier, path));
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(`${path} could not be loaded: ${error instanceof Error ? error.message : String(error)}.`);
    }
    return exports;
  }

  #resolve(specifier: string, from: string): unknown {
    if (specifier === "../api.ts" || specifier === "kube-orrery") return api;
    const path = resolve(dirname(from), specifier);
    if (specifier.startsWith("./") && dirname(path) === dirname(from) && existsSync(path)) return this.load(path);
    throw new Failure(`${from} imports "${specifier}": a lesson imports ../api.ts and files of its own folder only.`);
  }
}
