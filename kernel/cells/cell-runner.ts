import process from "node:process";
import vm from "node:vm";
import type { SharedFlags } from "../wire/shared-flags.ts";
import { type CellContext, insideCell } from "./context.ts";
import { Interrupted } from "./interrupted.ts";

/** How a run ended. */
export type RunOutcome =
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: unknown; readonly interrupted: boolean; readonly cut: boolean };

/** Both names are on the global object, out of sight, and cannot be replaced by a cell. */
export const RUNTIME_NAME = "$orrery";
const ENTER_NAME = "$orreryEnter";

function isCut(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

/** Runs compiled cells one after the other on the main thread, and ends the running one when it is interrupted. */
export class CellRunner {
  readonly #flags: SharedFlags;
  readonly #enter = new vm.Script(`${ENTER_NAME}()`, { filename: "orrery-enter.js" });
  #entry: (() => unknown) | undefined;
  #interrupt: (() => void) | undefined;
  #handled = 0;

  constructor(flags: SharedFlags) {
    this.#flags = flags;
    // A cell runs inside a script that ends at SIGINT; outside of one the signal must not end the process.
    process.on("SIGINT", () => {});
    Object.defineProperty(globalThis, ENTER_NAME, {
      value: () => {
        const body = this.#entry!;
        return body(); // not as a method: a cell's `this` is undefined
      },
    });
  }

  /** Runs something that an interrupt gives up, between `begin` and `finish`. */
  async interruptible<T>(work: Promise<T>): Promise<T> {
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = () => reject(new Interrupted());
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** An interrupt's message has come: ends a pending await. One whose flag ended a cell already is late. */
  interrupt(number: number): void {
    if (number <= this.#handled) return;
    if (this.#interrupt) this.#interrupt();
    else this.finish();
  }

  /** Lowers the flag: what it was raised for is over. */
  finish(): void {
    this.#handled = this.#flags.lowerInterrupt();
  }

  async run(context: CellContext): Promise<RunOutcome> {
    let outcome: RunOutcome;
    try {
      outcome = { kind: "done", value: await this.#evaluate(context) };
    } catch (error) {
      const cut = isCut(error);
      const interrupted = cut || error instanceof Interrupted || this.#flags.interrupted;
      if (interrupted) context.stopped = true;
      outcome = { kind: "failed", error: cut ? new Interrupted() : error, interrupted, cut };
    }
    this.finish();
    const failure = await this.#dispose(context);
    return failure && outcome.kind === "done" ? failure : outcome;
  }

  async #evaluate(context: CellContext): Promise<unknown> {
    const { compiled, fileName } = context;
    if (this.#flags.interrupted) throw new Interrupted();
    defineGlobals(compiled!.globals, compiled!.rebuilt);
    const script = new vm.Script(compiled!.script, { filename: fileName });
    const body = script.runInThisContext() as () => unknown;
    const returned = insideCell(context, () => this.#synchronousPart(body));
    if (compiled!.isAsync) await this.interruptible(returned as Promise<unknown>);
    return context.result;
  }

  #synchronousPart(body: () => unknown): unknown {
    this.#entry = body;
    this.#flags.running = true;
    try {
      return this.#enter.runInThisContext({ breakOnSigint: process.platform !== "win32", displayErrors: false });
    } finally {
      this.#flags.running = false;
    }
  }

  async #dispose(context: CellContext): Promise<RunOutcome | undefined> {
    let failure: RunOutcome | undefined;
    for (let dispose = context.disposers.pop(); dispose; dispose = context.disposers.pop()) {
      try {
        await this.interruptible(Promise.resolve(insideCell(context, dispose)));
      } catch (error) {
        failure ??= { kind: "failed", error, interrupted: error instanceof Interrupted, cut: false };
      }
    }
    return failure;
  }
}

/** Plain data properties, also in the place of accessors such as `fetch`, so that a cell may use any name. */
function defineGlobals(names: readonly string[], rebuilt: readonly string[]): void {
  for (const name of names) {
    const known = Object.getOwnPropertyDescriptor(globalThis, name);
    if (known && !known.configurable && !known.writable) {
      throw new SyntaxError(`the name '${name}' is taken by the notebook itself: choose another`);
    }
    if (known && "value" in known && known.writable) continue;
    const value = known?.get ? undefined : known?.value;
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
  }
  for (const name of rebuilt) (globalThis as Record<string, unknown>)[name] = undefined;
}
