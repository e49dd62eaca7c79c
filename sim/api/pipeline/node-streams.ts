/**
 * The subresources of a pod that its node serves: log, exec and attach. The API server checks the request and passes it on
 * to the kubelet (Kubernetes 1.32, pkg/registry/core/pod/strategy.go LogLocation and streamLocation).
 * Left out: port-forward and proxy; the streams themselves: an exec answers whether, and in what, the command may run.
 * Invariant: what the API server can refuse by the stored pod alone never reaches a kubelet.
 */
import type { Container } from "../kinds/container.ts";
import { storageKey } from "../kinds/kind.ts";
import { type Node, nodeKind } from "../kinds/node.ts";
import type { Pod } from "../kinds/pod.ts";
import { badRequestError, notFoundError } from "../status-error.ts";
import { type Handling, Refusal } from "./handling.ts";
import type { Outcome } from "./outcome.ts";
import { storedObject } from "./update.ts";

function namesOf(containers: readonly Container[] | undefined): string {
  return `[${(containers ?? []).map((container) => container.name).join(" ")}]`;
}

/** The container that is meant: the named one, or the only one there is. */
function containerMeant({ metadata, spec }: Pod, wanted: string | undefined): string {
  const all = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  if (wanted) {
    if (all.some((container) => container.name === wanted)) return wanted;
    throw new Refusal(badRequestError(`container ${wanted} is not valid for pod ${metadata.name}`));
  }
  const [only] = spec.containers;
  if (spec.containers.length === 1 && only) return only.name;
  const inits = spec.initContainers?.length ? ` or one of the init containers: ${namesOf(spec.initContainers)}` : "";
  const choice = `choose one of: ${namesOf(spec.containers)}${inits}`;
  throw new Refusal(badRequestError(`a container name must be specified for pod ${metadata.name}, ${choice}`));
}

/** GET pods/NAME/log and POST pods/NAME/exec or /attach: an outcome that the pod's node is to answer. */
export function streamFromNode(handling: Handling): Outcome {
  const { request, stages } = handling;
  const pod = storedObject(handling).value as Pod;
  const container = containerMeant(pod, request.stream?.container);
  const { nodeName } = pod.spec;
  const { name, namespace = "" } = pod.metadata;
  if (!nodeName) {
    // A log of a pod without a node is empty upstream, everything else is refused.
    if (request.subresource === "log") return { kind: "answer", response: { code: 200, body: { lines: [] } }, stages };
    throw new Refusal(badRequestError(`pod ${name} does not have a host assigned`));
  }
  stages.push({ stage: "read", plugin: `pods/${request.subresource}`, verdict: `ask the kubelet of ${nodeName}` });
  const node = handling.reader.get(storageKey(nodeKind, undefined, nodeName))?.value as Node | undefined;
  if (node === undefined) throw new Refusal(notFoundError(nodeKind, nodeName));
  const address = node.status?.addresses?.find((one) => one.type === "InternalIP")?.address ?? nodeName;
  const about = { pod: pod.metadata.uid ?? "", namespace, name, container };
  return { kind: "relay", node: nodeName, address, about, stages };
}
