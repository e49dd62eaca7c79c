import type { KubeObject } from "../../sim/api/types.ts";
import { chooseNodes, setUnschedulable } from "./cordon.ts";
import { drainPods, podsToDrain } from "./drain-pods.ts";
import { KubectlError } from "./failure.ts";
import { attempt, messageOf, type Target, throwCollected } from "./manifest.ts";
import { printDone } from "./output.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl drain` (staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go). Left out: `--pod-selector`, `--chunk-size`, `--skip-wait-for-delete-timeout`. */
export const drain: Verb = {
  name: "drain",
  takesResources: true,
  flags: [
    { name: "delete-emptydir-data", type: "bool" },
    { name: "disable-eviction", type: "bool" },
    { name: "dry-run", type: "string", bare: "unchanged" },
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int" },
    { name: "ignore-daemonsets", type: "bool" },
    { name: "selector", short: "l", type: "string" },
    { name: "timeout", type: "duration" },
  ],
  run(call) {
    const { targets, errors } = chooseNodes(call, "drain");
    throwCollected(errors);
    for (const target of targets) setUnschedulable(call, target, true);
    const failed: { readonly name: string; readonly error: KubectlError }[] = [];
    for (const target of targets) {
      const result = attempt(() => drainNode(call, target));
      if (!(result instanceof KubectlError)) continue;
      failed.push({ name: target.name, error: result });
      call.err(
        `error: unable to drain node "${target.name}" due to error: ${messageOf(result)}, continuing command...\n`,
      );
    }
    if (failed.length === 0) return;
    call.err(`There are pending nodes to be drained:\n${failed.map(({ name }) => ` ${name}\n`).join("")}`);
    const failures = failed.flatMap(({ error: { failure } }) =>
      failure.kind === "several" ? failure.failures : [failure],
    );
    call.err(failures.map((failure) => `${messageOf(new KubectlError(failure))}\n`).join(""));
    throw new KubectlError({ kind: "silent" });
  },
};

function drainNode(call: Call, target: Target): void {
  const { pods, warnings } = podsToDrain(call, target.name);
  if (warnings !== "") call.err(`Warning: ${warnings}\n`);
  if (call.dryRun === "none") {
    const left = drainPods(call, pods);
    if (left !== undefined) {
      call.err(`There are pending pods in node "${target.name}" when an error occurred: ${messageOf(left.error)}\n`);
      call.err(left.pods.map((pod: KubeObject) => `pod/${pod.metadata.name}\n`).join(""));
      throw left.error;
    }
  }
  printDone(call, target, "drained", target.object);
}
