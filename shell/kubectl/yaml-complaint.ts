import { LineCounter, type YAMLError } from "yaml";

/**
 * libyaml's wording for an error that the `yaml` package found, as goyaml v2 prints it: its scanner counts lines from
 * 1, its parser from 0, and line 0 or a scanner's first line is not printed.
 */
export function yamlComplaint(text: string, error: YAMLError): string {
  const rows = text.split("\n");
  const counter = new LineCounter();
  let offset = 0;
  for (const row of rows) {
    counter.addNewLine(offset);
    offset += row.length + 1;
  }
  const lineAt = (offset: number) => counter.linePos(offset).line;
  const place: Place = { text, rows, start: error.pos[0], line: lineAt(error.pos[0]), lineAt };
  switch (error.code) {
    case "BLOCK_AS_IMPLICIT_KEY":
      return scanned(lineAt(nextColon(place)), NO_VALUES);
    case "MULTILINE_IMPLICIT_KEY":
      if (text.startsWith("- ", place.start)) return parsed(place.line - 1, NO_KEY);
      return scanned(lineAt(nextColon(place)), keyIsRequired(place) ? NO_COLON : NO_VALUES);
    case "TAB_AS_INDENT":
      return scanned(place.line, afterPlainScalar(place) ? BAD_TAB : NO_TOKEN);
    case "BAD_SCALAR_START":
      return scanned(place.line, NO_TOKEN);
    case "MISSING_CHAR":
      return missing(place, error.message);
    case "BAD_INDENT":
      if (error.message.startsWith("Flow")) return flow(place, error.message.includes("]"));
      return parsed(place.line - 1, error.message.includes("sequence") ? NO_DASH : NO_KEY);
    default:
      return parsed(
        place.line - 1,
        /^\s*- /.test(rows[0] ?? "") && /^\S/.test(rows[place.line - 1] ?? "") ? NO_DASH : NO_KEY,
      );
  }
}

const NO_KEY = "did not find expected key";
const NO_DASH = "did not find expected '-' indicator";
const NO_VALUES = "mapping values are not allowed in this context";
const NO_COLON = "could not find expected ':'";
const NO_TOKEN = "found character that cannot start any token";
const BAD_TAB = "found a tab character that violates indentation";

interface Place {
  readonly text: string;
  readonly rows: readonly string[];
  readonly start: number;
  readonly line: number;
  readonly lineAt: (offset: number) => number;
}

function scanned(line: number, message: string): string {
  return line > 1 ? `yaml: line ${line}: ${message}` : `yaml: ${message}`;
}

function parsed(line: number, message: string): string {
  return line > 0 ? `yaml: line ${line}: ${message}` : `yaml: ${message}`;
}

function nextColon({ text, start }: Place): number {
  const found = text.slice(start).search(/:(\s|$)/);
  return found < 0 ? start : start + found;
}

function margin(row: string): number {
  return row.search(/\S/);
}

/** Whether the block already has a key at this column: then libyaml insists on this one too. */
function keyIsRequired({ text, rows, line, start }: Place): boolean {
  const own = start - (text.lastIndexOf("\n", start - 1) + 1);
  for (let i = line - 2; i >= 0; i--) {
    const row = rows[i]!;
    if (margin(row) >= 0 && margin(row.replace(/^(\s*)- /, "$1  ")) === own) return /:(\s|$)/.test(row);
    if (margin(row) >= 0 && margin(row) < own) return false;
  }
  return false;
}

function afterPlainScalar({ rows, line }: Place): boolean {
  const before = rows
    .slice(0, line - 1)
    .reverse()
    .find((row) => margin(row) >= 0);
  return before !== undefined && /(:|-)\s+[^\s"'[{|>&*!#][^#]*$/.test(before);
}

function missing(place: Place, message: string): string {
  const { text, rows, line } = place;
  if (/quote/.test(message)) return scanned(rows.length, "found unexpected end of stream");
  if (message.startsWith("Flow") || /[\]}]$/.test(message)) return flow(place, message.includes("]"));
  if (message.startsWith("Sequence item")) return parsed(line - 1, inIndentlessSequence(place) ? NO_KEY : NO_DASH);
  const dash = [line - 1, line].find((row) => /^\s*- /.test(rows[row] ?? ""));
  if (dash !== undefined && !/^\s*- /.test(rows[0] ?? "")) return parsed(dash, NO_KEY);
  const next = rows.findIndex((row, i) => i >= line && margin(row) >= 0);
  const end = next < 0 ? rows.length - (text.endsWith("\n") ? 0 : 1) : next + 1;
  return scanned(end, keyIsRequired(place) || next < 0 ? NO_COLON : NO_VALUES);
}

/** Whether the dashes around stand in the column of the key above them. */
function inIndentlessSequence({ rows, line }: Place): boolean {
  const above = rows.slice(0, line - 1).reverse();
  const at = above.findIndex((row) => /^\s*- /.test(row) && margin(row) < margin(rows[line - 1] ?? ""));
  const dash = margin(above[at] ?? "");
  const parent = above.slice(at + 1).find((row) => margin(row) >= 0 && !/^\s*- /.test(row) && margin(row) <= dash);
  return parent !== undefined && margin(parent) === dash;
}

function flow({ text, start, line }: Place, isList: boolean): string {
  const before = text.slice(0, start).trimEnd();
  const atEnd = start >= text.trimEnd().length;
  const shown = atEnd ? text.replace(/\n$/, "").split("\n").length : line - 1;
  if (/[[{,]$/.test(before)) return parsed(shown, "did not find expected node content");
  return parsed(shown, `did not find expected ',' or '${isList ? "]" : "}"}'`);
}
