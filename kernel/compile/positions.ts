import remapping from "@jridgewell/remapping";
import { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type MagicString from "magic-string";

/** A place in a cell as people count: the first line is 1, the first column is 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A source map as the transforms give it. */
export type SourceMapText = string | { mappings: string; names: string[]; sources: (string | null)[]; version: number };

/** The place of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1 };
}

/**
 * Maps places of a cell's running text back to the cell. The maps are composed only when an error is shown, because
 * almost no cell needs them and composing costs more than the rest of the compilation.
 */
export class CellPositions {
  readonly #layers: readonly (() => SourceMapText)[];
  #map: TraceMap | undefined;
  readonly columnShift: number;

  /** @param layers the maps, the last text's first; `columnShift` is what was put in front of the first line. */
  constructor(layers: readonly (() => SourceMapText)[], columnShift: number) {
    this.#layers = layers;
    this.columnShift = columnShift;
  }

  /** The place in the cell, or undefined for text that we added. */
  original(place: Place): Place | undefined {
    this.#map ??= new TraceMap(
      remapping(this.#layers.map((layer) => layer()) as never[], () => null) as unknown as string,
    );
    const at = { line: place.line, column: Math.max(0, place.column - 1) };
    let found = originalPositionFor(this.#map, at);
    // Text of ours at the start of a line stands for what comes after it.
    if (found.line === null) found = originalPositionFor(this.#map, { ...at, bias: LEAST_UPPER_BOUND });
    if (found.line === null) return undefined;
    return this.shifted({ line: found.line, column: found.column + 1 });
  }

  /** Takes off what was put in front of the first line. */
  shifted(place: Place): Place {
    return place.line === 1 ? { line: 1, column: Math.max(1, place.column - this.columnShift) } : place;
  }
}

/** A lazily made map of edits: fine-grained, since columns are what we want of it. */
export function mapOfEdits(edits: MagicString): () => SourceMapText {
  return () => edits.generateMap({ hires: "boundary", source: "cell" }) as SourceMapText;
}
