import { isAbsolute, relative, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Place } from "../compile/positions.ts";
import type { CellContext } from "./context.ts";
import { textOf } from "./rich-result.ts";

/** An error as Jupyter's messages carry it. */
export interface ErrorReport {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Finds the cell of a script's file name. */
export type CellLookup = (fileName: string) => CellContext | undefined;

const FRAME = /^\s+at (?:(?<name>.*?) \()?(?<file>.*?):(?<line>\d+):(?<column>\d+)\)?$/;
const SCRIPT_HEAD = /^((?:cell|aside)-\d+\.ts):(\d+)\n/;
const CHARS_MAX = 20_000;
/** Lines of the cell shown on each side of the one that failed. */
const AROUND = 2;
const CAUSES_MAX = 5;

function cut(text: string): string {
  return text.length <= CHARS_MAX
    ? text
    : `${text.slice(0, CHARS_MAX)}… [${text.length - CHARS_MAX} characters left out]`;
}

/** Lines of a cell around a place, the place marked below its line. */
export function codeFrame(code: string, place: Place, width = 1): string {
  const lines = code.split("\n");
  const last = Math.min(lines.length, place.line + AROUND);
  const digits = String(last).length;
  const shown: string[] = [];
  for (let line = Math.max(1, place.line - AROUND); line <= last; line++) {
    const text = lines[line - 1]!;
    shown.push(`${line === place.line ? ">" : " "} ${String(line).padStart(digits)} | ${text}`);
    if (line !== place.line) continue;
    const indent = text.slice(0, place.column - 1).replace(/[^\t]/g, " ");
    shown.push(
      `  ${" ".repeat(digits)} | ${indent}${"^".repeat(Math.max(1, Math.min(width, text.length - place.column + 1)))}`,
    );
  }
  return shown.join("\n");
}

/** Reads V8's stack traces and gives them back in the words of the cells, without our own frames. */
export class Tracebacks {
  readonly #lookup: CellLookup;
  readonly #ownFolder: string;

  /** @param ownFolder the folder of the notebook kernel's program; frames of files below it are left out. */
  constructor(lookup: CellLookup, ownFolder: string) {
    this.#lookup = lookup;
    this.#ownFolder = ownFolder;
  }

  /** Describes whatever was thrown. */
  report(thrown: unknown): ErrorReport {
    if (!(thrown instanceof Error)) {
      const text = cut(textOf(thrown));
      return { ename: "Thrown", evalue: text, traceback: [`Thrown: ${text}`] };
    }
    const ename = nameOf(thrown);
    const evalue = cut(messageOf(thrown));
    const traceback = this.#lines(thrown, `${ename}${evalue ? `: ${evalue}` : ""}`);
    let cause: unknown = thrown.cause;
    for (let depth = 0; cause !== undefined && depth < CAUSES_MAX; depth++) {
      if (!(cause instanceof Error)) {
        traceback.push(`Caused by: ${cut(textOf(cause))}`);
        break;
      }
      traceback.push(...this.#lines(cause, `Caused by: ${nameOf(cause)}: ${cut(messageOf(cause))}`));
      cause = cause.cause;
    }
    if (thrown instanceof AggregateError) {
      for (const one of thrown.errors.slice(0, CAUSES_MAX)) traceback.push(`- ${cut(textOf(one)).split("\n")[0]}`);
    }
    return { ename, evalue, traceback };
  }

  /** The first cell that a thrown value's stack names; errors from timers and promises are reported under it. */
  cellOf(thrown: unknown): CellContext | undefined {
    for (const line of stackOf(thrown).split("\n")) {
      const file = FRAME.exec(line)?.groups?.file;
      const cell = file === undefined ? undefined : this.#lookup(file);
      if (cell) return cell;
    }
    return undefined;
  }

  #lines(error: Error, head: string): string[] {
    const stack = stackOf(error);
    const frames: string[] = [];
    let first: { cell: CellContext; place: Place } | undefined;
    const script = SCRIPT_HEAD.exec(stack);
    const early = script ? this.#lookup(script[1]!) : undefined;
    if (early) first = this.#earlyPlace(early, Number(script![2]));
    for (const line of stack.split("\n")) {
      const match = FRAME.exec(line);
      if (!match) continue;
      const {
        name,
        file,
        line: row,
        column,
      } = match.groups as { name?: string; file: string; line: string; column: string };
      const cell = this.#lookup(file);
      const shown = cell ? undefined : this.#libraryFile(file);
      if (!cell && shown === undefined) continue;
      const place = { line: Number(row), column: Number(column) };
      const original = cell?.compiled ? cell.compiled.positions.original(place) : place;
      if (!original) continue;
      if (cell) first ??= { cell, place: original };
      const where = `${cell?.fileName ?? shown}:${original.line}:${original.column}`;
      frames.push(isTopLevel(name) ? `    at ${where}` : `    at ${name} (${where})`);
    }
    const frame = first
      ? [`${first.cell.fileName}:${first.place.line}:${first.place.column}`, codeFrame(first.cell.code, first.place)]
      : [];
    return [head, ...frame, ...frames];
  }

  /** An error that V8 finds when it compiles the script has a line of ours only. */
  #earlyPlace(cell: CellContext, line: number): { cell: CellContext; place: Place } | undefined {
    const place = cell.compiled?.positions.original({ line, column: 1 });
    return place && { cell, place };
  }

  /** How a file of a library is shown; undefined for our own and Node.js's. */
  #libraryFile(file: string): string | undefined {
    if (file.startsWith("node:")) return undefined;
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    if (!isAbsolute(path) || path.startsWith(this.#ownFolder + sep)) return undefined;
    const near = relative(process.cwd(), path);
    return near.startsWith("..") ? path : near;
  }
}

function isTopLevel(name: string | undefined): boolean {
  return !name || name === "<anonymous>" || name === "async <anonymous>" || name === "async";
}

function nameOf(error: Error): string {
  const name = typeof error.name === "string" && error.name ? error.name : "Error";
  const made = error.constructor?.name;
  return name === "Error" && typeof made === "string" && made ? made : name;
}

function messageOf(error: Error): string {
  return typeof error.message === "string" ? error.message : String(error.message);
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  const { stack } = thrown;
  if (typeof stack !== "string") return "";
  // The head repeats the message, which may hold lines that look like frames.
  const at = stack.indexOf(thrown.message);
  return thrown.message && at >= 0 && !SCRIPT_HEAD.test(stack) ? stack.slice(at + thrown.message.length) : stack;
}
