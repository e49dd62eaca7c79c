/**
 * The interpreter in which a submission's cells run: QuickJS in WebAssembly, which has no way out but the one function
 * that it is given. Time is counted in the interpreter's own polls, so a cell that is cut is cut at the same place on
 * every machine; what no poll counts (huge native loops, memory thrash) is for the outside to end.
 */
import variant from "@jitl/quickjs-wasmfile-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import { preludeText } from "./prelude.ts";

/** How one piece of foreign code ended. `line` and `column` are those of the evaluated text, when they are known. */
export type Ended =
  | { readonly kind: "done"; readonly value: string }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly place: { readonly line: number; readonly column: number } | undefined;
    };

/** The interpreter itself broke: it must not be used again, and nothing in it can be trusted to be as it was. */
export class SandboxBroken extends Error {
  override readonly name = "SandboxBroken";
}

const memoryBytesMax = 64 * 1024 * 1024;
const stackBytesMax = 512 * 1024;
const jobsMax = 5_000;
/** Polls that one cell, and one submission, may take: about a third of a second, and three seconds. */
const pollsOfCell = 400;
const pollsOfAll = 4_000;

/** What is said of a cell that computed for too long. */
const tooLong = "it computes for too long: give its loops an end";

/** The package's types describe its CommonJS form, in which the default export is one level deeper. */
const release = variant as unknown as QuickJSSyncVariant;

let loaded: QuickJSWASMModule | undefined;

/** Loads the interpreter, which calls `alive` now and then while it gets on; the first time, and after one broke, that takes some milliseconds. */
export async function openSandbox(host: (request: string) => string, alive?: () => void): Promise<Sandbox> {
  loaded ??= await newQuickJSWASMModuleFromVariant(release);
  return new Sandbox(loaded, host, alive);
}

/** One fresh global object for one submission. */
export class Sandbox {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #enter: QuickJSHandle;
  #pollsLeft = pollsOfAll;
  #cellEnds = 0;
  #cut = false;
  #broken: unknown;

  constructor(module: QuickJSWASMModule, host: (request: string) => string, alive: () => void = () => {}) {
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(memoryBytesMax);
    this.#runtime.setMaxStackSize(stackBytesMax);
    this.#context = this.#runtime.newContext();
    this.#runtime.setInterruptHandler(() => {
      alive();
      this.#pollsLeft -= 1;
      this.#cut ||= this.#pollsLeft < this.#cellEnds;
      return this.#cut;
    });
    const door = this.#context.newFunction("host", (request) => this.#answer(host, request));
    this.#context.setProp(this.#context.global, "$host", door);
    door.dispose();
    this.#enter = this.#context.unwrapResult(this.#context.evalCode(preludeText, "prelude.js"));
  }

  /** Runs a compiled cell: `script` is a function expression. The value is what the prelude says of it, as JSON. */
  run(script: string, fileName: string): Ended {
    return this.#guarded(() => {
      const made = this.#context.evalCode(script, fileName);
      if (made.error) return this.#failure(made.error, fileName);
      return this.#settled(made.value, fileName);
    });
  }

  /** Gives everything back. An interpreter that can't even be closed is not used again. */
  close(): void {
    try {
      if (this.#broken === undefined) {
        this.#enter.dispose();
        this.#context.dispose();
        this.#runtime.dispose();
        return;
      }
    } catch {
      // Below: it is left to the garbage collector.
    }
    loaded = undefined;
  }

  #answer(host: (request: string) => string, request: QuickJSHandle): QuickJSHandle {
    return this.#context.newString(host(this.#context.getString(request)));
  }

  /** Calls the prelude's entry with the cell's function and drives promises until they end or are too many. */
  #settled(cell: QuickJSHandle, fileName: string): Ended {
    const called = this.#context.callFunction(this.#enter, this.#context.undefined, cell);
    cell.dispose();
    if (called.error) return this.#failure(called.error, fileName);
    const promise = called.value;
    const jobs = this.#runtime.executePendingJobs(jobsMax);
    if (jobs.error) {
      promise.dispose();
      return this.#failure(jobs.error, fileName);
    }
    const state = this.#context.getPromiseState(promise);
    promise.dispose();
    if (state.type === "rejected") return this.#failure(state.error, fileName);
    if (state.type === "pending") return failed("it awaits something that never comes");
    const value = this.#context.getString(state.value);
    state.value.dispose();
    return { kind: "done", value };
  }

  #failure(error: QuickJSHandle, fileName: string): Ended {
    const thrown = this.#context.dump(error) as unknown;
    if (error.alive) error.dispose();
    return this.#cut ? failed(tooLong) : failureOf(thrown, fileName);
  }

  #guarded(work: () => Ended): Ended {
    if (this.#broken !== undefined) throw new SandboxBroken("the interpreter has broken before");
    this.#cut = false;
    this.#cellEnds = Math.max(0, this.#pollsLeft - pollsOfCell);
    if (this.#pollsLeft <= 0) return failed(tooLong);
    try {
      return work();
    } catch (error) {
      this.#broken = error;
      throw new SandboxBroken(error instanceof Error ? error.message : String(error));
    }
  }
}

const messageLengthMax = 500;

function failed(message: string): Ended {
  return { kind: "failed", message, place: undefined };
}

/** What was thrown in there is foreign: only texts are taken from it. */
function failureOf(thrown: unknown, fileName: string): Ended {
  const record = typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>) : {};
  const [name, message, stack] = [record.name, record.message, record.stack].map((part) =>
    typeof part === "string" ? part : "",
  ) as [string, string, string];
  const text =
    name === "" && message === "" ? `it threw ${String(JSON.stringify(thrown) ?? thrown)}` : `${name}: ${message}`;
  const at = stack.indexOf(`${fileName}:`);
  const [, line, column] = /^:(\d+):(\d+)/.exec(at < 0 ? "" : stack.slice(at + fileName.length)) ?? [];
  const place = line === undefined ? undefined : { line: Number(line), column: Number(column) };
  return { kind: "failed", message: text.slice(0, messageLengthMax), place };
}
