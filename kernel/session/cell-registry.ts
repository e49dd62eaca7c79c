import type { CellContext } from "../cells/context.ts";

/** All runs of cells by their script's file name, to give stack traces back in the cells' words. */
export class CellRegistry {
  readonly #cells = new Map<string, CellContext>();
  #asides = 0;

  /** A file name: stored cells are named by their count, others (silent ones, expressions) by a number of their own. */
  fileName(count: number | undefined): string {
    return count === undefined ? `aside-${++this.#asides}.ts` : `cell-${count}.ts`;
  }

  add(context: CellContext): void {
    this.#cells.set(context.fileName, context);
  }

  get(fileName: string): CellContext | undefined {
    return this.#cells.get(fileName);
  }
}
