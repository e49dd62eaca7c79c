import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import type { CellEnvironment, CommandCall, CommandOutput } from "../environment.ts";
import type { SharedFlags } from "../wire/shared-flags.ts";
import { currentCell } from "./context.ts";
import { resolveImport } from "./imports.ts";
import { Interrupted } from "./interrupted.ts";

/** What a cell may do wrong at run time and what to write instead. */
class FloatingPromise extends Error {
  override readonly name = "FloatingPromise";

  constructor() {
    super(
      "this statement's value is a promise that nothing waits for: write `await` in front of it, or `void` if that is meant",
    );
  }
}

function disposerOf(value: unknown, names: readonly symbol[]): () => unknown {
  if (value === null || value === undefined) return () => {};
  for (const name of names) {
    const method = (value as Record<symbol, unknown>)[name];
    if (typeof method === "function") return () => method.call(value);
  }
  throw new TypeError("the value of `using` has no method Symbol.dispose");
}

/** Imports a module by its URL. */
export type ImportModule = (url: string, attributes?: ImportAttributes) => Promise<unknown>;

/**
 * The object that compiled cells know as `$orrery`. Its members are named in the texts that the compilation inserts;
 * people do not write them.
 */
export class CellRuntime {
  readonly #flags: SharedFlags;
  readonly #environment: CellEnvironment;
  readonly #output: CommandOutput;
  readonly #importModule: ImportModule;
  readonly #calls: CommandCall[] = [];
  /** The namespace of the import statement that is being carried out. */
  module: Record<string, unknown> = {};

  constructor(
    flags: SharedFlags,
    environment: CellEnvironment,
    output: CommandOutput,
    importModule: ImportModule = (url) => import(url),
  ) {
    this.#importModule = importModule;
    this.#flags = flags;
    this.#environment = environment;
    this.#output = output;
  }

  /** Where the next cell's commands get their numbers from: a function may call its command long after its cell. */
  get callBase(): number {
    return this.#calls.length;
  }

  addCalls(calls: readonly CommandCall[]): void {
    this.#calls.push(...calls);
  }

  stop(): never {
    throw new Interrupted();
  }

  check(): void {
    if (this.#flags.interrupted || currentCell()?.stopped) this.stop();
  }

  after<T>(value: T): T {
    this.check();
    return value;
  }

  command(number: number): void {
    this.#environment.run(this.#calls[number]!, this.#output);
  }

  statement(value: unknown): void {
    if (!types.isPromise(value)) return;
    value.catch(() => {}); // the error below is the one to report
    throw new FloatingPromise();
  }

  result(value: unknown): void {
    this.statement(value);
    const cell = currentCell();
    if (cell) cell.result = value;
  }

  using<T>(value: T): T {
    currentCell()?.disposers.push(disposerOf(value, [Symbol.dispose]));
    return value;
  }

  usingLater<T>(value: T): T {
    currentCell()?.disposers.push(disposerOf(value, [Symbol.asyncDispose, Symbol.dispose]));
    return value;
  }

  async import(specifier: string, options?: ImportCallOptions): Promise<Record<string, unknown>> {
    const own = this.#environment.modules?.[String(specifier)];
    if (own) return own as Record<string, unknown>;
    return (await this.#importModule(resolveImport(String(specifier)), options?.with)) as Record<string, unknown>;
  }

  /**
   * A named import. What the module lacks is undefined: it may be a type imported without the word `type`, and the type
   * side knows better than we whether the name exists.
   */
  member(module: Record<string, unknown>, name: string): unknown {
    return name in module ? module[name] : (module.default as Record<string, unknown> | undefined)?.[name];
  }

  get meta(): object {
    const filename = join(process.cwd(), "notebook.ts");
    return {
      url: pathToFileURL(filename).href,
      filename,
      dirname: process.cwd(),
      resolve: (specifier: string) => resolveImport(specifier),
    };
  }
}
