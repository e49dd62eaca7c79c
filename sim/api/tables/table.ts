/**
 * Server-side tables: what `kubectl get` shows (Kubernetes 1.32, apiserver pkg/registry/rest/table.go).
 * Left out: upstream's column descriptions.
 * Invariant: one row an object, in list order; rows carry the object's metadata unless asked otherwise.
 */
import type { Column, Kind } from "../kinds/kind.ts";
import type { ApiRequest, KubeObject, Table, TableColumn } from "../types.ts";
import { secondsOf } from "./rfc3339.ts";

/** The clock that ages are told by. */
interface Clock {
  readonly now: number;
  wallTime(now: number): string;
}

const definitions = new WeakMap<readonly Column[], readonly TableColumn[]>();

function definitionsOf(columns: readonly Column[]): readonly TableColumn[] {
  let known = definitions.get(columns);
  if (!known) {
    known = columns.map(({ name, type, describe, wide }) => ({
      name,
      type,
      format: name === "Name" && !wide ? "name" : "",
      description: describe,
      priority: wide ? 1 : 0,
    }));
    definitions.set(columns, known);
  }
  return known;
}

function rowObject(object: KubeObject, include: ApiRequest["includeObject"]): KubeObject {
  if (include === "None") return null as unknown as KubeObject;
  if (include === "Object") return object;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** The table of some objects of a kind; `metadata` is the list's. */
export function table(
  kind: Kind,
  objects: readonly KubeObject[],
  metadata: Table["metadata"],
  clock: Clock,
  include?: ApiRequest["includeObject"],
): Table {
  const nowSeconds = secondsOf(clock.wallTime(clock.now)) ?? 0;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: definitionsOf(kind.printer.columns),
    rows: objects.map((object) => ({
      cells: kind.printer.cells(object, nowSeconds),
      object: rowObject(object, include),
    })),
  };
}
