/** Compiles cells as the notebook kernel does, and remembers those that come again: most cells of a class are the same. */
import { type CompiledCell, compileCell, type RefusedCell } from "../kernel/compile/cell.ts";
import type { CommandNames } from "../kernel/compile/magics.ts";
import { commandNames } from "../lessons/api.ts";

const names: CommandNames = { line: new Set(commandNames), cell: new Set(["yaml", "sh"]) };
/** Numbers of commands that each place in a notebook has for itself. */
const commandsOfCell = 10_000;
const rememberedMax = 500;

/** Compiled cells by text and place. */
export class CellCompiler {
  readonly #known = new Map<string, CompiledCell | RefusedCell>();

  /** Compiles the cell at a place of the notebook, counted from 0. */
  compile(source: string, place: number): CompiledCell | RefusedCell {
    const key = `${place}\n${source}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const compiled = compileCell(source, names, this.firstCommandOf(place));
    if (this.#known.size >= rememberedMax) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(key, compiled);
    return compiled;
  }

  /** The number of the first command of the cell at a place. */
  firstCommandOf(place: number): number {
    return place * commandsOfCell;
  }
}
