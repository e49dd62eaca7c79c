import { Failure } from "./command.ts";

/** An output of a cell, as nbformat 4.5 has it. */
export type CellOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: Forms; metadata: Forms }
  | { output_type: "execute_result"; data: Forms; metadata: Forms; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: readonly string[] };

/** Forms of one value by MIME type; also what notebooks say about them. */
export type Forms = Record<string, unknown>;

/** A cell with its text in one piece. */
export interface NotebookCell {
  readonly cell_type: string;
  readonly id: string;
  readonly metadata: Forms;
  readonly source: string;
  /** Code cells only. */
  execution_count?: number | null;
  outputs?: CellOutput[];
}

/** A notebook whose texts are in one piece. */
export interface NotebookFile {
  cells: NotebookCell[];
  metadata: Forms;
  readonly nbformat: 4;
  readonly nbformat_minor: number;
}

/** Cells have names from this minor version on. */
const minorWithIds = 5;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a notebook and brings it to nbformat 4.5; `name` is the file's, for complaints. Throws a Failure. */
export function readNotebook(name: string, text: string): NotebookFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Failure(`${name} is not a notebook, because it is not JSON: ${(error as Error).message}.`);
  }
  if (!isRecord(parsed) || !Array.isArray(parsed.cells) || typeof parsed.nbformat !== "number")
    throw new Failure(`${name} is not a notebook: it has no "cells" and "nbformat".`);
  if (parsed.nbformat !== 4)
    throw new Failure(`${name} has nbformat ${parsed.nbformat}: open it in JupyterLab and save it, which makes it 4.`);
  const minor = Math.max(minorWithIds, Number(parsed.nbformat_minor) || 0);
  const cells = parsed.cells.map((cell, index) => readCell(name, cell, index));
  return {
    ...parsed,
    metadata: isRecord(parsed.metadata) ? parsed.metadata : {},
    cells,
    nbformat: 4,
    nbformat_minor: minor,
  };
}

function readCell(name: string, cell: unknown, index: number): NotebookCell {
  const source = isRecord(cell) ? joined(cell.source) : undefined;
  if (!isRecord(cell) || typeof cell.cell_type !== "string" || source === undefined)
    throw new Failure(`${name} is not a notebook: its cell ${index + 1} has no "cell_type" or no "source".`);
  const id = typeof cell.id === "string" ? cell.id : `cell-${index + 1}`;
  const metadata = isRecord(cell.metadata) ? cell.metadata : {};
  return { ...cell, cell_type: cell.cell_type, id, metadata, source };
}

function joined(text: unknown): string | undefined {
  if (typeof text === "string") return text;
  return Array.isArray(text) && text.every((line) => typeof line === "string") ? text.join("") : undefined;
}

/** Line ends as Python's `str.splitlines` knows them, by which Jupyter's server cuts texts. */
const lineEnds = new Set("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

function split(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (!lineEnds.has(text[at] ?? "") || (text[at] === "\r" && text[at + 1] === "\n")) continue;
    lines.push(text.slice(from, at + 1));
    from = at + 1;
  }
  return from < text.length ? [...lines, text.slice(from)] : lines;
}

/** These are kept as lists of lines, and so is all that begins with text/. */
const linedTypes = new Set(["application/javascript", "image/svg+xml"]);

function splitForms(data: Forms): Forms {
  const lined = ([type, value]: [string, unknown]): [string, unknown] =>
    typeof value === "string" && (type.startsWith("text/") || linedTypes.has(type))
      ? [type, split(value)]
      : [type, value];
  return Object.fromEntries(Object.entries(data).map(lined));
}

function splitOutput(output: CellOutput): unknown {
  if (output.output_type === "stream") return { ...output, text: split(output.text) };
  return output.output_type === "error" ? output : { ...output, data: splitForms(output.data) };
}

function splitCell(cell: NotebookCell): unknown {
  const { trusted: _, ...metadata } = cell.metadata;
  const outputs = cell.outputs === undefined ? {} : { outputs: cell.outputs.map(splitOutput) };
  return { ...cell, metadata, source: split(cell.source), ...outputs };
}

/** The notebook as the bytes that Jupyter's server saves: sorted keys, one space of indent, texts as lists of lines. */
export function notebookText(notebook: NotebookFile): string {
  return `${JSON.stringify(sorted({ ...notebook, cells: notebook.cells.map(splitCell) }), undefined, 1)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
