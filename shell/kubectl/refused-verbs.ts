import { fail } from "./failure.ts";
import type { Verb } from "./verb.ts";

function refused(name: string, why: string): Verb {
  return { name, flags: [], run: () => fail(why) };
}

/** Commands that need what a simulation has not; each says what does the same here. */
export const refusedVerbs: readonly Verb[] = [
  refused("cp", "kubectl cp is not part of this simulation; exec POD -- cat FILE shows a file of a container"),
  refused(
    "kustomize",
    "kubectl kustomize is not part of this simulation; apply the manifests that it would write by -f",
  ),
  refused(
    "attach",
    "kubectl attach is not part of this simulation; logs shows what a container wrote, exec runs a command in it",
  ),
  refused(
    "port-forward",
    "kubectl port-forward is not part of this simulation; exec POD -- wget reaches a port from inside",
  ),
  refused("proxy", "kubectl proxy is not part of this simulation; get --raw PATH asks the API server"),
  refused("plugin", "this simulation has no kubectl plugins; kubectl --help lists the commands that there are"),
];
