/**
 * A notebook as it was handed in. Reading believes nothing: whatever is not a notebook becomes one sentence, and a cell that
 * has lost a field keeps the rest.
 */

import { PROGRESS_NAME } from "../lessons/live/lesson-protocol.ts";

/** A cell that was handed in. */
export interface HandedCell {
  readonly id: string;
  /** nbgrader's name for it, for notebooks whose cells have lost their ids on the way. */
  readonly gradeId: string | undefined;
  readonly isCode: boolean;
  readonly source: string;
}

/** What of a notebook matters. */
export interface HandedNotebook {
  readonly cells: readonly HandedCell[];
  /** The lesson that its metadata names. */
  readonly lesson: string | undefined;
  /** What the lesson panel kept in it. */
  readonly progress: {
    readonly predictions: Readonly<Record<string, string>>;
    readonly hints: Readonly<Record<string, number>>;
  };
}

/** A file that is no notebook, with the reason in one sentence. */
export class NotANotebook extends Error {
  override readonly name = "NotANotebook";
}

/** Largest notebook that is read; ours are below 5 MB with all their pictures. */
export const notebookBytesMax = 20_000_000;
const cellsMax = 2_000;
const sourceLengthMax = 200_000;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** Reads the text of a notebook file. Throws NotANotebook. */
export function readNotebook(text: string): HandedNotebook {
  if (text.trim() === "") throw new NotANotebook("the file is empty: hand in the notebook as Jupyter saved it");
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new NotANotebook("the file is not JSON, as every notebook is: hand in the .ipynb file itself");
  }
  const { cells, metadata } = fieldsOf(value);
  if (!Array.isArray(cells))
    throw new NotANotebook("the file has no list of cells: hand in a notebook of Jupyter's format 4");
  if (cells.length > cellsMax)
    throw new NotANotebook(
      `the notebook has ${cells.length} cells, more than ${cellsMax}: hand in the lesson's notebook`,
    );
  const { orrery, [PROGRESS_NAME]: progress } = fieldsOf(metadata);
  const { lesson } = fieldsOf(orrery);
  const { predictions, hints } = fieldsOf(progress);
  return {
    cells: cells.map(cellOf),
    lesson: typeof lesson === "string" ? lesson : undefined,
    progress: { predictions: kept(predictions, "string"), hints: kept(hints, "number") },
  };
}

function cellOf(value: unknown): HandedCell {
  const { id, cell_type: type, source, metadata } = fieldsOf(value);
  const { grade_id: gradeId } = fieldsOf(fieldsOf(metadata).nbgrader);
  const lines = Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : source;
  const text = typeof lines === "string" ? lines : "";
  return {
    id: typeof id === "string" ? id : "",
    gradeId: typeof gradeId === "string" ? gradeId : undefined,
    isCode: type === "code",
    source: text.slice(0, sourceLengthMax),
  };
}

function kept<Kind extends "string" | "number">(
  value: unknown,
  kind: Kind,
): Readonly<Record<string, Kind extends "string" ? string : number>> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter(([, each]) => typeof each === kind)) as never;
}
