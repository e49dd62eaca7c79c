import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import { labelMapOf } from "./label-map.ts";
import type { Verb } from "./verb.ts";

/** `kubectl create quota NAME --hard=cpu=1,pods=3 [--scopes=…]` (create_quota.go). */
export const createQuota: Verb = {
  name: "quota",
  aliases: ["resourcequota"],
  flags: [...CREATE_FLAGS, { name: "hard", type: "string" }, { name: "scopes", type: "string" }],
  run(call) {
    const name = nameArgument(call, "quota");
    const hard = Object.fromEntries(
      call.list("hard").map((pair) => {
        const [resource = "", amount, ...more] = pair.split("=");
        if (amount === undefined || more.length > 0)
          fail(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
        return [resource, amount];
      }),
    );
    const spec = {
      ...(Object.keys(hard).length > 0 ? { hard } : {}),
      ...(call.has("scopes") ? { scopes: call.list("scopes") } : {}),
    };
    const metadata = { creationTimestamp: null, name };
    const object = { apiVersion: "v1", kind: "ResourceQuota", metadata, spec, status: {} };
    createObject(call, object, name, "failed to create quota");
  },
};

/** `kubectl create poddisruptionbudget NAME --selector=… --min-available=…|--max-unavailable=…` (create_pdb.go). */
export const createDisruptionBudget: Verb = {
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  flags: [
    ...CREATE_FLAGS,
    { name: "selector", type: "string" },
    { name: "min-available", type: "string" },
    { name: "max-unavailable", type: "string" },
  ],
  run(call) {
    const name = nameArgument(call, "poddisruptionbudget");
    const [least, most] = [call.text("min-available"), call.text("max-unavailable")];
    if (call.text("selector") === "") fail("a selector must be specified");
    if (least === "" && most === "") fail("one of min-available or max-unavailable must be specified");
    if (least !== "" && most !== "") fail("min-available and max-unavailable cannot be both specified");
    const spec = {
      ...(most === "" ? {} : { maxUnavailable: amountOf("max-unavailable", most) }),
      ...(least === "" ? {} : { minAvailable: amountOf("min-available", least) }),
      selector: { matchLabels: labelMapOf(call.text("selector"), "selector") },
    };
    const status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
    const metadata = { creationTimestamp: null, name };
    const object = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec, status };
    createObject(call, object, name, "failed to create poddisruptionbudgets");
  },
};

/** A count, or a percentage as text. */
function amountOf(flag: string, text: string): number | string {
  if (/^\d+%$/.test(text)) return text;
  if (!/^\d+$/.test(text)) fail(`invalid format specified for ${flag}`);
  return Number(text);
}

/** `kubectl create priorityclass NAME --value=…` (create_priorityclass.go). */
export const createPriorityClass: Verb = {
  name: "priorityclass",
  aliases: ["pc"],
  flags: [
    ...CREATE_FLAGS,
    { name: "value", type: "int" },
    { name: "global-default", type: "bool" },
    { name: "description", type: "string" },
    { name: "preemption-policy", type: "string" },
  ],
  required: ["value"],
  run(call) {
    const name = nameArgument(call, "priorityclass");
    const object = {
      apiVersion: "scheduling.k8s.io/v1",
      ...(call.has("description") ? { description: call.text("description") } : {}),
      ...(call.on("global-default") ? { globalDefault: true } : {}),
      kind: "PriorityClass",
      metadata: { creationTimestamp: null, name },
      preemptionPolicy: call.text("preemption-policy") || "PreemptLowerPriority",
      value: call.int("value", 0),
    };
    createObject(call, object, name, "failed to create priorityclass");
  },
};
