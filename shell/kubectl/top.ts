import { fail } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { SELECTION_FLAGS } from "./selection.ts";
import type { Verb } from "./verb.ts";

const FLAGS: readonly Flag[] = [
  ...SELECTION_FLAGS,
  { name: "containers", type: "bool" },
  { name: "no-headers", type: "bool" },
  { name: "sort-by", type: "string" },
  { name: "sum", type: "bool" },
];

function unavailable(): never {
  return fail("Metrics API not available");
}

/** `kubectl top`: this cluster has no metrics server, and kubectl says so. */
export const top: Verb = {
  name: "top",
  flags: [],
  verbs: [
    { name: "node", aliases: ["nodes", "no"], flags: FLAGS, run: unavailable },
    { name: "pod", aliases: ["pods", "po"], flags: FLAGS, run: unavailable },
  ],
  run(call) {
    call.out("Display resource (CPU/memory) usage of nodes or pods.\n");
  },
};
