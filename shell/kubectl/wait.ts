import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import { fail, failUsage } from "./failure.ts";
import { listAt, textAt } from "./json-values.ts";
import { valuesAt, valueText } from "./jsonpath.ts";
import { type Target, throwCollected } from "./manifest.ts";
import { printDone } from "./output.ts";
import { readResourceWords, SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";
import { waitUntil } from "./waiting.ts";

const DEFAULT_TIMEOUT_US = 30_000_000;

type Condition = (object: KubeObject | undefined, uid: string) => boolean;

/** `kubectl wait --for=…` (staging/src/k8s.io/kubectl/pkg/cmd/wait): simulated time passes while it waits. */
export const wait: Verb = {
  name: "wait",
  takesResources: true,
  flags: [
    ...SELECTION_FLAGS,
    { name: "for", type: "string" },
    { name: "timeout", type: "duration" },
    { name: "output", short: "o", type: "string" },
  ],
  run(call) {
    const spec = call.text("for");
    const condition = readCondition(spec);
    const timeoutUs = call.has("timeout") ? call.durationUs("timeout") : DEFAULT_TIMEOUT_US;
    const { targets, errors } =
      spec.toLowerCase() === "create" ? named(call) : selectObjects(call, call.args, { fetch: true });
    if (spec.toLowerCase() === "delete" && errors.length > 0) return;
    throwCollected(errors);
    if (targets.length === 0) fail("no matching resources found");
    for (const target of targets) {
      const { kind, namespace, name, object } = target;
      const uid = textAt(object, "metadata", "uid");
      const end = waitUntil(call, Math.max(timeoutUs, 1), () => condition(call.api.find(kind, namespace, name), uid));
      if (end !== undefined) fail(`timed out waiting for the condition on ${kind.resource}/${name}`);
      printDone(call, target, "condition met", object);
    }
  },
};

function named(call: Call): { readonly targets: readonly Target[]; readonly errors: readonly never[] } {
  const targets = readResourceWords(call, call.args).map(({ kind, name = "" }) => ({
    ...{ kind, name, source: "", object: {} },
    namespace: kind.namespaced ? call.namespace : "",
  }));
  return { targets, errors: [] };
}

function readCondition(spec: string): Condition {
  const lower = spec.toLowerCase();
  if (lower === "delete") return (object, uid) => object === undefined || object.metadata.uid !== uid;
  if (lower === "create") return (object) => object !== undefined;
  if (lower.startsWith("condition=")) {
    const [type = "", status = "true"] = spec.slice("condition=".length).split("=");
    return (object) => conditionStatus(object, type).toLowerCase() === status.toLowerCase();
  }
  const path = /^jsonpath=(\{[^}]*\}|'\{.*?\}')(?:=(.+))?$/s.exec(spec);
  if (path !== null) {
    const wanted = path[2]?.replace(/^(['"])(.*)\1$/, "$2");
    return (object) => {
      const values =
        object === undefined ? [] : valuesAt(path[1]!.replaceAll("'", ""), object as unknown as JsonObject);
      return values.some((value) => wanted === undefined || valueText(value) === wanted);
    };
  }
  if (spec === "") failUsage("wait", "--for is required");
  fail(`unrecognized condition: "${spec}"`);
}

function conditionStatus(object: KubeObject | undefined, type: string): string {
  const found = listAt(object, "status", "conditions").find(
    (condition) => textAt(condition, "type").toLowerCase() === type.toLowerCase(),
  );
  return textAt(found, "status");
}
