import { ageOf } from "../../sim/api/tables/duration.ts";
import type { JsonObject } from "../../sim/api/types.ts";
import { byLastTime, eventInterval } from "./describe/describe-events.ts";
import { fail } from "./failure.ts";
import { at, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS, findKind } from "./kinds.ts";
import { OUTPUT_FLAGS, printObject } from "./output.ts";
import { alignColumns } from "./table-print.ts";
import type { Call, Verb } from "./verb.ts";

const EVENT = BUILT_IN_KINDS.find((kind) => kind.kind === "Event" && kind.group === "")!;

/** `kubectl events` (staging/src/k8s.io/kubectl/pkg/cmd/events/events.go): oldest first. Left out: `-w`. */
export const events: Verb = {
  name: "events",
  flags: [
    ...OUTPUT_FLAGS,
    { name: "all-namespaces", short: "A", type: "bool" },
    { name: "for", type: "string" },
    { name: "types", type: "strings" },
    { name: "no-headers", type: "bool" },
    { name: "watch", short: "w", type: "bool" },
    { name: "chunk-size", type: "int" },
  ],
  run(call) {
    if (call.args.length > 0) fail(`unknown command "${call.args[0]}" for "kubectl events"`);
    const types = call.list("types");
    for (const type of types) if (!/^(normal|warning)$/i.test(type)) fail("valid --types are Normal or Warning");
    const namespace = call.on("all-namespaces") ? undefined : call.namespace;
    const { items } = call.api.list(EVENT, { namespace, fieldSelector: selectorFor(call) });
    const all = (items as unknown as readonly JsonObject[]).filter(
      (event) => types.length === 0 || types.some((type) => type.toLowerCase() === textAt(event, "type").toLowerCase()),
    );
    const sorted = [...all].sort(byLastTime);
    if (call.has("output")) printObject(call, { apiVersion: "v1", items: sorted, kind: "List", metadata: {} }, "table");
    else if (sorted.length === 0)
      call.err(call.on("all-namespaces") ? "No events found.\n" : `No events found in ${call.namespace} namespace.\n`);
    else printTable(call, sorted);
  },
};

/** `--for TYPE/NAME` or `--for TYPE`, as a field selector. */
function selectorFor(call: Call): string | undefined {
  const text = call.text("for");
  if (text === "") return undefined;
  const [type = "", name = "", ...more] = text.split("/");
  if (name === "" || more.length > 0) fail("--for must be in resource/name form");
  const kind = findKind(call.api, type);
  if (kind === undefined) fail(`the server doesn't have a resource type "${type}"`);
  return `involvedObject.kind=${kind.kind},involvedObject.name=${name}`;
}

function printTable(call: Call, sorted: readonly JsonObject[]): void {
  const nowSeconds = Math.floor(call.client.wallMs / 1000);
  const head = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
  const rows = sorted.map((event) => [
    eventInterval(event, (timestamp) => ageOf(timestamp, nowSeconds)),
    textAt(event, "type"),
    textAt(event, "reason"),
    `${textAt(event, "involvedObject", "kind")}/${textAt(event, "involvedObject", "name")}`,
    String(at(event, "message") ?? "")
      .trim()
      .replaceAll("\u001b", "^["),
  ]);
  const all = call.on("all-namespaces");
  const withNamespace = all ? rows.map((row, i) => [textAt(sorted[i], "metadata", "namespace"), ...row]) : rows;
  const heads = call.on("no-headers") ? [] : [all ? ["NAMESPACE", ...head] : head];
  call.out(alignColumns([...heads, ...withNamespace]));
}
