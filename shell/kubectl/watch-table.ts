import type { KubeObject, Table } from "../../sim/api/types.ts";
import { KubectlError } from "./failure.ts";
import { attempt } from "./manifest.ts";
import { listChoice, type NamedKind } from "./selection.ts";
import { type TableStyle, tableText } from "./table-print.ts";
import type { Call } from "./verb.ts";
import { waitUntil } from "./waiting.ts";

type Row = Table["rows"][number];

/**
 * `get -w`: the table, then a row for each object that was added, changed or deleted while simulated time passes.
 * The real command ends when it is interrupted; here it ends when nothing is left that could change anything.
 */
export function watchTable(call: Call, watched: NamedKind, first: Table, style: TableStyle): void {
  const widths: number[] = [];
  const seen = new Map<string, Row>();
  let headers = style.headers;
  const show = (table: Table, rows: readonly Row[]) => {
    if (rows.length === 0) return;
    call.out(tableText({ ...table, rows }, { ...style, headers }, widths));
    headers = false;
  };
  const rememberAll = (table: Table): readonly Row[] => {
    const changed = table.rows.filter((row) => versionOf(seen.get(keyOf(row.object))) !== versionOf(row));
    const present = new Set(table.rows.map((row) => keyOf(row.object)));
    const gone = [...seen].filter(([key]) => !present.has(key));
    for (const [key] of gone) seen.delete(key);
    for (const row of changed) seen.set(keyOf(row.object), row);
    return [...changed, ...gone.map(([, row]) => row)];
  };
  const initial = rememberAll(first);
  if (!call.on("watch-only")) show(first, initial);
  waitUntil(call, 0, () => {
    const next = attempt(() => current(call, watched));
    if (next instanceof KubectlError) {
      show(first, rememberAll({ ...first, rows: [] }));
      return watched.name !== undefined || next.failure.kind === "connection";
    }
    show(next, rememberAll(next));
    return false;
  });
}

function current(call: Call, { kind, name }: NamedKind): Table {
  if (name === undefined) return call.api.listTable(kind, listChoice(call), false);
  return call.api.getTable(kind, kind.namespaced ? call.namespace : "", name);
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function versionOf(row: Row | undefined): string | undefined {
  return row?.object.metadata.resourceVersion;
}
