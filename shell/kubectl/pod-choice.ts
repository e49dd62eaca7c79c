import type { JsonObject, KubeObject, StreamQuery } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";
import { listAt, objectAt, sortedKeys, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS, findKind, kindLabel } from "./kinds.ts";
import type { Call } from "./verb.ts";

/** The kind Pod. */
export const POD = BUILT_IN_KINDS.find((kind) => kind.kind === "Pod")!;

const DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

/** The pods that POD or TYPE/NAME stands for, those first that are likely to be meant: ready, running, newest. */
export function podsOf(call: Call, word: string): readonly KubeObject[] {
  const slash = word.indexOf("/");
  if (slash < 0) return [call.api.get(POD, call.namespace, word)];
  const [type, name] = [word.slice(0, slash), word.slice(slash + 1)];
  const kind = findKind(call.api, type);
  if (kind === undefined) fail(`the server doesn't have a resource type "${type}"`);
  const object = call.api.get(kind, kind.namespaced ? call.namespace : "", name);
  if (kind.kind === "Pod") return [object];
  const selector =
    kind.kind === "Service"
      ? objectAt(object, "spec", "selector")
      : objectAt(object, "spec", "selector", "matchLabels");
  if (sortedKeys(selector).length === 0) {
    if (kind.kind === "Service") fail(`invalid service '${name}': Service is defined without a selector`);
    fail(`cannot attach to *${kindLabel(kind)}: selector not implemented`);
  }
  const labelSelector = sortedKeys(selector)
    .map((key) => `${key}=${String(selector[key])}`)
    .join(",");
  const pods = call.api.list(POD, { namespace: call.namespace, labelSelector }).items;
  if (pods.length === 0) fail(`timed out waiting for the condition`);
  return [...pods].sort(byUse);
}

function byUse(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject) => {
    const phase = ["Running", "Unknown", "Pending"].indexOf(textAt(pod, "status", "phase"));
    const ready = listAt(pod, "status", "conditions").some(
      (one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True",
    );
    return (textAt(pod, "spec", "nodeName") === "" ? 100 : 0) + (phase < 0 ? 50 : phase * 10) + (ready ? 0 : 1);
  };
  return rank(a) - rank(b);
}

/** Names of a pod's containers of one list, e.g. "initContainers". */
export function containerNames(
  pod: KubeObject,
  field: "containers" | "initContainers" | "ephemeralContainers",
): readonly string[] {
  return listAt(pod, "spec", field).map((one) => textAt(one, "name"));
}

/** The container that a command without `-c` means; says so where there was a choice. */
export function defaultContainer(call: Call, pod: KubeObject): string {
  const [first = "", ...more] = containerNames(pod, "containers");
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  if (annotated !== undefined && [first, ...more].includes(annotated)) return annotated;
  const all = [
    ...[first, ...more],
    ...containerNames(pod, "initContainers").map((name) => `${name} (init)`),
    ...containerNames(pod, "ephemeralContainers").map((name) => `${name} (ephem)`),
  ];
  if (all.length > 1) call.err(`Defaulted container "${first}" out of: ${all.join(", ")}\n`);
  return first;
}

/** One question about a container that the pod's node answers. */
export function askNode(call: Call, pod: KubeObject, subresource: "log" | "exec", stream: StreamQuery): JsonObject {
  const { name, namespace = "default" } = pod.metadata;
  return call.api.stream(POD, namespace, name, subresource, stream);
}
