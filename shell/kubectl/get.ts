import type { JsonObject, KubeObject, Table } from "../../sim/api/types.ts";
import { reasonOf } from "./api.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import { kindLabel } from "./kinds.ts";
import { attempt, readManifests, throwCollected } from "./manifest.ts";
import { OUTPUT_FLAGS, printObject } from "./output.ts";
import { rawText } from "./raw.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { explainList, listChoice, type NamedKind, readResourceWords, SELECTION_FLAGS } from "./selection.ts";
import { compareBy } from "./sort-by.ts";
import { type TableStyle, tableText } from "./table-print.ts";
import type { Call, Verb } from "./verb.ts";
import { watchTable } from "./watch-table.ts";

/** One request that `get` makes: a list of a kind, or one object by its name. */
interface Wanted extends NamedKind {
  readonly namespace?: string;
}

/** `kubectl get` (staging/src/k8s.io/kubectl/pkg/cmd/get/get.go). Left out: `--chunk-size`, `-w` of more than one kind or in other formats than tables. */
export const get: Verb = {
  name: "get",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    ...OUTPUT_FLAGS,
    { name: "no-headers", type: "bool" },
    { name: "show-labels", type: "bool" },
    { name: "show-kind", type: "bool" },
    { name: "label-columns", short: "L", type: "strings" },
    { name: "sort-by", type: "string" },
    { name: "ignore-not-found", type: "bool" },
    { name: "chunk-size", type: "int" },
    { name: "watch", short: "w", type: "bool" },
    { name: "watch-only", type: "bool" },
    { name: "server-print", type: "bool" },
    { name: "output-watch-events", type: "bool" },
    { name: "subresource", type: "string" },
    { name: "raw", type: "string" },
  ],
  run(call) {
    if (call.has("raw")) {
      if (call.args.length > 0) failUsage("get", "arguments may not be passed when --raw is specified");
      call.out(rawText(call, call.text("raw")));
      return;
    }
    const wanted = readWanted(call);
    const output = call.text("output");
    const errors = output === "" || output === "wide" ? getTables(call, wanted) : getObjects(call, wanted);
    throwCollected(errors.filter((error) => !(call.on("ignore-not-found") && reasonOf(error) === "NotFound")));
  },
};

function readWanted(call: Call): readonly Wanted[] {
  if (call.has("filename")) {
    const { targets, errors } = readManifests(call, false);
    throwCollected(errors);
    return targets;
  }
  if (call.args.length === 0) {
    call.err(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
    );
    const advice =
      'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).';
    failUsage("get", `Required resource not specified.\n${advice}`);
  }
  const wanted = readResourceWords(call, call.args);
  if (wanted.some((one) => one.name !== undefined)) {
    if (call.has("selector")) fail("name cannot be provided when a selector is specified");
    if (call.on("all-namespaces")) fail("a resource cannot be retrieved by name across all namespaces");
  }
  return wanted;
}

/** Fetches each wanted thing; a kind of `all` that this server does not serve is passed over. */
function fetchEach<T>(
  call: Call,
  wanted: readonly Wanted[],
  one: (want: Wanted, name: string) => T,
  list: (kind: ResourceKind) => T,
): {
  readonly found: readonly { readonly want: Wanted; readonly value: T }[];
  readonly errors: readonly KubectlError[];
} {
  const found: { want: Wanted; value: T }[] = [];
  const errors: KubectlError[] = [];
  for (const want of wanted) {
    const { kind, name } = want;
    const value = attempt(() => (name === undefined ? list(kind) : one(want, name)));
    if (!(value instanceof KubectlError)) found.push({ want, value });
    else if (name !== undefined) errors.push(value);
    else if (reasonOf(value) !== "NotFound" || !call.args.includes("all")) errors.push(explainList(call, kind, value));
    if (value instanceof KubectlError && value.failure.kind === "connection") throw value;
  }
  return { found, errors };
}

function namespaceOf(call: Call, want: Wanted): string {
  return want.kind.namespaced ? want.namespace || call.namespace : "";
}

function getObjects(call: Call, wanted: readonly Wanted[]): readonly KubectlError[] {
  const { found, errors } = fetchEach<readonly KubeObject[]>(
    call,
    wanted,
    (want, name) => [call.api.get(want.kind, namespaceOf(call, want), name, call.text("subresource") || undefined)],
    (kind) => call.api.list(kind, listChoice(call)).items,
  );
  const items = found.flatMap(({ value }) => value) as unknown as readonly JsonObject[];
  const single = wanted.length === 1 && wanted[0]!.name !== undefined;
  if (single && items.length === 0) return errors;
  if (single) printObject(call, items[0]!, "table");
  else printObject(call, listOf(sorted(call, items)), "table");
  return errors;
}

function listOf(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
}

function sorted(call: Call, items: readonly JsonObject[]): readonly JsonObject[] {
  const path = call.text("sort-by");
  return path === "" ? items : [...items].sort(compareBy(path, (item) => item));
}

function getTables(call: Call, wanted: readonly Wanted[]): readonly KubectlError[] {
  const { found, errors } = fetchEach<Table>(
    call,
    wanted,
    (want, name) => call.api.getTable(want.kind, namespaceOf(call, want), name),
    (kind) => call.api.listTable(kind, listChoice(call), call.text("sort-by") !== ""),
  );
  const groups: { readonly kind: ResourceKind; readonly table: Table }[] = [];
  for (const { want, value } of found) {
    const last = groups[groups.length - 1];
    if (value.rows.length === 0) continue;
    if (last?.kind.kind === want.kind.kind && last.kind.group === want.kind.group) {
      groups[groups.length - 1] = { ...last, table: { ...last.table, rows: [...last.table.rows, ...value.rows] } };
    } else groups.push({ kind: want.kind, table: value });
  }
  const manyKinds = new Set(wanted.map(({ kind }) => kindLabel(kind))).size > 1;
  if (call.on("watch") || call.on("watch-only")) {
    const [only] = wanted;
    if (wanted.length > 1) fail("you may only specify a single resource type");
    if (only !== undefined && errors.length === 0)
      watchTable(call, only, found[0]!.value, tableStyle(call, only.kind, false));
    return errors;
  }
  const texts = groups.map(({ kind, table }) => tableText(sortedTable(call, table), tableStyle(call, kind, manyKinds)));
  call.out(texts.join("\n"));
  if (texts.length === 0 && errors.length === 0 && !call.on("ignore-not-found")) {
    const namespaced = !call.on("all-namespaces") && wanted.every(({ kind }) => kind.namespaced);
    call.err(namespaced ? `No resources found in ${call.namespace} namespace.\n` : "No resources found\n");
  }
  return errors;
}

function tableStyle(call: Call, kind: ResourceKind, manyKinds: boolean): TableStyle {
  return {
    wide: call.text("output") === "wide",
    headers: !call.on("no-headers"),
    withNamespace: call.on("all-namespaces") && kind.namespaced,
    showLabels: call.on("show-labels"),
    labelColumns: call.list("label-columns"),
    namePrefix: manyKinds || call.on("show-kind") ? `${kindLabel(kind)}/` : "",
  };
}

function sortedTable(call: Call, table: Table): Table {
  const path = call.text("sort-by");
  if (path === "") return table;
  const rows = [...table.rows].sort(compareBy(path, (row) => row.object as unknown as JsonObject));
  return { ...table, rows };
}
