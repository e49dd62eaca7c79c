import { failUsage, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { at } from "./json-values.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { printDone, writeChoice } from "./output.ts";
import { selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

const FLAGS: readonly Flag[] = [
  { name: "dry-run", type: "string", bare: "unchanged" },
  { name: "selector", short: "l", type: "string" },
];

/** `kubectl cordon`: no new pods on these nodes (staging/src/k8s.io/kubectl/pkg/cmd/drain). */
export const cordon: Verb = { name: "cordon", takesResources: true, flags: FLAGS, run: (call) => mark(call, true) };

/** `kubectl uncordon`: takes `cordon` back. */
export const uncordon: Verb = {
  name: "uncordon",
  takesResources: true,
  flags: FLAGS,
  run: (call) => mark(call, false),
};

function mark(call: Call, unschedulable: boolean): void {
  const { targets, errors } = chooseNodes(call, unschedulable ? "cordon" : "uncordon");
  throwCollected(errors);
  const failed: KubectlError[] = [];
  for (const target of targets) {
    const result = attempt(() => setUnschedulable(call, target, unschedulable));
    if (result instanceof KubectlError) failed.push(result);
  }
  throwCollected(failed);
}

/** The nodes that `cordon`, `uncordon` and `drain` name, with or without the word `node/`. */
export function chooseNodes(call: Call, verb: string) {
  if (call.args.length === 0 && !call.has("selector")) failUsage(verb, `USAGE: ${verb} NODE [flags]`);
  const words = call.args.some((word) => word.includes("/")) ? call.args : ["nodes", ...call.args];
  return selectObjects(call, words, { fetch: true });
}

/** Cordons or uncordons one node, and says so. */
export function setUnschedulable(call: Call, target: Target, unschedulable: boolean): void {
  const { kind, name, object } = target;
  const word = unschedulable ? "cordoned" : "uncordoned";
  if ((at(object, "spec", "unschedulable") === true) === unschedulable) {
    printDone(call, target, `already ${word}`, object);
    return;
  }
  if (call.dryRun !== "client") {
    const patch = { spec: { unschedulable: unschedulable ? true : null } };
    call.api.patch(
      kind,
      "",
      name,
      "strategic",
      patch,
      writeChoice(call, unschedulable ? "kubectl-cordon" : "kubectl-uncordon"),
    );
  }
  printDone(call, target, word, object);
}
