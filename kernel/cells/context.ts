import { AsyncLocalStorage } from "node:async_hooks";
import type { CompiledCell } from "../compile/cell.ts";
import type { Request } from "../wire/protocol.ts";
import type { CellOutput } from "./output.ts";

/** One run of a cell. It outlives the run: timers and promises that the cell started still belong to it. */
export interface CellContext {
  /** The script's file name in stack traces. */
  readonly fileName: string;
  readonly code: string;
  readonly request: Request;
  readonly output: CellOutput;
  /** The cell was given up by an interrupt: what is left of it ends at its next await. */
  stopped: boolean;
  /** Undefined until the cell is compiled, and for a cell that could not be. */
  compiled: CompiledCell | undefined;
  /** The value of the last statement. */
  result: unknown;
  /** What `using` at the top of the cell holds, newest last. */
  readonly disposers: (() => unknown)[];
}

const storage = new AsyncLocalStorage<CellContext>();

/** The cell that runs now, or that started the present timer or promise. */
export function currentCell(): CellContext | undefined {
  return storage.getStore();
}

/** Runs something as part of a cell. */
export function insideCell<T>(context: CellContext, action: () => T): T {
  return storage.run(context, action);
}
