import type { Json, KubeObject, Table } from "../../sim/api/types.ts";

const CELL_WIDTH_MIN = 6;
const PADDING = 3;

/**
 * Lays rows out in columns as kubectl's tabwriter does: three blanks between, six characters at least, no blanks at the
 * end. `widths` are remembered from one table to its continuation, as under `-w`: a column never becomes narrower.
 */
export function alignColumns(rows: readonly (readonly string[])[], widths: number[] = []): string {
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? CELL_WIDTH_MIN, [...cell].length + PADDING);
    });
  }
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell + " ".repeat(widths[i]! - [...cell].length))).join("");
  return rows.map((row) => `${line(row)}\n`).join("");
}

/** How `kubectl get` was asked to show its tables. */
export interface TableStyle {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  /** Put before each name, e.g. `deployment.apps/`. */
  readonly namePrefix: string;
}

/** One server-side table in kubectl's layout; the columns with priority 0 unless `wide`. */
export function tableText(table: Table, style: TableStyle, widths: number[] = []): string {
  const columns = table.columnDefinitions.flatMap((column, i) =>
    style.wide || column.priority === 0 ? [{ column, i }] : [],
  );
  const rows: string[][] = [];
  if (style.headers) {
    const head = columns.map(({ column }) => column.name.toUpperCase());
    if (style.withNamespace) head.unshift("NAMESPACE");
    for (const label of style.labelColumns) head.push(labelHeading(label));
    if (style.showLabels) head.push("LABELS");
    rows.push(head);
  }
  for (const row of table.rows) {
    const cells = columns.map(({ column, i }) => {
      const text = cellText(row.cells[i]);
      return column.name === "Name" && column.format === "name" ? style.namePrefix + text : text;
    });
    if (style.withNamespace) cells.unshift(row.object.metadata.namespace ?? "");
    const labels = row.object.metadata.labels ?? {};
    for (const label of style.labelColumns) cells.push(labels[label] ?? "");
    if (style.showLabels) cells.push(labelsText(row.object));
    rows.push(cells);
  }
  return alignColumns(rows, widths);
}

function labelHeading(label: string): string {
  return label.slice(label.lastIndexOf("/") + 1).toUpperCase();
}

function labelsText(object: KubeObject): string {
  const labels = object.metadata.labels ?? {};
  const keys = Object.keys(labels).sort((a, b) => (a < b ? -1 : 1));
  return keys.length === 0 ? "<none>" : keys.map((key) => `${key}=${labels[key]}`).join(",");
}

function cellText(cell: Json | undefined): string {
  if (cell === null || cell === undefined) return "";
  // As kubectl's terminal.EscapeTerminal: what an object holds must not steer the screen.
  const text = (typeof cell === "string" ? cell : JSON.stringify(cell)).replaceAll("\u001b", "^[");
  const end = text.search(/[\f\n\r]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}
